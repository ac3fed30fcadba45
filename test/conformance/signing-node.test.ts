import { Storage } from '@google-cloud/storage';
import { expect, onTestFinished, test } from 'vitest';
import { makeSigners } from '../sandbox/signing.ts';
import { client, start } from '../sandbox/support.ts';
import { raw } from '../sandbox/xml-support.ts';

/*
 * The official Node client signs with a key file of the sandbox's; what it signed is then
 * used as anybody would who was given it, without credentials.
 */

async function prepare() {
  const sandbox = await start();
  await client(sandbox).bucket('node-signed');
  const { keyFile, email } = await makeSigners(sandbox);
  const storage = new Storage({
    projectId: sandbox.projectId,
    apiEndpoint: sandbox.url,
    useAuthWithCustomEndpoint: false,
    credentials: JSON.parse(keyFile),
  });
  return { sandbox, storage, email, bucket: storage.bucket('node-signed') };
}

const soon = () => Date.now() + 60_000;

test.each(['v2', 'v4'] as const)('getSignedUrl %s: write, read, delete', async (version) => {
  const { bucket } = await prepare();
  const file = bucket.file('보고서/a b+c&d.txt');
  const [write] = await file.getSignedUrl({
    version,
    action: 'write',
    expires: soon(),
    contentType: 'text/plain',
    extensionHeaders: { 'x-goog-meta-course': 'storage' },
  });
  const headers = { 'content-type': 'text/plain', 'x-goog-meta-course': 'storage' };
  const put = await fetch(write, { method: 'PUT', headers, body: 'signed' });
  expect(put.status, await put.text()).toBe(200);
  expect((await fetch(write, { method: 'PUT', body: 'unsigned' })).ok).toBe(false);

  const [read] = await file.getSignedUrl({
    version,
    action: 'read',
    expires: soon(),
    responseDisposition: 'attachment; filename="b.txt"',
    queryParams: { generation: String((await file.getMetadata())[0].generation) },
  });
  const got = await fetch(read);
  expect([got.status, await got.text()]).toEqual([200, 'signed']);
  expect((await fetch(read, { method: 'DELETE' })).status).toBe(403);
  const [, signature = ''] = /Signature=([^&]+)/.exec(read) ?? [];
  const forged = read.replace(
    signature,
    signature.replace(/^./, (first) => (first === '0' ? '1' : '0')),
  );
  expect((await fetch(forged)).status).toBe(403);

  const [remove] = await file.getSignedUrl({ version, action: 'delete', expires: soon() });
  expect((await fetch(remove, { method: 'DELETE' })).status).toBe(204);
  expect((await file.exists())[0]).toBe(false);
});

test.each(['v2', 'v4'] as const)('getSignedUrl %s: a resumable upload', async (version) => {
  const { bucket } = await prepare();
  const file = bucket.file('resumable.bin');
  const [url] = await file.getSignedUrl({ version, action: 'resumable', expires: soon() });
  const headers = { 'x-goog-resumable': 'start' };
  const started = await fetch(url, { method: 'POST', headers });
  expect(started.status, await started.text()).toBe(201);
  const session = started.headers.get('location') ?? '';
  expect((await fetch(session, { method: 'PUT', body: 'resumed' })).status).toBe(200);
  expect((await file.download())[0].toString()).toBe('resumed');
  expect((await fetch(url, { method: 'POST' })).ok).toBe(false);
});

test('bucket.getSignedUrl lists; a future URL is not valid yet; a past one no more', async () => {
  const { bucket } = await prepare();
  await bucket.file('listed').save('x', { resumable: false });
  const [url] = await bucket.getSignedUrl({ version: 'v4', action: 'list', expires: soon() });
  const listing = await fetch(url);
  expect(listing.status).toBe(200);
  expect(await listing.text()).toContain('<Key>listed</Key>');

  const hour = 3_600_000;
  const [future] = await bucket.file('listed').getSignedUrl({
    version: 'v4',
    action: 'read',
    accessibleAt: Date.now() + hour,
    expires: Date.now() + 2 * hour,
  });
  expect((await fetch(future)).status).toBe(403);
});

test('a virtual-hosted URL', async () => {
  const { sandbox, bucket } = await prepare();
  await bucket.file('hosted.txt').save('hosted', { resumable: false });
  const host = `node-signed.localhost:${sandbox.port}`;
  const [url] = await bucket.file('hosted.txt').getSignedUrl({
    version: 'v4',
    action: 'read',
    expires: soon(),
    cname: `http://${host}`,
  });
  const { pathname, search } = new URL(url);
  const { status, text } = await raw(sandbox, 'GET', pathname + search, { headers: { host } });
  expect([status, text]).toEqual([200, 'hosted']);
});

test('generateSignedPostPolicyV4 and V2 make forms that work, and nothing beyond', async () => {
  const { sandbox, bucket } = await prepare();
  const file = bucket.file('from a form.txt');
  // Without it the client makes forms for an endpoint of one's own that do not say the bucket.
  process.env['STORAGE_EMULATOR_HOST'] = sandbox.url;
  onTestFinished(() => {
    delete process.env['STORAGE_EMULATOR_HOST'];
  });
  const send = async (url: string, fields: Record<string, string>, content: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([content]), 'x.txt');
    return (await fetch(url, { method: 'POST', body: form })).status;
  };
  const [v4] = await file.generateSignedPostPolicyV4({
    expires: soon(),
    fields: { 'x-goog-meta-a': 'b', success_action_status: '201' },
    conditions: [['content-length-range', 0, 10]],
  });
  expect(await send(v4.url, v4.fields, 'content')).toBe(201);
  expect((await file.download())[0].toString()).toBe('content');
  expect(await send(v4.url, v4.fields, 'far too long for it')).toBe(400);
  expect(await send(v4.url, { ...v4.fields, key: 'other' }, 'content')).toBe(400);

  const [v2] = await file.generateSignedPostPolicyV2({
    expires: soon(),
    equals: ['$Content-Type', 'text/plain'],
  });
  const fields = {
    key: file.name,
    'Content-Type': 'text/plain',
    GoogleAccessId: (await bucket.storage.authClient.getCredentials()).client_email ?? '',
    policy: v2.base64,
    signature: v2.signature,
  };
  expect(await send(`${sandbox.url}/node-signed`, fields, 'again')).toBe(204);
  expect(await send(`${sandbox.url}/node-signed`, { ...fields, key: 'k' }, 'x')).toBe(400);
});

test('HMAC keys, from creation to deletion', async () => {
  const { storage, email } = await prepare();
  const [key, secret] = await storage.createHmacKey(email);
  expect(secret).toHaveLength(40);
  expect(key.metadata).toMatchObject({ state: 'ACTIVE', serviceAccountEmail: email });
  const [listed] = await storage.getHmacKeys({ serviceAccountEmail: email });
  expect(listed).toHaveLength(2);
  await expect(key.delete()).rejects.toThrow('Cannot delete keys in ACTIVE state.');
  await key.setMetadata({ state: 'INACTIVE' });
  expect((await key.getMetadata())[0].state).toBe('INACTIVE');
  await key.delete();
  const [all] = await storage.getHmacKeys({ showDeletedKeys: true, autoPaginate: true });
  expect(all.map(({ metadata }) => metadata.state).toSorted()).toEqual(['ACTIVE', 'DELETED']);
});
