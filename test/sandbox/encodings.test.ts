import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transferDecoded } from '../../src/sandbox/wire/encodings.ts';
import { client, start } from './support.ts';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const decode = async (text: string, size: number) => {
  const parts: Buffer[] = [];
  for await (const part of transferDecoded(pieces(Buffer.from(text), size), 'BASE64')) {
    parts.push(part);
  }
  return Buffer.concat(parts);
};

test('base64 is undone however it is cut and wrapped', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom(4, 60, 76, 1000),
      async (bytes, size, width) => {
        const text = Buffer.from(bytes).toString('base64');
        const wrapped = text.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n');
        expect((await decode(wrapped, size)).equals(bytes)).toBe(true);
      },
    ),
  );
  for (const text of ['A', 'AAA', 'AA==AAAA', 'AAAA=', '=AAA', 'A===', 'A!AA', 'AAA=A']) {
    await expect(decode(text, 2), text).rejects.toThrow(/base64/);
  }
});

test('what was compressed for the way is stored as it was before', async () => {
  const http = client(await start());
  await http.bucket('flight');
  const body = Buffer.concat([randomBytes(300_000), Buffer.alloc(300_000)]);
  const upload = '/upload/storage/v1/b/flight/o?uploadType=';
  const gzip = { 'content-encoding': 'gzip' };
  const part = (metadata: object, media: Buffer | string, header = '') =>
    Buffer.concat([
      Buffer.from(`--b\r\n\r\n${JSON.stringify(metadata)}\r\n--b\r\n${header}\r\n`),
      Buffer.from(media),
      Buffer.from('\r\n--b--'),
    ]);
  const related = { 'content-type': 'multipart/related; boundary=b' };
  const post = (path: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    http.call('POST', upload + path, { body: bytes, headers });

  const made = [
    await post('media&name=media', gzipSync(body), gzip),
    await post('multipart', gzipSync(part({ name: 'multi' }, body)), { ...related, ...gzip }),
    await post(
      'multipart',
      part(
        { name: 'base64' },
        body.toString('base64').replace(/.{76}/g, '$&\r\n'),
        'Content-Transfer-Encoding: base64\r\n',
      ),
      related,
    ),
  ];
  const opened = await post('resumable&name=resume', gzipSync('{"contentType": "a/b"}'), gzip);
  const session = new URL(opened.headers.get('location') ?? '');
  const half = 512 * 1024;
  for (const [from, to] of [
    [0, half],
    [half, body.length],
  ] as const) {
    made[3] = await http.call('PUT', session.pathname + session.search, {
      body: gzipSync(body.subarray(from, to)),
      headers: { ...gzip, 'content-range': `bytes ${from}-${to - 1}/${body.length}` },
    });
  }
  for (const { json, text } of made) {
    expect(json, text).toMatchObject({ size: String(body.length), md5Hash: md5(body) });
    expect(json.contentEncoding).toBeUndefined();
  }
  expect(made[3]?.json.contentType).toBe('a/b');
});

test('broken compression is a 400 that stores nothing; a bomb is an object like any other', async () => {
  const logged: string[] = [];
  const http = client(await start({ log: (line) => logged.push(line) }));
  await http.bucket('broken');
  const gzip = { 'content-encoding': 'gzip' };
  const whole = gzipSync(randomBytes(50_000));
  const flipped = Buffer.from(whole);
  flipped[30_000] = (flipped[30_000] ?? 0) ^ 0xff;
  const upload = '/upload/storage/v1/b/broken/o?uploadType=media&name=x';
  for (const body of [
    whole.subarray(0, 40_000),
    flipped,
    Buffer.from('not gzip'),
    Buffer.alloc(0),
  ]) {
    const reply = await http.call('POST', upload, { body, headers: gzip });
    expect(reply.json.error).toMatchObject({ code: 400, errors: [{ reason: 'badContent' }] });
  }
  const opened = await http.call('POST', upload.replace('media', 'resumable'));
  const session = new URL(opened.headers.get('location') ?? '');
  const piece = await http.call('PUT', session.pathname + session.search, {
    body: flipped,
    headers: { ...gzip, 'content-range': 'bytes 0-49999/50000' },
  });
  expect(piece.status).toBe(400);
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  expect(
    (await http.call('PATCH', '/storage/v1/b/broken', { body: bomb, headers: gzip })).status,
  ).toBe(413);
  expect((await http.get('/storage/v1/b/broken/o')).json.items).toBeUndefined();
  const big = await http.call('POST', upload, { body: bomb, headers: gzip });
  expect(big.json.size).toBe(String(64 * 1024 * 1024));
  expect(logged).toEqual([]);
});

test('a gzipped object is unpacked for who does not take gzip, and only then', async () => {
  const http = client(await start());
  await http.bucket('zipped');
  const text = 'hello '.repeat(1000);
  const zipped = gzipSync(text);
  await http.upload('zipped', 'a', zipped, '&contentEncoding=gzip');
  await http.upload('zipped', 'called', text, '&contentEncoding=gzip');
  const read = (name: string, headers: Record<string, string>) =>
    http.get(`/storage/v1/b/zipped/o/${name}?alt=media`, headers);
  for (const accept of ['identity', 'gzip;q=0, identity', 'br']) {
    const plain = await read('a', { 'accept-encoding': accept, range: 'bytes=0-3' });
    expect([plain.status, plain.text], accept).toEqual([200, text]);
    expect(plain.headers.get('x-guploader-response-body-transformations')).toBe('gunzipped');
    expect(plain.headers.get('x-goog-stored-content-encoding')).toBe('gzip');
    expect(plain.headers.get('x-goog-stored-content-length')).toBe(String(zipped.length));
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-length')).toBeNull();
    expect(plain.headers.get('x-goog-hash')).toContain(md5(zipped));
  }
  const packed = await read('a', { 'accept-encoding': 'gzip' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('content-length')).toBe(String(zipped.length));
  expect(packed.headers.get('x-guploader-response-body-transformations')).toBeNull();

  await http.patch('/storage/v1/b/zipped/o/a', { cacheControl: 'no-transform' });
  const asIs = await read('a', { 'accept-encoding': 'identity' });
  expect(asIs.headers.get('content-encoding')).toBe('gzip');
  expect((await read('a', { 'accept-encoding': 'identity', range: 'bytes=0-3' })).status).toBe(206);

  const called = await http.call('HEAD', '/storage/v1/b/zipped/o/called?alt=media', {
    headers: { 'accept-encoding': 'identity' },
  });
  expect(called.headers.get('content-length')).toBe(String(text.length));
});
