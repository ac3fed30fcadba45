import {
  createPublicKey,
  createSign,
  createVerify,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, start, tempDir } from './support.ts';

const ACCOUNTS = '/v1/projects/cloudlab-sandbox/serviceAccounts';
const DEFAULT = '100000000001-compute@developer.gserviceaccount.com';
const UPLOADER = 'uploader@cloudlab-sandbox.iam.gserviceaccount.com';
const decode = (base64: string) => Buffer.from(base64, 'base64');

async function withUploader(sandbox: Sandbox) {
  const http = client(sandbox);
  const made = await http.post(ACCOUNTS, {
    accountId: 'uploader',
    serviceAccount: { displayName: 'Uploads' },
  });
  expect(made.status).toBe(200);
  return { http, path: `${ACCOUNTS}/${UPLOADER}`, account: made.json };
}

test('a service account lives as on GCP: made, found in every way, changed, switched off, deleted', async () => {
  const sandbox = await start();
  const { http, path, account } = await withUploader(sandbox);
  expect(account).toEqual({
    name: `projects/cloudlab-sandbox/serviceAccounts/${UPLOADER}`,
    projectId: 'cloudlab-sandbox',
    uniqueId: expect.stringMatching(/^1\d{20}$/),
    email: UPLOADER,
    displayName: 'Uploads',
    etag: expect.any(String),
    oauth2ClientId: account.uniqueId,
  });
  for (const found of [
    path,
    `/v1/projects/-/serviceAccounts/${encodeURIComponent(UPLOADER)}`,
    `/v1/projects/100000000001/serviceAccounts/${account.uniqueId}`,
  ]) {
    expect((await http.get(found)).json, found).toEqual(account);
  }
  const changed = await http.patch(path, {
    serviceAccount: { displayName: 'ignored', description: '올리기' },
    updateMask: 'description',
  });
  expect(changed.json).toMatchObject({ displayName: 'Uploads', description: '올리기' });
  expect((await http.post(`${path}:disable`, {})).json).toEqual({});
  expect((await http.get(path)).json.disabled).toBe(true);
  await http.post(`${path}:enable`, {});
  expect((await http.get(path)).json.disabled).toBeUndefined();

  expect((await http.delete(path)).json).toEqual({});
  expect((await http.get(path)).json).toEqual({
    error: { code: 404, message: 'Unknown service account', status: 'NOT_FOUND' },
  });
  const again = await withUploader(sandbox);
  expect(again.account.uniqueId).not.toBe(account.uniqueId);
});

test('the default account is there from the start, and what was done to it is remembered', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir });
  const http = client(sandbox);
  const [account, ...others] = (await http.get(ACCOUNTS)).json.accounts;
  expect(account).toMatchObject({ email: DEFAULT });
  expect(others).toEqual([]);
  await http.post(`${ACCOUNTS}/${DEFAULT}:disable`, {});
  await sandbox.close();

  const second = client(await start({ dataDir }));
  const path = `${ACCOUNTS}/${DEFAULT}`;
  expect((await second.get(path)).json).toEqual({ ...account, disabled: true });
  await second.delete(path);
  expect((await second.get(path)).status).toBe(404);
  expect((await second.get(ACCOUNTS)).json).toEqual({});
});

test('accounts are listed page by page', async () => {
  const http = client(await start());
  for (const accountId of ['account-c', 'account-a', 'account-b']) {
    await http.post(ACCOUNTS, { accountId });
  }
  const seen: string[] = [];
  let token = '';
  do {
    const { json } = await http.get(`${ACCOUNTS}?pageSize=3&pageToken=${token}`);
    seen.push(...json.accounts.map(({ email }: { email: string }) => email.split('@')[0]));
    token = json.nextPageToken ?? '';
  } while (token !== '');
  expect(seen).toEqual(['100000000001-compute', 'account-a', 'account-b', 'account-c']);
});

test('what IAM refuses is refused in its own words', async () => {
  const { http, path } = await withUploader(await start());
  const refused: [string, object, number, string][] = [
    [ACCOUNTS, { accountId: 'short' }, 400, 'INVALID_ARGUMENT'],
    [ACCOUNTS, { accountId: 'Upper-Case' }, 400, 'INVALID_ARGUMENT'],
    [ACCOUNTS, {}, 400, 'INVALID_ARGUMENT'],
    [ACCOUNTS, { accountId: 'uploader' }, 409, 'ALREADY_EXISTS'],
    ['/v1/projects/other/serviceAccounts', { accountId: 'uploader' }, 403, 'PERMISSION_DENIED'],
    [`/v1/projects/other/serviceAccounts/${UPLOADER}:disable`, {}, 404, 'NOT_FOUND'],
    [`${ACCOUNTS}/${'x'.repeat(4000)}:disable`, {}, 404, 'NOT_FOUND'],
    [`${path}/keys/${'0'.repeat(40)}:disable`, {}, 404, 'NOT_FOUND'],
    [`${path}/keys`, { privateKeyType: 'TYPE_PKCS12_FILE' }, 501, 'UNIMPLEMENTED'],
    [`${path}:generateAccessToken`, {}, 400, 'INVALID_ARGUMENT'],
    [`${path}:signBlob`, { payload: 'not base64!' }, 400, 'INVALID_ARGUMENT'],
  ];
  for (const [url, body, code, status] of refused) {
    const { json } = await http.post(url, body);
    expect(json?.error, `${url} ${JSON.stringify(body)}`).toMatchObject({ code, status });
  }
});

test('a key file holds a private key whose public half stays, and nothing else does', async () => {
  const dataDir = await tempDir();
  const log: string[] = [];
  const sandbox = await start({ dataDir, log: (line) => log.push(line) });
  const { http, path, account } = await withUploader(sandbox);
  const made = (await http.post(`${path}/keys`, {})).json;
  expect(made).toMatchObject({
    name: expect.stringMatching(
      /^projects\/cloudlab-sandbox\/serviceAccounts\/.+\/keys\/[0-9a-f]{40}$/,
    ),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
    keyType: 'USER_MANAGED',
    validBeforeTime: '9999-12-31T23:59:59Z',
  });
  const file = JSON.parse(decode(made.privateKeyData).toString());
  expect(file).toMatchObject({
    type: 'service_account',
    project_id: 'cloudlab-sandbox',
    client_email: UPLOADER,
    client_id: account.uniqueId,
    private_key_id: made.name.split('/').at(-1),
    token_uri: `${sandbox.url}/token`,
  });

  const signed = createSign('RSA-SHA256').update('hello').sign(file.private_key);
  const shown = await http.get(`/v1/${made.name}?publicKeyType=TYPE_X509_PEM_FILE`);
  const certificate = new X509Certificate(decode(shown.json.publicKeyData));
  expect(certificate.subject).toBe(`CN=${account.uniqueId}`);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(createVerify('RSA-SHA256').update('hello').verify(certificate.publicKey, signed)).toBe(
    true,
  );
  const raw = await http.get(`/v1/${made.name}?publicKeyType=TYPE_RAW_PUBLIC_KEY`);
  expect(createPublicKey(decode(raw.json.publicKeyData)).equals(certificate.publicKey)).toBe(true);

  const { privateKeyData, privateKeyType, ...known } = made;
  expect((await http.get(`/v1/${made.name}`)).json).toEqual(known);
  expect((await http.get(`${path}/keys?keyTypes=USER_MANAGED`)).json).toEqual({ keys: [known] });
  expect((await http.get(`${path}/keys?keyTypes=SYSTEM_MANAGED`)).json).toEqual({});
  await http.post(`/v1/${made.name}:disable`, {});
  expect((await http.get(`/v1/${made.name}`)).json.disabled).toBe(true);
  await http.delete(`/v1/${made.name}`);
  expect((await http.get(`/v1/${made.name}`)).status).toBe(404);
  expect(log).toEqual([]);
});

test('an account has at most ten keys of its users', { timeout: 60_000 }, async () => {
  const { http, path } = await withUploader(await start());
  const body = { keyAlgorithm: 'KEY_ALG_RSA_1024' };
  const replies = await Promise.all(
    Array.from({ length: 12 }, () => http.post(`${path}/keys`, body)),
  );
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(replies.find(({ status }) => status !== 200)?.json.error).toEqual({
    code: 400,
    message: 'Precondition check failed.',
    status: 'FAILED_PRECONDITION',
  });
});

test('signBlob and signJwt sign with one Google-managed key, which outlives a restart', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir });
  const { http, path } = await withUploader(sandbox);
  const blob = (account: string) =>
    http.post(`/v1/projects/-/serviceAccounts/${account}:signBlob`, {
      payload: Buffer.from('hello').toString('base64'),
    });
  const [first, second] = await Promise.all([blob(UPLOADER), blob(UPLOADER)]);
  expect(first.json.keyId).toBe(second.json.keyId);
  await sandbox.close();

  const later = client(await start({ dataDir }));
  const jwt = await later.post(`${path}:signJwt`, { payload: '{"sub":"someone"}' });
  expect(jwt.json.keyId).toBe(first.json.keyId);
  const keys = (await later.get(`${path}/keys`)).json.keys;
  expect(keys).toMatchObject([{ keyType: 'SYSTEM_MANAGED' }]);
  const shown = await later.get(`/v1/${keys[0].name}?publicKeyType=TYPE_X509_PEM_FILE`);
  const { publicKey } = new X509Certificate(decode(shown.json.publicKeyData));
  const signed = decode(first.json.signedBlob);
  expect(createVerify('RSA-SHA256').update('hello').verify(publicKey, signed)).toBe(true);
  const [header, claims, mark] = jwt.json.signedJwt.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'RS256',
    kid: keys[0].name.split('/').at(-1),
    typ: 'JWT',
  });
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  expect(verify.verify(publicKey, Buffer.from(mark, 'base64url'))).toBe(true);

  expect((await later.delete(`/v1/${keys[0].name}`)).status).toBe(400);
  expect((await later.post(`${path}:signJwt`, { payload: '[]' })).status).toBe(400);
  await later.post(`${path}:disable`, {});
  const refused = await later.post(`${path}:signJwt`, { payload: '{}' });
  expect(refused.json.error.status).toBe('FAILED_PRECONDITION');
});

test('who signs many times at once waits for one key, not for as many', async () => {
  const asked: number[] = [];
  const sandbox = await start({
    randomBytes: (size) => {
      asked.push(size);
      return randomBytes(size);
    },
  });
  const { http, path } = await withUploader(sandbox);
  asked.length = 0;
  const sign = () => http.post(`${path}:signBlob`, { payload: 'YQ==' });
  const signed = await Promise.all(Array.from({ length: 10 }, sign));
  expect(new Set(signed.map(({ json }) => json.keyId)).size).toBe(1);
  // The serial number of a certificate, and the id of a key.
  expect(asked).toEqual([15, 20]);

  const create = () => http.post(`${path}/keys`, { keyAlgorithm: 'KEY_ALG_RSA_1024' });
  const made = await Promise.all(Array.from({ length: 13 }, create));
  expect(made.filter(({ status }) => status === 200).length).toBe(10);
  expect(asked.filter((size) => size === 15).length).toBe(11);
});
