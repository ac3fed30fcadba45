import { expect, test } from 'vitest';
import { predefinedPermissions, predefinedRoles } from '../../src/sandbox/iam/roles/catalogue.ts';
import { PROJECT } from './iam-policies-support.ts';
import { client, start } from './support.ts';

const ROLES = `/v1/projects/${PROJECT}/roles`;
const DAY = 24 * 3600;

test('a custom role is made, changed, deleted and brought back', async () => {
  const http = client(await start());
  const role = { title: 'Uploader', stage: 'GA', includedPermissions: ['storage.objects.create'] };
  const made = await http.post(ROLES, { roleId: 'uploader', role });
  expect(made.json).toEqual({
    name: `projects/${PROJECT}/roles/uploader`,
    ...role,
    etag: expect.any(String),
  });
  const again = await http.post(ROLES, { roleId: 'uploader', role });
  expect(again.json.error).toEqual({
    code: 409,
    message: `A role named uploader in projects/${PROJECT} already exists.`,
    status: 'ALREADY_EXISTS',
  });

  const two = ['storage.objects.list', 'storage.objects.create'];
  const changed = await http.patch(`${ROLES}/uploader?updateMask=includedPermissions,description`, {
    includedPermissions: [...two, ...two],
    title: 'not in the mask',
    etag: made.json.etag,
  });
  expect(changed.json).toMatchObject({ title: 'Uploader', includedPermissions: two.toSorted() });
  const stale = await http.patch(`${ROLES}/uploader`, { title: 'late', etag: made.json.etag });
  expect(stale.json.error).toMatchObject({ code: 409, status: 'ABORTED' });
  expect((await http.get(`${ROLES}/uploader`)).json).toEqual(changed.json);

  expect((await http.get(ROLES)).json.roles[0].includedPermissions).toBeUndefined();
  expect((await http.get(`${ROLES}?view=FULL`)).json.roles).toEqual([changed.json]);
  expect((await http.delete(`${ROLES}/uploader`)).json).toMatchObject({ deleted: true });
  expect((await http.get(ROLES)).json).toEqual({});
  expect((await http.get(`${ROLES}?showDeleted=true`)).json.roles).toHaveLength(1);
  for (const refused of [
    await http.post(ROLES, { roleId: 'uploader', role }),
    await http.patch(`${ROLES}/uploader`, { title: 'x' }),
    await http.delete(`${ROLES}/uploader`),
  ]) {
    expect(refused.json.error).toMatchObject({ code: 400, status: 'FAILED_PRECONDITION' });
  }
  expect((await http.post(`${ROLES}/uploader:undelete`, {})).json.deleted).toBeUndefined();
  expect((await http.post(`${ROLES}/uploader:undelete`, {})).status).toBe(400);
});

test('a deleted role comes back within a week, and its id is free again after five', async () => {
  const sandbox = await start({ controlToken: 'control' });
  const http = client(sandbox);
  const advance = (days: number) =>
    http.call('POST', '/_cloudlab/clock', {
      headers: { authorization: 'Bearer control' },
      body: JSON.stringify({ advanceSeconds: days * DAY }),
    });
  await http.post(ROLES, { roleId: 'brief', role: {} });
  await http.delete(`${ROLES}/brief`);
  expect((await advance(8)).status).toBe(200);
  expect((await http.post(`${ROLES}/brief:undelete`, {})).status).toBe(400);
  expect((await http.post(ROLES, { roleId: 'brief', role: {} })).status).toBe(400);
  await advance(30);
  expect((await http.get(`${ROLES}/brief`)).status).toBe(404);
  expect((await http.post(ROLES, { roleId: 'brief', role: {} })).status).toBe(200);
});

test('what cannot be a role is refused in Google’s words', async () => {
  const http = client(await start());
  const refused: [body: object, code: number, message: RegExp][] = [
    [{ roleId: 'ab' }, 400, /role_id ab must have 3 to 64/],
    [{ roleId: 'with-dash' }, 400, /role_id/],
    [{ role: {} }, 400, /role_id/],
    [
      { roleId: 'bad', role: { includedPermissions: ['storage.objects.gett'] } },
      400,
      /^Permission storage.objects.gett is not valid\.$/,
    ],
    [
      { roleId: 'bad', role: { includedPermissions: ['storage.*'] } },
      400,
      /^Permission storage.\* is not valid\.$/,
    ],
    [
      { roleId: 'bad', role: { includedPermissions: ['resourcemanager.projects.list'] } },
      400,
      /is not valid/,
    ],
    [
      { roleId: 'bad', role: { includedPermissions: ['bigquery.datasets.get'] } },
      501,
      /bigquery.datasets.get/,
    ],
    [{ roleId: 'bad', role: { stage: 'SOON' } }, 400, /stage/],
  ];
  for (const [body, code, message] of refused) {
    const { json } = await http.post(ROLES, body);
    expect(json.error, JSON.stringify(body)).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  }
  expect((await http.get(`${ROLES}/nothing`)).json.error.message).toBe(
    `The role named projects/${PROJECT}/roles/nothing was not found.`,
  );
  expect((await http.get('/v1/projects/other/roles')).status).toBe(403);
});

test('predefined roles are listed page by page, and told with their permissions', async () => {
  const http = client(await start());
  const names: string[] = [];
  let token = '';
  do {
    const { json } = await http.get(`/v1/roles?pageSize=20&pageToken=${token}`);
    names.push(...json.roles.map(({ name }: { name: string }) => name));
    token = json.nextPageToken ?? '';
  } while (token !== '');
  expect(names).toEqual([...predefinedRoles.keys()]);
  expect((await http.get('/v1/roles/storage.objectViewer')).json).toEqual({
    name: 'roles/storage.objectViewer',
    title: 'Storage Object Viewer',
    description: expect.any(String),
    includedPermissions: [
      ...['resourcemanager.projects.get', 'resourcemanager.projects.list'],
      ...['storage.folders.get', 'storage.folders.list'],
      ...['storage.managedFolders.get', 'storage.managedFolders.list'],
      ...['storage.objects.get', 'storage.objects.list'],
    ],
    stage: 'GA',
    etag: 'AA==',
  });
  expect((await http.get('/v1/roles/storage.nothing')).json.error).toEqual({
    code: 404,
    message: 'The role named roles/storage.nothing was not found.',
    status: 'NOT_FOUND',
  });
});

test('what can be granted on a resource, and asked about it, depends on what it is', async () => {
  const http = client(await start());
  const bucket = '//storage.googleapis.com/projects/_/buckets/photos';
  const project = `//cloudresourcemanager.googleapis.com/projects/${PROJECT}`;
  const account = `//iam.googleapis.com/projects/${PROJECT}/serviceAccounts/a@b.example`;
  const grantable = async (fullResourceName: string) => {
    const { json } = await http.post('/v1/roles:queryGrantableRoles', { fullResourceName });
    return json.roles.map(({ name }: { name: string }) => name);
  };
  expect(await grantable(bucket)).toContain('roles/storage.legacyBucketReader');
  expect(await grantable(bucket)).not.toContain('roles/compute.admin');
  expect(await grantable(project)).not.toContain('roles/storage.legacyBucketReader');
  expect(await grantable(account)).toContain('roles/iam.workloadIdentityUser');
  expect(await grantable(account)).not.toContain('roles/storage.admin');
  const testable = await http.post('/v1/permissions:queryTestablePermissions', {
    fullResourceName: bucket,
  });
  const names = testable.json.permissions.map(({ name }: { name: string }) => name);
  expect(names).toContain('storage.objects.get');
  expect(names).not.toContain('storage.buckets.list');
  const wrong = await http.post('/v1/roles:queryGrantableRoles', { fullResourceName: 'photos' });
  expect(wrong.status).toBe(400);
});

/** As Google's documentation lists them; what is about other services is left out. */
test('roles hold what Google documents', () => {
  const holds = (role: string) => (permission: string) =>
    predefinedPermissions(role)?.has(permission) ?? false;
  const creator = holds('roles/storage.objectCreator');
  expect(creator('storage.objects.create')).toBe(true);
  for (const not of ['get', 'list', 'delete', 'update'])
    expect(creator(`storage.objects.${not}`)).toBe(false);
  const owner = holds('roles/owner');
  // Not even an owner may act as a service account by tokens, or read objects by the role alone.
  for (const not of [
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.signBlob',
    'storage.objects.get',
    'orgpolicy.policy.set',
  ]) {
    expect(owner(not), not).toBe(false);
  }
  expect(owner('resourcemanager.projects.setIamPolicy')).toBe(true);
  const editor = holds('roles/editor');
  expect(editor('iam.serviceAccountKeys.create')).toBe(true);
  expect(editor('iam.serviceAccounts.setIamPolicy')).toBe(false);
  expect(editor('compute.instances.delete')).toBe(true);
  const viewer = holds('roles/viewer');
  expect(viewer('compute.instances.list')).toBe(true);
  expect(viewer('compute.instances.start')).toBe(false);
  expect(holds('roles/compute.networkAdmin')('compute.firewalls.create')).toBe(false);
  expect(holds('roles/compute.securityAdmin')('compute.firewalls.create')).toBe(true);
  expect(holds('roles/compute.instanceAdmin.v1')('compute.networks.create')).toBe(false);
  expect(holds('roles/storage.admin')('storage.hmacKeys.create')).toBe(false);
  expect(holds('roles/storage.objectAdmin')('storage.buckets.get')).toBe(false);
  expect(holds('roles/logging.viewer')('logging.privateLogEntries.list')).toBe(false);
});
