import { expect, test, vi } from 'vitest';
import { client, start, tempDir } from '../support.ts';
import { groupsSandbox, P, REGION, ZONE } from './groups-support.ts';

const WEB = `${P}/${ZONE}/instanceGroupManagers/web`;

test('a managed group makes its instances, grows, shrinks, and goes with them', async () => {
  const { http, done, stable, managed, create } = await groupsSandbox();
  await create();
  const group = await stable();
  expect(group).toMatchObject({
    kind: 'compute#instanceGroupManager',
    targetSize: 2,
    currentActions: { none: 2, creating: 0 },
    status: { isStable: true, versionTarget: { isReached: true } },
  });
  const two = await managed();
  expect(two.map(({ instanceStatus }) => instanceStatus)).toEqual(['RUNNING', 'RUNNING']);
  for (const { name } of two) expect(name).toMatch(/^web-[0-9a-z]{4}$/);
  const instance = (await http.get(`${P}/${ZONE}/instances/${two[0]?.name}`)).json;
  expect(instance.metadata.items).toContainEqual({
    key: 'created-by',
    value: `projects/100000000001/${ZONE}/instanceGroupManagers/web`,
  });
  const operations = (await http.get(`${P}/${ZONE}/operations`)).json.items;
  const inserts = operations.filter((one: { targetLink: string; operationType: string }) =>
    two.some(({ instance: url }) => url === one.targetLink),
  );
  expect(inserts).toHaveLength(2);
  expect(inserts[0].operationGroupId).toBeDefined();
  expect(inserts[0].operationGroupId).toBe(inserts[1].operationGroupId);

  await done(http.post(`${WEB}/resize?size=4`, {}));
  await stable();
  const four = (await managed()).map(({ name }) => name);
  expect(four).toHaveLength(4);
  expect(four).toEqual(expect.arrayContaining(two.map(({ name }) => name)));
  await done(http.post(`${WEB}/resize?size=1`, {}));
  await stable();
  expect(await managed()).toHaveLength(1);
  expect((await http.get(`${P}/${ZONE}/instanceGroups/web`)).json.size).toBe(1);

  const used = await http.delete(`${P}/global/instanceTemplates/web`);
  expect([used.status, used.json.error.errors[0].reason]).toEqual([
    400,
    'resourceInUseByAnotherResource',
  ]);
  expect((await http.delete(`${P}/${ZONE}/instanceGroups/web`)).status).toBe(400);
  await done(http.delete(WEB));
  expect((await http.get(`${P}/${ZONE}/instances`)).json.items).toBeUndefined();
  expect((await http.get(`${P}/${ZONE}/disks`)).json.items).toBeUndefined();
  expect((await http.get(`${P}/${ZONE}/instanceGroups/web`)).status).toBe(404);
  await done(http.delete(`${P}/global/instanceTemplates/web`));
});

test('what somebody stops or deletes is made anew, under its name', async () => {
  const { http, done, stable, managed, create } = await groupsSandbox();
  await create();
  await stable();
  const [first, second] = await managed();
  await done(http.post(`${P}/${ZONE}/instances/${first?.name}/stop`, {}));
  await stable();
  await done(http.delete(`${P}/${ZONE}/instances/${second?.name}`));
  await stable();
  const after = await managed();
  expect(after.map(({ name }) => name)).toEqual([first?.name, second?.name]);
  expect(after[0]?.id).not.toBe(first?.id);
  expect(after[1]?.id).not.toBe(second?.id);
});

test('a group that was being made is made by the sandbox that is started after it', async () => {
  const dataDir = await tempDir();
  const first = await groupsSandbox({ dataDir });
  const body = { name: 'web', instanceTemplate: 'global/instanceTemplates/web', targetSize: 3 };
  await first.http.post(`${P}/${ZONE}/instanceGroupManagers`, body);
  await first.sandbox.close();
  const http = client(await start({ dataDir }));
  await vi.waitFor(async () => expect((await http.get(WEB)).json.status.isStable).toBe(true), {
    timeout: 10_000,
  });
  expect((await http.get(`${P}/${ZONE}/instances`)).json.items).toHaveLength(3);
});

test('instances are chosen: deleted, abandoned, recreated, made with a name', async () => {
  const { http, done, stable, managed, create, manager } = await groupsSandbox();
  await create({ targetSize: 3 });
  await stable();
  const [a, b, c] = await managed();
  await done(http.post(`${WEB}/deleteInstances`, { instances: [a?.instance] }));
  await done(http.post(`${WEB}/abandonInstances`, { instances: [b?.instance] }));
  await done(http.post(`${WEB}/recreateInstances`, { instances: [c?.instance] }));
  await done(http.post(`${WEB}/createInstances`, { instances: [{ name: 'web-mine' }] }));
  await stable();
  expect((await manager()).targetSize).toBe(2);
  const left = await managed();
  expect(left.map(({ name }) => name)).toEqual([c?.name, 'web-mine'].sort());
  expect(left.find(({ name }) => name === c?.name)?.id).not.toBe(c?.id);
  expect((await http.get(`${P}/${ZONE}/instances/${a?.name}`)).status).toBe(404);
  expect((await http.get(`${P}/${ZONE}/instances/${b?.name}`)).json.status).toBe('RUNNING');
  const stranger = await http.post(`${WEB}/deleteInstances`, { instances: [b?.instance] });
  expect(stranger.status).toBe(400);
});

test('a proactive update replaces instances, an opportunistic one waits for new ones', async () => {
  const { http, done, template, stable, managed, create } = await groupsSandbox();
  await template('next', { labels: { version: 'next' } });
  await create({ targetSize: 3 });
  await stable();
  const before = (await managed()).map(({ name }) => name);
  const next = { instanceTemplate: 'global/instanceTemplates/next' };
  await done(http.post(`${WEB}/setInstanceTemplate`, next));
  const waiting = await stable();
  expect(waiting.status.versionTarget.isReached).toBe(false);
  expect((await managed()).map(({ name }) => name)).toEqual(before);

  const updatePolicy = { type: 'PROACTIVE', maxSurge: { fixed: 1 }, maxUnavailable: { fixed: 0 } };
  await done(http.patch(WEB, { updatePolicy }));
  const updated = await stable();
  expect(updated.status.versionTarget.isReached).toBe(true);
  const after = await managed();
  expect(after).toHaveLength(3);
  for (const { version, name } of after) {
    expect(version.instanceTemplate).toMatch(/next$/);
    expect(before).not.toContain(name);
  }
  const stale = await http.patch(WEB, { fingerprint: 'AAAAAAAAAAA=', targetSize: 1 });
  expect(stale.status).toBe(412);
});

test('a canary gets its share, and a restart keeps names', async () => {
  const { http, done, template, stable, managed, create } = await groupsSandbox();
  await template('next');
  await create({ targetSize: 4 });
  await stable();
  const url = (name: string) => `global/instanceTemplates/${name}`;
  await done(
    http.patch(WEB, {
      versions: [
        { instanceTemplate: url('web') },
        { instanceTemplate: url('next'), targetSize: { percent: 25 } },
      ],
      updatePolicy: { type: 'PROACTIVE' },
    }),
  );
  await stable();
  const templates = (await managed()).map(({ version }) =>
    version.instanceTemplate.split('/').at(-1),
  );
  expect(templates.sort()).toEqual(['next', 'web', 'web', 'web']);

  const before = await managed();
  await done(
    http.patch(WEB, {
      versions: [
        { name: '0/now', instanceTemplate: url('web') },
        { name: '1/now', instanceTemplate: url('next'), targetSize: { percent: 25 } },
      ],
      updatePolicy: {
        type: 'PROACTIVE',
        minimalAction: 'RESTART',
        maxSurge: { fixed: 0 },
        maxUnavailable: { fixed: 4 },
      },
    }),
  );
  await stable();
  expect((await managed()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  const starts = (await http.get(`${P}/${ZONE}/operations?filter=operationType=start`)).json;
  expect(starts.items).toHaveLength(4);
});

test('a regional group spreads over the zones of its region', async () => {
  const { http, done, stable, managed, create } = await groupsSandbox();
  await create({ targetSize: 4 }, REGION);
  const path = `${REGION}/instanceGroupManagers/web`;
  const group = await stable(path);
  expect(group.region).toMatch(/asia-northeast3$/);
  const zones = (await managed(path)).map(({ instance }) => /zones\/([^/]+)/.exec(instance)?.[1]);
  expect(zones.sort()).toEqual([
    'asia-northeast3-a',
    'asia-northeast3-a',
    'asia-northeast3-b',
    'asia-northeast3-c',
  ]);
  const all = (await http.get(`${P}/aggregated/instanceGroupManagers`)).json.items;
  expect(all[REGION].instanceGroupManagers).toHaveLength(1);
  await done(http.delete(`${P}/${path}`));
});

test('what cannot be made is told, and tried again', async () => {
  const { http, done, template, stable, managed, create, manager } = await groupsSandbox();
  await template('odd', { machineType: 'n9-imaginary' });
  await create({ instanceTemplate: 'global/instanceTemplates/odd', targetSize: 1 });
  let errors: { error: { code: string; message: string } }[] | undefined;
  for (let tries = 0; tries < 100 && errors === undefined; tries += 1) {
    errors = (await http.get(`${WEB}/listErrors`)).json.items;
  }
  expect(errors?.[0]?.error.message).toContain('n9-imaginary');
  expect((await managed())[0]).toMatchObject({ currentAction: 'CREATING' });
  expect((await managed())[0]?.lastAttempt).toBeDefined();
  expect((await manager()).status.isStable).toBe(false);
  await done(http.post(`${WEB}/resize?size=0`, {}));
  await stable();
});

test('null says nothing, and so does an empty word, as Terraform sends them', async () => {
  const { stable, create } = await groupsSandbox();
  await create({
    description: null,
    distributionPolicy: null,
    updatePolicy: { type: 'PROACTIVE', replacementMethod: '', mostDisruptiveAllowedAction: null },
  });
  const { description, updatePolicy } = await stable();
  expect(description).toBeUndefined();
  expect(updatePolicy).toMatchObject({ type: 'PROACTIVE', replacementMethod: 'SUBSTITUTE' });
  expect(updatePolicy.mostDisruptiveAllowedAction).toBeUndefined();
});

test('a group that is going cannot be deleted again', async () => {
  const { http } = await groupsSandbox({ realtime: true });
  const body = { name: 'web', instanceTemplate: 'global/instanceTemplates/web', targetSize: 0 };
  await http.post(`${P}/${ZONE}/instanceGroupManagers`, body);
  expect((await http.delete(WEB)).status).toBe(200);
  const again = await http.delete(WEB);
  expect([again.status, again.json.error.errors[0].reason]).toEqual([400, 'resourceNotReady']);
});

test('an unmanaged group holds instances of its zone', async () => {
  const { http, done } = await groupsSandbox();
  const path = `${P}/${ZONE}/instanceGroups`;
  await done(http.post(path, { name: 'mine', namedPorts: [{ name: 'http', port: 80 }] }));
  await done(
    http.post(`${P}/${ZONE}/instances`, {
      name: 'vm-1',
      machineType: `${ZONE}/machineTypes/e2-micro`,
      disks: [
        {
          boot: true,
          initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
        },
      ],
      networkInterfaces: [{ network: 'global/networks/default' }],
    }),
  );
  const instances = [{ instance: `${ZONE}/instances/vm-1` }];
  await done(http.post(`${path}/mine/addInstances`, { instances }));
  const list = (await http.post(`${path}/mine/listInstances`, { instanceState: 'RUNNING' })).json;
  expect(list.kind).toBe('compute#instanceGroupsListInstances');
  expect(list.items).toMatchObject([{ status: 'RUNNING', namedPorts: [{ port: 80 }] }]);
  expect((await http.post(`${path}/mine/addInstances`, { instances })).status).toBe(400);
  await done(
    http.post(`${path}/mine/setNamedPorts`, { namedPorts: [{ name: 'web', port: 8080 }] }),
  );
  expect((await http.get(`${path}/mine`)).json).toMatchObject({
    size: 1,
    namedPorts: [{ name: 'web', port: 8080 }],
  });
  await done(http.post(`${path}/mine/removeInstances`, { instances }));
  expect((await http.get(`${path}/mine`)).json.size).toBe(0);
  await done(http.delete(`${path}/mine`));
  expect((await http.get(`${path}/mine`)).status).toBe(404);
});
