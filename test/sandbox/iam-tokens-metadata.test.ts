import { createPublicKey, createVerify } from 'node:crypto';
import { expect, test } from 'vitest';
import { bearer } from './iam-support.ts';
import { client, start } from './support.ts';

const FLAVOR = { 'metadata-flavor': 'Google' };
const DEFAULT = '/computeMetadata/v1/instance/service-accounts/default';

test('outside of VMs, a metadata server knows the project and has the learner’s token', async () => {
  const sandbox = await start({ auth: 'enforce', controlToken: 'c' });
  const http = client(sandbox);
  const ask = async (path: string) => (await http.get(`/computeMetadata/v1/${path}`, FLAVOR)).text;
  expect(await ask('project/project-id')).toBe('cloudlab-sandbox');
  expect(await ask('project/numeric-project-id')).toBe('100000000001');
  expect(await ask('universe/universe-domain')).toBe('googleapis.com');
  expect(await ask('instance/service-accounts/')).toBe('default/\nlearner@example.com/\n');
  expect(await ask('instance/service-accounts/default/email')).toBe('learner@example.com');
  const all = await http.get(`${DEFAULT}/?recursive=true`, FLAVOR);
  expect(all.json).toEqual({
    aliases: ['default'],
    email: 'learner@example.com',
    scopes: expect.arrayContaining(['https://www.googleapis.com/auth/cloud-platform']),
  });
  expect(all.headers.get('metadata-flavor')).toBe('Google');

  const { json } = await http.get(`${DEFAULT}/token?scopes=a,b`, FLAVOR);
  expect(json).toMatchObject({ expires_in: 3599, token_type: 'Bearer' });
  const accounts = '/v1/projects/cloudlab-sandbox/serviceAccounts';
  expect((await http.get(accounts, bearer(json.access_token))).status).toBe(200);
  // Python's library asks whether anybody is there; who does not is shown buckets, as ever.
  expect((await http.get('/', FLAVOR)).headers.get('metadata-flavor')).toBe('Google');
  expect((await http.get('/')).headers.get('metadata-flavor')).toBeNull();
});

test('neither a web page nor a VM nor what came through a proxy gets a token', async () => {
  const http = client(await start());
  const token = (headers: Record<string, string>) => http.get(`${DEFAULT}/token`, headers);
  for (const headers of [
    {},
    { 'metadata-flavor': 'Amazon' },
    { ...FLAVOR, 'x-forwarded-for': '10.0.0.1' },
    { ...FLAVOR, origin: 'https://example.com' },
    { ...FLAVOR, origin: 'null' },
    // A page that lies in a bucket, which is of this very origin.
    { ...FLAVOR, 'sec-fetch-site': 'same-origin' },
    { ...FLAVOR, 'x-cloudlab-machine': '10.0.0.2' },
  ]) {
    const { status, text } = await token(headers);
    expect([status, text.includes('ya29')], JSON.stringify(headers)).toEqual([403, false]);
  }
  const preflight = await http.call('OPTIONS', `${DEFAULT}/token`, {
    headers: {
      origin: 'http://localhost:8000',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'metadata-flavor',
    },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toBeNull();
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
});

test('an ID token is for its audience, and verifies by the keys that are served', async () => {
  const http = client(await start());
  const { text } = await http.get(`${DEFAULT}/identity?audience=https://app.example.com`, FLAVOR);
  const [header = '', claims = '', mark = ''] = text.split('.');
  const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(decoded(claims)).toMatchObject({
    aud: 'https://app.example.com',
    email: 'learner@example.com',
    iss: 'https://accounts.google.com',
  });
  const { keys } = (await http.get('/oauth2/v3/certs')).json;
  expect(keys).toMatchObject([{ kid: decoded(header).kid, alg: 'RS256', kty: 'RSA' }]);
  const key = createPublicKey({ key: keys[0], format: 'jwk' });
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  expect(verify.verify(key, Buffer.from(mark, 'base64url'))).toBe(true);
  expect((await http.get(`/tokeninfo?id_token=${text}`)).json.email).toBe('learner@example.com');
  expect((await http.get(`/tokeninfo?id_token=${text}x`)).json.error).toBe('invalid_token');
  // Google's APIs take no ID token, not even where nobody has to say who he is.
  const asked = await http.call('POST', '/v1/projects/-/serviceAccounts/x@y.z:signBlob', {
    ...{ headers: bearer(text), body: '{"payload":"YQ=="}' },
  });
  expect(asked.status).toBe(401);
  expect((await http.get(`${DEFAULT}/identity`, FLAVOR)).status).toBe(404);
});
