import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { blobFiles, client, manualClock, start, tempDir } from './support.ts';

const MIB = 1024 * 1024;

const blobs = async (dataDir: string) =>
  Promise.all((await blobFiles(dataDir)).map((file) => stat(file)));

test('a copy is a second name for the same bytes, and outlives the first', async () => {
  const dataDir = await tempDir();
  const sandbox = await start({ dataDir });
  const http = client(sandbox);
  await http.bucket('links', { softDeletePolicy: { retentionDurationSeconds: '0' } });
  const body = 'x'.repeat(100_000);
  const { json: first } = await http.upload('links', 'first', body);
  for (const name of ['second', 'third']) {
    const made = await http.post(`/storage/v1/b/links/o/first/rewriteTo/b/links/o/${name}`, {});
    expect(made.json).toMatchObject({
      done: true,
      totalBytesRewritten: '100000',
      objectSize: '100000',
      resource: { md5Hash: first.md5Hash, crc32c: first.crc32c, contentType: 'text/plain' },
    });
  }
  const files = await blobs(dataDir);
  expect(files.length).toBe(3);
  if (process.platform !== 'win32') {
    expect(new Set(files.map(({ ino }) => ino)).size).toBe(1);
  }
  await http.delete('/storage/v1/b/links/o/first');
  await http.upload('links', 'second', 'overwritten');
  expect((await http.get('/storage/v1/b/links/o/third?alt=media')).text).toBe(body);
  await expect.poll(async () => (await blobs(dataDir)).length).toBe(1);
  await http.delete('/storage/v1/b/links/o/third');
  await expect.poll(() => blobs(dataDir)).toEqual([]);
});

test('a rewrite in steps goes on where it was, across a restart', async () => {
  const dataDir = await tempDir();
  let sandbox = await start({ dataDir });
  let http = client(sandbox);
  await http.bucket('here');
  await http.bucket('there', { location: 'ASIA-NORTHEAST3' });
  const body = randomBytes(2 * MIB + 1);
  await http.upload('here', 'big', body);
  const call = (query: string, to = 'there/o/big', metadata: object = {}) =>
    http.post(`/storage/v1/b/here/o/big/rewriteTo/b/${to}?${query}`, metadata);
  const step = `maxBytesRewrittenPerCall=${MIB}`;

  expect((await call(step, 'here/o/copy')).json.done).toBe(true);
  expect((await call('')).json.done).toBe(true);
  await http.delete('/storage/v1/b/there/o/big');

  const first = (await call(step, undefined, { contentType: 'image/png' })).json;
  expect(first).toEqual({
    kind: 'storage#rewriteResponse',
    totalBytesRewritten: String(MIB),
    objectSize: String(body.length),
    done: false,
    rewriteToken: expect.stringMatching(/^\w+$/),
  });
  await sandbox.close();
  sandbox = await start({ dataDir });
  http = client(sandbox);
  const more = `${step}&rewriteToken=${first.rewriteToken}`;
  expect((await call(more, 'there/o/elsewhere')).json.error).toMatchObject({ code: 400 });
  expect((await call(more, undefined, { contentType: 'a/b' })).status).toBe(400);
  expect((await call(`rewriteToken=${first.rewriteToken}`)).status).toBe(400);
  const second = (await call(more)).json;
  expect(second).toMatchObject({ totalBytesRewritten: String(2 * MIB), done: false });
  expect((await http.get('/storage/v1/b/there/o/big')).status).toBe(404);
  const last = (await call(`${step}&rewriteToken=${second.rewriteToken}`)).json;
  expect(last).toMatchObject({
    totalBytesRewritten: String(body.length),
    done: true,
    resource: { contentType: 'image/png', bucket: 'there', size: String(body.length) },
  });
  expect((await call(more)).status).toBe(410);
  const read = await fetch(`${sandbox.url}/b/there/o/big?alt=media`);
  expect(Buffer.from(await read.arrayBuffer()).equals(body)).toBe(true);
});

test('a token is for one generation of the source, and for a week', async () => {
  const clock = manualClock();
  const http = client(await start({ clock: clock.now }));
  await http.bucket('here');
  const body = new Uint8Array(2 * MIB);
  await http.upload('here', 'big', body);
  const call = (query: string) =>
    http.post(`/storage/v1/b/here/o/big/rewriteTo/b/here/o/cold?${query}`, {
      storageClass: 'COLDLINE',
    });
  const step = `maxBytesRewrittenPerCall=${MIB}`;
  for (const bad of ['0', '1', '-1', `${MIB + 1}`, 'x']) {
    expect((await call(`maxBytesRewrittenPerCall=${bad}`)).status, bad).toBe(400);
  }
  expect((await call('rewriteToken=made-up')).status).toBe(400);

  const { rewriteToken } = (await call(step)).json;
  await http.upload('here', 'big', body);
  expect((await call(`${step}&rewriteToken=${rewriteToken}`)).json.error).toMatchObject({
    code: 400,
    message: 'Invalid rewrite token.',
  });
  const late = (await call(step)).json.rewriteToken;
  clock.advance(8 * 24 * 3600 * 1000);
  expect((await call(`${step}&rewriteToken=${late}`)).status).toBe(410);
});
