import { expect, test } from 'vitest';
import {
  ACCOUNTS,
  actor,
  emailOf,
  enforced,
  grant,
  memberOf,
  PROJECT,
} from './iam-policies-support.ts';
import { client, start, tempDir } from './support.ts';

const CONSTRAINT = 'iam.disableServiceAccountKeyCreation';
const POLICIES = `/v2/projects/${PROJECT}/policies`;
const KEYS = `${ACCOUNTS}/${emailOf('worker')}/keys`;
const SMALL = { keyAlgorithm: 'KEY_ALG_RSA_1024' };

const policyOf = (constraint: string, enforce: boolean) => ({
  name: `projects/${PROJECT}/policies/${constraint}`,
  spec: { rules: [{ enforce }] },
});

test('where keys are forbidden nobody makes one, and those that are there go on', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir });
  const http = client(sandbox);
  await http.post(ACCOUNTS, { accountId: 'worker' });
  expect((await http.post(KEYS, SMALL)).status).toBe(200);
  expect((await http.post(POLICIES, policyOf(CONSTRAINT, true))).json).toEqual({
    name: `projects/100000000001/policies/${CONSTRAINT}`,
    spec: { rules: [{ enforce: true }], etag: expect.any(String), updateTime: expect.any(String) },
    etag: expect.any(String),
  });
  const refused = await http.post(KEYS, SMALL);
  expect(refused.json.error).toEqual({
    code: 400,
    message: 'Key creation is not allowed on this service account.',
    status: 'FAILED_PRECONDITION',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
        violations: [
          {
            type: `constraints/${CONSTRAINT}`,
            subject: expect.stringContaining(`serviceAccounts/${emailOf('worker')}`),
            description: 'Key creation is not allowed on this service account.',
          },
        ],
      },
    ],
  });
  await sandbox.close();
  const again = client(await start({ dataDir }));
  expect((await again.get(KEYS)).json.keys).toHaveLength(1);
  expect((await again.post(KEYS, SMALL)).status).toBe(400);
  expect((await again.delete(`${POLICIES}/${CONSTRAINT}`)).json).toEqual({});
  expect((await again.post(KEYS, SMALL)).status).toBe(200);
});

test.each([
  ['iam.managed.disableServiceAccountKeyCreation', KEYS, SMALL],
  ['iam.disableServiceAccountCreation', ACCOUNTS, { accountId: 'another' }],
  ['iam.managed.disableServiceAccountCreation', ACCOUNTS, { accountId: 'another' }],
])('%s is obeyed', async (constraint, path, body) => {
  const http = client(await start());
  await http.post(ACCOUNTS, { accountId: 'worker' });
  await http.post(POLICIES, policyOf(constraint, true));
  expect((await http.post(path, body)).json.error.details[0].violations[0].type).toBe(
    `constraints/${constraint}`,
  );
  await http.patch(`${POLICIES}/${constraint}`, policyOf(constraint, false));
  expect((await http.post(path, body)).status).toBe(200);
});

test('both interfaces show and change the same policy', async () => {
  const http = client(await start());
  const v1 = (call: string, body: object) => http.post(`/v1/projects/${PROJECT}:${call}`, body);
  const constraint = `constraints/${CONSTRAINT}`;
  const unset = (await v1('getOrgPolicy', { constraint })).json;
  expect(unset).toEqual({ constraint, etag: expect.any(String) });
  const policy = { constraint, etag: unset.etag, booleanPolicy: { enforced: true } };
  const set = (await v1('setOrgPolicy', { policy })).json;
  expect(set).toMatchObject({ constraint, booleanPolicy: { enforced: true } });
  const stale = await v1('setOrgPolicy', { policy });
  expect(stale.json.error).toMatchObject({ code: 409, status: 'ABORTED' });
  expect((await v1('listOrgPolicies', {})).json.policies).toEqual([set]);
  expect((await http.get(`${POLICIES}/${CONSTRAINT}`)).json.spec.rules).toEqual([
    { enforce: true },
  ]);
  expect((await v1('getEffectiveOrgPolicy', { constraint })).json.booleanPolicy).toEqual({
    enforced: true,
  });

  const reset = { name: `projects/${PROJECT}/policies/${CONSTRAINT}`, spec: { reset: true } };
  await http.patch(`${POLICIES}/${CONSTRAINT}`, reset);
  expect((await v1('getOrgPolicy', { constraint })).json.restoreDefault).toEqual({});
  const effective = await http.get(`${POLICIES}/${CONSTRAINT}:getEffectivePolicy`);
  expect(effective.json.spec.rules).toEqual([{ enforce: false }]);
  await v1('clearOrgPolicy', { constraint });
  expect((await http.get(POLICIES)).json).toEqual({});
  expect((await http.get(`${POLICIES}/${CONSTRAINT}`)).json.error).toMatchObject({ code: 404 });
});

test('what the sandbox would not obey it does not take', async () => {
  const http = client(await start());
  const spec = (more: object) => ({ ...policyOf(CONSTRAINT, true), spec: more });
  const refused: [body: object, code: number][] = [
    [policyOf('compute.vmExternalIpAccess', true), 501],
    [{ ...policyOf(CONSTRAINT, true), dryRunSpec: { rules: [] } }, 501],
    [spec({ rules: [{ enforce: true, condition: { expression: 'true' } }] }), 501],
    [spec({ rules: [{ allowAll: true }] }), 400],
    [spec({}), 400],
    [spec({ reset: true, rules: [{ enforce: true }] }), 400],
  ];
  for (const [body, code] of refused) {
    const { json } = await http.post(POLICIES, body);
    expect(json.error.code, JSON.stringify(body)).toBe(code);
  }
  const { json } = await http.post(POLICIES, policyOf('compute.vmExternalIpAccess', true));
  expect(json.error.message).toContain('compute.vmExternalIpAccess');
});

test('an owner does not set organization policies; an administrator of them does', async () => {
  const { sandbox, learner } = await enforced();
  expect((await learner('POST', POLICIES, policyOf(CONSTRAINT, true))).status).toBe(403);
  const admin = await actor(sandbox, learner, 'org-admin');
  await grant(learner, 'roles/orgpolicy.policyAdmin', memberOf('org-admin'));
  expect((await admin('POST', POLICIES, policyOf(CONSTRAINT, true))).status).toBe(200);
  expect((await admin('POST', POLICIES, policyOf(CONSTRAINT, true))).status).toBe(409);
  expect((await learner('GET', `${POLICIES}/${CONSTRAINT}`)).status).toBe(200);
});
