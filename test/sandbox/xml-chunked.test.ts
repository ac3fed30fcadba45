import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChunkVerifier, decodeChunks } from '../../src/sandbox/storage/xml/aws-chunked.ts';
import { Crc64Nvme } from '../../src/sandbox/storage/xml/crc64nvme.ts';
import { start } from './support.ts';
import { texts, xmlClient } from './xml-support.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('CRC-64/NVME has its published check value', () => {
  const crc = new Crc64Nvme();
  crc.update(Buffer.from('1234'));
  crc.update(Buffer.from('56789'));
  expect(crc.digest().toString('hex')).toBe('ae8b14860a799888');
});

test('chunks of any size, arriving in pieces of any size, are the body', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      fc.integer({ min: 1, max: 50 }),
      async (chunks, piece) => {
        const body = Buffer.concat(chunks);
        const encoded = Buffer.concat([
          ...chunks.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)};chunk-signature=ab\r\n`),
            chunk,
            Buffer.from('\r\n'),
          ]),
          Buffer.from('0;chunk-signature=cd\r\nx-amz-checksum-crc32:AAAA\r\n'),
          Buffer.from('x-amz-trailer-signature:ef\r\n\r\n'),
        ]);
        const seen: string[] = [];
        const verifier: ChunkVerifier = {
          chunk: (signature, sha256) => void seen.push(`${signature} ${sha256}`),
          trailer: (signature, canonical) => void seen.push(`${signature} ${canonical}`),
        };
        const decoded = decodeChunks(inPieces(encoded, piece), body.length, verifier);
        const out: Buffer[] = [];
        for await (const bytes of decoded.data) out.push(bytes);
        expect(Buffer.concat(out).equals(body)).toBe(true);
        expect([...decoded.trailers]).toEqual([['x-amz-checksum-crc32', 'AAAA']]);
        const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
        expect(seen).toEqual([
          ...chunks.map((chunk) => `ab ${sha256(chunk)}`),
          `cd ${sha256(Buffer.alloc(0))}`,
          'ef x-amz-checksum-crc32:AAAA\n',
        ]);
      },
    ),
  );
});

test('uploads in chunks are stored without them, and their trailers are held to', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/chunky');
  const text = '123456789';
  const checksums = {
    crc32: 'y/Q5Jg==',
    crc32c: '4waSgw==',
    crc64nvme: 'rosUhgp5mIg=',
    sha1: createHash('sha1').update(text).digest('base64'),
    sha256: createHash('sha256').update(text).digest('base64'),
  };
  const upload = (trailer: string, body: string, length = text.length) =>
    xml.put('/chunky/a', body, {
      'content-encoding': 'gzip,aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(length),
      'x-amz-trailer': trailer,
    });
  const encode = (trailer: string, value: string) =>
    `4\r\n1234\r\n5\r\n56789\r\n0\r\n${trailer}:${value}\r\n\r\n`;
  for (const [name, value] of Object.entries(checksums)) {
    const trailer = `x-amz-checksum-${name}`;
    const reply = await upload(trailer, encode(trailer, value));
    expect(reply.status, `${name}: ${reply.text}`).toBe(200);
    const wrong = await upload(trailer, encode(trailer, `A${value.slice(1)}`));
    expect([wrong.status, texts(wrong.text, 'Code')[0]], name).toEqual([400, 'BadDigest']);
    const header = await xml.put('/chunky/b', text, { [trailer]: value });
    expect(header.status).toBe(200);
    expect((await xml.put('/chunky/b', `${text}0`, { [trailer]: value })).status).toBe(400);
  }
  const get = await xml.get('/chunky/a', { 'accept-encoding': 'gzip' });
  expect([get.text, get.headers['content-encoding']]).toEqual([text, 'gzip']);

  const trailer = 'x-amz-checksum-crc32';
  const good = encode(trailer, checksums.crc32);
  for (const [body, length] of [
    [good, 8],
    [good, 10],
    [good.slice(0, 20), 9],
    ['zz\r\n', 9],
    ['-4\r\n1234', 9],
    [good.replace('4\r\n', '3\r\n'), 9],
    ['', 0],
  ] as const) {
    expect((await upload(trailer, body, length)).status, body).toBe(400);
  }
  const without = await upload(trailer, '9\r\n123456789\r\n0\r\n\r\n');
  expect(texts(without.text, 'Code')).toEqual(['MalformedTrailerError']);
  const sha = createHash('sha256').update(text).digest('hex');
  for (const headers of [
    { 'x-amz-content-sha256': sha, 'x-amz-checksum-sha256': `A${checksums.sha256.slice(1)}` },
    { 'x-amz-content-sha256': sha.slice(1) },
  ]) {
    expect((await xml.put('/chunky/c', text, headers)).status).toBe(400);
    expect((await xml.get('/chunky/c')).status).toBe(404);
  }
  expect((await xml.put('/chunky/b', text, { 'x-amz-content-sha256': sha })).status).toBe(200);
  const mismatch = await xml.put('/chunky/b', 'other', { 'x-amz-content-sha256': sha });
  expect(texts(mismatch.text, 'Code')).toEqual(['XAmzContentSHA256Mismatch']);
});

test('in a signed body nothing may be unsigned', async () => {
  const anything: ChunkVerifier = { chunk: () => undefined, trailer: () => undefined };
  const chunk = '1;chunk-signature=ab\r\nx\r\n';
  const end = '0;chunk-signature=cd\r\n';
  const read = async (text: string) => {
    const { data } = decodeChunks(inPieces(Buffer.from(text), 7), 1, anything);
    for await (const _ of data);
  };
  await read(`${chunk}${end}\r\n`);
  await read(`${chunk}${end}a:b\r\nx-amz-trailer-signature:ef\r\n\r\n`);
  for (const text of [
    `1\r\nx\r\n${end}\r\n`,
    `${chunk}0\r\n\r\n`,
    `${chunk}${end}a:b\r\n\r\n`,
    `${chunk}${end}a:b\r\nx-amz-trailer-signature:ef\r\nc:d\r\n\r\n`,
  ]) {
    await expect(read(text), text).rejects.toThrow(/sign/);
  }
});
