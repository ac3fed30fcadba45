import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { bearer, CLOUD_PLATFORM } from './iam-support.ts';
import { client, manualClock, start } from './support.ts';

/*
 * Workload identity federation: a token of another issuer becomes one of the sandbox's, whose
 * bearer policies name by a principal or by the sets that he belongs to.
 */

const POOLS = '/v1/projects/cloudlab-sandbox/locations/global/workloadIdentityPools';
const POOL = 'projects/100000000001/locations/global/workloadIdentityPools/ci-pool';
const AUDIENCE = `//iam.googleapis.com/${POOL}/providers/github`;
const ISSUER = 'https://token.actions.example.com';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let [ours, theirs] = [] as unknown as [Pair, Pair];
let jwks = '';

beforeAll(async () => {
  ours = await generateKeyPair('RS256', { extractable: true });
  theirs = await generateKeyPair('RS256');
  jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256' }],
  });
});

const provider = (more: object = {}) => ({
  attributeMapping: {
    'google.subject': 'assertion.sub',
    'google.groups': 'assertion.teams',
    'attribute.repository': 'assertion.repository',
    'attribute.main': "assertion.ref.matches('main$') ? 'yes' : 'no'",
    'attribute.owner': "assertion.repository.extract('{owner}/')",
  },
  attributeCondition:
    "attribute.owner == 'cloudlab' && assertion.ref != 'refs/heads/evil' && 'dev' in google.groups && google.subject != 'google.subject'",
  oidc: { issuerUri: ISSUER, jwksJson: jwks },
  ...more,
});

async function withProvider(sandbox: Sandbox, more: object = {}) {
  const http = client(sandbox);
  const made = await http.post(`${POOLS}?workloadIdentityPoolId=ci-pool`, { displayName: 'CI' });
  expect(made.status, made.text).toBe(200);
  const path = `${POOLS}/ci-pool/providers`;
  const reply = await http.post(`${path}?workloadIdentityPoolProviderId=github`, provider(more));
  expect(reply.status, reply.text).toBe(200);
  return { http, path, made: made.json, reply: reply.json };
}

const CLAIMS = {
  sub: 'repo:cloudlab/app',
  repository: 'cloudlab/app',
  ref: 'refs/heads/main',
  teams: ['dev'],
};

async function idToken(
  claims: Record<string, unknown> = {},
  { key = ours.privateKey, iat = Math.floor(Date.now() / 1000), life = 600 } = {},
) {
  return new SignJWT({ iss: ISSUER, aud: `https:${AUDIENCE}`, ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuedAt(iat)
    .setExpirationTime(iat + life)
    .sign(key);
}

function exchange(sandbox: Sandbox, token: string, more: Record<string, string> = {}) {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: AUDIENCE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
    scope: CLOUD_PLATFORM,
    ...more,
  });
  return client(sandbox).call('POST', '/v1/token', { body });
}

test('pools and providers live as on GCP: made, listed, changed, deleted, had back', async () => {
  const sandbox = await start();
  const { http, path, made, reply } = await withProvider(sandbox);
  const pool = { name: POOL, displayName: 'CI', state: 'ACTIVE' };
  expect(made).toEqual({
    name: expect.stringMatching(new RegExp(`^${POOL}/operations/\\w+$`)),
    done: true,
    response: { '@type': 'type.googleapis.com/google.iam.v1.WorkloadIdentityPool', ...pool },
  });
  expect((await http.get(`/v1/${made.name}`)).json).toEqual(made);
  expect((await http.get(POOLS)).json).toEqual({ workloadIdentityPools: [pool] });
  const shown = (await http.get(`${path}/github`)).json;
  expect(shown).toEqual({ name: `${POOL}/providers/github`, state: 'ACTIVE', ...provider() });
  expect(reply.response).toMatchObject(shown);
  expect((await http.get(path)).json).toEqual({ workloadIdentityPoolProviders: [shown] });

  await http.patch(`${path}/github?updateMask=disabled,oidc.allowedAudiences`, {
    disabled: true,
    displayName: 'ignored',
    oidc: { allowedAudiences: ['https://example.com'] },
  });
  expect((await http.get(`${path}/github`)).json).toEqual({
    ...shown,
    disabled: true,
    oidc: { ...shown.oidc, allowedAudiences: ['https://example.com'] },
  });
  expect((await http.post(`${POOLS}?workloadIdentityPoolId=ci-pool`, {})).json.error.status).toBe(
    'ALREADY_EXISTS',
  );
  await http.delete(`${POOLS}/ci-pool`);
  expect((await http.get(`${POOLS}/ci-pool`)).json).toMatchObject({ state: 'DELETED' });
  expect((await http.get(POOLS)).json).toEqual({});
  expect((await http.delete(`${POOLS}/ci-pool`)).json.error.status).toBe('FAILED_PRECONDITION');
  await http.post(`${POOLS}/ci-pool:undelete`, {});
  expect((await http.get(`${POOLS}/ci-pool`)).json).toEqual(pool);
});

test('what no pool and no provider can be is refused', async () => {
  const { http, path } = await withProvider(await start());
  const mapping = { 'google.subject': 'assertion.sub' };
  const make = (body: object, id = 'other') =>
    http.post(`${path}?workloadIdentityPoolProviderId=${id}`, body);
  const refused: [string, ReturnType<typeof make>, number, RegExp][] = [
    [
      'a short id',
      http.post(`${POOLS}?workloadIdentityPoolId=ci`, {}),
      400,
      /workload_identity_pool_id/,
    ],
    ['Google’s own', http.post(`${POOLS}?workloadIdentityPoolId=gcp-pool`, {}), 400, /gcp-/],
    [
      'another place',
      http.post(`${POOLS.replace('global', 'asia')}?workloadIdentityPoolId=ci-pool`, {}),
      404,
      /not found/,
    ],
    ['no issuer', make({ attributeMapping: mapping }), 400, /issuer_uri/],
    [
      'an issuer without TLS',
      make(provider({ oidc: { issuerUri: 'http://example.com' } })),
      400,
      /issuer_uri/,
    ],
    ['no subject', make(provider({ attributeMapping: {} })), 400, /google\.subject/],
    [
      'no CEL',
      make(provider({ attributeMapping: { 'google.subject': 'assertion.(' } })),
      400,
      /google\.subject/,
    ],
    [
      'a condition that is none',
      make(provider({ attributeCondition: '1 +' })),
      400,
      /attribute condition/,
    ],
    [
      'an attribute of no kind',
      make(provider({ attributeMapping: { ...mapping, 'google.rank': '"x"' } })),
      400,
      /google\.rank/,
    ],
    [
      'keys that are none',
      make(provider({ oidc: { issuerUri: ISSUER, jwksJson: '{}' } })),
      400,
      /jwks_json/,
    ],
    [
      'a private key',
      make(provider({ oidc: { issuerUri: ISSUER, jwksJson: '{"keys":[{"kty":"RSA","d":"x"}]}' } })),
      400,
      /private/,
    ],
    [
      'loops in loops',
      make(provider({ attributeCondition: 'assertion.a.all(x, assertion.a.all(y, x == y))' })),
      400,
      /nested/,
    ],
    ['AWS', make({ ...provider(), aws: { accountId: '1' } }), 501, /aws/],
  ];
  for (const [what, answer, status, message] of refused) {
    const { status: code, json } = await answer;
    expect([what, code, json?.error?.message]).toEqual([
      what,
      status,
      expect.stringMatching(message),
    ]);
  }
});

test('an issuer’s token becomes one of whom the mapping says, as long as its pool is there', async () => {
  const sandbox = await start();
  const { http, path } = await withProvider(sandbox);
  const { json } = await exchange(sandbox, await idToken());
  expect(json).toEqual({
    access_token: expect.stringMatching(/^ya29\.c\./),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 3600,
  });
  const bucket = '/storage/v1/b/federated';
  await http.bucket('federated');
  const read = async () => (await http.get(`${bucket}/o`, bearer(json.access_token))).status;
  const grant = async (member: string) => {
    const bindings = [{ role: 'roles/storage.objectViewer', members: [member] }];
    expect((await http.put(`${bucket}/iam`, { bindings })).status).toBe(200);
  };
  expect(await read()).toBe(403);
  const set = `principalSet://iam.googleapis.com/${POOL}`;
  for (const [member, status] of [
    [`principal://iam.googleapis.com/${POOL}/subject/repo:cloudlab/app`, 200],
    [`principal://iam.googleapis.com/${POOL}/subject/repo:cloudlab/other`, 403],
    [`${set}/attribute.repository/cloudlab/app`, 200],
    [`${set}/attribute.owner/cloudlab`, 200],
    [`${set}/attribute.main/yes`, 200],
    [`${set}/attribute.owner/evil`, 403],
    [`${set}/group/dev`, 200],
    [`${set}/*`, 200],
  ] as const) {
    await grant(member);
    expect([member, await read()]).toEqual([member, status]);
  }
  await http.delete(`${path}/github`);
  expect(await read()).toBe(200);
  await http.patch(`${POOLS}/ci-pool?updateMask=disabled`, { disabled: true });
  expect(await read()).toBe(401);
  await http.patch(`${POOLS}/ci-pool?updateMask=disabled`, { disabled: false });
  expect(await read()).toBe(200);
  await http.delete(`${POOLS}/ci-pool`);
  expect(await read()).toBe(401);
});

test('what does not prove anything is refused in the words of the token service', async () => {
  const sandbox = await start();
  await withProvider(sandbox);
  const now = Math.floor(Date.now() / 1000);
  const unsigned = (await idToken())
    .split('.')
    .with(0, Buffer.from('{"alg":"none"}').toString('base64url'))
    .with(2, '');
  const shared = await new SignJWT({ iss: ISSUER, aud: `https:${AUDIENCE}`, ...CLAIMS })
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(Buffer.from(jwks.padEnd(32)));
  const refused: [string, string, Record<string, string>, string, RegExp][] = [
    ['garbage', 'not.a.jwt', {}, 'invalid_grant', /Parsing error|signature/],
    ['alg none', unsigned.join('.'), {}, 'invalid_grant', /algorithm|Parsing/],
    ['HS256', shared, {}, 'invalid_grant', /algorithm/],
    [
      'another key',
      await idToken({}, { key: theirs.privateKey }),
      {},
      'invalid_grant',
      /signature/,
    ],
    [
      'expired',
      await idToken({}, { iat: now - 7200 }),
      {},
      'invalid_grant',
      /^ID Token issued at \d+ is stale to sign-in\..*this machine's clock/,
    ],
    [
      'ten minutes early',
      await idToken({}, { iat: now + 600 }),
      {},
      'invalid_grant',
      /future.*this machine's clock/,
    ],
    ['for two days', await idToken({}, { life: 2 * 86_400 }), {}, 'invalid_grant', /24 hours/],
    [
      'another issuer',
      await idToken({ iss: 'https://evil.example.com' }),
      {},
      'invalid_grant',
      /^The issuer in ID Token/,
    ],
    [
      'another audience',
      await idToken({ aud: 'https://example.com' }),
      {},
      'invalid_grant',
      /^The audience in ID Token \[https:\/\/example\.com\]/,
    ],
    ['no subject', await idToken({ sub: undefined }), {}, 'invalid_grant', /google\.subject/],
    [
      'against the condition',
      await idToken({ repository: 'evil/app' }),
      {},
      'unauthorized_client',
      /^The given credential is rejected by the attribute condition\.$/,
    ],
    [
      'a claim that the condition misses',
      await idToken({ ref: undefined }),
      {},
      'unauthorized_client',
      /attribute condition/,
    ],
    [
      'no provider',
      await idToken(),
      { audience: `${AUDIENCE}x` },
      'invalid_target',
      /^The target service indicated by the "audience"/,
    ],
    ['half a name', await idToken(), { audience: POOL }, 'invalid_request', /full resource name/],
    [
      'SAML',
      await idToken(),
      { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      'invalid_request',
      /subject_token_type/,
    ],
    [
      'another grant',
      await idToken(),
      { grant_type: 'password' },
      'unsupported_grant_type',
      /password/,
    ],
    ['no scope', await idToken(), { scope: '' }, 'invalid_request', /scope/],
  ];
  for (const [what, token, more, error, description] of refused) {
    const { status, json } = await exchange(sandbox, token, more);
    expect([what, status, json.error, json.error_description]).toEqual([
      what,
      400,
      error,
      expect.stringMatching(description),
    ]);
  }
});

test('an issuer on this machine is asked for its keys, and no other', async () => {
  const issuer = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const base = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const discovery = JSON.stringify({ issuer: base, jwks_uri: `${base}/keys` });
    response.end(request.url === '/keys' ? jwks : discovery);
  });
  await new Promise<void>((done) => issuer.listen(0, '127.0.0.1', done));
  onTestFinished(() => void issuer.close());
  const here = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const sandbox = await start();
  const { http, path } = await withProvider(sandbox, { oidc: { issuerUri: here } });
  expect((await exchange(sandbox, await idToken({ iss: here }))).status).toBe(200);
  await http.patch(`${path}/github?updateMask=oidc.issuerUri`, { oidc: { issuerUri: ISSUER } });
  const { json } = await exchange(sandbox, await idToken());
  expect(json.error_description).toMatch(
    /^Error connecting to the given credential's issuer\..*this machine only.*--jwk-json-path/,
  );
});

test('an issuer on this machine leads nowhere else, by its document or by a redirect', async () => {
  const asked: string[] = [];
  const away = 'http://127.0.0.2:1/keys';
  let answer: 'document' | 'redirect' = 'document';
  const issuer = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (answer === 'redirect') response.writeHead(302, { location: '/elsewhere' });
    response.end(JSON.stringify({ jwks_uri: away }));
  });
  await new Promise<void>((done) => issuer.listen(0, '127.0.0.1', done));
  onTestFinished(() => void issuer.close());
  const here = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const sandbox = await start();
  const { http, path } = await withProvider(sandbox, { oidc: { issuerUri: here } });
  const token = await idToken({ iss: here });
  const byDocument = await exchange(sandbox, token);
  expect(byDocument.json.error_description).toContain('issuers on this machine only');
  answer = 'redirect';
  expect((await exchange(sandbox, token)).json.error).toBe('invalid_grant');
  expect(asked).toEqual(Array(2).fill('/.well-known/openid-configuration'));
  for (const issuerUri of [
    'http://localhost.example.com',
    'http://127.0.0.1@example.com',
    'http://[::ffff:7f00:1]',
    'http://0.0.0.0',
    'file:///etc/passwd',
  ]) {
    const change = { oidc: { issuerUri } };
    const { status } = await http.patch(`${path}/github?updateMask=oidc.issuerUri`, change);
    expect(status, issuerUri).toBe(400);
  }
});

test('an hour is dated by the real time, however far ahead the sandbox’s is', async () => {
  const clock = manualClock('2026-03-01T00:00:00Z');
  const sandbox = await start({ clock: clock.now, controlToken: 'c' });
  const { http } = await withProvider(sandbox);
  await http.call('POST', '/_cloudlab/clock', {
    ...{ headers: bearer('c'), body: JSON.stringify({ advanceSeconds: 86_400 }) },
  });
  const iat = clock.now().getTime() / 1000;
  const { json } = await exchange(sandbox, await idToken({}, { iat }));
  const status = async () =>
    (await http.get('/storage/v1/b?project=cloudlab-sandbox', bearer(json.access_token))).status;
  expect(await status()).toBe(403);
  clock.advance(3601 * 1000);
  expect(await status()).toBe(401);
});

test('an access token of the sandbox is exchanged for itself, and no other for anything', async () => {
  const sandbox = await start({ auth: 'enforce', controlToken: 'c' });
  const http = client(sandbox);
  const asked = await http.call('POST', '/_cloudlab/token', { headers: bearer('c') });
  const more = { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
  const { json } = await exchange(sandbox, asked.json.accessToken, more);
  expect(json).toMatchObject({ access_token: asked.json.accessToken, expires_in: 3600 });
  expect((await exchange(sandbox, 'ya29.a0-of-somebody-real', more)).json.error).toBe(
    'invalid_grant',
  );
  const narrowed = await exchange(sandbox, asked.json.accessToken, { ...more, options: '{}' });
  expect(narrowed.status).toBe(501);
});

test('an expression that would take years takes no time', async () => {
  const sandbox = await start();
  const slow = { attributeCondition: "assertion.ref.matches('^(a+)+$')" };
  await withProvider(sandbox, slow);
  const { json } = await exchange(sandbox, await idToken({ ref: `${'a'.repeat(5000)}!` }));
  expect(json.error).toBe('unauthorized_client');
});
