import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, start } from './support.ts';

const KIB = 1024;

/** A sandbox with faults, a bucket, and ways to ask for failures. */
async function faulty() {
  const sandbox = await start({ faults: true });
  const cloud = client(sandbox);
  await cloud.bucket('bbb');
  const arm = async (method: string, instructions: string[], more: object = {}) => {
    const { status, json } = await cloud.post('/retry_test', {
      instructions: { [method]: instructions },
      ...more,
    });
    expect(status).toBe(200);
    const id = json.id as string;
    return {
      id,
      headers: { 'x-retry-test-id': id },
      left: async () => {
        const { json: state } = await cloud.get(`/retry_test/${id}`);
        expect(state.completed).toBe(state.instructions[method].length === 0);
        return state.instructions[method] as string[];
      },
    };
  };
  return { sandbox, cloud, arm };
}

/** A GET whose answer is read as far as it comes. */
async function download(sandbox: Sandbox, path: string, headers: Record<string, string> = {}) {
  const [answer] = (await once(get(`${sandbox.url}${path}`, { headers }), 'response')) as [
    IncomingMessage,
  ];
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  const whole = await once(answer, 'end').then(
    () => true,
    () => false,
  );
  return { whole, answer, bytes: Buffer.concat(chunks) };
}

const media = (name: string) => `/storage/v1/b/bbb/o/${name}?alt=media`;
const RESUMABLE = '/upload/storage/v1/b/bbb/o?uploadType=resumable&name=r';

test('without being asked for, faults do not exist', async () => {
  const cloud = client(await start());
  const body = { instructions: { 'storage.buckets.list': ['return-503'] } };
  expect((await cloud.post('/retry_test', body)).status).toBe(404);
  expect((await cloud.get('/retry_tests')).status).toBe(404);
  const list = `/storage/v1/b?project=cloudlab-sandbox`;
  expect((await cloud.get(list, { 'x-retry-test-id': 'none' })).status).toBe(200);
});

test('a test is made, shown, listed, used up and deleted as in the testbench', async () => {
  const { cloud, arm } = await faulty();
  const { id, headers, left } = await arm('storage.buckets.list', ['return-503', 'return-404']);
  const path = '/storage/v1/b?project=cloudlab-sandbox';
  const shown = {
    id,
    instructions: { 'storage.buckets.list': ['return-503', 'return-404'] },
    completed: false,
    transport: 'HTTP',
  };
  expect((await cloud.get(`/retry_test/${id}`)).json).toEqual(shown);
  expect((await cloud.get('/retry_tests')).json).toEqual({ retry_test: [shown] });

  expect((await cloud.get(path)).status).toBe(200);
  expect((await cloud.get('/storage/v1/b/bbb', headers)).status).toBe(200);
  const first = await cloud.get(path, headers);
  expect(first.status).toBe(503);
  expect(first.json.error).toMatchObject({
    code: 503,
    message: 'Retry Test: Caused a 503',
    errors: [{ reason: 'backendError' }],
  });
  expect(await left()).toEqual(['return-404']);
  expect((await cloud.get(path, headers)).status).toBe(404);
  expect(await left()).toEqual([]);
  expect((await cloud.get(path, headers)).status).toBe(200);

  expect((await cloud.delete(`/retry_test/${id}`)).text).toBe(`Deleted ${id}`);
  expect((await cloud.get(`/retry_test/${id}`)).status).toBe(404);
  expect((await cloud.get(path, headers)).status).toBe(404);
});

test.each([
  [{}, 'instructions'],
  [{ instructions: {} }, 'not defined'],
  [{ instructions: { 'storage.nothing.get': ['return-503'] } }, 'storage.nothing.get'],
  [{ instructions: { 'storage.objects.get': ['explode'] } }, 'explode'],
  [{ instructions: { 'storage.objects.get': ['return-99'] } }, 'return-99'],
  [{ instructions: { 'storage.objects.get': ['redirect-send-token-a'] } }, 'gRPC'],
  [{ instructions: { 'storage.objects.get': [7] } }, 'string'],
])('%j is no test', async (body, why) => {
  const { cloud } = await faulty();
  const { status, json } = await cloud.post('/retry_test', body);
  expect(status).toBe(400);
  expect(json.error.message).toContain(why);
});

test("the testbench's names of methods are understood", async () => {
  const { cloud, arm } = await faulty();
  const { headers, left } = await arm('storage.bucket_acl.list', ['return-503']);
  expect((await cloud.get('/storage/v1/b/bbb/acl', headers)).status).toBe(503);
  expect(await left()).toEqual([]);
  const grpc = { instructions: { 'storage.objects.get': ['return-503'] }, transport: 'GRPC' };
  expect((await cloud.post('/retry_test', grpc)).status).toBe(501);
});

test('the third request of anybody, and when to come back', async () => {
  const { cloud, arm } = await faulty();
  const more = { withoutHeader: true };
  const { left } = await arm('storage.buckets.get', ['pass', 'pass', 'return-429'], more);
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await cloud.get('/storage/v1/b/bbb')).status);
  expect(statuses).toEqual([200, 200, 429, 200]);
  expect(await left()).toEqual([]);

  const { headers } = await arm('storage.buckets.get', ['return-429-retry-after-7s']);
  const told = await cloud.get('/storage/v1/b/bbb', headers);
  expect([told.status, told.headers.get('retry-after')]).toEqual([429, '7']);
  expect(told.json.error.errors[0].reason).toBe('rateLimitExceeded');
});

test('a connection is reset before a request is applied, or after', async () => {
  const { cloud, arm } = await faulty();
  const before = await arm('storage.buckets.insert', ['return-reset-connection'], {
    withoutHeader: true,
  });
  await expect(cloud.bucket('early')).rejects.toThrow();
  expect(await before.left()).toEqual([]);
  expect((await cloud.get('/storage/v1/b/early')).status).toBe(404);

  const after = await arm('storage.buckets.insert', ['return-reset-connection-after-applied'], {
    withoutHeader: true,
  });
  // What fails by itself is no reason to use the instruction up.
  expect((await cloud.bucket('bbb')).status).toBe(409);
  await expect(cloud.bucket('late')).rejects.toThrow();
  expect(await after.left()).toEqual([]);
  expect((await cloud.get('/storage/v1/b/late')).status).toBe(200);

  const refused = await arm('storage.objects.insert', ['return-503-after-applied'], {
    withoutHeader: true,
  });
  const upload = await cloud.upload('bbb', 'kept', 'bytes');
  expect([upload.status, upload.json.error.code]).toEqual([503, 503]);
  expect(await refused.left()).toEqual([]);
  expect((await cloud.get(media('kept'))).text).toBe('bytes');
});

test('an upload in one request fails on its way, and nothing of it stays', async () => {
  const { cloud, arm } = await faulty();
  const body = randomBytes(600 * KIB);
  const put = (name: string, headers: Record<string, string>, bytes = body) =>
    cloud.call('POST', `/upload/storage/v1/b/bbb/o?uploadType=media&name=${name}`, {
      body: bytes,
      headers,
    });
  const { headers, left } = await arm('storage.objects.insert', [
    'return-503-after-256K',
    'return-reset-connection-after-512K',
  ]);
  expect((await put('small', headers, body.subarray(0, 1000))).status).toBe(200);
  expect(await left()).toHaveLength(2);
  const failed = await put('x', headers);
  expect([failed.status, failed.json.error.code]).toEqual([503, 503]);
  await expect(put('x', headers)).rejects.toThrow();
  expect(await left()).toEqual([]);
  expect((await cloud.get(media('x'))).status).toBe(404);
  expect((await put('x', headers)).status).toBe(200);
});

test('a resumable upload that fails keeps what it has; the answer to its end can be lost', async () => {
  const { cloud, arm } = await faulty();
  const body = randomBytes(900 * KIB);
  const { headers, left } = await arm('storage.objects.insert', [
    'return-503-after-300K',
    'return-reset-connection-after-600K',
    'return-broken-stream-final-chunk-after-10B',
  ]);
  const opened = await cloud.call('POST', RESUMABLE, { headers });
  const path = (opened.headers.get('location') as string).replace(/^https?:\/\/[^/]+/, '');
  const put = (from: number, to = body.length) =>
    cloud.call('PUT', path, {
      body: body.subarray(from, to),
      headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${body.length}` },
    });
  const stored = async () => {
    const probe = { method: 'PUT', headers: { 'content-range': 'bytes */*' } };
    return (await cloud.call('PUT', path, probe)).headers.get('range');
  };

  const failed = await put(0);
  expect([failed.status, failed.headers.get('range')]).toEqual([503, null]);
  expect(await stored()).toBe(`bytes=0-${256 * KIB - 1}`);
  await expect(put(256 * KIB)).rejects.toThrow();
  expect(await stored()).toBe(`bytes=0-${512 * KIB - 1}`);
  // Not the last one: it passes.
  expect((await put(512 * KIB, 768 * KIB)).status).toBe(308);
  await expect(put(768 * KIB)).rejects.toThrow();
  expect(await left()).toEqual([]);
  expect((await put(768 * KIB)).json.size).toBe(String(body.length));
});

test('a download breaks off, or comes with another first byte', async () => {
  const { sandbox, cloud, arm } = await faulty();
  const body = randomBytes(700 * KIB);
  await cloud.upload('bbb', 'large', body);
  await cloud.upload('bbb', 'small', 'A small one');
  await cloud.upload('bbb', 'exact', body.subarray(0, 256 * KIB));

  const few = await arm('storage.objects.get', ['return-broken-stream']);
  const beginning = await download(sandbox, media('large'), few.headers);
  expect(beginning.answer.headers['content-length']).toBe(String(body.length));
  expect([beginning.whole, beginning.bytes.length]).toEqual([false, 4]);

  const { headers, left } = await arm('storage.objects.get', [
    'return-broken-stream-after-256K',
    'return-broken-stream-after-256K',
    'return-corrupted-data',
  ]);
  expect((await download(sandbox, media('small'), headers)).whole).toBe(true);
  const cut = await download(sandbox, media('large'), headers);
  expect([cut.whole, cut.bytes.equals(body.subarray(0, 256 * KIB))]).toEqual([false, true]);
  expect((await download(sandbox, media('exact'), headers)).whole).toBe(false);
  const changed = await download(sandbox, media('small'), headers);
  expect([changed.whole, changed.bytes.toString()]).toEqual([true, 'B small one']);
  expect(await left()).toEqual([]);
  expect((await download(sandbox, media('large'), headers)).bytes.equals(body)).toBe(true);
});

test('a stall ends with its time, with its test, or with its client', async () => {
  const { sandbox, cloud, arm } = await faulty();
  const body = randomBytes(600 * KIB);
  await cloud.upload('bbb', 'large', body);

  const timed = await arm('storage.objects.get', ['stall-for-1s-after-256K']);
  expect((await download(sandbox, media('large'), timed.headers)).bytes.equals(body)).toBe(true);
  expect(await timed.left()).toEqual([]);

  const endless = await arm('storage.objects.get', ['stall-always', 'stall-at-256KiB']);
  for (const _ of [1, 2]) {
    const before = (await endless.left()).length;
    const gone = new AbortController();
    const request = cloud.call('GET', media('large'), {
      headers: endless.headers,
      signal: gone.signal,
    });
    while ((await endless.left()).length === before) await setTimeout(10);
    gone.abort();
    await expect(request).rejects.toThrow();
  }

  const upload = await arm('storage.objects.insert', ['stall-at-256K'], { withoutHeader: true });
  const stalled = cloud.upload('bbb', 'up', body);
  while ((await upload.left()).length > 0) await setTimeout(10);
  expect((await cloud.get(media('up'))).status).toBe(404);
  await cloud.delete(`/retry_test/${upload.id}`);
  expect((await stalled).status).toBe(200);
  expect((await download(sandbox, media('up'))).bytes.equals(body)).toBe(true);

  // Nor does one hold up the end of the sandbox.
  const last = await arm('storage.objects.get', ['stall-always'], { withoutHeader: true });
  const waiting = cloud.get(media('up')).catch(() => 'broken');
  while ((await last.left()).length > 0) await setTimeout(10);
  await sandbox.close();
  expect(await waiting).toBe('broken');
});

test('the XML API fails in its own words', async () => {
  const { sandbox, cloud, arm } = await faulty();
  const body = randomBytes(600 * KIB);
  const put = (headers: Record<string, string>) => cloud.call('PUT', '/bbb/x', { body, headers });
  const { headers, left } = await arm('storage.objects.insert', [
    'return-503',
    'return-429-retry-after-3s',
    'return-408-after-256K',
    'return-500-after-applied',
  ]);
  const answers = [await put(headers), await put(headers), await put(headers)];
  expect(answers.map(({ status }) => status)).toEqual([503, 429, 408]);
  for (const { text } of answers) expect(text).toMatch(/^<\?xml .*<Error><Code>\w+<\/Code>/s);
  expect(answers[1]?.headers.get('retry-after')).toBe('3');
  expect((await cloud.get('/bbb/x')).status).toBe(404);
  expect((await put(headers)).status).toBe(500);
  expect(await left()).toEqual([]);
  expect((await download(sandbox, '/bbb/x')).bytes.equals(body)).toBe(true);

  const read = await arm('storage.objects.get', ['return-broken-stream-after-256K']);
  const cut = await download(sandbox, '/bbb/x', read.headers);
  expect([cut.whole, cut.bytes.length]).toEqual([false, 256 * KIB]);
});

test('a call of a batch fails alone, a broken connection as a 503', async () => {
  const { cloud, arm } = await faulty();
  await arm('storage.buckets.get', ['return-reset-connection', 'return-broken-stream'], {
    withoutHeader: true,
  });
  const part =
    '--x\r\nContent-Type: application/http\r\n\r\nGET /storage/v1/b/bbb HTTP/1.1\r\n\r\n\r\n';
  const batch = await cloud.call('POST', '/batch/storage/v1', {
    body: `${part.repeat(3)}\r\n--x--\r\n`,
    headers: { 'content-type': 'multipart/mixed; boundary=x' },
  });
  expect(batch.status).toBe(200);
  expect([...batch.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).toEqual([
    '503',
    '503',
    '200',
  ]);
});
