import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { blobFiles, client, manualClock, start, tempDir } from './support.ts';

const QUANTUM = 256 * 1024;

async function open(sandbox: Sandbox, metadata: object = {}, headers: Record<string, string> = {}) {
  const reply = await client(sandbox).call(
    'POST',
    '/upload/storage/v1/b/resume/o?uploadType=resumable&name=file',
    { body: JSON.stringify(metadata), headers },
  );
  expect(reply.status, reply.text).toBe(200);
  return new URL(reply.headers.get('location') ?? '');
}

const put = (
  sandbox: Sandbox,
  session: URL,
  range: string,
  body: Uint8Array<ArrayBuffer> | string = '',
  headers = {},
) =>
  client(sandbox).call('PUT', session.pathname + session.search, {
    body,
    headers: { 'content-range': range, ...headers },
    redirect: 'manual',
  });

test('received bytes, and the end of the story, survive restarts', async () => {
  const dataDir = await tempDir();
  const body = randomBytes(3 * QUANTUM + 1000);
  let sandbox = await start({ dataDir });
  await client(sandbox).bucket('resume');
  const session = await open(sandbox, { contentType: 'image/png', metadata: { k: 'v' } });
  const restart = async () => {
    await sandbox.close();
    sandbox = await start({ dataDir });
  };

  expect((await put(sandbox, session, 'bytes */*')).headers.get('range')).toBeNull();
  const part = await put(sandbox, session, `bytes 0-${QUANTUM - 1}/*`, body.subarray(0, QUANTUM));
  expect([part.status, part.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  await restart();
  const probe = await put(sandbox, session, 'bytes */*');
  expect([probe.status, probe.headers.get('range')]).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  // Sent twice, overlapping and ragged: only whole quanta of what is new are kept.
  const ragged = await put(
    sandbox,
    session,
    `bytes 0-${2 * QUANTUM + 9}/*`,
    body.subarray(0, 2 * QUANTUM + 10),
  );
  expect(ragged.headers.get('range')).toBe(`bytes=0-${2 * QUANTUM - 1}`);
  await restart();
  const quiet = await put(sandbox, session, 'bytes */*', '', { 'x-guploader-no-308': 'yes' });
  expect([quiet.status, quiet.headers.get('x-http-status-code-override')]).toEqual([200, '308']);
  const gap = await put(sandbox, session, `bytes ${2 * QUANTUM + 1}-${2 * QUANTUM + 4}/*`, 'gap!');
  expect(gap.status).toBe(400);

  const rest = body.subarray(2 * QUANTUM);
  const end = `bytes ${2 * QUANTUM}-${body.length - 1}/${body.length}`;
  const done = await put(sandbox, session, end, rest);
  expect(done.json).toMatchObject({
    name: 'file',
    size: String(body.length),
    contentType: 'image/png',
    metadata: { k: 'v' },
  });
  await restart();
  expect((await put(sandbox, session, 'bytes */*')).json.generation).toBe(done.json.generation);
  const read = await fetch(`${sandbox.url}/b/resume/o/file?alt=media`);
  expect(Buffer.from(await read.arrayBuffer()).equals(body)).toBe(true);
});

test('one request of unknown length, a complete upload finished by a probe, and an empty one', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('resume');
  const whole = await put(sandbox, await open(sandbox), 'bytes 0-*/*', 'hello');
  expect(whole.json.size).toBe('5');

  const session = await open(sandbox, {}, { host: `localhost:${sandbox.port}` });
  expect(session.hostname).toBe('127.0.0.1');
  const body = randomBytes(QUANTUM);
  await put(sandbox, session, `bytes 0-${QUANTUM - 1}/*`, body);
  expect((await put(sandbox, session, `bytes */${QUANTUM}`)).json.size).toBe(String(QUANTUM));

  expect((await put(sandbox, await open(sandbox), 'bytes */0')).json.size).toBe('0');
});

test('an interrupted request counts as far as it came', async () => {
  const sandbox = await start();
  await client(sandbox).bucket('resume');
  const session = await open(sandbox);
  const body = randomBytes(4 * QUANTUM);
  await new Promise<void>((resolve) => {
    const headers = {
      'content-length': body.length,
      'content-range': `bytes 0-${body.length - 1}/${body.length}`,
    };
    const upload = request(session, { method: 'PUT', headers });
    upload.on('error', () => resolve());
    upload.write(body.subarray(0, 2 * QUANTUM + 77), () => upload.destroy());
  });
  const stored = async () => (await put(sandbox, session, 'bytes */*')).headers.get('range');
  await expect.poll(stored).toBe(`bytes=0-${2 * QUANTUM - 1}`);
  const from = 2 * QUANTUM;
  const range = `bytes ${from}-${body.length - 1}/${body.length}`;
  expect((await put(sandbox, session, range, body.subarray(from))).status).toBe(200);
  const read = await fetch(`${sandbox.url}/b/resume/o/file?alt=media`);
  expect(Buffer.from(await read.arrayBuffer()).equals(body)).toBe(true);
});

test('cancelled, unknown and broken sessions; nothing of them stays on disk', async () => {
  const sandbox = await start();
  await client(sandbox).bucket('resume');
  const session = await open(sandbox);
  await put(sandbox, session, `bytes 0-${QUANTUM - 1}/*`, randomBytes(QUANTUM));
  const cancel = await client(sandbox).delete(session.pathname + session.search);
  expect(cancel.status).toBe(499);
  expect((await put(sandbox, session, 'bytes */*')).status).toBe(499);

  const unknown = new URL(session);
  unknown.searchParams.set('upload_id', '../../etc/passwd');
  expect((await put(sandbox, unknown, 'bytes */*')).status).toBe(404);
  for (const range of ['bytes', 'bytes 5-1/9', 'bytes 0-9/5', 'bytes -5/9', 'bytes 0-4', 'x']) {
    expect((await put(sandbox, await open(sandbox), range, 'hello')).status, range).toBe(400);
  }
  expect(
    (await put(sandbox, await open(sandbox), 'bytes 0-9/10', 'hello')).json.error.message,
  ).toBe(
    'Invalid request. There were 5 byte(s) in the request body. There should have been 10 byte(s) ' +
      '(starting at offset 0 and ending at offset 9) according to the Content-Range header.',
  );
  const lied = await open(sandbox, { md5Hash: 'AAAAAAAAAAAAAAAAAAAAAA==' });
  const large = randomBytes(QUANTUM + 1);
  expect((await put(sandbox, lied, `bytes 0-${QUANTUM}/${QUANTUM + 1}`, large)).status).toBe(400);
  expect((await put(sandbox, lied, 'bytes */*')).status).toBe(404);
  const shrunk = await open(sandbox);
  await put(sandbox, shrunk, `bytes 0-${QUANTUM - 1}/${QUANTUM + 9}`, randomBytes(QUANTUM));
  expect((await put(sandbox, shrunk, `bytes */${QUANTUM}`)).status).toBe(400);
  await client(sandbox).delete(shrunk.pathname + shrunk.search);
  await expect.poll(() => blobFiles(sandbox.dataDir)).toEqual([]);
});

test('preconditions hold at the moment of the last byte, and a session for a week', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  await http.bucket('resume');
  const sessions = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const reply = await http.call(
        'POST',
        '/upload/storage/v1/b/resume/o?uploadType=resumable&name=file&ifGenerationMatch=0',
      );
      return new URL(reply.headers.get('location') ?? '');
    }),
  );
  const late = sessions.pop() as URL;
  const replies = await Promise.all(
    sessions.map((session, i) => put(sandbox, session, 'bytes 0-4/5', `body${i}`)),
  );
  const statuses = replies.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, 412, 412, 412, 412]);
  const winner = replies.findIndex(({ status }) => status === 200);
  expect((await http.get('/storage/v1/b/resume/o/file?alt=media')).text).toBe(`body${winner}`);

  clock.advance(7 * 24 * 3600 * 1000 + 1);
  expect((await put(sandbox, late, 'bytes */*')).status).toBe(410);
});

test('a reset in the middle of an upload ends it, and leaves nothing of it', async () => {
  const logged: string[] = [];
  const sandbox = await start({ controlToken: 't', log: (line) => logged.push(line) });
  const http = client(sandbox);
  const body = randomBytes(2 * QUANTUM);
  const files = () => blobFiles(sandbox.dataDir);
  /** Sends half of the body, resets the sandbox, and sends the rest. */
  const interrupted = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${sandbox.url}${path}`, { method, headers });
      sent.on('error', reject).on('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.write(body.subarray(0, QUANTUM + 100), async () => {
        await expect.poll(files).not.toEqual([]);
        await http.call('POST', '/_cloudlab/reset', { headers: { authorization: 'Bearer t' } });
        await expect.poll(files).toEqual([]);
        sent.end(body.subarray(QUANTUM + 100));
      });
    });
  for (const range of [
    `bytes 0-${2 * QUANTUM - 1}/*`,
    `bytes 0-${2 * QUANTUM - 1}/${2 * QUANTUM}`,
  ]) {
    await http.bucket('resume');
    const session = await open(sandbox);
    const path = session.pathname + session.search;
    expect(await interrupted('PUT', path, { 'content-range': range })).toBe(404);
    expect((await put(sandbox, session, 'bytes */*')).status).toBe(404);
  }
  await http.bucket('resume');
  expect(await interrupted('PUT', '/resume/a', {})).toBe(404);
  expect(await files()).toEqual([]);
  expect(logged).toEqual([]);
});
