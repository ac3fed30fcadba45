import { readFile } from 'node:fs/promises';
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
import { client, filesBelow, manualClock, start, tempDir } from './support.ts';
import { raw } from './xml-support.ts';

const CONTROL = 'a control token';

/** The learner's token, as the command line gets it. */
async function learnerToken(sandbox: Sandbox, control = CONTROL) {
  return client(sandbox).call('POST', '/_cloudlab/token', {
    headers: { authorization: `Bearer ${control}` },
  });
}

test('the learner’s token is for who knows the control token, and lasts as long as the sandbox', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir, controlToken: CONTROL });
  expect((await learnerToken(sandbox, 'another')).status).toBe(401);
  const { json } = await learnerToken(sandbox);
  expect(json).toEqual({
    accessToken: expect.stringMatching(/^ya29\.c\.[\w-]{86}$/),
    expiresIn: expect.any(Number),
    email: 'learner@example.com',
  });
  expect((await learnerToken(sandbox)).json.accessToken).toBe(json.accessToken);
  await sandbox.close();
  for (const file of await filesBelow(dataDir)) {
    expect((await readFile(file)).includes(json.accessToken), file).toBe(false);
  }
  const next = await start({ dataDir, controlToken: CONTROL });
  expect((await learnerToken(next)).json.accessToken).not.toBe(json.accessToken);
});

test('a token is its account’s until that is disabled or gone, whatever becomes of its key', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir });
  const http = client(sandbox);
  const account = await makeAccount(sandbox, 'uploader');
  const { file, path: keyPath } = await makeKey(sandbox, account.path);
  const token = (await exchange(sandbox, jwt(claimsOf(file), file.private_key))).json.access_token;
  const mine = async (sandbox: Sandbox, shown = token) =>
    (await client(sandbox).get(`/tokeninfo?access_token=${shown}`)).json.email;
  const who = async (sandbox: Sandbox, shown = token) =>
    (await sign(sandbox, account.email, bearer(shown))).status;

  expect(await mine(sandbox)).toBe(account.email);
  // It is held to its roles, and has none, though nobody here has to say who he is.
  expect(await who(sandbox)).toBe(403);
  expect((await sign(sandbox, account.email, {})).status).toBe(200);
  await http.delete(keyPath);
  expect(await who(sandbox)).toBe(403);

  await http.post(`${account.path}:disable`, {});
  expect(await who(sandbox)).toBe(401);
  await http.post(`${account.path}:enable`, {});
  expect(await who(sandbox)).toBe(403);
  await sandbox.close();

  const later = await start({ dataDir });
  expect(await who(later)).toBe(403);
  const changed = `${token.slice(0, -8)}AAAAAAAA`;
  // A stranger's token is nobody's in particular: while the sandbox is open, its owner's.
  expect(await who(later, changed)).toBe(200);
  expect(await who(later, 'ya29.a0-of-somebody-real')).toBe(200);
  await client(later).delete(account.path);
  const again = await makeAccount(later, 'uploader');
  expect(again.email).toBe(account.email);
  expect(await who(later)).toBe(401);
});

test('a token ends after an hour of the real time, and does not become a stranger’s by that', async () => {
  const clock = manualClock();
  const dataDir = await tempDir();
  const options = { dataDir, clock: clock.now, controlToken: CONTROL };
  const sandbox = await start(options);
  const { email } = await makeAccount(sandbox, 'uploader');
  const http = client(sandbox);
  const { json } = await http.post(`/v1/projects/-/serviceAccounts/${email}:generateAccessToken`, {
    scope: [CLOUD_PLATFORM],
  });
  expect(json).toEqual({
    accessToken: expect.stringMatching(/^ya29\.c\./),
    expireTime: '2026-01-02T04:04:05Z',
  });
  const status = async (on = sandbox) => (await sign(on, email, bearer(json.accessToken))).status;
  expect(await status()).toBe(403);
  await http.call('POST', '/_cloudlab/clock', {
    ...{ headers: bearer(CONTROL), body: JSON.stringify({ advanceSeconds: 7200 }) },
  });
  expect(await status()).toBe(403);
  clock.advance(3600 * 1000 + 1000);
  expect(await status()).toBe(401);
  const refused = await sign(sandbox, email, bearer(json.accessToken));
  expect(refused.json.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
  expect(refused.headers.get('www-authenticate')).toMatch(/invalid_token/);
  await sandbox.close();

  // Not even when its record is long gone, and after everything was wiped.
  const later = await start(options);
  await client(later).call('POST', '/_cloudlab/clock', {
    ...{ headers: bearer(CONTROL), body: JSON.stringify({ advanceSeconds: 0 }) },
  });
  expect(await status(later)).toBe(401);
  await client(later).call('POST', '/_cloudlab/reset', { headers: bearer(CONTROL) });
  expect(await status(later)).toBe(401);
});

test('with enforce, who shows nothing and who shows a stranger’s token is refused', async () => {
  const sandbox = await start({ auth: 'enforce', controlToken: CONTROL });
  const { accessToken } = (await learnerToken(sandbox)).json;
  const made = await client(sandbox).call('POST', '/v1/projects/cloudlab-sandbox/serviceAccounts', {
    headers: bearer(accessToken),
    body: JSON.stringify({ accountId: 'uploader' }),
  });
  expect(made.status).toBe(200);
  const { email } = made.json;
  const anonymous = await sign(sandbox, email, {});
  expect([anonymous.status, anonymous.json.error.message]).toEqual([
    401,
    expect.stringMatching(/^Request is missing required authentication credential/),
  ]);
  expect((await sign(sandbox, email, bearer('ya29.a0-of-somebody-real'))).status).toBe(401);
  // The owner of a project may do nearly everything, but not act in another's name.
  const owner = await sign(sandbox, email, bearer(accessToken));
  expect([owner.status, owner.json.error.message]).toEqual([
    403,
    "Permission 'iam.serviceAccounts.signBlob' denied on resource (or it may not exist).",
  ]);
});

test('a self-signed JWT is a token itself, for the API or the scopes that it names', async () => {
  const sandbox = await start();
  const account = await makeAccount(sandbox, 'uploader');
  const { file, path } = await makeKey(sandbox, account.path);
  const foreign = (await makeKey(sandbox, (await makeAccount(sandbox, 'another')).path)).file;
  const key = file.private_key;
  const now = Math.floor(Date.now() / 1000);
  const plain = { iss: account.email, sub: account.email, iat: now, exp: now + 3600 };
  const aud = 'https://iamcredentials.googleapis.com/';
  const status = async (claims: object, by = key, header = {}) =>
    (await sign(sandbox, account.email, bearer(jwt(claims, by, header)))).status;
  // 403: he is known, and has no roles.
  for (const claims of [
    { ...plain, aud },
    { ...plain, aud: `${sandbox.url}/` },
    { ...plain, scope: CLOUD_PLATFORM },
  ]) {
    expect(await status(claims), JSON.stringify(claims)).toBe(403);
  }
  const refused: [string, Promise<number>][] = [
    ['for another API', status({ ...plain, aud: 'https://compute.googleapis.com/' })],
    ['for the token endpoint', status({ ...plain, aud: file.token_uri })],
    ['for nothing', status(plain)],
    ['expired', status({ ...plain, aud, iat: now - 7200, exp: now - 3600 })],
    ['too long', status({ ...plain, aud, exp: now + 7200 })],
    ['for somebody else', status({ ...plain, aud, sub: 'boss@example.com' })],
    ['by another’s key', status({ ...plain, aud }, foreign.private_key)],
    ['alg none', status({ ...plain, aud }, key, { alg: 'none' })],
  ];
  for (const [what, answer] of refused) expect([what, await answer]).toEqual([what, 401]);
  await client(sandbox).delete(path);
  expect(await status({ ...plain, aud })).toBe(401);
});

/** A request that asks IAM who sends it. */
function sign(sandbox: Sandbox, email: string, headers: Record<string, string>) {
  return client(sandbox).call('POST', `/v1/projects/-/serviceAccounts/${email}:signBlob`, {
    ...{ headers, body: '{"payload":"YQ=="}' },
  });
}

test('an address that cannot be understood is quoted without the token in it', async () => {
  const lines: string[] = [];
  const sandbox = await start({ log: (line) => lines.push(line) });
  for (const path of ['/storage/v1/b/%zz', `/storage/v1/b/${'a'.repeat(5000)}`, '/%zz', '/none']) {
    const { status, text } = await raw(sandbox, 'GET', `${path}?access_token=ya29.secret`);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(text, path).not.toContain('secret');
  }
  expect(lines).toEqual([]);
});

test('the audit log names whose key was exchanged, and holds no token', async () => {
  const sandbox = await start();
  const { path, email } = await makeAccount(sandbox, 'uploader');
  const { file } = await makeKey(sandbox, path);
  const { json } = await exchange(sandbox, jwt(claimsOf(file), file.private_key));
  await client(sandbox).get(`/tokeninfo?access_token=${json.access_token}`);
  const resourceNames = ['projects/cloudlab-sandbox'];
  const log = await client(sandbox).post('/v2/entries:list', { resourceNames });
  const entries = log.json.entries.map(({ protoPayload }: { protoPayload: AuditLog }) => [
    protoPayload.methodName,
    protoPayload.authenticationInfo.principalEmail,
  ]);
  expect(entries).toContainEqual(['oauth2.token', email]);
  expect(log.text).not.toContain('ya29.');
});

interface AuditLog {
  methodName: string;
  authenticationInfo: { principalEmail: string };
}
