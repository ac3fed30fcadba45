import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { blobFiles, client, start, tempDir } from './support.ts';
import { texts, xmlClient } from './xml-support.ts';

const PART = 5 * 1024 * 1024;
const md5 = (...parts: Buffer[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();

async function initiate(sandbox: Sandbox, path: string, headers: Record<string, string> = {}) {
  const reply = await xmlClient(sandbox).post(`${path}?uploads`, '', headers);
  expect(reply.status, reply.text).toBe(200);
  return `${path}?uploadId=${texts(reply.text, 'UploadId')[0]}`;
}

const list = (...parts: [number, string | undefined][]) =>
  `<CompleteMultipartUpload>${parts
    .map(([n, tag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${tag}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`;

test('parts in any order, across a restart, become one object', async () => {
  const dataDir = await tempDir();
  let sandbox = await start({ dataDir });
  let xml = xmlClient(sandbox);
  await xml.put('/parts');
  const path = '/parts/dir/큰 파일'.split('/').map(encodeURIComponent).join('/');
  const upload = await initiate(sandbox, path, {
    'content-type': 'video/mp4',
    'x-amz-meta-k': 'v',
  });
  const [one, two, wrong] = [randomBytes(PART), randomBytes(1000), randomBytes(2000)];
  const second = await xml.put(`${upload}&partNumber=7`, wrong);
  expect(second.headers['etag']).toBe(`"${md5(wrong).toString('hex')}"`);
  expect((await xml.get(path)).status).toBe(404);

  await sandbox.close();
  sandbox = await start({ dataDir });
  xml = xmlClient(sandbox);
  const again = await xml.put(`${upload}&partNumber=7`, two);
  const first = await xml.put(`${upload}&partNumber=2`, one, {
    'content-md5': md5(one).toString('base64'),
  });
  const listed = (await xml.get(upload)).text;
  expect(texts(listed, 'PartNumber')).toEqual(['2', '7']);
  expect(texts(listed, 'Size')).toEqual([String(PART), '1000']);
  const page = (await xml.get(`${upload}&max-parts=1`)).text;
  expect([texts(page, 'NextPartNumberMarker'), texts(page, 'IsTruncated')]).toEqual([
    ['2'],
    ['true'],
  ]);
  expect(texts((await xml.get(`${upload}&part-number-marker=2`)).text, 'PartNumber')).toEqual([
    '7',
  ]);

  const done = await xml.post(upload, list([2, first.headers['etag']], [7, again.headers['etag']]));
  expect(done.status, done.text).toBe(200);
  const tag = `"${md5(md5(one), md5(two)).toString('hex')}-2"`;
  expect(texts(done.text, 'ETag')).toEqual([tag]);
  expect(texts(done.text, 'Key')).toEqual(['dir/큰 파일']);
  const get = await xml.get(path);
  expect(get.body.equals(Buffer.concat([one, two]))).toBe(true);
  expect(get.headers).toMatchObject({
    etag: tag,
    'content-type': 'video/mp4',
    'x-goog-meta-k': 'v',
    'x-goog-component-count': '2',
  });
  const name = encodeURIComponent('dir/큰 파일');
  const { json } = await client(sandbox).get(`/storage/v1/b/parts/o/${name}`);
  expect(json).toMatchObject({ componentCount: 2, size: String(PART + 1000) });
  expect(json.md5Hash).toBeUndefined();
  expect(texts((await xml.get('/parts')).text, 'ETag')).toEqual([tag]);
  expect((await xml.post(upload, list([2, '"x"']))).text).toContain('NoSuchUpload');
  await expect.poll(() => blobFiles(dataDir)).toHaveLength(1);
});

test('what cannot be completed', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/parts');
  const upload = await initiate(sandbox, '/parts/a');
  const small = (await xml.put(`${upload}&partNumber=1`, 'x')).headers['etag'];
  await xml.put(`${upload}&partNumber=2`, 'x');
  for (const [body, code] of [
    [list([1, small], [2, small]), 'EntityTooSmall'],
    [list([2, small], [1, small]), 'InvalidPartOrder'],
    [list([1, small], [1, small]), 'InvalidPartOrder'],
    [list([3, small]), 'InvalidPart'],
    [list([1, '"00"']), 'InvalidPart'],
    [list(), 'MalformedXML'],
    ['<CompleteMultipartUpload><Part/></CompleteMultipartUpload>', 'MalformedXML'],
    ['', 'MissingRequestBodyError'],
  ] as const) {
    expect(texts((await xml.post(upload, body)).text, 'Code'), body).toEqual([code]);
  }
  for (const [path, status] of [
    [`${upload}&partNumber=0`, 400],
    [`${upload}&partNumber=10001`, 400],
    [`${upload}&partNumber=x`, 400],
    ['/parts/b?uploadId=none&partNumber=1', 404],
    [`${upload.replace('/a?', '/b?')}&partNumber=1`, 404],
  ] as const) {
    expect((await xml.put(path, 'x')).status, path).toBe(status);
  }
  const bad = await xml.put(`${upload}&partNumber=1`, 'x', {
    'content-md5': `${'A'.repeat(22)}==`,
  });
  expect(texts(bad.text, 'Code')).toEqual(['BadDigest']);
  expect((await xml.get('/parts/a')).status).toBe(404);
});

test('a part copied from a range of an object', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/parts');
  const source = randomBytes(3 * 1024 * 1024);
  await xml.put('/parts/source', source);
  const upload = await initiate(sandbox, '/parts/copy');
  const from = {
    'x-amz-copy-source': 'parts/source',
    'x-amz-copy-source-range': 'bytes=5-1048580',
  };
  const copied = await xml.put(`${upload}&partNumber=1`, '', from);
  expect(copied.status, copied.text).toBe(200);
  const done = await xml.post(upload, list([1, texts(copied.text, 'ETag')[0]]));
  expect(done.status, done.text).toBe(200);
  expect((await xml.get('/parts/copy')).body.equals(source.subarray(5, 1048581))).toBe(true);
  const beyond = { ...from, 'x-amz-copy-source-range': 'bytes=9999999-99999999' };
  const other = await initiate(sandbox, '/parts/other');
  expect((await xml.put(`${other}&partNumber=1`, '', beyond)).status).toBe(416);
});

test('uploads are listed and aborted, and leave nothing behind', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/parts');
  const uploads: string[] = [];
  for (const name of ['x/1', 'a', 'x/2', 'a']) {
    uploads.push(await initiate(sandbox, `/parts/${name}`));
  }
  await xml.put(`${uploads[0]}&partNumber=1`, randomBytes(100_000));
  const all = (await xml.get('/parts?uploads')).text;
  expect(texts(all, 'Key')).toEqual(['a', 'a', 'x/1', 'x/2']);
  const folded = (await xml.get('/parts?uploads&delimiter=/')).text;
  expect([texts(folded, 'Key'), texts(folded, 'Prefix').at(-1)]).toEqual([['a', 'a'], 'x/']);
  let seen: string[] = [];
  let marker = '';
  for (let pages = 0; pages < 9; pages++) {
    const { text } = await xml.get(`/parts?uploads&max-uploads=1${marker}`);
    seen = [...seen, ...texts(text, 'UploadId')];
    if (texts(text, 'IsTruncated')[0] === 'false') break;
    const key = encodeURIComponent(texts(text, 'NextKeyMarker')[0] ?? '');
    marker = `&key-marker=${key}&upload-id-marker=${texts(text, 'NextUploadIdMarker')[0]}`;
  }
  expect(seen).toEqual(texts(all, 'UploadId'));

  expect((await xml.delete(uploads[0] ?? '')).status).toBe(204);
  expect((await xml.delete(uploads[0] ?? '')).status).toBe(404);
  await expect.poll(() => blobFiles(sandbox.dataDir)).toEqual([]);
  await xml.put(`${uploads[2]}&partNumber=1`, randomBytes(100_000));
  // A bucket that is deleted takes its unfinished uploads with it.
  expect((await xml.delete('/parts')).status).toBe(204);
  await expect.poll(() => blobFiles(sandbox.dataDir)).toEqual([]);
  await xml.put('/parts');
  expect(texts((await xml.get('/parts?uploads')).text, 'UploadId')).toEqual([]);
});

test('of those who complete an upload or abort it at once, one does, to the others it is gone', async () => {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  await xml.put('/race');
  const [one, two] = [randomBytes(PART), randomBytes(PART)];
  for (let round = 0; round < 8; round++) {
    const path = `/race/${round}`;
    const upload = await initiate(sandbox, path);
    const [first, second] = await Promise.all([
      xml.put(`${upload}&partNumber=1`, one),
      xml.put(`${upload}&partNumber=2`, two),
    ]);
    const whole = list([1, first?.headers['etag']], [2, second?.headers['etag']]);
    const replies = await Promise.all([
      xml.post(upload, whole),
      ...(round % 2 === 0 ? [xml.call('DELETE', upload)] : []),
      xml.post(upload, whole),
      xml.post(upload, whole),
    ]);
    const won = replies.filter(({ status }) => status < 300);
    expect(won.length).toBe(1);
    for (const { status, text } of replies.filter((reply) => !won.includes(reply))) {
      expect([status, ...texts(text, 'Code')]).toEqual([404, 'NoSuchUpload']);
    }
    const object = await xml.get(path);
    expect(object.status).toBe(won[0]?.status === 204 ? 404 : 200);
    if (object.status === 200) expect(object.body.equals(Buffer.concat([one, two]))).toBe(true);
  }
});
