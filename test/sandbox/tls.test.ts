import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { claimsOf, jwt, makeAccount } from './iam-support.ts';
import { client, start, tempDir } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

interface Answer {
  status: number;
  text: string;
  location: string | undefined;
}

/** Asks over TLS, trusting the sandbox's authority and nobody else. */
async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  { body = '', host = '127.0.0.1', headers = {} } = {},
): Promise<Answer> {
  if (!sandbox.tls) throw new Error('it does not listen over TLS');
  const ca = await readFile(sandbox.tls.caFile);
  const url = new URL(`${sandbox.tls.url}${path}`);
  return new Promise((resolve, reject) => {
    const options = { method, ca, headers, servername: host === '127.0.0.1' ? '' : host };
    const outgoing = request(url, options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, location: response.headers.location }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const certificate = async (directory: string, name = 'cert.pem') =>
  new X509Certificate(await readFile(join(directory, name)));

test('the same sandbox behind TLS: routes, links and checks', async () => {
  const directory = await tempDir();
  const sandbox = await start({ tls: { directory } });
  const project = `project=${sandbox.projectId}`;
  const bucket = await call(sandbox, 'POST', `/storage/v1/b?${project}`, {
    body: '{"name": "behind-tls"}',
  });
  expect(bucket.status).toBe(200);
  expect(JSON.parse(bucket.text).selfLink).toBe(`${sandbox.tls?.url}/storage/v1/b/behind-tls`);
  const opened = await call(
    sandbox,
    'POST',
    '/upload/storage/v1/b/behind-tls/o?uploadType=resumable&name=o',
  );
  expect(opened.location).toMatch(new RegExp(`^${sandbox.tls?.url}/upload/`));

  const plain = await client(sandbox).get('/storage/v1/b/behind-tls');
  expect(plain.json.selfLink).toBe(`${sandbox.url}/storage/v1/b/behind-tls`);

  const foreign = { host: 'evil.example' };
  expect((await call(sandbox, 'GET', '/storage/v1/b', { headers: foreign })).status).toBe(403);
  const origin = { origin: 'https://evil.example' };
  expect((await call(sandbox, 'GET', '/storage/v1/b', { headers: origin })).status).toBe(403);
});

test('the certificates hold for this machine only, and the keys are nobody else’s to read', async () => {
  const directory = await tempDir();
  const sandbox = await start({ tls: { directory } });
  const leaf = await certificate(directory);
  expect(leaf.subjectAltName?.split(', ')).toEqual([
    'DNS:localhost',
    'DNS:*.localhost',
    'IP Address:127.0.0.1',
    'IP Address:0:0:0:0:0:0:0:1',
  ]);
  expect((await call(sandbox, 'GET', '/_cloudlab/status', { host: 'localhost' })).status).toBe(200);
  const handshake = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ port: Number(new URL(sandbox.tls?.url ?? '').port) });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on('secureConnect', () => resolve(undefined));
  });
  expect(handshake).toMatch(/SELF_SIGNED|UNABLE_TO/);
  if (process.platform === 'win32') return;
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  for (const name of ['ca-key.pem', 'key.pem']) {
    expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  }
});

test('certificates are used again, and renewed in time under the same authority', async () => {
  const directory = await tempDir();
  const at = async (days: number) => {
    const clock = () => new Date(Date.parse('2027-03-01T00:00:00Z') + days * DAY);
    await (await start({ tls: { directory }, clock })).close();
    return {
      ca: (await certificate(directory, 'ca.pem')).fingerprint256,
      leaf: (await certificate(directory)).fingerprint256,
    };
  };
  const first = await at(0);
  expect(await at(365)).toEqual(first);
  const renewed = await at(380);
  expect(renewed.ca).toBe(first.ca);
  expect(renewed.leaf).not.toBe(first.leaf);
  expect((await at(3400)).ca).not.toBe(first.ca);

  // What was damaged is made anew, not trusted and not fatal.
  const before = await at(3400);
  await writeFile(join(directory, 'cert.pem'), 'torn');
  const mended = await at(3400);
  expect(mended.ca).toBe(before.ca);
  await writeFile(join(directory, 'ca-key.pem'), await readFile(join(directory, 'key.pem')));
  expect((await at(3400)).ca).not.toBe(before.ca);
  const [ca, leaf] = await Promise.all([certificate(directory, 'ca.pem'), certificate(directory)]);
  expect(leaf.verify(ca.publicKey)).toBe(true);
});

test('a port that is taken, or a directory that cannot be used, leaves nothing running', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const [dataDir, directory] = [await tempDir(), await tempDir()];
  await expect(start({ dataDir, tls: { directory, port } })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    port,
  });
  const file = join(directory, 'ca.pem');
  await expect(start({ dataDir, tls: { directory: file } })).rejects.toMatchObject({
    code: 'DATA_DIR_UNUSABLE',
    dataDir: file,
  });
  await start({ dataDir, tls: { directory } });
});

test('a connection can be broken there too', async () => {
  const sandbox = await start({ faults: true, tls: { directory: await tempDir() } });
  const cloud = client(sandbox);
  await cloud.post('/retry_test', {
    instructions: { 'storage.buckets.list': ['return-reset-connection', 'return-broken-stream'] },
    withoutHeader: true,
  });
  const list = `/storage/v1/b?project=${sandbox.projectId}`;
  for (const _ of [1, 2]) await expect(call(sandbox, 'GET', list)).rejects.toThrow();
  expect((await call(sandbox, 'GET', list)).status).toBe(200);
});

test('a key file that was made over TLS leads back over TLS, and is exchanged there', async () => {
  const sandbox = await start({ tls: { directory: await tempDir() } });
  const { path } = await makeAccount(sandbox, 'traveller');
  const made = await call(sandbox, 'POST', `${path}/keys`, { body: '{}' });
  const file = JSON.parse(Buffer.from(JSON.parse(made.text).privateKeyData, 'base64').toString());
  expect(file.token_uri).toBe(`${sandbox.tls?.url}/token`);
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: jwt(claimsOf(file), file.private_key),
  });
  const answer = await call(sandbox, 'POST', '/token', { body: body.toString() });
  expect([answer.status, JSON.parse(answer.text).token_type]).toEqual([200, 'Bearer']);
});
