import { createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { claimsOf, exchange, jwt, makeAccount, makeKey } from './iam-support.ts';
import { client, start } from './support.ts';

/*
 * Signed JWTs: as assertions at the token endpoint, and as bearer tokens themselves.
 */

const MINUTE = 60;
const NOT_SHORT_LIVED = /^Invalid JWT: Token must be a short-lived token \(60 minutes\)/;

test('a key file’s JWT becomes a token of its account, or is refused in Google’s words', async () => {
  const sandbox = await start();
  const account = await makeAccount(sandbox, 'uploader');
  const other = await makeAccount(sandbox, 'another');
  const { file, path } = await makeKey(sandbox, account.path);
  const foreign = (await makeKey(sandbox, other.path)).file;
  const unused = await makeKey(sandbox, account.path);
  const now = Math.floor(Date.now() / 1000);
  const key = file.private_key;
  const kid = { kid: file.private_key_id };
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const good = jwt(claimsOf(file), key, kid);

  const answer = await exchange(sandbox, good);
  expect(answer.json).toEqual({
    access_token: expect.stringMatching(/^ya29\.c\./),
    expires_in: 3599,
    token_type: 'Bearer',
  });
  const accepted: [string, string][] = [
    ['without a kid', jwt(claimsOf(file), key)],
    [
      'for Google’s own endpoint',
      jwt(claimsOf(file, { aud: 'https://oauth2.googleapis.com/token' }), key, kid),
    ],
    [
      'by the other name of this machine',
      jwt(claimsOf(file, { aud: file.token_uri.replace('127.0.0.1', 'localhost') }), key, kid),
    ],
    ['on behalf of itself', jwt(claimsOf(file, { sub: account.email }), key, kid)],
    [
      'ten minutes slow',
      jwt(claimsOf(file, { iat: now - 10 * MINUTE, exp: now + 50 * MINUTE }), key, kid),
    ],
  ];
  for (const [what, assertion] of accepted) {
    expect((await exchange(sandbox, assertion)).status, what).toBe(200);
  }

  const signature = 'Invalid JWT Signature.';
  const flipped = `${good.slice(0, -4)}${good.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
  const refused: [string, string, string, string | RegExp][] = [
    ['no JWT', 'certainly.not', 'invalid_grant', /^Invalid JWT/],
    ['garbage in three parts', 'e30.e30.e30', 'invalid_grant', 'Invalid grant: account not found'],
    ['parts that are no JSON', 'YWJj.YWJj.YWJj', 'invalid_grant', /^Invalid JWT/],
    ['alg none', jwt(claimsOf(file), '', { alg: 'none' }), 'invalid_grant', signature],
    [
      'HS256 by the public key',
      jwt(claimsOf(file), publicKey, { ...kid, alg: 'HS256' }),
      'invalid_grant',
      signature,
    ],
    [
      'another account’s key',
      jwt(claimsOf(file), foreign.private_key, kid),
      'invalid_grant',
      signature,
    ],
    [
      'another account’s key and kid',
      jwt(claimsOf(file), foreign.private_key, { kid: foreign.private_key_id }),
      'invalid_grant',
      signature,
    ],
    [
      'a kid that is unknown',
      jwt(claimsOf(file), key, { kid: 'f'.repeat(40) }),
      'invalid_grant',
      signature,
    ],
    ['a kid that is no text', jwt(claimsOf(file), key, { kid: 7 }), 'invalid_grant', signature],
    [
      'what is not for who does not understand it',
      jwt(claimsOf(file), key, { ...kid, crit: ['b64'], b64: false }),
      'invalid_grant',
      signature,
    ],
    ['a changed signature', flipped, 'invalid_grant', signature],
    [
      'an account that is not there',
      jwt(claimsOf(file, { iss: 'nobody@cloudlab-sandbox.iam.gserviceaccount.com' }), key, kid),
      'invalid_grant',
      'Invalid grant: account not found',
    ],
    [
      'expired',
      jwt(claimsOf(file, { iat: now - 2 * 3600, exp: now - 3600 }), key, kid),
      'invalid_grant',
      NOT_SHORT_LIVED,
    ],
    [
      'too long',
      jwt(claimsOf(file, { exp: now + 2 * 3600 }), key, kid),
      'invalid_grant',
      NOT_SHORT_LIVED,
    ],
    [
      'without times',
      jwt(claimsOf(file, { iat: undefined, exp: undefined }), key, kid),
      'invalid_grant',
      NOT_SHORT_LIVED,
    ],
    [
      'meant for somebody else',
      jwt(claimsOf(file, { aud: 'https://example.com/token' }), key, kid),
      'invalid_grant',
      /Failed audience check/,
    ],
    [
      'without a scope',
      jwt(claimsOf(file, { scope: '' }), key, kid),
      'invalid_scope',
      /^Invalid OAuth scope/,
    ],
    [
      'a scope that is none',
      jwt(claimsOf(file, { scope: 'everything' }), key, kid),
      'invalid_scope',
      /^Invalid OAuth scope/,
    ],
    [
      'on behalf of a person',
      jwt(claimsOf(file, { sub: 'boss@example.com' }), key, kid),
      'unauthorized_client',
      /^Client is unauthorized/,
    ],
  ];
  for (const [what, assertion, error, description] of refused) {
    const { status, json } = await exchange(sandbox, assertion);
    expect([what, status, json.error], json.error_description).toEqual([
      what,
      error === 'unauthorized_client' ? 401 : 400,
      error,
    ]);
    expect(json.error_description, what).toMatch(description);
  }

  const http = client(sandbox);
  const ofUnused = jwt(claimsOf(unused.file), unused.file.private_key);
  await http.post(`${unused.path}:disable`, {});
  expect((await exchange(sandbox, ofUnused)).json.error_description).toBe(signature);
  await http.post(`${unused.path}:enable`, {});
  expect((await exchange(sandbox, ofUnused)).status).toBe(200);
  await http.delete(path);
  expect((await exchange(sandbox, good)).json.error_description).toBe(signature);
  await http.post(`${account.path}:disable`, {});
  expect((await exchange(sandbox, ofUnused)).json.error).toBe('disabled_client');
  await http.delete(account.path);
  expect((await exchange(sandbox, ofUnused)).json.error_description).toBe(
    'Invalid grant: account not found',
  );
});

test('a client whose clock is ten minutes fast is told which clock, and by how much', async () => {
  const sandbox = await start();
  const { path } = await makeAccount(sandbox, 'hurried');
  const { file } = await makeKey(sandbox, path);
  const iat = Math.floor(Date.now() / 1000) + 10 * MINUTE + 5;
  const ahead = jwt(claimsOf(file, { iat, exp: iat + 3600 }), file.private_key);
  const { json } = await exchange(sandbox, ahead);
  expect(json.error_description).toMatch(NOT_SHORT_LIVED);
  expect(json.error_description).toMatch(
    /\(iat is 10 minutes in the future: this machine's clock says 20/,
  );
});

test('the token endpoint says what it misses', async () => {
  const http = client(await start());
  const ask = (body: string) =>
    http.call('POST', '/token', {
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const grant = 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer';
  for (const [body, error, description] of [
    ['', 'invalid_request', 'Required parameter is missing: grant_type'],
    [grant, 'invalid_request', 'Required parameter is missing: assertion'],
    ['grant_type=password', 'unsupported_grant_type', 'Invalid grant_type: password'],
  ] as const) {
    expect((await ask(body)).json).toEqual({ error, error_description: description });
  }
  const json = await http.post('/token', { grantType: 'refresh_token' });
  expect(json.json.error).toBe('unsupported_grant_type');
  expect((await http.call('POST', '/token', { body: 'x'.repeat(300_000) })).status).toBe(413);
});

test('a key file leads back to where it was asked for', async () => {
  const sandbox = await start();
  const { path } = await makeAccount(sandbox, 'traveller');
  const { file } = await makeKey(sandbox, path);
  expect(file).toMatchObject({
    token_uri: `${sandbox.url}/token`,
    auth_provider_x509_cert_url: `${sandbox.url}/oauth2/v1/certs`,
    client_x509_cert_url: `${sandbox.url}/oauth2/v1/certs/traveller%40cloudlab-sandbox.iam.gserviceaccount.com`,
  });
  const served = await (await fetch(file['client_x509_cert_url'] ?? '')).json();
  expect(Object.keys(served as object)).toEqual([file.private_key_id]);
});
