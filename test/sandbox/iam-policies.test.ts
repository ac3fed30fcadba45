import { expect, test } from 'vitest';
import {
  ACCOUNTS,
  actor,
  changePolicy,
  emailOf,
  enforced,
  grant,
  LEARNER,
  memberOf,
  PROJECT,
} from './iam-policies-support.ts';
import { client, start, tempDir } from './support.ts';

const POLICY = `/v1/projects/${PROJECT}`;
const COMPUTE = 'serviceAccount:100000000001-compute@developer.gserviceaccount.com';
const INITIAL = [
  { role: 'roles/editor', members: [COMPUTE] },
  { role: 'roles/owner', members: [LEARNER] },
];

test('a new project has an owner and the editor nobody asked for, until somebody changes that', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir, controlToken: 'control' });
  const http = client(sandbox);
  const first = await http.post(`${POLICY}:getIamPolicy`, {});
  expect(first.json).toEqual({ version: 1, etag: expect.any(String), bindings: INITIAL });
  expect((await http.post(`/v3/projects/100000000001:getIamPolicy`, {})).json).toEqual(first.json);

  const bindings = INITIAL.slice(1);
  const { etag } = first.json;
  const set = await http.post(`${POLICY}:setIamPolicy`, { policy: { etag, bindings } });
  expect(set.json.bindings).toEqual(bindings);
  expect(set.json.etag).not.toBe(etag);
  await sandbox.close();

  const again = await start({ dataDir, controlToken: 'control' });
  expect((await client(again).post(`${POLICY}:getIamPolicy`, {})).json).toEqual(set.json);
  const headers = { authorization: 'Bearer control' };
  await client(again).call('POST', '/_cloudlab/reset', { headers });
  expect((await client(again).post(`${POLICY}:getIamPolicy`, {})).json).toEqual(first.json);
});

test('a policy that somebody else has changed meanwhile is refused, and nothing of it is kept', async () => {
  const http = client(await start());
  const { json: read } = await http.post(`${POLICY}:getIamPolicy`, {});
  const other = { role: 'roles/browser', members: ['user:other@example.com'] };
  const theirs = { ...read, bindings: [...read.bindings, other] };
  const { json: now } = await http.post(`${POLICY}:setIamPolicy`, { policy: theirs });

  const stale = await http.post(`${POLICY}:setIamPolicy`, { policy: read });
  expect(stale.status).toBe(409);
  expect(stale.json.error).toEqual({
    code: 409,
    status: 'ABORTED',
    message:
      'There were concurrent policy changes. Please retry the whole read-modify-write with ' +
      "exponential backoff. The request's ETag '\\007\\000\\000\\000\\000\\000\\000\\000' did not match " +
      "the current policy's ETag '\\007\\000\\000\\000\\000\\000\\000\\001'.",
  });
  expect((await http.post(`${POLICY}:getIamPolicy`, {})).json).toEqual(now);
  // Of twenty who read the same, one wins.
  const add = (at: number) => {
    const mine = { role: 'roles/browser', members: [`user:u${at}@example.com`] };
    return http.post(`${POLICY}:setIamPolicy`, {
      policy: { ...now, bindings: [...INITIAL, mine] },
    });
  };
  const all = await Promise.all(Array.from({ length: 20 }, (_, at) => add(at)));
  expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(409)]);
  // Without an etag whoever comes last wins, as on GCP.
  const blind = await http.post(`${POLICY}:setIamPolicy`, { policy: { bindings: INITIAL } });
  expect(blind.json.bindings).toEqual(INITIAL);
  // What a mask leaves out stays.
  const masked = (updateMask: string) =>
    http.post(`${POLICY}:setIamPolicy`, { policy: { bindings: [] }, updateMask });
  expect((await masked('etag')).json.bindings).toEqual(INITIAL);
  expect((await masked('etag,version,nonsense')).status).toBe(400);
  expect((await masked('bindings,etag')).status).toBe(400);
});

const binding = (role: string, member: string, condition?: object) => ({
  ...{ role, members: [member] },
  ...(condition ? { condition } : {}),
});

const REFUSED: [what: string, bindings: object[], message: RegExp, more?: object][] = [
  [
    'an unknown role',
    [binding('roles/storage.nothing', LEARNER)],
    /^Role roles\/storage.nothing is not supported for this resource\.$/,
  ],
  [
    'a legacy role',
    [binding('roles/storage.legacyBucketReader', LEARNER)],
    /is not supported for this resource/,
  ],
  [
    'an unknown custom role',
    [binding(`projects/${PROJECT}/roles/none`, LEARNER)],
    /^Role \(projects\/cloudlab-sandbox\/roles\/none\) does not exist in the resource's hierarchy\.$/,
  ],
  [
    'no type',
    [binding('roles/browser', 'kim@example.com')],
    /^The member kim@example.com is of an unknown type/,
  ],
  ['an unknown type', [binding('roles/browser', 'person:kim@example.com')], /unknown type/],
  ['no address', [binding('roles/browser', 'user:kim')], /^User kim does not exist\.$/],
  [
    'an account that is not there',
    [binding('roles/browser', memberOf('typo'))],
    /^Service account typo@.* does not exist\.$/,
  ],
  ['everybody', [binding('roles/browser', 'allUsers')], /does not support allUsers/],
  [
    'everybody with an account',
    [binding('roles/browser', 'allAuthenticatedUsers')],
    /does not support allUsers/,
  ],
  [
    'a second owner',
    [binding('roles/owner', 'user:other@example.com')],
    /Request contains an invalid argument/,
  ],
  [
    'a condition in version 1',
    [binding('roles/browser', LEARNER, { title: 't', expression: 'true' })],
    /must be at least 3/,
    { version: 1 },
  ],
  [
    'a condition on a basic role',
    [binding('roles/viewer', LEARNER, { title: 't', expression: 'true' })],
    /primitive roles/,
  ],
  [
    'a condition without a title',
    [binding('roles/browser', LEARNER, { expression: 'true' })],
    /title/,
  ],
  [
    'a condition that is none',
    [binding('roles/browser', LEARNER, { title: 't', expression: 'request.tim < 1' })],
    /compilation failed/,
  ],
  ['a version that is none', [], /Invalid policy version: 2/, { version: 2 }],
  [
    'too many members',
    [
      {
        role: 'roles/browser',
        members: Array.from({ length: 1501 }, (_, i) => `user:u${i}@example.com`),
      },
    ],
    /\(1,50\d\) is larger than the maximum allowed size 1,500/,
  ],
];

test('what cannot be a policy is refused in Google’s words, and nothing of it is kept', async () => {
  const http = client(await start());
  for (const [what, bindings, message, more = {}] of REFUSED) {
    const policy = { version: 3, bindings: [...INITIAL, ...bindings], ...more };
    const { json } = await http.post(`${POLICY}:setIamPolicy`, { policy });
    expect(json.error, what).toMatchObject({
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  }
  expect((await http.post(`${POLICY}:getIamPolicy`, {})).json.bindings).toEqual(INITIAL);
});

test('a project keeps an owner who is a person', async () => {
  const http = client(await start());
  const policy = { bindings: INITIAL.slice(0, 1) };
  const { json } = await http.post(`${POLICY}:setIamPolicy`, { policy });
  expect(json.error).toMatchObject({
    code: 400,
    details: [{ type: 'SOLO_REQUIRE_TOS_ACCEPTOR', role: 'roles/owner' }],
  });
});

test('members and bindings are kept in one order, each once, addresses in lower case', async () => {
  const http = client(await start());
  const { json } = await http.post(`${POLICY}:setIamPolicy`, {
    policy: {
      bindings: [
        { role: 'roles/browser', members: ['user:B@Example.com', 'user:a@example.com'] },
        ...INITIAL,
        { role: 'roles/browser', members: ['user:b@example.com', 'domain:Example.com'] },
        { role: 'roles/viewer', members: [] },
      ],
    },
  });
  expect(json.bindings).toEqual([
    {
      role: 'roles/browser',
      members: ['domain:example.com', 'user:a@example.com', 'user:b@example.com'],
    },
    ...INITIAL,
  ]);
});

test('an access that ends by a condition ends when the sandbox’s clock gets there, also after a restart', async () => {
  const dataDir = await tempDir();
  const first = await enforced({ dataDir });
  await actor(first.sandbox, first.learner, 'temporary');
  const until = new Date(Date.now() + 3600_000).toISOString();
  const condition = { title: 'for an hour', expression: `request.time < timestamp("${until}")` };
  const granted = await changePolicy(first.learner, (all) => [
    ...all,
    { ...binding('roles/browser', memberOf('temporary')), condition },
  ]);
  expect(granted.json).toMatchObject({ version: 3 });
  await first.sandbox.close();

  const { sandbox, learner } = await enforced({ dataDir });
  const path = `${ACCOUNTS}/${emailOf('temporary')}`;
  const scope = ['https://www.googleapis.com/auth/cloud-platform'];
  const { json } = await learner('POST', `${path}:generateAccessToken`, { scope });
  const headers = { authorization: `Bearer ${json.accessToken}` };
  const described = () => client(sandbox).call('GET', POLICY, { headers });
  expect((await described()).status).toBe(200);
  await client(sandbox).call('POST', '/_cloudlab/clock', {
    headers: { authorization: 'Bearer control', 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: 3601 }),
  });
  expect((await described()).json.error).toMatchObject({
    code: 403,
    message: `Permission 'resourcemanager.projects.get' denied on resource '//cloudresourcemanager.googleapis.com/projects/${PROJECT}' (or it may not exist).`,
    status: 'PERMISSION_DENIED',
  });

  // Who does not know of conditions sees that there is something, and cannot set it back.
  const old = await learner('POST', `${POLICY}:getIamPolicy`, {});
  const roles = old.json.bindings.map(({ role }: { role: string }) => role);
  expect(roles[0]).toMatch(/^roles\/browser_withcond_[0-9a-f]{20}$/);
  expect(old.json).toMatchObject({ version: 1 });
  const back = await learner('POST', `${POLICY}:setIamPolicy`, { policy: old.json });
  expect(back.status).toBe(400);
});

test('a deleted account leaves policies under another name, and a new one of the same name has nothing', async () => {
  const { sandbox, learner } = await enforced();
  const first = await actor(sandbox, learner, 'leaver');
  await grant(learner, 'roles/browser', memberOf('leaver'));
  expect((await first('GET', POLICY)).status).toBe(200);
  const path = `${ACCOUNTS}/${emailOf('leaver')}`;
  const { uniqueId } = (await learner('GET', path)).json;
  await learner('DELETE', path);
  const browsers = async () =>
    (await learner('POST', `${POLICY}:getIamPolicy`, {})).json.bindings.find(
      ({ role }: { role: string }) => role === 'roles/browser',
    ).members;
  expect(await browsers()).toEqual([`deleted:serviceAccount:${emailOf('leaver')}?uid=${uniqueId}`]);
  // A policy that names somebody deleted can be set again.
  expect((await changePolicy(learner, (all) => all)).status).toBe(200);

  const { json } = await learner('POST', `${ACCOUNTS}/${uniqueId}:undelete`, {});
  expect(json.restoredAccount).toMatchObject({ email: emailOf('leaver'), uniqueId });
  expect(await browsers()).toEqual([memberOf('leaver')]);

  await learner('DELETE', path);
  const again = await actor(sandbox, learner, 'leaver');
  expect((await again('GET', POLICY)).status).toBe(403);
  expect((await learner('POST', `${ACCOUNTS}/${uniqueId}:undelete`, {})).status).toBe(404);
});

test('who may act as a service account stands in its own policy', async () => {
  const http = client(await start());
  await http.post(ACCOUNTS, { accountId: 'worker' });
  const path = `${ACCOUNTS}/${emailOf('worker')}`;
  const empty = await http.post(`${path}:getIamPolicy`, {});
  expect(empty.json).toEqual({ version: 1, etag: 'ACAB' });
  const user = binding('roles/iam.serviceAccountUser', 'user:a@example.com');
  const policy = { ...empty.json, bindings: [user] };
  const set = await http.post(`${path}:setIamPolicy`, { policy });
  expect(set.json).toMatchObject({ bindings: [user] });
  expect((await http.post(`${path}:setIamPolicy`, { policy })).status).toBe(409);
  const other = binding('roles/storage.admin', 'user:a@example.com');
  const refused = await http.post(`${path}:setIamPolicy`, { policy: { bindings: [other] } });
  expect(refused.json.error.message).toBe(
    'Role roles/storage.admin is not supported for this resource.',
  );
  const anyone = binding('roles/iam.workloadIdentityUser', 'allUsers');
  expect((await http.post(`${path}:setIamPolicy`, { policy: { bindings: [anyone] } })).status).toBe(
    200,
  );
});

test('testIamPermissions tells what one has, and refuses what is no permission', async () => {
  const { sandbox, learner, nobody } = await enforced();
  const viewer = await actor(sandbox, learner, 'viewer');
  await grant(learner, 'roles/viewer', memberOf('viewer'));
  const permissions = [
    ...['resourcemanager.projects.get', 'resourcemanager.projects.setIamPolicy'],
    ...['storage.buckets.list', 'bigquery.datasets.get'],
  ];
  const asked = (send: typeof nobody, list = permissions) =>
    send('POST', `${POLICY}:testIamPermissions`, { permissions: list });
  expect((await asked(viewer)).json).toEqual({
    permissions: ['resourcemanager.projects.get', 'storage.buckets.list'],
  });
  expect((await asked(learner)).json.permissions).toEqual(permissions.slice(0, 3));
  expect((await asked(nobody)).json).toEqual({});
  for (const wrong of ['storage.objects.gett', 'storage', 'storage.*', '']) {
    const { json } = await asked(learner, [wrong]);
    expect(json.error.message, wrong).toBe(`Permission ${wrong} is not valid for this resource.`);
  }
});
