import fc from 'fast-check';
import { expect, test } from 'vitest';
import { done, HERE, type Person, PROJECT, REGION, startHeld } from './access-support.ts';
import { vm, ZONE } from './instance-support.ts';

const HERE_ZONE = `${HERE}/zones/${ZONE}`;
const instance = (name: string) => `${HERE_ZONE}/instances/${name}`;
const inside = { networkInterfaces: [{ network: 'global/networks/default' }] };
const member = ({ email }: Person) => `serviceAccount:${email}`;

test('a policy on one instance lets somebody at that one, until it is gone', async () => {
  const { owner, person, http } = await startHeld();
  const kim = await person('kim');
  for (const name of ['web', 'db']) {
    await done(owner, await owner.ask('POST', `${HERE_ZONE}/instances`, vm(name, inside)));
  }
  expect((await owner.ask('GET', `${instance('web')}/getIamPolicy`)).json).toEqual({
    etag: 'ACAB',
  });
  const bindings = [{ role: 'roles/compute.instanceAdmin.v1', members: [member(kim)] }];
  const set = (body: object) => owner.ask('POST', `${instance('web')}/setIamPolicy`, body);
  const policy = (await set({ policy: { bindings, etag: 'ACAB' } })).json;
  expect(policy).toEqual({ version: 1, etag: expect.stringMatching(/^[\w+/]{11}=$/), bindings });
  expect((await owner.ask('GET', `${instance('web')}/getIamPolicy`)).json).toEqual(policy);

  const statuses = async (method: string, rest: string, ...names: string[]) => {
    const replies = names.map((name) => kim.ask(method, instance(name) + rest));
    return (await Promise.all(replies)).map(({ status }) => status);
  };
  expect(await statuses('GET', '', 'web', 'db', 'missing')).toEqual([200, 403, 403]);
  expect(await statuses('POST', '/reset', 'web', 'db')).toEqual([200, 403]);
  expect((await kim.ask('GET', `${HERE_ZONE}/instances`)).status).toBe(403);
  const permissions = [
    'compute.instances.get',
    'compute.instances.stop',
    'compute.networks.create',
  ];
  const may = async (name: string) =>
    (await kim.ask('POST', `${instance(name)}/testIamPermissions`, { permissions })).json;
  expect(await may('web')).toEqual({ permissions: permissions.slice(0, 2) });
  expect(await may('db')).toEqual({});
  expect(await may('missing')).toEqual({});

  // However an address is written, it is whose it is.
  const written = member(kim).replace('test-kim', 'Test-Kim');
  const again = await set({ bindings: [{ ...bindings[0], members: [written] }] });
  expect(again.json.bindings).toEqual(bindings);
  expect(await statuses('GET', '', 'web')).toEqual([200]);

  // A stale policy, a role and a member that are none, and a condition in a policy of version 1.
  const refused = async (body: object) => (await set(body)).status;
  expect(await refused({ policy: { bindings, etag: 'ACAB' } })).toBe(409);
  expect(await refused({ bindings: [{ role: 'roles/nope', members: [] }] })).toBe(400);
  const nobody = `serviceAccount:nobody@${PROJECT}.iam.gserviceaccount.com`;
  for (const wrong of ['kim', 'user:kim', nobody]) {
    expect(await refused({ bindings: [{ ...bindings[0], members: [wrong] }] })).toBe(400);
  }
  const condition = { title: 'x', expression: 'true' };
  expect(await refused({ bindings: [{ ...bindings[0], condition }] })).toBe(400);
  expect(
    (
      await set({
        version: 3,
        bindings: [{ ...bindings[0], condition: { title: 'x', expression: 'request.' } }],
      })
    ).status,
  ).toBe(400);

  // Another instance of that name is another one.
  await done(owner, await owner.ask('DELETE', instance('web')));
  await done(owner, await owner.ask('POST', `${HERE_ZONE}/instances`, vm('web', inside)));
  expect(await statuses('GET', '', 'web')).toEqual([403]);
  expect((await http.get(`${instance('web')}/getIamPolicy`)).status).toBe(401);
});

test('conditions on names hold for whatever a resource is called by, also by its id', async () => {
  const { owner, person, grant } = await startHeld();
  const kim = await person('kim');
  const expression =
    'resource.type == "compute.googleapis.com/Instance" && !resource.name.endsWith("/instances/secret")';
  await grant('roles/compute.instanceAdmin.v1', member(kim), { title: 'not that', expression });
  const ids: string[] = [];
  for (const name of ['web', 'secret']) {
    const made = await owner.ask('POST', `${HERE_ZONE}/instances`, vm(name, inside));
    ids.push((await done(owner, made)).targetId);
  }
  const asked = ['web', 'secret', ...ids, '1'].map((name) => kim.ask('GET', instance(name)));
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses).toEqual([200, 403, 200, 403, 404]);
  // A new instance is asked for by the name it is to have; its disk is no instance.
  const insert = (name: string) => kim.ask('POST', `${HERE_ZONE}/instances`, vm(name, inside));
  expect((await insert('secret')).json.error.message).toContain("'compute.instances.create'");
  expect((await insert('another')).json.error.message).toBe(
    `Required 'compute.disks.create' permission for 'projects/${PROJECT}/zones/${ZONE}/disks/another'`,
  );
});

test('whoever lets a machine act as a service account has to be allowed to on that account', async () => {
  const { owner, person } = await startHeld();
  const kim = await person('kim', ['roles/compute.instanceAdmin.v1']);
  const robot = await person('robot');
  const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
  const as = (name: string, email: string) =>
    kim.ask(
      'POST',
      `${HERE_ZONE}/instances`,
      vm(name, { ...inside, serviceAccounts: [{ email, scopes }] }),
    );
  const refused = (await as('web', robot.email)).json.error;
  expect([refused.code, refused.errors[0].reason]).toEqual([400, 'serviceAccountAccessDenied']);
  expect(refused.message).toBe(
    `The user does not have access to service account '${robot.email}'.  User: '${kim.email}'.  Ask a project owner to grant you the iam.serviceAccountUser role on the service account`,
  );
  const path = `/v1/projects/${PROJECT}/serviceAccounts/${robot.email}:setIamPolicy`;
  const bindings = [{ role: 'roles/iam.serviceAccountUser', members: [member(kim)] }];
  expect((await owner.ask('POST', path, { policy: { bindings } })).status).toBe(200);
  const made = await done(kim, await as('web', robot.email));
  expect(made.user).toBe(kim.email);
  expect((await as('other', 'default')).status).toBe(400);
  const gone = `gone@${PROJECT}.iam.gserviceaccount.com`;
  const missing = vm('other', { ...inside, serviceAccounts: [{ email: gone, scopes }] });
  const { json } = await owner.ask('POST', `${HERE_ZONE}/instances`, missing);
  const failed = await owner.ask('POST', `${new URL(json.selfLink).pathname}/wait`);
  expect(failed.json.error.errors).toEqual([
    {
      code: 'EXTERNAL_RESOURCE_NOT_FOUND',
      message: `The resource '${gone}' of type 'serviceAccount' was not found.`,
    },
  ]);

  // Its start-up script and the keys of who logs in act as the machine does.
  const lee = await person('lee', ['roles/compute.instanceAdmin.v1']);
  const { fingerprint } = (await lee.ask('GET', instance('web'))).json.metadata;
  const script = { fingerprint, items: [{ key: 'startup-script', value: 'id' }] };
  const setBy = async (who: Person) =>
    (await who.ask('POST', `${instance('web')}/setMetadata`, script)).status;
  expect([await setBy(lee), await setBy(kim)]).toEqual([400, 200]);
  await done(owner, await owner.ask('POST', `${HERE_ZONE}/instances`, vm('plain', inside)));
  const plain = (await lee.ask('GET', instance('plain'))).json.metadata;
  const own = { fingerprint: plain.fingerprint, items: [{ key: 'a', value: 'b' }] };
  expect((await lee.ask('POST', `${instance('plain')}/setMetadata`, own)).status).toBe(200);
  // What all machines share is for who may act as all of their accounts.
  const shared = async (who: Person) => {
    const { fingerprint } = (await owner.ask('GET', HERE)).json.commonInstanceMetadata;
    const items = [{ key: 'ssh-keys', value: 'lee:ssh-ed25519 AAAA lee' }];
    return who.ask('POST', `${HERE}/setCommonInstanceMetadata`, { fingerprint, items });
  };
  expect((await shared(kim)).json.error).toMatchObject({
    code: 403,
    message: `Required 'iam.serviceAccounts.actAs' permission for 'projects/${PROJECT}'`,
  });
  expect((await shared(owner)).status).toBe(200);
  const wanted = { email: robot.email, scopes };
  await done(owner, await owner.ask('POST', `${instance('plain')}/stop`));
  const become = async (who: Person) =>
    (await who.ask('POST', `${instance('plain')}/setServiceAccount`, wanted)).status;
  expect([await become(lee), await become(kim)]).toEqual([400, 200]);
});

test('operations tell whose doing they are; those of a group are the service agent’s', async () => {
  const { owner, person } = await startHeld();
  const kim = await person('kim', ['roles/editor']);
  const properties = { ...vm('#', inside), machineType: 'e2-micro' };
  const template = { name: 'web', properties };
  expect(
    (await done(kim, await kim.ask('POST', `${HERE}/global/instanceTemplates`, template))).user,
  ).toBe(kim.email);
  const group = { name: 'web', instanceTemplate: 'global/instanceTemplates/web', targetSize: 1 };
  await done(owner, await owner.ask('POST', `${HERE_ZONE}/instanceGroupManagers`, group));
  const operations = async () =>
    (await owner.ask('GET', `${HERE_ZONE}/operations`)).json.items as {
      operationType: string;
      targetLink: string;
      user: string;
    }[];
  await expect
    .poll(async () =>
      (await operations()).map(({ targetLink, user }) => [
        /\/(\w+)\/[^/]*$/.exec(targetLink)?.[1],
        user,
      ]),
    )
    .toEqual(
      expect.arrayContaining([
        ['instances', '100000000001@cloudservices.gserviceaccount.com'],
        ['instanceGroupManagers', 'learner@example.com'],
      ]),
    );
});

test('a group needs what its instances need, and the template’s service account', async () => {
  const { owner, person } = await startHeld();
  const groups = await person('groups', ['roles/compute.instanceAdmin.v1']);
  const network = await person('network', ['roles/compute.networkAdmin']);
  const account = { serviceAccounts: [{ email: 'default', scopes: [] }] };
  for (const [name, more] of Object.entries({ plain: {}, robot: account })) {
    const properties = { ...vm('#', { ...inside, ...more }), machineType: 'e2-micro' };
    await done(
      owner,
      await owner.ask('POST', `${HERE}/global/instanceTemplates`, { name, properties }),
    );
  }
  const make = async (who: Person, name: string, template = name) => {
    const body = { name, instanceTemplate: `global/instanceTemplates/${template}`, targetSize: 0 };
    const reply = await who.ask('POST', `${HERE_ZONE}/instanceGroupManagers`, body);
    return reply.json.error?.errors[0].reason ?? reply.status;
  };
  expect(await make(network, 'plain')).toBe('forbidden');
  expect(await make(groups, 'robot')).toBe('serviceAccountAccessDenied');
  // By whatever it is called.
  const { id } = (await owner.ask('GET', `${HERE}/global/instanceTemplates/robot`)).json;
  expect(await make(groups, 'robot', id)).toBe('serviceAccountAccessDenied');
  expect(await make(groups, 'plain')).toBe(200);
});

test('a token’s scopes limit what its account may do', async () => {
  const { person } = await startHeld();
  const auth = 'https://www.googleapis.com/auth/';
  const reader = await person('reader', ['roles/editor'], [`${auth}compute.readonly`]);
  const other = await person('other', ['roles/editor'], [`${auth}devstorage.full_control`]);
  const disk = { name: 'data' };
  expect((await reader.ask('GET', `${HERE_ZONE}/instances`)).status).toBe(200);
  const operation = `${HERE_ZONE}/operations/operation-1/wait`;
  expect((await reader.ask('POST', operation)).status).toBe(404);
  const { json, headers, status } = await reader.ask('POST', `${HERE_ZONE}/disks`, disk);
  expect(status).toBe(403);
  expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  expect(json.error).toEqual({
    code: 403,
    message: 'Request had insufficient authentication scopes.',
    errors: [
      { message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' },
    ],
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: {
          service: 'compute.googleapis.com',
          method: 'compute.v1.DisksService.Insert',
        },
      },
    ],
  });
  expect((await other.ask('GET', `${HERE_ZONE}/instances`)).status).toBe(403);
});

/** Each method with all that it needs, as Google's reference has it. */
const NEEDS: [permissions: string[], method: string, path: string, body?: object][] = [
  [['instances.list'], 'GET', `${HERE}/aggregated/instances`],
  [['instances.get'], 'GET', instance('missing')],
  [['instances.delete'], 'DELETE', instance('missing')],
  [['instanceTemplates.list'], 'GET', `${HERE}/global/instanceTemplates`],
  [
    ['instances.create', 'disks.create', 'subnetworks.use', 'instances.setTags'],
    ...([
      'POST',
      `${HERE_ZONE}/instances`,
      vm('#', { ...inside, tags: { items: ['a'] } }),
    ] as const),
  ],
  [
    [
      'instances.create',
      'disks.create',
      'subnetworks.use',
      'subnetworks.useExternalIp',
      'instances.setLabels',
    ],
    ...(['POST', `${HERE_ZONE}/instances`, vm('#', { labels: { a: 'b' } })] as const),
  ],
  [
    ['firewalls.create', 'networks.updatePolicy'],
    ...(['POST', `${HERE}/global/firewalls`] as const),
    { name: '#', allowed: [{ IPProtocol: 'tcp' }] },
  ],
  [
    ['disks.create', 'disks.setLabels', 'images.useReadOnly'],
    ...(['POST', `${HERE_ZONE}/disks`] as const),
    { name: '#', labels: { a: 'b' }, sourceImage: 'global/images/mine' },
  ],
  [
    ['snapshots.create', 'disks.createSnapshot'],
    'POST',
    `${HERE}/global/snapshots`,
    { name: '#', sourceDisk: `zones/${ZONE}/disks/data` },
  ],
  [
    ['addresses.createInternal', 'subnetworks.use'],
    'POST',
    `${HERE}/regions/${REGION}/addresses`,
    { name: '#', addressType: 'INTERNAL' },
  ],
];

test('a method works with all the permissions that it needs, and with none of them missing', async () => {
  const { owner, person } = await startHeld({ unlimitedQuota: true });
  const roles = `/v1/projects/${PROJECT}/roles`;
  await owner.ask('POST', roles, { roleId: 'some', role: { title: 'Some' } });
  const kim = await person('kim', [`projects/${PROJECT}/roles/some`]);
  const all = [...new Set(NEEDS.flatMap(([permissions]) => permissions))];
  const question = fc.record({
    chosen: fc.constantFrom(...NEEDS),
    others: fc.subarray(all),
    // Often enough all that is needed, or all but one.
    without: fc.constantFrom(undefined, 0, 1, 2),
    own: fc.boolean(),
  });
  let name = 0;
  await fc.assert(
    fc.asyncProperty(question, async ({ chosen, others, without, own }) => {
      const [needed, method, path, body] = chosen;
      const enough = own ? needed.filter((_, index) => index !== without) : [];
      const given = [...enough, ...(own ? others.slice(0, 2) : others)];
      const includedPermissions = [...new Set(given)].map((one) => `compute.${one}`);
      const patched = await owner.ask('PATCH', `${roles}/some`, { includedPermissions });
      expect(patched.status).toBe(200);
      name += 1;
      const sent = body && JSON.parse(JSON.stringify(body).replaceAll('#', `n${name}`));
      const { status, json } = await kim.ask(method, path, sent);
      const missing = needed.filter((one) => !given.includes(one));
      const [, told] = /^Required 'compute\.(\S+)' permission for /.exec(json.error?.message) ?? [];
      if (missing.length > 0) expect(missing).toContain(told);
      else expect(status, told).not.toBe(403);
    }),
    { numRuns: 60 },
  );
});
