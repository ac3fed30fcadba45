import { expect, test } from 'vitest';
import { brief, expectRefusal, PROJECT_PRIVATE, UNIFORM } from './access-support.ts';
import { client, start } from './support.ts';

const TEAM = ['projectEditor:cloudlab-sandbox', 'projectOwner:cloudlab-sandbox'];
const LEGACY_BUCKET = [
  { role: 'roles/storage.legacyBucketOwner', members: TEAM },
  { role: 'roles/storage.legacyBucketReader', members: ['projectViewer:cloudlab-sandbox'] },
];
const LEGACY_OBJECT = [
  { role: 'roles/storage.legacyObjectOwner', members: TEAM },
  { role: 'roles/storage.legacyObjectReader', members: ['projectViewer:cloudlab-sandbox'] },
];
const VIEWER = { role: 'roles/storage.objectViewer', members: ['user:a@example.com'] };

test("a bucket's policy says what its ACL says, and changes it", async () => {
  const http = client(await start());
  await http.bucket('mirror');
  const iam = '/storage/v1/b/mirror/iam';
  expect((await http.get(iam)).json).toEqual({
    kind: 'storage#policy',
    resourceId: 'projects/_/buckets/mirror',
    version: 1,
    etag: 'CAE=',
    bindings: LEGACY_BUCKET,
  });
  await http.post('/storage/v1/b/mirror/acl', {
    entity: 'user-sa@p.iam.gserviceaccount.com',
    role: 'WRITER',
  });
  const { json: read } = await http.get(iam);
  expect(read.bindings[2]).toEqual({
    role: 'roles/storage.legacyBucketWriter',
    members: ['serviceAccount:sa@p.iam.gserviceaccount.com'],
  });
  read.bindings[1].members.push('group:G@Example.com', 'allUsers');
  read.bindings.push(VIEWER);
  const { json: written } = await http.put(iam, read);
  expect(written.etag).toBe('CAM=');
  expect(written.bindings).toContainEqual(VIEWER);
  const { json: acl } = await http.get('/storage/v1/b/mirror/acl');
  expect(brief(acl.items)).toEqual([
    ...PROJECT_PRIVATE,
    'user-sa@p.iam.gserviceaccount.com:WRITER',
    'allUsers:READER',
    'group-g@example.com:READER',
  ]);
  expectRefusal(await http.put(iam, read), 412, 'conditionNotMet', /pre-conditions you specified/);
  // Any change to the bucket makes a policy stale.
  await http.patch('/storage/v1/b/mirror', { labels: { a: 'b' } });
  expectRefusal(await http.put(iam, written), 412, 'conditionNotMet', /pre-conditions/);
  // No bindings: nobody is left, in the ACL neither.
  expect((await http.put(iam, {})).json.bindings).toBeUndefined();
  expect((await http.get('/storage/v1/b/mirror/acl')).json.items).toBeUndefined();
});

test('with uniform access the policy stands alone and takes conditions', async () => {
  const http = client(await start());
  const expression = 'request.time < timestamp("2030-01-01T00:00:00Z")';
  const condition = { title: 'until 2030', expression };
  const bindings = [{ ...VIEWER, condition }];
  await http.bucket('fine');
  expectRefusal(
    await http.put('/storage/v1/b/fine/iam', { version: 3, bindings }),
    412,
    'conditionNotMet',
    'To set IAM conditions in this bucket, enable uniform bucket-level access.',
  );
  await http.bucket('alone', UNIFORM);
  const iam = '/storage/v1/b/alone/iam';
  expect((await http.get(iam)).json.bindings).toEqual([...LEGACY_BUCKET, ...LEGACY_OBJECT]);
  expectRefusal(await http.put(iam, { version: 1, bindings }), 400, 'invalid', /at least 3/);
  const { json } = await http.put(iam, { version: 3, bindings });
  expect(json).toMatchObject({ version: 3, bindings });
  expectRefusal(
    await http.get(iam),
    400,
    'invalid',
    'Requested policy version (1) cannot be less than the existing policy version (3).',
  );
  expect((await http.get(`${iam}?optionsRequestedPolicyVersion=3`)).json).toEqual(json);
  const off = { iamConfiguration: { uniformBucketLevelAccess: { enabled: false } } };
  expectRefusal(await http.patch('/storage/v1/b/alone', off), 412, 'conditionNotMet', /conditions/);
  await http.put(iam, { bindings: [VIEWER] });
  await http.patch('/storage/v1/b/alone', off);
  expect((await http.get(iam)).json.bindings).toEqual([...LEGACY_BUCKET, VIEWER]);
});

test('turned on later, uniform access goes on with what the ACL granted, and ends without it', async () => {
  const http = client(await start());
  const iam = '/storage/v1/b/later/iam';
  const switched = (enabled: boolean) =>
    http.patch('/storage/v1/b/later', {
      iamConfiguration: { uniformBucketLevelAccess: { enabled } },
    });
  await http.bucket('later', { acl: [{ entity: 'user-a@example.com', role: 'WRITER' }] });
  const writer = { role: 'roles/storage.legacyBucketWriter', members: ['user:a@example.com'] };
  const owner = {
    role: 'roles/storage.legacyBucketOwner',
    members: ['projectOwner:cloudlab-sandbox'],
  };
  await switched(true);
  const { json: policy } = await http.get(iam);
  // Nothing is granted on its objects that was not granted before.
  expect(policy.bindings).toEqual([owner, writer]);
  const changed = { role: writer.role, members: ['user:b@example.com'] };
  await http.put(iam, { bindings: [owner, changed, VIEWER] });
  await switched(false);
  expect((await http.get(iam)).json.bindings).toEqual([owner, writer, VIEWER]);

  // An update that does not speak of access leaves all of it.
  const { json: before } = await http.get('/storage/v1/b/later?projection=full');
  const { json: after } = await http.put('/storage/v1/b/later', { labels: { a: 'b' } });
  expect(brief(after.acl)).toEqual(brief(before.acl));
  expect((await http.get(iam)).json.bindings).toEqual([owner, writer, VIEWER]);

  const defaults = '/storage/v1/b/later/defaultObjectAcl';
  const { metageneration } = after;
  expect((await http.get(`${defaults}?ifMetagenerationMatch=${metageneration}`)).status).toBe(200);
  expect((await http.get(`${defaults}?ifMetagenerationMatch=1`)).status).toBe(412);
  const unchanged = await http.get(`${defaults}?ifMetagenerationNotMatch=${metageneration}`);
  expect(unchanged.status).toBe(304);
});

test('a policy names roles and members that there are', async () => {
  const http = client(await start());
  await http.bucket('named', UNIFORM);
  await http.post('/v1/projects/cloudlab-sandbox/roles', { roleId: 'myRole', role: {} });
  const set = (role: string, member: string) =>
    http.put('/storage/v1/b/named/iam', { bindings: [{ role, members: [member] }] });
  for (const member of [
    'allAuthenticatedUsers',
    'user:a@example.com',
    'serviceAccount:p.svc.id.goog[default/web]',
    'domain:example.com',
    'projectViewer:cloudlab-sandbox',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s',
  ]) {
    expect((await set('projects/cloudlab-sandbox/roles/myRole', member)).status, member).toBe(200);
  }
  const missing = 'projects/cloudlab-sandbox/roles/other';
  const hierarchy = `Role (${missing}) does not exist in the resource's hierarchy.`;
  expectRefusal(await set(missing, 'allUsers'), 400, 'invalid', hierarchy);
  for (const role of [
    'roles/viewer',
    'roles/storage.viewer',
    'roles/storage.hmacKeyAdmin',
    'objectViewer',
    'toString',
  ]) {
    const message = `Role ${role} is not supported for this resource.`;
    expectRefusal(await set(role, 'allUsers'), 400, 'invalid', message);
  }
  for (const member of ['a@example.com', 'user:nobody', 'toString:x', 'deleted:user:a@b.c?uid=1']) {
    expectRefusal(await set(VIEWER.role, member), 400, 'invalid', /member/);
  }
  const typo = 'uplaoder@cloudlab-sandbox.iam.gserviceaccount.com';
  const unknown = `Service account ${typo} does not exist.`;
  expectRefusal(await set(VIEWER.role, `serviceAccount:${typo}`), 400, 'invalid', unknown);
  const other = await set(VIEWER.role, 'projectOwner:other');
  expectRefusal(other, 400, 'invalid', 'Unknown project id: other');
  const malformed = await http.put('/storage/v1/b/named/iam', { bindings: [{ members: [] }] });
  expectRefusal(malformed, 400, 'invalid', /bindings\.0\.role/);
  const crowd = (count: number) =>
    http.put('/storage/v1/b/named/iam', {
      bindings: Array.from({ length: count }, (_, i) => ({
        role: VIEWER.role,
        members: [`user:u${i}@example.com`, 'user:everywhere@example.com'],
      })),
    });
  expect((await crowd(1499)).status).toBe(200);
  expectRefusal(await crowd(1500), 400, 'invalid', /\(1,501\) is larger .* 1,500\./);

  const ask = (...permissions: string[]) =>
    http.get(
      `/storage/v1/b/named/iam/testPermissions?${permissions.map((p) => `permissions=${p}`).join('&')}`,
    );
  const { json } = await ask('storage.buckets.get', 'storage.objects.list');
  expect(json).toEqual({
    kind: 'storage#testIamPermissionsResponse',
    permissions: ['storage.buckets.get', 'storage.objects.list'],
  });
  expectRefusal(await ask(), 400, 'required', 'Required parameter: permissions');
  for (const permission of ['storage.buckets.list', 'compute.disks.get', 'storage.objects.*']) {
    expectRefusal(await ask(permission), 400, 'invalid', /not valid for this resource/);
  }
  const twice = await ask('storage.objects.get', 'storage.objects.get');
  expectRefusal(twice, 400, 'invalid', /only once/);
});
