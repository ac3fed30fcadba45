import fc from 'fast-check';
import { expect, test } from 'vitest';
import { client, start } from './support.ts';
import { texts, xmlClient } from './xml-support.ts';

test('buckets are made, listed, looked at and removed', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  const configuration = (location: string, storageClass = '') =>
    `<CreateBucketConfiguration><LocationConstraint>${location}</LocationConstraint>` +
    `<StorageClass>${storageClass}</StorageClass></CreateBucketConfiguration>`;
  expect((await xml.put('/b-one')).status).toBe(200);
  const two = await xml.put('/b-two', configuration('asia-northeast3', 'COLDLINE'), {
    'x-goog-project-id': sandbox.projectId,
  });
  expect(two.status, two.text).toBe(200);
  expect(texts((await xml.get('/b-one?location')).text, 'LocationConstraint')).toEqual(['US']);
  expect(texts((await xml.get('/b-two?location')).text, 'LocationConstraint')).toEqual([
    'ASIA-NORTHEAST3',
  ]);
  expect(texts((await xml.get('/b-two?storageClass')).text, 'StorageClass')).toEqual(['COLDLINE']);
  expect(texts((await xml.get('/')).text, 'Name')).toEqual(['b-one', 'b-two']);
  expect((await xml.get('/', { accept: 'text/html,*/*' })).status).toBe(404);
  expect((await xml.head('/b-one')).status).toBe(200);
  expect((await xml.head('/b-none')).status).toBe(404);
  for (const [path, body, status, code] of [
    ['/b-three', configuration('us-east-1'), 400, 'InvalidLocationConstraint'],
    ['/b-three', '<CreateBucketConfiguration>', 400, 'MalformedXML'],
    ['/b-three', '<Other/>', 400, 'MalformedXML'],
    ['/b-three', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 400, 'MalformedXML'],
    ['/goog-three', '', 400, 'InvalidBucketName'],
  ] as const) {
    const reply = await xml.put(path, body);
    expect([reply.status, texts(reply.text, 'Code')[0]], reply.text).toEqual([status, code]);
  }
  const foreign = await xml.put('/b-three', '', { 'x-goog-project-id': 'other' });
  expect(foreign.status).toBe(400);
  expect((await xml.delete('/b-one')).status).toBe(204);
  expect((await xml.delete('/b-one')).status).toBe(404);
});

test('settings of a bucket are those of the JSON API', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/b-one');
  expect(texts((await xml.get('/b-one?versioning')).text, 'Status')).toEqual([]);
  for (const [status, enabled] of [
    ['Enabled', true],
    ['Suspended', false],
  ] as const) {
    const body = `<VersioningConfiguration>\n <Status>${status}</Status>\n</VersioningConfiguration>`;
    expect((await xml.put('/b-one?versioning', body)).status).toBe(200);
    expect(texts((await xml.get('/b-one?versioning')).text, 'Status')).toEqual([status]);
    const { json } = await client(sandbox).get('/storage/v1/b/b-one');
    expect(json.versioning).toEqual({ enabled });
  }
  const hot = await xml.put('/b-one?storageClass', '<StorageClass>HOT</StorageClass>');
  expect(texts(hot.text, 'Code')).toEqual(['InvalidStorageClass']);
  await xml.put('/b-one?storageClass', '<StorageClass>nearline</StorageClass>');
  expect(texts((await xml.get('/b-one?storageClass')).text, 'StorageClass')).toEqual(['NEARLINE']);
  const cors =
    '<CorsConfig><Cors><Origins><Origin>https://a.example</Origin></Origins><Methods>' +
    '<Method>GET</Method><Method>PUT</Method></Methods><ResponseHeaders>' +
    '<ResponseHeader>x-goog-meta-k</ResponseHeader></ResponseHeaders>' +
    '<MaxAgeSec>60</MaxAgeSec></Cors></CorsConfig>';
  expect((await xml.put('/b-one?cors', cors)).status).toBe(200);
  expect((await xml.get('/b-one?cors')).text).toBe(`<?xml version='1.0' encoding='UTF-8'?>${cors}`);
  expect((await client(sandbox).get('/storage/v1/b/b-one')).json.cors).toEqual([
    {
      origin: ['https://a.example'],
      method: ['GET', 'PUT'],
      responseHeader: ['x-goog-meta-k'],
      maxAgeSeconds: 60,
    },
  ]);
  expect((await xml.put('/b-one?cors', '<CorsConfig/>')).status).toBe(200);
  expect((await client(sandbox).get('/storage/v1/b/b-one')).json.cors).toBeUndefined();
});

test('a listing in pages of any size, by marker and by token, is the listing', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/lists');
  const names = [
    'a',
    'a/',
    'a/1',
    'a/2/x',
    'a/2/y',
    'b/1',
    'b/2',
    'c',
    '가/나',
    '가/다',
    'z\u0001',
  ];
  for (const name of names) await xml.put(`/lists/${encodeURIComponent(name)}`, name);

  const query$ = fc.record({
    prefix: fc.constantFrom('', 'a', 'a/', 'b/', '가', 'none'),
    delimiter: fc.constantFrom('', '/', '2'),
    max: fc.integer({ min: 1, max: 4 }),
  });
  const expected = (prefix: string, delimiter: string) => {
    const sorted = names
      .filter((name) => name.startsWith(prefix))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const folded = sorted.map((name) => {
      const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
      return at === -1 ? `key ${name}` : `prefix ${name.slice(0, at + delimiter.length)}`;
    });
    return [...new Set(folded)];
  };
  const entries = (text: string) => [
    ...[...text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(
      ([item]) => `key ${decodeURIComponent(texts(item, 'Key')[0] ?? '')}`,
    ),
    ...[...text.matchAll(/<CommonPrefixes>.*?<\/CommonPrefixes>/gs)].map(
      ([item]) => `prefix ${decodeURIComponent(texts(item, 'Prefix')[0] ?? '')}`,
    ),
  ];
  await fc.assert(
    fc.asyncProperty(query$, async ({ prefix, delimiter, max }) => {
      const base = new URLSearchParams({
        prefix,
        delimiter,
        'max-keys': String(max),
        'encoding-type': 'url',
      });
      for (const version of [1, 2]) {
        const seen: string[] = [];
        let next = '';
        for (let pages = 0; pages < 20; pages++) {
          const query = new URLSearchParams(base);
          if (version === 2) query.set('list-type', '2');
          if (next !== '') query.set(version === 2 ? 'continuation-token' : 'marker', next);
          const { text, status } = await xml.get(`/lists?${query}`);
          expect(status, text).toBe(200);
          const page = entries(text);
          expect(page.length).toBeLessThanOrEqual(max);
          if (version === 2) expect(texts(text, 'KeyCount')).toEqual([String(page.length)]);
          seen.push(...page);
          const element = version === 2 ? 'NextContinuationToken' : 'NextMarker';
          next = texts(text, element)[0] ?? '';
          if (version === 1) next = decodeURIComponent(next);
          expect(texts(text, 'IsTruncated')).toEqual([String(next !== '')]);
          if (next === '') break;
        }
        expect(seen.toSorted()).toEqual(expected(prefix, delimiter).toSorted());
      }
    }),
    { numRuns: 40 },
  );
  const after = await xml.get('/lists?list-type=2&start-after=b%2F1&fetch-owner=true');
  expect(texts(after.text, 'Key')).toEqual(['b/2', 'c', 'z\u0001', '가/나', '가/다']);
  expect(texts(after.text, 'DisplayName')).toHaveLength(5);
  expect(texts((await xml.get('/lists?max-keys=0')).text, 'IsTruncated')).toEqual(['false']);
});

test('many objects are deleted in one request', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/bulk');
  for (const name of ['a', '%26b', 'held']) await xml.put(`/bulk/${name}`, 'x');
  await client(sandbox).patch('/storage/v1/b/bulk/o/held', { temporaryHold: true });
  const request = (keys: string[], quiet = '') =>
    `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${quiet}${keys
      .map((key) => `<Object><Key>${key}</Key></Object>`)
      .join('')}</Delete>`;
  const reply = await xml.post('/bulk?delete', request(['a', '&amp;b', 'never', 'held']));
  expect(reply.status, reply.text).toBe(200);
  expect(reply.text).toContain('<Deleted><Key>a</Key></Deleted>');
  expect(reply.text).toContain('<Deleted><Key>&amp;b</Key></Deleted>');
  expect(reply.text).toContain('<Deleted><Key>never</Key></Deleted>');
  expect(reply.text).toMatch(/<Error><Key>held<\/Key><Code>\w+<\/Code>/);
  expect(texts((await xml.get('/bulk')).text, 'Key')).toEqual(['held']);
  const quiet = await xml.post('/bulk?delete', request(['never'], '<Quiet>true</Quiet>'));
  expect(quiet.text).not.toContain('Deleted>');
  expect((await xml.post('/bulk?delete', request([]))).status).toBe(400);
  expect((await xml.post('/bulk?delete', request(Array(1001).fill('a')))).status).toBe(400);
  expect((await xml.post('/bulk?delete', '')).text).toContain('MissingRequestBodyError');
});
