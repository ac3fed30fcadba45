import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import {
  bearer,
  CLOUD_PLATFORM,
  claimsOf,
  exchange,
  jwt,
  makeAccount,
  makeKey,
} from './iam-support.ts';
import { client, start } from './support.ts';

/*
 * Acting as a service account without its key: tokens, ID tokens and signatures for whoever may,
 * by himself or through accounts that may act as each other.
 */

const CREATOR = 'roles/iam.serviceAccountTokenCreator';

/** Three accounts; the first shows a token of its own. */
async function threeAccounts() {
  const sandbox = await start();
  const [first, second, third] = [
    await makeAccount(sandbox, 'account-one'),
    await makeAccount(sandbox, 'account-two'),
    await makeAccount(sandbox, 'account-three'),
  ];
  const { file } = await makeKey(sandbox, first.path);
  const token = (await exchange(sandbox, jwt(claimsOf(file), file.private_key))).json.access_token;
  /** Lets one act as another. */
  const trust = async (who: { email: string }, as: { path: string }, role = CREATOR) => {
    const bindings = [{ role, members: [`serviceAccount:${who.email}`] }];
    const reply = await client(sandbox).post(`${as.path}:setIamPolicy`, { policy: { bindings } });
    expect(reply.status, reply.text).toBe(200);
  };
  const ask = (verb: string, as: { email: string }, body: object, shown = token) =>
    act(sandbox, verb, as.email, body, shown);
  return { sandbox, first, second, third, trust, ask };
}

function act(sandbox: Sandbox, verb: string, email: string, body: object, token: string) {
  return client(sandbox).call('POST', `/v1/projects/-/serviceAccounts/${email}:${verb}`, {
    ...{ headers: bearer(token), body: JSON.stringify(body) },
  });
}

const BODIES: [verb: string, permission: string, body: object][] = [
  ['generateAccessToken', 'getAccessToken', { scope: [CLOUD_PLATFORM] }],
  ['generateIdToken', 'getOpenIdToken', { audience: 'https://app.example.com' }],
  ['signBlob', 'signBlob', { payload: 'YQ==' }],
  ['signJwt', 'signJwt', { payload: '{"sub":"x"}' }],
];

test('each way of acting as an account needs its permission on that account', async () => {
  const { second, third, first, trust, ask } = await threeAccounts();
  const statuses = async (as: { email: string }) =>
    Promise.all(BODIES.map(async ([verb, , body]) => (await ask(verb, as, body)).status));
  for (const [verb, permission, body] of BODIES) {
    const { status, json } = await ask(verb, second, body);
    expect([status, json.error.message]).toEqual([
      403,
      `Permission 'iam.serviceAccounts.${permission}' denied on resource (or it may not exist).`,
    ]);
  }
  await trust(first, second, 'roles/iam.serviceAccountOpenIdTokenCreator');
  expect(await statuses(second)).toEqual([403, 200, 403, 403]);
  await trust(first, second);
  expect(await statuses(second)).toEqual([200, 200, 200, 200]);
  expect(await statuses(third)).toEqual([403, 403, 403, 403]);
  // Whether an account is there is not told to who may not act as it.
  expect(await statuses({ email: second.email.replace('two', 'ten') })).toEqual([
    403, 403, 403, 403,
  ]);
});

test('a chain of delegates holds where each may act as the next', async () => {
  const { sandbox, first, second, third, trust, ask } = await threeAccounts();
  const body = {
    scope: [CLOUD_PLATFORM],
    delegates: [`projects/-/serviceAccounts/${second.email}`],
  };
  const status = async () => (await ask('generateAccessToken', third, body)).status;
  expect(await status()).toBe(403);
  await trust(first, second);
  expect(await status()).toBe(403);
  await trust(second, third);
  expect(await status()).toBe(200);
  // Not without the chain: the first may not act as the third himself.
  expect((await ask('generateAccessToken', third, { scope: [CLOUD_PLATFORM] })).status).toBe(403);
  await client(sandbox).post(`${second.path}:disable`, {});
  expect((await ask('generateAccessToken', third, body)).json.error.status).toBe(
    'FAILED_PRECONDITION',
  );
  const broken = { ...body, delegates: ['second'] };
  expect((await ask('generateAccessToken', third, broken)).status).toBe(400);
});

test('a token got by acting as somebody is that account’s, with its scopes and its hours', async () => {
  const { sandbox, first, second, trust, ask } = await threeAccounts();
  await trust(first, second);
  const made = async (more: object) => {
    const body = { scope: ['https://www.googleapis.com/auth/devstorage.read_only'], ...more };
    return ask('generateAccessToken', second, body);
  };
  const { json } = await made({ lifetime: '120s' });
  const info = (await client(sandbox).get(`/tokeninfo?access_token=${json.accessToken}`)).json;
  expect(info).toMatchObject({
    email: second.email,
    scope: 'https://www.googleapis.com/auth/devstorage.read_only',
  });
  expect(Number(info.expires_in)).toBeLessThanOrEqual(120);
  // IAM needs the scope of the whole platform, or its own.
  await trust(second, second);
  const narrow = await act(
    sandbox,
    'signBlob',
    second.email,
    { payload: 'YQ==' },
    json.accessToken,
  );
  expect([narrow.status, narrow.json.error.message]).toEqual([
    403,
    'Request had insufficient authentication scopes.',
  ]);
  await trust(first, second);
  for (const more of [
    { lifetime: '3601s' },
    { lifetime: '0s' },
    { lifetime: 'long' },
    { scope: [] },
  ]) {
    expect((await made(more)).status, JSON.stringify(more)).toBe(400);
  }
  await client(sandbox).post(`${second.path}:disable`, {});
  expect((await made({})).json.error.status).toBe('FAILED_PRECONDITION');
  await client(sandbox).delete(second.path);
  expect((await made({})).status).toBe(403);
});

test('who may do everything hears of an account that is not there', async () => {
  const sandbox = await start();
  const email = 'nobody@cloudlab-sandbox.iam.gserviceaccount.com';
  const { status, json } = await client(sandbox).post(
    `/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    { scope: [CLOUD_PLATFORM] },
  );
  expect([status, json.error.message]).toEqual([
    404,
    `Not found; Gaia id not found for email ${email}`,
  ]);
});

test('a token that is revoked has ended, and only one that is known can be', async () => {
  const { sandbox, second, ask } = await threeAccounts();
  const { path } = await makeAccount(sandbox, 'passing');
  const { file } = await makeKey(sandbox, path);
  const token = (await exchange(sandbox, jwt(claimsOf(file), file.private_key))).json.access_token;
  const revoke = () =>
    client(sandbox).call('POST', '/revoke', { body: new URLSearchParams({ token }) });
  expect((await revoke()).json).toEqual({});
  expect((await ask('signBlob', second, { payload: 'YQ==' }, token)).status).toBe(401);
  expect((await revoke()).json.error).toBe('invalid_token');
});
