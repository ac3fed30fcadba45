import { readdir } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import {
  body,
  encoded,
  headers,
  NASTY,
  NEEDED,
  param,
  parameter,
  type Sent,
  word,
} from './fuzz-requests.ts';
import { client, start, tempDir } from './support.ts';

/*
 * Whatever is sent to whichever route: an answer, in the envelope of the API, that is not
 * the server's fault; nothing in the log; no file where none belongs; and the sandbox
 * goes on. fast-check prints the seed and the smallest case that fails.
 */

/** Longer than anything here takes, on a machine that does other things. */
const HANG_MS = 10_000;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

test('no request to any route is the server’s undoing', { timeout: 120_000 }, async () => {
  const { sandbox, logged, dir } = await startWatched();
  const { send } = speaker(sandbox);
  const { done, missing } = await sortRoutes(sandbox, send);
  const route = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...done) },
    { weight: 1, arbitrary: fc.constantFrom(...missing) },
  );
  const requests = route.chain(({ method, path }) => {
    // What stands in parentheses says how a parameter has to look; `::` is a colon.
    const plain = path.replace(/\([^)]*\)/g, '').replaceAll('::', '%3A');
    const pieces = plain.split(/(:\w+|\*)/);
    return fc
      .tuple(
        fc.tuple(
          ...pieces.map((piece, at) => (at % 2 ? param(piece.slice(1)) : fc.constant(piece))),
        ),
        fc.array(parameter, { maxLength: 4 }),
        fc.boolean(),
        fc.oneof(fc.constant({}), headers),
        body,
      )
      .map(([parts, query, complete, given, content]): Sent => {
        const text = [...(complete ? [NEEDED] : []), ...query].join('&');
        return {
          method,
          path: parts.join('') + (text === '' ? '' : (path.includes('?') ? '&' : '?') + text),
          headers: given,
          ...(/^(GET|HEAD)$/.test(method) ? {} : { body: content }),
        };
      });
  });
  let calls = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      // What was there is deleted sooner or later, and then there is little to get wrong.
      if (calls++ % 20 === 0) await fill(sandbox);
      judge(sent, await send(sent), logged);
    }),
    { numRuns: 3000, ...oneByOne },
  );
  await stillAlive(sandbox, logged, dir);
});

test('a name is either refused or kept exactly, wherever it turns up', {
  timeout: 120_000,
}, async () => {
  const { sandbox, logged, dir } = await startWatched();
  const { send } = speaker(sandbox);
  const name = fc.oneof(
    fc.constantFrom(...NASTY),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    fc
      .array(fc.constantFrom('..', '.', '', 'a', '%2F', '\0', '한', '🎉'), { maxLength: 9 })
      .map((parts) => parts.join('/')),
  );
  await fc.assert(
    fc.asyncProperty(name, async (given) => {
      const part = encoded(given);
      const upload = `/upload/storage/v1/b/fuzz/o?uploadType=media&name=${part}`;
      const made = await send({ method: 'POST', path: upload, body: 'kept' });
      judge({ method: 'POST', path: upload }, made, logged);
      if (made.status !== 200) {
        expect(made.status).toBe(400);
        return;
      }
      expect(JSON.parse(made.text).name).toBe(given);
      const object = `/storage/v1/b/fuzz/o/${part}`;
      for (const path of [`${object}?alt=media`, `/fuzz/${part}`]) {
        const read = await send({ method: 'GET', path });
        expect([read.status, read.text]).toEqual([200, 'kept']);
      }
      const listed = await send({ method: 'GET', path: `/storage/v1/b/fuzz/o?prefix=${part}` });
      const names = JSON.parse(listed.text).items.map((item: { name: string }) => item.name);
      expect(names).toContain(given);
      const copy = `${object}/copyTo/b/fuzz-copies/o/${part}`;
      expect((await send({ method: 'POST', path: copy })).status).toBe(200);
      expect((await send({ method: 'DELETE', path: object })).status).toBe(204);
    }),
    { numRuns: 120, ...oneByOne },
  );
  await stillAlive(sandbox, logged, dir);
});

test('bytes that are hardly HTTP, and bodies that are not as long as they say', {
  timeout: 120_000,
}, async () => {
  const { sandbox, logged, dir } = await startWatched();
  const paths = [
    '/upload/storage/v1/b/fuzz/o?uploadType=media&name=cut',
    '/upload/storage/v1/b/fuzz/o?uploadType=multipart',
    '/storage/v1/b/fuzz/o/there/compose',
    '/storage/v1/b/fuzz/o/%00',
    '/batch/storage/v1',
    '/fuzz/cut',
  ];
  const lie = fc.constantFrom(
    'Content-Length: 1000\r\n\r\nshort',
    'Content-Length: 2\r\n\r\nlong enough to be a request of its own',
    'Content-Length: -1\r\n\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello',
    'Transfer-Encoding: chunked\r\n\r\nzz\r\n',
    'Transfer-Encoding: chunked\r\n\r\n5\r\nhel',
    'Transfer-Encoding: gzip\r\n\r\n',
    'Content-Length: 99999999999999999999\r\n\r\n',
    'Content-Type: multipart/related; boundary=b\r\nContent-Length: 60\r\n\r\n--b\r\n\r\n{"name":"cut"}\r\n--b\r\n\r\ncut',
    `X: ${'y'.repeat(20_000)}\r\n\r\n`,
    'X\0: y\r\n\r\n',
    'Expect: 100-continue\r\nContent-Length: 10\r\n\r\n',
  );
  const line = fc
    .tuple(fc.constantFrom('POST', 'PUT', 'GET', 'DELETE'), fc.constantFrom(...paths), lie)
    .map(([method, path, rest]) => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${rest}`);
  const noise = fc.oneof(
    line,
    line,
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\r\n'.repeat(50),
      'GET / HTTP/9.9\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ),
    word.map((text) => `GET /${text} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
  );
  await fc.assert(
    fc.asyncProperty(noise, async (bytes) => {
      const text = await exchange(sandbox.port, bytes);
      for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        expect(Number(status) < 500 || status === '501', text).toBe(true);
      }
      expect(logged).toEqual([]);
    }),
    { numRuns: 200, ...oneByOne },
  );
  const cut = await client(sandbox).get('/storage/v1/b/fuzz/o/cut?alt=media');
  expect(['long', 'lo', '']).toContain(cut.status === 200 ? cut.text : '');
  await stillAlive(sandbox, logged, dir);
});

/** A failing case is a request to a server with a history: shrinking it has to end soon. */
const oneByOne = { interruptAfterTimeLimit: 60_000, endOnFailure: true };

/** A sandbox with something in it, in a directory that is watched. */
async function startWatched() {
  const dir = await tempDir();
  const logged: string[] = [];
  const sandbox = await start({
    dataDir: join(dir, 'data'),
    log: (entry) => logged.push(entry),
    faults: true,
  });
  await fill(sandbox);
  return { sandbox, logged, dir };
}

async function fill(sandbox: Sandbox): Promise<void> {
  const http = client(sandbox);
  await http.bucket('fuzz', { versioning: { enabled: true } });
  await http.bucket('fuzz-copies');
  await http.upload('fuzz', 'there', 'x'.repeat(20_000), '&ifGenerationMatch=0');
}

/** The XML API is routed by internal paths that say what is meant; this is how to mean it. */
function outside(path: string): string {
  const [, kind, subresource] = /^\/\.xml\/(\w+)(?:\/([\w-]+))?$/.exec(path) ?? [];
  if (kind === undefined) return path.startsWith('/.xml/') ? '/:bucket/:object' : path;
  const address = { service: '/', bucket: '/:bucket' }[kind] ?? '/:bucket/:object';
  return subresource === undefined ? address : `${address}?${subresource}`;
}

/** The routes that do something, and those that only say that they do not exist yet. */
async function sortRoutes(sandbox: Sandbox, send: (sent: Sent) => Promise<Answer>) {
  const patterns = (await sandbox.routes()).map(({ method, path }) => ({
    method,
    path: outside(path),
  }));
  const statuses = await Promise.all(
    patterns.map(({ method, path }) => send({ method, path: path.replace(/[^\w/.?-]/g, '') })),
  );
  const isMissing = (_: unknown, at: number) => statuses[at]?.status === 501;
  return {
    done: patterns.filter((route, at) => !isMissing(route, at)),
    missing: patterns.filter(isMissing),
  };
}

function speaker(sandbox: Sandbox) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  onTestFinished(() => agent.destroy());
  const send = ({ method, path, headers: given, body: content }: Sent) =>
    new Promise<Answer>((resolve, reject) => {
      const { expect: _, ...rest } = given ?? {};
      const call = request(
        {
          agent,
          host: '127.0.0.1',
          port: sandbox.port,
          method,
          // A URL of its own would be tidied up by the client, and too long a one refused.
          path: path.slice(0, 15_000),
          headers: { ...rest, 'content-length': Buffer.byteLength(content ?? '') },
          timeout: HANG_MS,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      call.on('timeout', () => call.destroy(new Error(`no answer within ${HANG_MS} ms`)));
      call.on('error', reject);
      call.end(content);
    });
  return { send };
}

/** Sends bytes and half-closes; what came back until the server closed. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(HANG_MS, () => socket.destroy(new Error(`the server hangs: ${bytes}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === undefined ? reject(error) : resolve(text),
    );
    socket.on('close', () => resolve(text));
  });
}

function judge({ method, path }: Sent, answer: Answer, logged: string[]): void {
  const what = `${method} ${path.slice(0, 300)} -> ${answer.status} ${answer.text.slice(0, 300)}`;
  expect(logged, what).toEqual([]);
  expect(answer.status < 500 || answer.status === 501, what).toBe(true);
  if (answer.status < 400 || method === 'HEAD' || answer.text === '') return;
  const type = answer.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) {
    const { error, error_description: description } = JSON.parse(answer.text);
    if (OAUTH.test(path) && typeof error === 'string') {
      expect(description.length, what).toBeGreaterThan(0);
      return;
    }
    expect(error.code, what).toBe(answer.status);
    expect(error.message.length, what).toBeGreaterThan(0);
  } else if (type.startsWith('application/xml')) {
    expect(answer.text, what).toMatch(/<Error><Code>\w+<\/Code><Message>/);
  } else {
    // Where media is asked for, errors are text; elsewhere they are not.
    expect(type, what).toMatch(/^text\/html/);
    expect(path, what).toMatch(/alt=media|^\/download\/|^\/computeMetadata/);
  }
}

/** Where errors are OAuth's: a word for programs, a sentence for people. */
const OAUTH = /^\/(?:v1\/token|token|tokeninfo|revoke|oauth2)\b/;

async function stillAlive(sandbox: Sandbox, logged: string[], dir: string): Promise<void> {
  const reply = await client(sandbox).get('/_cloudlab/status');
  expect(reply.status).toBe(200);
  expect(logged).toEqual([]);
  expect(await readdir(dir)).toEqual(['data']);
  const entries = await readdir(join(dir, 'data', 'blobs'), { recursive: true });
  for (const entry of entries) {
    expect(entry).toMatch(/^\d+([\\/][0-9a-f]{2}([\\/][0-9a-f]{32})?)?$/);
  }
}
