import { readdir } from 'node:fs/promises';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, start, tempDir } from './support.ts';

/*
 * Whatever is sent to whichever route: an answer, in the envelope of the API, that is not
 * the server's fault; nothing in the log; no file where none belongs; and the sandbox
 * goes on. fast-check prints the seed and the smallest case that fails.
 */

/** Longer than anything here takes, on a machine that does other things. */
const HANG_MS = 10_000;

interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const NASTY = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '..\\..\\windows',
  '/',
  'a//b/',
  '.hidden/',
  'a%2Fb',
  '%',
  '%zz',
  '\0',
  'a\nb\r\nc',
  '한글/이름',
  '👩‍💻🎉',
  '\u{10ffff}\uffff',
  'e\u0301',
  '__proto__',
  'constructor',
  'null',
  '{}',
  '-1',
  '0',
  '1e309',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999999',
  'NaN',
  'true',
  '*'.repeat(60),
  '**/'.repeat(30),
  '{a,'.repeat(200),
  '['.repeat(300),
  'x'.repeat(1024),
  '가'.repeat(342),
  "' OR 1=1 --",
  '<script>&amp;</script>',
];

/** Query parameters, with values that lead further into the code than nasty ones do. */
const QUERY: Record<string, string[]> = {
  alt: ['media', 'json'],
  fields: ['name', 'items(name,metadata/x)', '*', 'a('.repeat(5000), 'a/'.repeat(3000)],
  prettyPrint: ['false'],
  projection: ['full', 'noAcl'],
  project: ['cloudlab-sandbox'],
  prefix: ['th'],
  delimiter: ['/', 'e'],
  pageToken: ['CmZ1enoAdGhlcmU', 'Cg', 'Cv8'],
  maxResults: ['1', '4294967295', '4294967296'],
  versions: ['true'],
  softDeleted: ['true'],
  matchGlob: ['t*', '**', '{a,t}*', '[!a]*', '[z-a]'],
  includeTrailingDelimiter: ['true'],
  startOffset: ['t'],
  endOffset: ['u'],
  generation: ['1', '9007199254740993'],
  ifGenerationMatch: ['0', '1'],
  ifGenerationNotMatch: ['0'],
  ifMetagenerationMatch: ['1'],
  ifSourceGenerationMatch: ['0'],
  sourceGeneration: ['1'],
  uploadType: ['media', 'multipart', 'resumable'],
  name: ['made', 'there'],
  upload_id: ['0'.repeat(48), `${'f'.repeat(48)}.00`],
  contentEncoding: ['gzip'],
  predefinedAcl: ['publicRead', 'private'],
  permissions: ['storage.objects.get'],
  optionsRequestedPolicyVersion: ['1', '3', '9'],
  maxBytesRewrittenPerCall: ['1048576'],
  rewriteToken: ['0'.repeat(48)],
  serviceAccountEmail: ['a@b.iam.gserviceaccount.com'],
  userProject: ['cloudlab-sandbox'],
  overrideUnlockedRetention: ['true'],
  ...Object.fromEntries(
    [
      ...['uploads', 'uploadId', 'partNumber', 'marker', 'max-keys', 'list-type', 'acl', 'cors'],
      ...['continuation-token', 'start-after', 'encoding-type', 'key-marker', 'versioning'],
      ...['X-Goog-Algorithm', 'X-Goog-Signature', 'X-Goog-Expires', 'X-Goog-Date', 'Expires'],
      ...['X-Goog-Credential', 'X-Goog-SignedHeaders', 'GoogleAccessId', 'Signature', 'pageSize'],
    ].map((name) => [name, ['1', '', 'GOOG4-RSA-SHA256', '20260102T030405Z']]),
  ),
};

const HEADERS: Record<string, string[]> = {
  range: ['bytes=0-', 'bytes=-0', 'bytes=5-1', 'bytes=99999999999999999999-', 'x', 'bytes=0-1,3-4'],
  'content-range': [
    'bytes 0-0/1',
    'bytes */*',
    'bytes */0',
    'bytes 5-1/3',
    'bytes 0-99999999999999999999/*',
    'bytes -1-2/3',
    'elephants',
  ],
  'content-type': [
    'application/json',
    'multipart/related; boundary=b',
    'multipart/mixed; boundary="b"',
    'multipart/form-data; boundary=b',
    'multipart/related',
    'x/y; charset=ebcdic',
    ';',
  ],
  'content-encoding': ['gzip', 'identity', 'br', 'gzip, gzip', ''],
  'x-goog-hash': ['crc32c=AAAAAA==', 'md5=!!!', 'crc32c', ',,,', 'md5=AAAA', 'crc32c=AA==,md5='],
  'content-md5': ['AAAA', 'XUFAKrxLKna5cZ2REBfFkg=='],
  'x-upload-content-length': ['-1', '0', '99999999999999999999', 'x'],
  'x-upload-content-type': ['\u00e9', ''],
  'x-goog-encryption-algorithm': ['AES256', 'ROT13'],
  'x-goog-encryption-key': ['AAAA', '='],
  'x-goog-copy-source': ['/fuzz/there', 'fuzz', '/%zz', '//'],
  'x-goog-if-generation-match': ['-1', 'x', '0'],
  'x-goog-acl': ['public-read', 'x'],
  'if-match': ['*', '"x"', 'x'],
  'accept-encoding': ['gzip', 'gzip;q=0', '*'],
  authorization: ['Bearer', 'Bearer x', 'Basic ::', 'GOOG1 a:b', 'AWS4-HMAC-SHA256 Credential=a'],
  expect: ['100-continue'],
  origin: ['http://localhost', 'http://evil.example', 'null'],
  'x-http-method-override': ['DELETE'],
  'x-guploader-no-308': ['yes'],
};

const JSON_KEYS = [
  ...['name', 'metadata', 'labels', 'lifecycle', 'rule', 'cors', 'versioning', 'storageClass'],
  ...['contentType', 'customTime', 'retentionPolicy', 'softDeletePolicy', 'iamConfiguration'],
  ...['retentionDurationSeconds', 'acl', 'bindings', 'role', 'members', 'policy', 'sourceObjects'],
  ...['destination', 'generation', 'objectPreconditions', 'md5Hash', 'crc32c', 'entity', 'etag'],
  ...[
    'contexts',
    'custom',
    'retention',
    'mode',
    'retainUntilTime',
    'location',
    'website',
    'enabled',
  ],
  ...['topic', 'payload_format', 'event_types', 'state', 'accountId', 'serviceAccount', 'method'],
  ...[
    '__proto__',
    'constructor',
    'unknownField',
    'permissions',
    'instructions',
    'condition',
    'age',
  ],
];

const word = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 }));
const encoded = (text: string) => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
};
/** As it stands in a URL: mostly encoded as it should be, sometimes not at all. */
const urlPart = fc.oneof(
  { weight: 6, arbitrary: word.map(encoded) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%ED%A0%80', '%ff', '%00', '%', '%2', '..', '%2e%2e', ';'),
  },
);
/** A value for a parameter of a path: mostly one that exists. */
const param = (name: string) => {
  const known = { bucket: 'fuzz', toBucket: 'fuzz-copies', project: 'cloudlab-sandbox' }[name];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(known ?? 'there') },
    { weight: 1, arbitrary: fc.constantFrom('v1', 'storage', '-', '1') },
    { weight: 2, arbitrary: urlPart },
  );
};
const parameter = fc
  .constantFrom(...Object.keys(QUERY))
  .chain((name) =>
    fc
      .oneof(
        { weight: 2, arbitrary: fc.constantFrom(...(QUERY[name] ?? [''])).map(encoded) },
        { weight: 1, arbitrary: urlPart },
      )
      .map((value) => `${name}=${value}`),
  );
/** Parameters without which most routes answer nothing but that they miss them. */
const NEEDED = 'project=cloudlab-sandbox&uploadType=media&name=made';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, true, -1, 0, 1.5, 1e308, 2 ** 53, ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...JSON_KEYS), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
}));
const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
const deep = fc
  .tuple(
    fc.constantFrom('lifecycle', 'cors', 'website', 'metadata', 'bindings', 'acl', 'destination'),
    fc.constantFrom(nested, `[${nested}]`, `{"rule":[${nested}]}`),
  )
  .map(([key, value]) => `{"name":"made","${key}":${value}}`);
const xml = fc
  .tuple(
    fc.constantFrom(
      'Delete><Object><Key',
      'CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag',
      'ComposeRequest><Component><Name',
      'CorsConfig><Cors><Origins><Origin',
      'VersioningConfiguration><Status',
      'CreateBucketConfiguration><LocationConstraint',
      'a',
    ),
    fc.oneof(
      word,
      fc.constantFrom(
        '<a>'.repeat(10_000) + '</a>'.repeat(10_000),
        '&lol9;',
        '&#x0;&#99999999999;&amp',
        '<![CDATA[x]]><!-- -- -->',
        '\ufeff<?php ?>',
        '1</ETag></Part>'.repeat(1001),
      ),
    ),
    fc.constantFrom(
      '',
      `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('')}]>`,
      '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    ),
  )
  .map(([open, text, prolog]) => {
    const names = [...open.matchAll(/(?:^|<|>)(\w+)(?=>|$)/g)].map(([, name]) => name);
    return `${prolog}<${open}>${text}</${names.toReversed().join('></')}>`;
  });
const body = fc.oneof(
  { weight: 6, arbitrary: json.value.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"rule":'.repeat(10_000),
      '{"name":"\\ud800"}',
      '{"name": "cut',
      '\ufeff{}',
      '{"a":1e999}',
    ),
  },
  { weight: 2, arbitrary: deep },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '--b\r\n',
          '--b',
          '--b--',
          '\r\n',
          '\n',
          'Content-Type: application/http\r\n',
          'Content-Transfer-Encoding: base64\r\n',
          'Content-Disposition: form-data; name="key"\r\n',
          'GET /storage/v1/b/fuzz HTTP/1.1\r\n',
          'POST /batch HTTP/1.1\r\n',
          '{"name":"m"}',
          ': :\r\n',
          'x'.repeat(20_000),
          '\0',
        ),
        { maxLength: 14 },
      )
      .map((parts) => parts.join('')),
  },
  { weight: 3, arbitrary: xml },
  { weight: 1, arbitrary: fc.constant(gzipSync(Buffer.alloc(3_000_000))) },
);

const headers = fc
  .uniqueArray(fc.constantFrom(...Object.keys(HEADERS)), { maxLength: 4 })
  .chain((names) =>
    fc
      .tuple(...names.map((name) => fc.constantFrom(...(HEADERS[name] ?? ['']))))
      .map((values) => Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))),
  );

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
async function sortRoutes({ routes }: Sandbox, send: (sent: Sent) => Promise<Answer>) {
  const patterns = routes.map(({ method, path }) => ({ method, path: outside(path) }));
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
    const { error } = JSON.parse(answer.text);
    expect(error.code, what).toBe(answer.status);
    expect(error.message.length, what).toBeGreaterThan(0);
  } else if (type.startsWith('application/xml')) {
    expect(answer.text, what).toMatch(/<Error><Code>\w+<\/Code><Message>/);
  } else {
    // Where media is asked for, errors are text; elsewhere they are not.
    expect(type, what).toMatch(/^text\/html/);
    expect(path, what).toMatch(/alt=media|^\/download\//);
  }
}

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
