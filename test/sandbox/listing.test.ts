import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Store } from '../../src/sandbox/disk/store.ts';
import { Events } from '../../src/sandbox/events.ts';
import { globMatcher } from '../../src/sandbox/storage/glob.ts';
import { type ListOptions, listObjects } from '../../src/sandbox/storage/listing.ts';
import { type ObjectRecord, objectKey } from '../../src/sandbox/storage/records.ts';
import { openState, type StorageState } from '../../src/sandbox/storage/state.ts';
import { client, start, tempDir } from './support.ts';

/** What GCS documents, computed the slow way from a sorted array. */
function model(names: string[], query: Record<string, string>) {
  const { prefix = '', delimiter = '', startOffset = '', endOffset } = query;
  const items: string[] = [];
  const prefixes = new Set<string>();
  const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const before = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  for (const name of sorted) {
    if (!name.startsWith(prefix) || before(name, startOffset)) continue;
    if (endOffset !== undefined && !before(name, endOffset)) continue;
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    if (at === -1) items.push(name);
    else {
      const common = name.slice(0, at + delimiter.length);
      prefixes.add(common);
      if (query['includeTrailingDelimiter'] === 'true' && name === common) items.push(name);
    }
  }
  return { items, prefixes: [...prefixes] };
}

test('any query, paged in any size, lists what the model lists', async () => {
  const http = client(await start());
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '-', '가', '😀', '\uffff'),
    maxLength: 6,
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        word.filter((text) => text !== ''),
        { maxLength: 14 },
      ),
      fc.record(
        {
          prefix: word,
          delimiter: fc.constantFrom('/', '-', 'ab', '가'),
          startOffset: word,
          endOffset: word.filter((text) => text !== ''),
          includeTrailingDelimiter: fc.constantFrom('true', 'false'),
          versions: fc.constantFrom('true', 'false'),
        },
        { requiredKeys: [] },
      ),
      fc.integer({ min: 1, max: 5 }),
      async (names, query, maxResults) => {
        const bucket = `listing-${round++}`;
        await http.bucket(bucket);
        await Promise.all(names.map((name) => http.upload(bucket, name, 'x')));

        const seen = { items: [] as string[], prefixes: [] as string[] };
        let pageToken: string | undefined;
        do {
          const parameters = new URLSearchParams({
            ...query,
            maxResults: String(maxResults),
            ...(pageToken === undefined ? {} : { pageToken }),
          });
          const page = (await http.get(`/storage/v1/b/${bucket}/o?${parameters}`)).json;
          const items = (page.items ?? []).map((item: { name: string }) => item.name);
          seen.items.push(...items);
          seen.prefixes.push(...(page.prefixes ?? []));
          expect(items.length + (page.prefixes ?? []).length).toBeLessThanOrEqual(2 * maxResults);
          pageToken = page.nextPageToken;
        } while (pageToken !== undefined);
        expect(seen).toEqual(model(names, query as Record<string, string>));
      },
    ),
    { numRuns: 60 },
  );
});

test('versions come in the order of names and generations, across pages', async () => {
  const http = client(await start());
  await http.bucket('versions', { versioning: { enabled: true } });
  const written: string[] = [];
  for (const name of ['b', 'a', 'b', 'ab', 'b', 'a']) {
    const { json } = await http.upload('versions', name, 'x');
    written.push(`${name}#${json.generation}`);
  }
  await http.delete('/storage/v1/b/versions/o/ab');
  const seen: string[] = [];
  let token = '';
  do {
    const page = (
      await http.get(`/storage/v1/b/versions/o?versions=true&maxResults=1&pageToken=${token}`)
    ).json;
    for (const item of page.items) seen.push(`${item.name}#${item.generation}`);
    token = page.nextPageToken ?? '';
  } while (token !== '');
  const order = (text: string) => text.split('#')[0] as string;
  expect(seen).toEqual(
    written.toSorted((a, b) =>
      order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : a < b ? -1 : 1,
    ),
  );
});

test('a common prefix is skipped, not read', async () => {
  const { state, reads } = await countingState();
  const record = (name: string) => ({ name, generation: 1 }) as ObjectRecord;
  await state.store.write(() => {
    for (const folder of ['a', 'b', 'c']) {
      for (let i = 0; i < 3000; i++) {
        const name = `${folder}/${i}`;
        state.live.put(objectKey('big', name), record(name));
      }
    }
    state.live.put(objectKey('big', 'd'), record('d'));
    state.live.put(objectKey('bigger', 'other'), record('other'));
  });
  const list = (more: Partial<ListOptions> = {}) =>
    listObjects(state, { bucket: 'big', of: 'live', prefix: '', maxResults: 1000, ...more });

  const page = list({ delimiter: '/' });
  expect(page.prefixes).toEqual(['a/', 'b/', 'c/']);
  expect(page.items.map(({ name }) => name)).toEqual(['d']);
  expect(reads.count).toBeLessThan(10);

  reads.count = 0;
  const { nextPageToken } = list({ maxResults: 10 });
  list({ maxResults: 10, pageToken: nextPageToken });
  expect(reads.count).toBeLessThan(30);
});

test('glob patterns', () => {
  const cases: [string, string[], string[]][] = [
    ['*.txt', ['a.txt', '.txt'], ['a/b.txt', 'atxt']],
    ['**.txt', ['a.txt', 'a/b.txt'], ['a.txt/b']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb']],
    ['?[0-9].{jpg,png}', ['a1.jpg', 'b2.png'], ['/1.jpg', 'aa.jpg', 'a1.gif']],
    ['[!a]b', ['cb'], ['ab']],
    ['\\*(1)', ['*(1)'], ['x(1)']],
    ['{a,b{c,d}*}/?', ['a/1', 'bcx/👋'], ['b/1', 'bc/12']],
    ['[]a[', ['[]a['], ['a']],
    ['[\\]a-c-]', [']', 'b', '-'], ['d', '\\']],
    ['[!가-힣]', ['a', '👋'], ['한', 'ab']],
    ['{,{,}}*{}', ['', 'a'], ['/']],
  ];
  for (const [pattern, matching, other] of cases) {
    const matches = globMatcher(pattern);
    for (const name of matching) expect(matches(name), `${pattern} ~ ${name}`).toBe(true);
    for (const name of other) expect(matches(name), `${pattern} !~ ${name}`).toBe(false);
  }
});

test('a glob pattern is what its regular expression is, and no way through it takes long', () => {
  /** Of patterns without sets. */
  const expression = (pattern: string) => {
    const source = pattern.replace(/\*\*\/|\*\*|[*?{},]/g, (token) => TRANSLATED[token] ?? token);
    return new RegExp(`^${source}$`, 's');
  };
  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?');
  const pieces = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
  const alternatives = fc.array(pieces, { minLength: 1, maxLength: 3 });
  const pattern = fc
    .array(
      fc.oneof(
        pieces,
        alternatives.map((all) => `{${all.join(',')}}`),
      ),
      { maxLength: 3 },
    )
    .map((parts) => parts.join(''))
    .filter((text) => !text.includes('***'));
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, name, (text, tried) => {
      expect(globMatcher(text)(tried)).toBe(expression(text).test(tried));
    }),
    { numRuns: 3000 },
  );
  for (const many of ['**a', '*a', '**/', '{a,**}', '{a,a}']) {
    const matches = globMatcher(`${many.repeat(100)}b`);
    for (const tried of ['a'.repeat(1024), 'a/'.repeat(512)]) expect(matches(tried)).toBe(false);
  }
  expect(() => globMatcher('a'.repeat(1025))).toThrow(expect.objectContaining({ status: 400 }));
});

const TRANSLATED: Record<string, string> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};

test('a page ends, however many entries a pattern leaves out', async () => {
  const { state, reads } = await countingState();
  await state.store.write(() => {
    for (let i = 0; i < 12_000; i++) {
      const name = `n${String(i).padStart(5, '0')}`;
      state.live.put(objectKey('big', name), { name, generation: 1 } as ObjectRecord);
    }
  });
  const options: ListOptions = {
    bucket: 'big',
    of: 'live',
    prefix: '',
    maxResults: 1000,
    matches: (name) => name === 'n11999',
  };
  const first = listObjects(state, options);
  expect(first.items).toEqual([]);
  expect(reads.count).toBe(10_001);
  const second = listObjects(state, { ...options, pageToken: first.nextPageToken });
  expect(second.items.map(({ name }) => name)).toEqual(['n11999']);
  expect(second.nextPageToken).toBeUndefined();
});

/** A store of which every record read by a range is counted. */
async function countingState(): Promise<{ state: StorageState; reads: { count: number } }> {
  const store = new Store(join(await tempDir(), 'metadata'));
  onTestFinished(() => store.close());
  const state = openState({
    store,
    bodies: undefined as never,
    clock: () => new Date(0),
    wallClock: () => new Date(0),
    events: new Events(() => undefined),
    log: () => undefined,
    randomBytes: (size) => new Uint8Array(size),
    realtime: false,
    auth: 'open' as const,
    unlimitedQuota: false,
    guestProgram: undefined,
    baseUrl: () => '',
    projectId: 'p',
    projectNumber: '1',
    identity: undefined as never,
    auditLog: undefined as never,
  });
  const reads = { count: 0 };
  const range = state.live.range.bind(state.live);
  state.live.range = function* (...bounds) {
    for (const entry of range(...bounds)) {
      reads.count++;
      yield entry;
    }
  };
  return { state, reads };
}
