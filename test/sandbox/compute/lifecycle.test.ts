import { describe, expect, it } from 'vitest';
import { startAtPace, startCompute, vm, ZONE } from './instance-support.ts';

const notReady = {
  code: 400,
  message: `The resource 'projects/cloudlab-sandbox/zones/${ZONE}/instances/web-1' is not ready`,
  errors: [{ reason: 'resourceNotReady' }],
};

describe('the states of an instance', () => {
  it('follow each other at the pace of GCP', async () => {
    const gce = await startAtPace();
    const status = async () => (await gce.instance('web-1')).status;
    const operation = (await gce.insert(vm('web-1'))).json;
    expect(await status()).toBe('PROVISIONING');
    expect((await gce.instance('web-1')).cpuPlatform).toBe('Unknown CPU Platform');
    await gce.advance(3);
    expect(await status()).toBe('STAGING');
    await gce.advance(7);
    expect(await status()).toBe('RUNNING');
    const done = await gce.get(new URL(operation.selfLink).pathname);
    expect(done.json).toMatchObject({ status: 'DONE', progress: 100 });

    await gce.act('web-1', 'stop');
    expect(await status()).toBe('STOPPING');
    expect((await gce.act('web-1', 'start')).json.error).toMatchObject(notReady);
    await gce.advance(30);
    expect(await status()).toBe('TERMINATED');

    await gce.act('web-1', 'start');
    expect(await status()).toBe('PROVISIONING');
    await gce.advance(10);
    await gce.act('web-1', 'suspend');
    expect(await status()).toBe('SUSPENDING');
    expect((await gce.act('web-1', 'stop')).json.error).toMatchObject(notReady);
    await gce.advance(40);
    const suspended = await gce.instance('web-1');
    expect(suspended).toMatchObject({
      status: 'SUSPENDED',
      lastSuspendedTimestamp: expect.any(String),
    });
    expect(suspended.networkInterfaces[0].accessConfigs[0].natIP).toBeUndefined();
    expect((await gce.act('web-1', 'start')).json.error).toMatchObject(notReady);
    await gce.act('web-1', 'resume');
    await gce.advance(10);
    expect(await status()).toBe('RUNNING');

    await gce.delete(`${gce.base}/instances/web-1`);
    expect(await status()).toBe('STOPPING');
    await gce.advance(30);
    expect((await gce.get(`${gce.base}/instances/web-1`)).status).toBe(404);
  });

  it('a stop before it runs wins over the start', async () => {
    const gce = await startAtPace();
    await gce.insert(vm('web-1'));
    await gce.advance(3);
    await gce.act('web-1', 'stop');
    await gce.advance(7);
    expect((await gce.instance('web-1')).status).toBe('STOPPING');
    await gce.advance(60);
    expect((await gce.instance('web-1')).status).toBe('TERMINATED');
  });

  it('what is so already succeeds', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const before = await gce.instance('web-1');
    for (const action of ['start', 'resume', 'reset']) {
      expect(await gce.done(await gce.act('web-1', action))).not.toHaveProperty('error');
    }
    expect((await gce.instance('web-1')).networkInterfaces).toEqual(before.networkInterfaces);
    await gce.done(await gce.act('web-1', 'stop'));
    const operation = await gce.done(await gce.act('web-1', 'stop'));
    expect(operation).toMatchObject({ status: 'DONE', operationType: 'stop' });
    expect(operation.error).toBeUndefined();
    for (const action of ['suspend', 'reset', 'resume']) {
      expect((await gce.act('web-1', action)).json.error).toMatchObject(notReady);
    }
  });

  it('survive a restart of the sandbox', async () => {
    const first = await startAtPace();
    await first.insert(vm('web-1'));
    await first.advance(3);
    const again = await startAtPace({ dataDir: await first.close() });
    await again.advance(7);
    expect((await again.instance('web-1')).status).toBe('RUNNING');
  });
});

describe('a reserved external address', () => {
  it('stays when the instance stops, and is free again when it is deleted', async () => {
    const gce = await startCompute();
    const addresses = `${gce.project}/regions/asia-northeast3/addresses`;
    await gce.done(await gce.post(addresses, { name: 'front' }));
    const reserved = async () => (await gce.get(`${addresses}/front`)).json;
    const { address: natIP } = await reserved();
    const networkInterfaces = [
      { network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT', natIP }] },
    ];
    const { selfLink } = await gce.running('web-1', { networkInterfaces });
    expect(await reserved()).toMatchObject({ status: 'IN_USE', users: [selfLink] });
    const second = await gce.insert(vm('web-2', { networkInterfaces }));
    expect(second.json.error).toMatchObject({ code: 400 });
    for (const action of ['stop', 'start']) {
      await gce.done(await gce.act('web-1', action));
      const [{ accessConfigs }] = (await gce.instance('web-1')).networkInterfaces;
      expect(accessConfigs[0].natIP).toBe(natIP);
    }
    await gce.done(await gce.delete(`${gce.base}/instances/web-1`));
    expect(await reserved()).toMatchObject({ status: 'RESERVED', address: natIP });
  });
});

describe('deleting', () => {
  it('is refused while the instance is protected', async () => {
    const gce = await startCompute();
    await gce.running('web-1', { deletionProtection: true });
    expect((await gce.delete(`${gce.base}/instances/web-1`)).json.error).toMatchObject({
      code: 400,
      message:
        "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'.",
      errors: [{ reason: 'invalidResourceUsage' }],
    });
    await gce.done(await gce.act('web-1', 'setDeletionProtection?deletionProtection=false'));
    expect(await gce.done(await gce.delete(`${gce.base}/instances/web-1`))).toMatchObject({
      operationType: 'delete',
      status: 'DONE',
    });
  });

  it('leaves the disks that do not follow the instance, and frees what it had', async () => {
    const gce = await startCompute();
    const image = { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' };
    const { networkInterfaces } = await gce.running('web-1', {
      disks: [
        { boot: true, initializeParams: image },
        { autoDelete: true, initializeParams: { diskName: 'data' } },
      ],
    });
    await gce.done(await gce.delete(`${gce.base}/instances/web-1`));
    const { json: boot } = await gce.disk('web-1');
    expect(boot.users).toBeUndefined();
    expect(boot.lastDetachTimestamp).toEqual(expect.any(String));
    expect((await gce.disk('data')).status).toBe(404);
    const [{ networkIP }] = networkInterfaces;
    const again = await gce.running('web-2', {
      networkInterfaces: [{ network: 'global/networks/default', networkIP }],
    });
    expect(again.networkInterfaces[0].networkIP).toBe(networkIP);
  });

  it('twice at once is one deletion', async () => {
    const gce = await startCompute();
    await gce.running('web-1');
    const path = `${gce.base}/instances/web-1`;
    const replies = await Promise.all([gce.delete(path), gce.delete(path)]);
    for (const reply of replies) expect(await gce.done(reply)).not.toHaveProperty('error');
    expect((await gce.delete(path)).json.error).toMatchObject({
      code: 404,
      message: `The resource 'projects/cloudlab-sandbox/zones/${ZONE}/instances/web-1' was not found`,
    });
  });
});

describe('lists', () => {
  it('show instances by zone, everywhere, in pages and filtered', async () => {
    const gce = await startCompute();
    for (const name of ['a', 'b', 'c']) await gce.running(name, { labels: { name } });
    const list = async (query: string) => (await gce.get(`${gce.base}/instances${query}`)).json;
    const names = ({ items = [] }: { items?: { name: string }[] }) => items.map((one) => one.name);
    expect(names(await list(''))).toEqual(['a', 'b', 'c']);
    const first = await list('?maxResults=2');
    expect(names(first)).toEqual(['a', 'b']);
    expect(names(await list(`?maxResults=2&pageToken=${first.nextPageToken}`))).toEqual(['c']);
    expect(names(await list('?filter=labels.name%3Db'))).toEqual(['b']);
    expect(names(await list('?filter=status%3DTERMINATED'))).toEqual([]);
    const { json } = await gce.get(`${gce.project}/aggregated/instances`);
    expect(json.items[`zones/${ZONE}`].instances).toHaveLength(3);
    expect(json.items['zones/us-central1-a'].warning.code).toBe('NO_RESULTS_ON_PAGE');
  });
});
