import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contextFilter, newContexts } from '../../src/sandbox/storage/contexts.ts';
import type { ObjectRecord } from '../../src/sandbox/storage/records.ts';
import { client, manualClock, start } from './support.ts';

const PATH = '/storage/v1/b/found/o';

async function begin() {
  const clock = manualClock('2026-01-02T00:00:00.000Z');
  const http = client(await start({ clock: clock.now }));
  await http.bucket('found');
  const upload = (name: string, custom: object) => {
    const metadata = JSON.stringify({ name, contexts: { custom } });
    return http.call('POST', `/upload${PATH}?uploadType=multipart`, {
      body: `--x\r\n\r\n${metadata}\r\n--x\r\ncontent-type: text/plain\r\n\r\nx\r\n--x--`,
      headers: { 'content-type': 'multipart/related; boundary=x' },
    });
  };
  return { clock, http, upload };
}

/** What a resource says about its contexts, without times. */
function values(resource: { contexts?: { custom: Record<string, { value: string }> } }) {
  if (resource.contexts === undefined) return undefined;
  const entries = Object.entries(resource.contexts.custom);
  return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
}

test('contexts are set, merged, removed and replaced, and know when', async () => {
  const { clock, http, upload } = await begin();
  const { json: made } = await upload('a', { keep: { value: '1' }, turn: { value: '가' } });
  const first = '2026-01-02T00:00:00.000Z';
  const second = '2026-01-02T00:00:01.000Z';
  expect(made.contexts.custom['keep']).toEqual({
    value: '1',
    createTime: first,
    updateTime: first,
  });
  clock.advance(1000);
  const patch = async (contexts: unknown) => http.patch(`${PATH}/a`, { contexts });
  const { json: patched } = await patch({
    custom: { turn: { value: '나' }, constructor: { value: 'new' }, keep: { value: '1' } },
  });
  expect(patched.contexts.custom).toEqual({
    keep: { value: '1', createTime: first, updateTime: first },
    turn: { value: '나', createTime: first, updateTime: second },
    constructor: { value: 'new', createTime: second, updateTime: second },
  });
  expect((await http.get(`${PATH}/a`)).json.contexts).toEqual(patched.contexts);
  expect(values((await http.patch(`${PATH}/a`, { contentType: 'x/y' })).json)).toHaveProperty(
    'turn',
  );
  expect(values((await patch({ custom: { turn: null } })).json)).toEqual({
    keep: '1',
    constructor: 'new',
  });
  const put = await http.put(`${PATH}/a`, { contexts: { custom: { keep: { value: '1' } } } });
  expect(put.json.contexts.custom).toEqual({
    keep: { value: '1', createTime: first, updateTime: first },
  });
  // As Go's client and as Python's say that a context is to go.
  for (const gone of [{}, { value: null }]) {
    await patch({ custom: { gone: { value: 'x' } } });
    expect(values((await patch({ custom: { gone } })).json)).toEqual({ keep: '1' });
  }
  expect((await patch(null)).json.contexts).toBeUndefined();
  await patch({ custom: { again: { value: 'x' } } });
  expect((await http.put(`${PATH}/a`, {})).json.contexts).toBeUndefined();
});

test('contexts stay with copies, and are checked', async () => {
  const { clock, http, upload } = await begin();
  await upload('a', { s: { value: '1' } });
  await upload('b', { t: { value: '2' } });
  clock.advance(1000);
  const rewrite = async (query: string, body: object) =>
    (await http.post(`${PATH}/a/rewriteTo/b/found/o/c${query}`, body)).json.resource;
  const copied = await rewrite('', {});
  expect(copied.contexts.custom.s.createTime).toBe('2026-01-02T00:00:01.000Z');
  expect(values(await rewrite('', { contexts: { custom: { n: { value: '3' } } } }))).toEqual({
    n: '3',
  });
  expect(values(await rewrite('?dropContextGroups=custom', {}))).toBeUndefined();
  const bad = await http.post(`${PATH}/a/rewriteTo/b/found/o/c?dropContextGroups=all`, {});
  expect(bad.status).toBe(400);
  const compose = { sourceObjects: [{ name: 'a' }, { name: 'b' }] };
  expect(values((await http.post(`${PATH}/d/compose`, compose)).json)).toEqual({ s: '1', t: '2' });
  const moved = await http.post(`${PATH}/d/moveTo/o/e`, {});
  expect(values(moved.json)).toEqual({ s: '1', t: '2' });
  await http.delete(`${PATH}/e`);
  const { json } = await http.get(`${PATH}?softDeleted=true&prefix=e`);
  const restored = await http.post(`${PATH}/e/restore?generation=${json.items[0].generation}`, {});
  expect(values(restored.json)).toEqual({ s: '1', t: '2' });

  const many = Array.from({ length: 51 }, (_, i) => [`k${i}`, { value: 'v' }]);
  for (const custom of [
    { '': { value: 'x' } },
    { '-a': { value: 'x' } },
    { 'a"b': { value: 'x' } },
    { 'google:a': { value: 'x' } },
    { a: { value: '' } },
    { a: { value: 'x'.repeat(257) } },
    { a: 'x' },
    Object.fromEntries(many),
  ]) {
    expect((await http.patch(`${PATH}/a`, { contexts: { custom } })).status).toBe(400);
    expect((await upload('bad', custom)).status).toBe(400);
  }
  expect((await http.get(`${PATH}/bad`)).status).toBe(404);
});

test('a filter finds what was set, for every key and value', () => {
  const word = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 20 })
    .map((text) => `a${text.replace(/['"\\/]/g, '')}`);
  fc.assert(
    fc.property(word, word, word, (key, value, other) => {
      const contexts = newContexts({ [key]: value }, 0);
      const object = { contexts } as ObjectRecord;
      const matches = (filter: string) => contextFilter(filter)(object);
      expect(matches(`contexts."${key}"="${value}"`)).toBe(true);
      expect(matches(`-contexts."${key}"="${value}"`)).toBe(false);
      expect(matches(`contexts."${key}":*`)).toBe(true);
      expect(matches(`contexts."${key}"="${other}"`)).toBe(other === value);
      expect(matches(`contexts."${other}":*`)).toBe(other === key);
    }),
  );
});

test('a listing is filtered by a context, and its folders are not', async () => {
  const { http, upload } = await begin();
  await upload('one', { A: { value: 'a' }, ключ: { value: 'é' } });
  await upload('two', { A: { value: 'x' }, B: { value: 'b c' } });
  await http.upload('found', 'three', 'x');
  await http.upload('found', 'dir/four', 'x');
  const list = async (filter: string, more = '') => {
    const { json } = await http.get(`${PATH}?filter=${encodeURIComponent(filter)}${more}`);
    return [
      ...(json.items ?? []).map((item: { name: string }) => item.name),
      ...(json.prefixes ?? []),
    ];
  };
  const cases: [string, string[]][] = [
    ['contexts."A"="a"', ['one']],
    ['-contexts."A"="a"', ['dir/four', 'three', 'two']],
    ['contexts."A":*', ['one', 'two']],
    ['-contexts."B":*', ['dir/four', 'one', 'three']],
    ['contexts."ключ"="é"', ['one']],
    ['contexts."B" = "b c"', ['two']],
    ['contexts."toString":*', []],
  ];
  for (const [filter, names] of cases) expect(await list(filter), filter).toEqual(names);
  expect(await list('contexts."A":*', '&delimiter=/')).toEqual(['one', 'two', 'dir/']);
  const page = await http.get(
    `${PATH}?filter=${encodeURIComponent('contexts."A":*')}&maxResults=1`,
  );
  expect(page.json.items).toHaveLength(1);
  const next = `&maxResults=1&pageToken=${page.json.nextPageToken}`;
  expect(await list('contexts."A":*', next)).toEqual(['two']);
  for (const bad of ['name="one"', 'contexts."A"=', 'contexts."A">"a"', 'contexts.A:*']) {
    expect((await http.get(`${PATH}?filter=${encodeURIComponent(bad)}`)).json.error).toMatchObject({
      code: 400,
      errors: [{ location: 'filter' }],
    });
  }
});

test('a glob together with a delimiter picks objects and folders', async () => {
  const { http } = await begin();
  for (const name of ['a.txt', 'b.md', 'logs/1.txt', 'logs/2.txt', 'land/x', 'z/deep/er.txt']) {
    await http.upload('found', name, 'x');
  }
  const list = async (query: string) => {
    const { json } = await http.get(`${PATH}?delimiter=/&includeFoldersAsPrefixes=true&${query}`);
    return [json.items?.map((item: { name: string }) => item.name) ?? [], json.prefixes ?? []];
  };
  expect(await list('matchGlob=*.txt')).toEqual([['a.txt'], []]);
  expect(await list('matchGlob=l*/')).toEqual([[], ['land/', 'logs/']]);
  expect(await list('matchGlob=**')).toEqual([
    ['a.txt', 'b.md'],
    ['land/', 'logs/', 'z/'],
  ]);
  expect(await list('matchGlob=logs/*&prefix=logs/')).toEqual([['logs/1.txt', 'logs/2.txt'], []]);
  expect((await http.get(`${PATH}?matchGlob=**&delimiter=-`)).status).toBe(400);
});
