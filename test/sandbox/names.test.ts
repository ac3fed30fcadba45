import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBucketName, labelsFault, objectNameFault } from '../../src/sandbox/storage/names.ts';
import { client, start } from './support.ts';

test('bucket names follow the documented rules', () => {
  const good = [
    'abc',
    'a-b_c9',
    '0ab',
    'a.b.c',
    `${'a'.repeat(63)}`,
    'my.example.com',
    '1.2.3.4.5',
  ];
  const bad = [
    ...['ab', '', 'a'.repeat(64), 'Abc', 'a b', 'a/b', '-ab', 'ab-', '_ab', 'ab_', '.ab', 'ab.'],
    ...[
      'a..b',
      'a.-b',
      'a-.b',
      '192.168.5.4',
      'goog-lab',
      'my-google-lab',
      'g00gle-lab',
      '한글버킷',
    ],
    ...[`${'a'.repeat(64)}.com`, `${'a.'.repeat(111)}ab`, 'a\0b', 'abc\n'],
  ];
  for (const name of good) expect(isBucketName(name), name).toBe(true);
  for (const name of bad) expect(isBucketName(name), JSON.stringify(name)).toBe(false);
  expect(isBucketName(`${'a.'.repeat(110)}ab`)).toBe(true);
});

test('object names follow the documented rules', () => {
  const good = ['a', '...', '/', '//', 'a/../b', ' ', '\u0001', '한글/☁️', 'x'.repeat(1024)];
  const bad = ['', '.', '..', 'a\nb', 'a\rb', '\ud800', '가'.repeat(342), 'x'.repeat(1025)];
  for (const name of good) expect(objectNameFault(name), name).toBeUndefined();
  for (const name of bad) expect(objectNameFault(name), name.slice(0, 9)).toBeDefined();
  expect(objectNameFault('.well-known/acme-challenge/x')).toBeDefined();
});

test('labels follow the documented rules', () => {
  expect(labelsFault({ course: 'storage-1', 주차: '둘' })).toBeUndefined();
  for (const bad of [
    { '1a': 'x' },
    { A: 'x' },
    { a: 'X' },
    { ['a'.repeat(64)]: '' },
    { a: 'x y' },
  ]) {
    expect(labelsFault(bad), JSON.stringify(bad)).toBeDefined();
  }
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, '']));
  expect(labelsFault(many)).toBeDefined();
});

test('every valid object name can be written, read, listed and deleted over HTTP', async () => {
  const http = client(await start());
  await http.bucket('names');
  const name = fc
    .oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.string({
        unit: fc.constantFrom('/', '%', '+', '?', '#', '&', '.', ' ', '\\', ';', ':', '\0'),
      }),
    )
    .filter((text) => objectNameFault(text) === undefined);
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const path = `/storage/v1/b/names/o/${encodeURIComponent(text)}`;
      const stored = await http.upload('names', text, text);
      expect(stored.status).toBe(200);
      expect(stored.json.name).toBe(text);
      expect((await http.get(`${path}?alt=media`)).text).toBe(text);
      expect((await http.get('/storage/v1/b/names/o')).json.items[0].name).toBe(text);
      const link = new URL(stored.json.mediaLink);
      expect((await http.get(link.pathname + link.search)).text).toBe(text);
      expect((await http.delete(path)).status).toBe(204);
    }),
    { numRuns: 60 },
  );
});
