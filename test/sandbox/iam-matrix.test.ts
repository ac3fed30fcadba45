import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, permissionsOf } from '../../src/sandbox/iam/policies/decide.ts';
import { PROJECT_POLICY } from '../../src/sandbox/iam/policies/stored.ts';
import { predefinedPermissions, predefinedRoles } from '../../src/sandbox/iam/roles/catalogue.ts';
import {
  createRole,
  deleteRole,
  requireRole,
  updateRole,
} from '../../src/sandbox/iam/roles/custom.ts';
import { PERMISSIONS } from '../../src/sandbox/iam/roles/permissions.ts';
import type { IamState } from '../../src/sandbox/iam/state.ts';
import type { Binding, Caller, ProtectedResource } from '../../src/sandbox/identity.ts';
import {
  ACCOUNTS,
  actor,
  callerOf,
  emailOf,
  enforced,
  grant,
  iamState,
  memberOf,
  PROJECT,
  type Send,
} from './iam-policies-support.ts';
import { manualClock } from './support.ts';

/** Everything that IAM and Resource Manager do; what is sent has no effect where it is let in. */
const TARGET = `${ACCOUNTS}/${emailOf('target')}`;
const CALLS: [permission: string, method: string, path: string, body?: object][] = [
  ['iam.serviceAccounts.list', 'GET', ACCOUNTS],
  ['iam.serviceAccounts.create', 'POST', ACCOUNTS, {}],
  ['iam.serviceAccounts.get', 'GET', TARGET],
  ['iam.serviceAccounts.update', 'PATCH', TARGET, { updateMask: 'none' }],
  ['iam.serviceAccounts.delete', 'DELETE', `${ACCOUNTS}/${emailOf('absent')}`],
  ['iam.serviceAccounts.undelete', 'POST', `${ACCOUNTS}/123456789012345678901:undelete`],
  ['iam.serviceAccounts.disable', 'POST', `${ACCOUNTS}/${emailOf('absent')}:disable`],
  ['iam.serviceAccounts.enable', 'POST', `${ACCOUNTS}/${emailOf('absent')}:enable`],
  ['iam.serviceAccounts.getIamPolicy', 'POST', `${TARGET}:getIamPolicy`],
  [
    'iam.serviceAccounts.setIamPolicy',
    'POST',
    `${TARGET}:setIamPolicy`,
    { policy: { version: 2 } },
  ],
  [
    'iam.serviceAccounts.getAccessToken',
    'POST',
    `${TARGET}:generateAccessToken`,
    { scope: ['none'] },
  ],
  ['iam.serviceAccountKeys.list', 'GET', `${TARGET}/keys`],
  ['iam.serviceAccountKeys.create', 'POST', `${TARGET}/keys`, { keyAlgorithm: 'none' }],
  ['iam.serviceAccountKeys.get', 'GET', `${TARGET}/keys/none`],
  ['iam.serviceAccountKeys.delete', 'DELETE', `${TARGET}/keys/none`],
  ['iam.serviceAccountKeys.disable', 'POST', `${TARGET}/keys/none:disable`],
  ['iam.roles.list', 'GET', `/v1/projects/${PROJECT}/roles`],
  ['iam.roles.create', 'POST', `/v1/projects/${PROJECT}/roles`, {}],
  ['iam.roles.get', 'GET', `/v1/projects/${PROJECT}/roles/none`],
  ['iam.roles.update', 'PATCH', `/v1/projects/${PROJECT}/roles/none`, {}],
  ['iam.roles.delete', 'DELETE', `/v1/projects/${PROJECT}/roles/none`],
  ['iam.roles.undelete', 'POST', `/v1/projects/${PROJECT}/roles/none:undelete`],
  ['resourcemanager.projects.get', 'GET', `/v1/projects/${PROJECT}`],
  ['resourcemanager.projects.getIamPolicy', 'POST', `/v3/projects/${PROJECT}:getIamPolicy`],
  [
    'resourcemanager.projects.setIamPolicy',
    'POST',
    `/v1/projects/${PROJECT}:setIamPolicy`,
    { policy: { version: 2 } },
  ],
  [
    'orgpolicy.policy.get',
    'GET',
    `/v2/projects/${PROJECT}/policies/iam.disableServiceAccountKeyCreation`,
  ],
  ['orgpolicy.policies.list', 'GET', `/v2/projects/${PROJECT}/policies`],
  ['orgpolicy.policies.create', 'POST', `/v2/projects/${PROJECT}/policies`, {}],
  ['orgpolicy.policies.delete', 'DELETE', `/v2/projects/${PROJECT}/policies/none`],
  ['orgpolicy.policy.set', 'POST', `/v1/projects/${PROJECT}:setOrgPolicy`, {}],
  ['orgpolicy.constraints.list', 'GET', `/v2/projects/${PROJECT}/constraints`],
];

const ACCOUNT_READ = ['iam.serviceAccounts.list', 'iam.serviceAccounts.get'];
const ACCOUNT_WRITE = ['create', 'update', 'delete', 'undelete', 'disable', 'enable'].map(
  (verb) => `iam.serviceAccounts.${verb}`,
);
const KEYS = ['list', 'create', 'get', 'delete', 'disable'].map(
  (verb) => `iam.serviceAccountKeys.${verb}`,
);
const ROLES = ['list', 'create', 'get', 'update', 'delete', 'undelete'].map(
  (verb) => `iam.roles.${verb}`,
);
const SEE = 'resourcemanager.projects.get';
const READ_POLICY = 'resourcemanager.projects.getIamPolicy';
const SET_POLICY = 'resourcemanager.projects.setIamPolicy';
const READ_ACCOUNT_POLICY = 'iam.serviceAccounts.getIamPolicy';

const VIEWER = [
  ...[
    ...ACCOUNT_READ,
    READ_ACCOUNT_POLICY,
    'iam.serviceAccountKeys.list',
    'iam.serviceAccountKeys.get',
  ],
  ...['iam.roles.list', 'iam.roles.get', SEE, READ_POLICY, 'orgpolicy.policy.get'],
];
const EDITOR = [...VIEWER, ...ACCOUNT_WRITE, ...KEYS];

/** What Google's documentation says each role can do of these. */
const DOCUMENTED: Readonly<Record<string, readonly string[]>> = {
  'roles/viewer': VIEWER,
  'roles/editor': EDITOR,
  // Not orgpolicy, and not to be somebody else: that has to be granted, also to an owner.
  'roles/owner': [...EDITOR, 'iam.serviceAccounts.setIamPolicy', ...ROLES, SET_POLICY],
  'roles/browser': [SEE, READ_POLICY],
  'roles/iam.serviceAccountAdmin': [
    ...[...ACCOUNT_READ, ...ACCOUNT_WRITE, READ_ACCOUNT_POLICY],
    ...['iam.serviceAccounts.setIamPolicy', SEE],
  ],
  'roles/iam.serviceAccountCreator': [...ACCOUNT_READ, 'iam.serviceAccounts.create', SEE],
  'roles/iam.serviceAccountKeyAdmin': [...ACCOUNT_READ, ...KEYS, SEE],
  'roles/iam.serviceAccountUser': [...ACCOUNT_READ, SEE],
  'roles/iam.serviceAccountTokenCreator': [
    ...ACCOUNT_READ,
    'iam.serviceAccounts.getAccessToken',
    SEE,
  ],
  'roles/iam.workloadIdentityUser': [...ACCOUNT_READ, 'iam.serviceAccounts.getAccessToken'],
  'roles/iam.roleAdmin': [...ROLES, SEE, READ_POLICY],
  'roles/iam.roleViewer': ['iam.roles.list', 'iam.roles.get', SEE, READ_POLICY],
  'roles/resourcemanager.projectIamAdmin': [SEE, READ_POLICY, SET_POLICY],
  'roles/orgpolicy.policyAdmin': [
    ...['orgpolicy.policy.get', 'orgpolicy.policies.list', 'orgpolicy.policies.create'],
    ...['orgpolicy.policies.delete', 'orgpolicy.policy.set', 'orgpolicy.constraints.list'],
  ],
  'roles/orgpolicy.policyViewer': [
    'orgpolicy.policy.get',
    'orgpolicy.policies.list',
    'orgpolicy.constraints.list',
  ],
  'roles/storage.admin': [SEE, 'orgpolicy.policy.get'],
  'roles/storage.objectCreator': [SEE, 'orgpolicy.policy.get'],
  'roles/compute.admin': [SEE],
};

async function letIn(send: Send): Promise<string[]> {
  const granted: string[] = [];
  for (const [permission, method, path, body] of CALLS) {
    const { status, json } = await send(method, path, body);
    if (status !== 401 && status !== 403) granted.push(permission);
    if (status === 403) {
      expect(json.error.message).toContain(`Permission '${permission}' denied on resource`);
      expect(json.error.details[0].metadata.permission).toBe(permission);
    }
  }
  return granted.sort();
}

test('each role is let into what it is documented to, and nobody into anything', {
  timeout: 120_000,
}, async () => {
  const { sandbox, learner, nobody } = await enforced();
  await learner('POST', ACCOUNTS, { accountId: 'target' });
  for (const [at, [role, documented]] of Object.entries(DOCUMENTED).entries()) {
    const id = `holder-${at}`;
    const send = await actor(sandbox, learner, id);
    await grant(learner, role, memberOf(id));
    expect(await letIn(send), role).toEqual([...new Set(documented)].sort());
  }
  expect(await letIn(await actor(sandbox, learner, 'nothing'))).toEqual([]);
  expect(await letIn(nobody)).toEqual([]);
  const { json, headers, status } = await nobody('GET', TARGET);
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
  expect(json.error).toMatchObject({
    status: 'UNAUTHENTICATED',
    message: expect.stringMatching(/^Request is missing required authentication credential\./),
  });
});

test('what is granted on one service account holds for that one', async () => {
  const { sandbox, learner } = await enforced();
  const send = await actor(sandbox, learner, 'keymaker');
  for (const accountId of ['target', 'another']) await learner('POST', ACCOUNTS, { accountId });
  await grant(learner, 'roles/iam.serviceAccountKeyAdmin', memberOf('keymaker'), TARGET);
  expect((await send('GET', `${TARGET}/keys`)).status).toBe(200);
  expect((await send('GET', `${ACCOUNTS}/${emailOf('another')}/keys`)).status).toBe(403);
  // Who may not see an account does not learn whether it is there.
  const absent = await send('GET', `${ACCOUNTS}/${emailOf('absent')}`);
  expect(absent.json.error.message).toBe(
    "Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).",
  );
  expect((await learner('GET', `${ACCOUNTS}/${emailOf('absent')}`)).status).toBe(404);
});

const BUCKET: ProtectedResource = {
  name: 'projects/_/buckets/photos',
  type: 'storage.googleapis.com/Bucket',
};
const withPolicy = (resource: ProtectedResource, ...bindings: Binding[]): ProtectedResource => ({
  ...resource,
  policies: () => [{ bindings }],
});
const OBJECT = { name: `${BUCKET.name}/objects/cat.jpg`, type: 'storage.googleapis.com/Object' };

/** Puts a policy on the project without asking anybody. */
function project(state: IamState, ...bindings: Binding[]): void {
  state.policyCache.set(PROJECT_POLICY, { revision: 1, bindings });
}

const ANN = callerOf('user:ann@example.com');
const to = (role: string, ...members: string[]): Binding => ({ role, members });
const READER = 'roles/storage.objectViewer';
const GET = 'storage.objects.get';

const READERS: [
  what: string,
  caller: Caller,
  project: Binding[],
  bucket: Binding[],
  can: boolean,
][] = [
  ['nobody', callerOf(undefined), [to('roles/owner', ANN.member ?? '')], [], false],
  ['nobody, where everybody may', callerOf(undefined), [], [to(READER, 'allUsers')], true],
  [
    'nobody, where everybody with an account may',
    callerOf(undefined),
    [],
    [to(READER, 'allAuthenticatedUsers')],
    false,
  ],
  [
    'a person, where everybody with an account may',
    ANN,
    [],
    [to(READER, 'allAuthenticatedUsers')],
    true,
  ],
  [
    'a federated identity, where everybody with an account may',
    callerOf('principal://iam.googleapis.com/p/subject/x'),
    [],
    [to(READER, 'allAuthenticatedUsers')],
    false,
  ],
  ['by a role on the project', ANN, [to(READER, 'user:ann@example.com')], [], true],
  ['by a role on the bucket', ANN, [], [to(READER, 'user:ann@example.com')], true],
  [
    'somebody else',
    ANN,
    [to(READER, 'user:bob@example.com')],
    [to(READER, 'serviceAccount:ann@example.com')],
    false,
  ],
  [
    'by the wrong role',
    ANN,
    [to('roles/storage.objectCreator', 'user:ann@example.com')],
    [],
    false,
  ],
  ['by a role that is none', ANN, [to('roles/storage.nothing', 'user:ann@example.com')], [], false],
  ['by the domain', ANN, [to(READER, 'domain:example.com')], [], true],
  ['by another domain', ANN, [to(READER, 'domain:ample.com')], [], false],
  [
    'a service account by the domain',
    callerOf('serviceAccount:ann@example.com'),
    [to(READER, 'domain:example.com')],
    [],
    false,
  ],
  ['by a group: there are none', ANN, [to(READER, 'group:ann@example.com')], [], false],
  [
    'a deleted account',
    callerOf(memberOf('gone')),
    [to(READER, `deleted:${memberOf('gone')}?uid=1`)],
    [],
    false,
  ],
  [
    'a federated identity',
    callerOf('principal://iam.googleapis.com/p/subject/x'),
    [to(READER, 'principal://iam.googleapis.com/p/subject/x')],
    [],
    true,
  ],
  [
    'one of a set',
    callerOf('principal://a', ['principalSet://a/attribute.repo/me']),
    [],
    [to(READER, 'principalSet://a/attribute.repo/me')],
    true,
  ],
  [
    'one of another set',
    callerOf('principal://a', ['principalSet://a/attribute.repo/me']),
    [],
    [to(READER, 'principalSet://a/attribute.repo/you')],
    false,
  ],
  ['an owner of the project alone', ANN, [to('roles/owner', 'user:ann@example.com')], [], false],
  [
    'an owner, where the bucket names the owners',
    ANN,
    [to('roles/owner', 'user:ann@example.com')],
    [to('roles/storage.legacyObjectOwner', `projectOwner:${PROJECT}`)],
    true,
  ],
  [
    'an editor, where the bucket names the owners',
    ANN,
    [to('roles/editor', 'user:ann@example.com')],
    [to('roles/storage.legacyObjectOwner', `projectOwner:${PROJECT}`)],
    false,
  ],
  [
    'a viewer, where the bucket names the viewers',
    ANN,
    [to('roles/viewer', 'user:ann@example.com')],
    [to('roles/storage.legacyObjectReader', `projectViewer:${PROJECT}`)],
    true,
  ],
  [
    'an account that acts for another',
    { ...callerOf(memberOf('robot')), through: ['ann@example.com'] },
    [to(READER, 'user:ann@example.com')],
    [],
    false,
  ],
  ['an unlimited caller', { ...callerOf(undefined), unlimited: true }, [], [], true],
];

test('who may read an object, by whatever name a policy means him', async () => {
  const state = await iamState();
  for (const [what, caller, onProject, onBucket, can] of READERS) {
    project(state, ...onProject);
    expect(decide(state, caller, GET, withPolicy(OBJECT, ...onBucket)), what).toBe(can);
  }
});

test('each predefined role gives what it holds, and no more', async () => {
  const state = await iamState();
  for (const role of predefinedRoles.keys()) {
    project(state, to(role, 'user:ann@example.com'));
    const has = PERMISSIONS.filter((permission) => decide(state, ANN, permission, BUCKET));
    expect(has, role).toEqual([...(predefinedPermissions(role) ?? [])].sort());
    expect(has.length, role).toBeGreaterThan(0);
  }
});

test('a condition opens and shuts with the clock and the name of the resource', async () => {
  const clock = manualClock('2026-11-21T00:00:00.000Z');
  const state = await iamState(clock);
  const expression = `request.time >= timestamp('2026-11-21T01:00:00Z') &&
    request.time < timestamp('2026-11-21T02:00:00Z') && resource.name.startsWith('${BUCKET.name}/')`;
  project(state, { ...to(READER, 'user:ann@example.com'), condition: { title: 't', expression } });
  const can = () => decide(state, ANN, GET, OBJECT);
  expect(can()).toBe(false);
  clock.advance(3600_000);
  expect(can()).toBe(true);
  expect(
    decide(state, ANN, GET, { ...OBJECT, name: 'projects/_/buckets/photos-2/objects/x' }),
  ).toBe(false);
  clock.advance(3600_000);
  expect(can()).toBe(false);
});

test('a custom role gives what is in it as long as it is there', async () => {
  const state = await iamState();
  const name = `projects/${PROJECT}/roles/reader`;
  project(state, to(name, 'user:ann@example.com'));
  const can = () => decide(state, ANN, GET, OBJECT);
  expect(can()).toBe(false);
  const change = (make: () => unknown) => state.store.write(make);
  await change(() => createRole(state, 'reader', { permissions: [GET], stage: 'GA' }));
  expect(can()).toBe(true);
  expect(decide(state, ANN, 'storage.objects.list', OBJECT)).toBe(false);
  await change(() => updateRole(state, requireRole(state, 'reader'), { stage: 'DISABLED' }));
  expect(can()).toBe(false);
  await change(() => updateRole(state, requireRole(state, 'reader'), { stage: 'GA' }));
  expect(can()).toBe(true);
  await change(() => deleteRole(state, requireRole(state, 'reader')));
  expect(can()).toBe(false);
  expect(permissionsOf(state, name)).toBeUndefined();
});

const members = [
  'user:ann@example.com',
  'user:bob@example.com',
  'allUsers',
  'allAuthenticatedUsers',
  'principalSet://s',
  `projectOwner:${PROJECT}`,
];
const bindings = fc.array(
  fc.record({
    role: fc.constantFrom(
      READER,
      'roles/owner',
      'roles/viewer',
      'roles/storage.admin',
      'roles/none',
    ),
    members: fc.uniqueArray(fc.constantFrom(...members), { maxLength: 4 }),
    condition: fc.constantFrom(
      undefined,
      { title: 'yes', expression: "resource.name.endsWith('.jpg')" },
      { title: 'no', expression: "resource.type == 'x'" },
    ),
  }),
  { maxLength: 6 },
) as fc.Arbitrary<Binding[]>;
const callers = fc.constantFrom(
  ANN,
  callerOf(undefined),
  callerOf('principal://a', ['principalSet://s']),
);
const permission = fc.constantFrom(
  GET,
  'storage.buckets.list',
  'resourcemanager.projects.setIamPolicy',
);

test('taking a binding away never gives anything, and a condition that is false is no binding', async () => {
  const state = await iamState();
  const can = (caller: Caller, asked: string, onProject: Binding[], onBucket: Binding[]) => {
    project(state, ...onProject);
    return decide(state, caller, asked, withPolicy(OBJECT, ...onBucket));
  };
  fc.assert(
    fc.property(
      callers,
      permission,
      bindings,
      bindings,
      fc.nat(),
      (caller, asked, first, second, at) => {
        const all = can(caller, asked, first, second);
        const without = first.filter((_, index) => index !== at % Math.max(first.length, 1));
        if (can(caller, asked, without, second)) expect(all).toBe(true);
        const holding = (list: Binding[]) =>
          list.filter(({ condition }) => condition?.title !== 'no');
        expect(can(caller, asked, holding(first), holding(second))).toBe(all);
        const bare = (list: Binding[]) =>
          list.map(({ role, members: named }) => ({ role, members: named }));
        expect(can(caller, asked, bare(holding(first)), bare(holding(second)))).toBe(all);
        // One union: it does not matter which of several policies of a resource says it.
        expect(
          decide(state, caller, asked, {
            ...OBJECT,
            policies: () => second.map((one) => ({ bindings: [one] })),
          }),
        ).toBe(can(caller, asked, bare(holding(first)), second));
      },
    ),
    { numRuns: 1000 },
  );
});
