import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketEtag, objectEtag } from '../../src/sandbox/storage/etag.ts';
import { parseFields, select } from '../../src/sandbox/wire/fields.ts';
import { boundaryOf, MultipartReader } from '../../src/sandbox/wire/multipart.ts';
import { parseRange } from '../../src/sandbox/wire/range.ts';

describe('multipart', () => {
  const media = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    // Text that looks like what the parser is searching for.
    fc
      .array(fc.constantFrom('\r\n', '\n', '\r', '--', '--sep', '--sepia', 'x', '-'), {
        maxLength: 30,
      })
      .map((parts) => Buffer.from(parts.join(''))),
  );

  test('returns the media byte for byte, however the body is cut and its lines end', async () => {
    await fc.assert(
      fc.asyncProperty(
        media,
        fc.constantFrom('\r\n', '\n'),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 50 }),
        async (bytes, eol, cuts) => {
          // A body may not contain its own delimiter line; a client would choose another.
          const delimiter = `${eol}--sep`;
          fc.pre(
            !new RegExp(`${delimiter}(--|[\\r\\n \\t]|$)`).test(
              `${eol}${bytes.toString('latin1')}`,
            ),
          );
          const json = '{"name":"a"}';
          const head = `--sep${eol}Content-Type: application/json${eol}${eol}${json}${delimiter}${eol}`;
          const body = Buffer.concat([
            Buffer.from(`${head}content-TYPE: image/png${eol}${eol}`),
            bytes,
            Buffer.from(`${delimiter}--${eol}`),
          ]);
          const reader = new MultipartReader(pieces(body, cuts), 'sep');
          await reader.nextPart();
          expect((await collect(reader.content())).toString()).toBe(json);
          const headers = await reader.nextPart();
          expect(headers?.get('content-type')).toBe('image/png');
          expect((await collect(reader.content())).equals(bytes)).toBe(true);
          expect(await reader.nextPart()).toBeUndefined();
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a body that is cut short anywhere is refused', async () => {
    const whole = Buffer.from('--b\r\nA: b\r\n\r\n{}\r\n--b\r\nC: d\r\n\r\nmedia\r\n--b--');
    for (let length = 0; length < whole.length; length++) {
      const reader = new MultipartReader(pieces(whole.subarray(0, length), [7]), 'b');
      const read = async () => {
        while (await reader.nextPart()) await collect(reader.content());
      };
      await expect(read(), `${length} bytes`).rejects.toMatchObject({ status: 400 });
    }
  });

  test('finds the boundary in every spelling', () => {
    expect(boundaryOf('multipart/related; boundary=abc')).toBe('abc');
    expect(boundaryOf('Multipart/Related; type="x"; boundary="a b:c"; y=z')).toBe('a b:c');
    expect(boundaryOf("multipart/related; boundary='==q=='")).toBe('==q==');
    expect(() => boundaryOf('multipart/related')).toThrow(expect.objectContaining({ status: 400 }));
  });

  async function* pieces(body: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
    for (let at = 0, i = 0; at < body.length; i++) {
      const size = cuts[i % cuts.length] ?? 1;
      yield body.subarray(at, at + size);
      at += size;
    }
  }

  async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(Buffer.from(chunk));
    return Buffer.concat(parts);
  }
});

test('partial responses select paths, lists and wildcards through arrays', () => {
  const body = {
    kind: 'k',
    items: [{ name: 'a', size: '1', metadata: { x: '1', 'goog-y': '2' } }, { name: 'b' }],
    nextPageToken: 't',
  };
  const pick = (fields: string) => select(body, parseFields(fields));
  expect(pick('items/name,nextPageToken')).toEqual({
    items: [{ name: 'a' }, { name: 'b' }],
    nextPageToken: 't',
  });
  expect(pick('items(name,metadata/goog-y)')).toEqual({
    items: [{ name: 'a', metadata: { 'goog-y': '2' } }, { name: 'b' }],
  });
  expect(pick('*')).toEqual(body);
  expect(pick('items/*/x')).toEqual({
    items: [{ name: 'a', size: '1', metadata: { x: '1' } }, { name: 'b' }],
  });
  for (const broken of ['', ',', 'a(', 'a(b', 'a)', 'a/', 'a(b)c', 'a,,b']) {
    expect(() => parseFields(broken), broken).toThrow(expect.objectContaining({ status: 400 }));
  }
});

test('a range yields what slicing would, or 416', () => {
  const end = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined });
  fc.assert(
    fc.property(end, end, fc.integer({ min: 0, max: 20 }), (from, to, size) => {
      const header = `bytes=${from ?? ''}-${to ?? ''}`;
      const bytes = Array.from({ length: size }, (_, i) => i);
      if (from === undefined && to === undefined) {
        return parseRange(header, size) === undefined;
      }
      if (from !== undefined && to !== undefined && to < from) {
        return parseRange(header, size) === undefined;
      }
      const wanted =
        from === undefined
          ? bytes.slice(Math.max(0, size - (to ?? 0)))
          : bytes.slice(from, to === undefined ? undefined : to + 1);
      if (wanted.length === 0) {
        expect(() => parseRange(header, size)).toThrow(expect.objectContaining({ status: 416 }));
        return true;
      }
      expect(parseRange(header, size)).toEqual({ first: wanted[0], last: wanted.at(-1) });
      return true;
    }),
  );
  expect(parseRange('bytes=0-1,3-4', 10)).toBeUndefined();
  expect(parseRange('lines=0-1', 10)).toBeUndefined();
});

test('etags decode to the version numbers', () => {
  expect(bucketEtag(1)).toBe('CAE=');
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(), (generation, metageneration) => {
      const bytes = [...Buffer.from(objectEtag(generation, metageneration), 'base64')];
      const varint = () => {
        let value = 0n;
        for (let shift = 0n; ; shift += 7n) {
          const byte = BigInt(bytes.shift() ?? 0);
          value |= (byte & 0x7fn) << shift;
          if (byte < 0x80n) return Number(value);
        }
      };
      expect([varint(), varint(), varint(), varint()]).toEqual([8, generation, 16, metageneration]);
      expect(bytes).toEqual([]);
    }),
  );
});
