import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { client, start } from './support.ts';
import { texts, xmlClient } from './xml-support.ts';

async function withBucket(name = 'shelf') {
  const sandbox = await start();
  const xml = xmlClient(sandbox);
  expect((await xml.put(`/${name}`)).status).toBe(200);
  return { sandbox, xml, http: client(sandbox) };
}

test('an object by PUT, GET, HEAD and DELETE, the same in both APIs', async () => {
  const { xml, http } = await withBucket();
  const put = await xml.put('/shelf/a/cat.txt', 'meow', {
    'content-type': 'text/plain',
    'cache-control': 'max-age=60',
    'content-disposition': 'inline',
    'x-goog-meta-Color': 'gray',
    'x-goog-meta-name': Buffer.from('고양이').toString('latin1'),
    'x-goog-custom-time': '2026-01-01T00:00:00Z',
    'x-goog-storage-class': 'NEARLINE',
    'content-md5': createHash('md5').update('meow').digest('base64'),
  });
  expect(put.status, put.text).toBe(200);
  const md5 = createHash('md5').update('meow').digest('hex');
  expect(put.headers['etag']).toBe(`"${md5}"`);
  expect(put.headers['x-goog-hash']).toMatch(/^crc32c=.{8},md5=.{24}$/);

  const shown = (await http.get('/storage/v1/b/shelf/o/a%2Fcat.txt')).json;
  expect(shown).toMatchObject({
    contentType: 'text/plain',
    cacheControl: 'max-age=60',
    contentDisposition: 'inline',
    customTime: '2026-01-01T00:00:00Z',
    storageClass: 'NEARLINE',
    metadata: { color: 'gray', name: '고양이' },
    generation: put.headers['x-goog-generation'],
  });

  const get = await xml.get('/shelf/a/cat.txt');
  expect([get.status, get.text]).toEqual([200, 'meow']);
  expect(get.headers).toMatchObject({
    'content-type': 'text/plain',
    'content-length': '4',
    'cache-control': 'max-age=60',
    'content-disposition': 'inline',
    etag: `"${md5}"`,
    'x-goog-generation': put.headers['x-goog-generation'],
    'x-goog-metageneration': '1',
    'x-goog-hash': put.headers['x-goog-hash'],
    'x-goog-storage-class': 'NEARLINE',
    'x-goog-stored-content-length': '4',
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-meta-color': 'gray',
    'x-goog-custom-time': '2026-01-01T00:00:00Z',
  });
  expect(Buffer.from(get.headers['x-goog-meta-name'] ?? '', 'latin1').toString()).toBe('고양이');
  expect(get.headers['x-guploader-uploadid']).toBeTruthy();
  const head = await xml.head('/shelf/a/cat.txt');
  expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '4', '']);

  const range = await xml.get('/shelf/a/cat.txt', { range: 'bytes=1-2' });
  expect([range.status, range.text, range.headers['content-range']]).toEqual([
    206,
    'eo',
    'bytes 1-2/4',
  ]);
  const renamed = await xml.get(
    '/shelf/a/cat.txt?response-content-type=image%2Fpng&response-content-disposition=attachment',
  );
  expect(renamed.headers).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': 'attachment',
  });
  expect((await xml.delete('/shelf/a/cat.txt')).status).toBe(204);
  expect((await xml.get('/shelf/a/cat.txt')).status).toBe(404);
});

test('errors are XML in the words of Cloud Storage', async () => {
  const { xml } = await withBucket();
  await xml.put('/shelf/a', 'meow');
  const cases: [Promise<{ status: number; text: string }>, number, string][] = [
    [xml.get('/shelf/none'), 404, 'NoSuchKey'],
    [xml.get('/nowhere-to-be/none'), 404, 'NoSuchBucket'],
    [xml.get('/nowhere-to-be'), 404, 'NoSuchBucket'],
    [xml.put('/nowhere-to-be/a', 'x'), 404, 'NoSuchBucket'],
    [xml.get('/Bad_Name/x'), 400, 'InvalidBucketName'],
    [xml.get('/shelf/%ff'), 400, 'InvalidURI'],
    [xml.put('/shelf'), 409, 'BucketAlreadyOwnedByYou'],
    [xml.delete('/shelf'), 409, 'BucketNotEmpty'],
    [xml.get('/shelf/a', { range: 'bytes=9-' }), 416, 'InvalidRange'],
    [xml.put('/shelf/b', 'x', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }), 400, 'BadDigest'],
    [xml.put('/shelf/b', 'x', { 'content-md5': 'nonsense' }), 400, 'InvalidDigest'],
    [xml.put('/shelf/b', 'x', { 'x-goog-hash': 'crc32c=AAAAAA==' }), 400, 'BadDigest'],
    [xml.put('/shelf/b', 'x', { 'x-goog-storage-class': 'HOT' }), 400, 'InvalidStorageClass'],
    [xml.put('/shelf/b', 'x', { 'x-amz-tagging': 'a=b' }), 501, 'NotImplemented'],
    [xml.put('/shelf/b', 'x', { 'if-none-match': '*' }), 501, 'NotImplemented'],
    [xml.put('/shelf/a', 'x', { 'x-goog-if-generation-match': '0' }), 412, 'PreconditionFailed'],
    [xml.call('PUT', '/shelf/b'), 411, 'MissingContentLength'],
    [xml.get('/shelf?lifecycle'), 501, 'NotImplemented'],
    [xml.get('/shelf/a?tagging'), 501, 'NotImplemented'],
    [xml.call('PATCH', '/shelf/a', { body: '{}' }), 405, 'MethodNotAllowed'],
    [xml.get('/shelf?max-keys=-1'), 400, 'InvalidArgument'],
  ];
  for (const [reply, status, code] of cases) {
    const { status: got, text } = await reply;
    expect([got, texts(text, 'Code')[0]], text).toEqual([status, code]);
  }
  expect((await xml.get('/shelf/none')).text).toBe(
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code>" +
      '<Message>The specified key does not exist.</Message>' +
      '<Details>No such object: shelf/none</Details></Error>',
  );
  // APIs keep their own errors, whatever else could be a bucket's name.
  for (const path of ['/storage/v1/none', '/upload/x', '/compute/v1/x', '/_cloudlab/x', '/v1/x']) {
    const { status, headers } = await xml.get(path);
    expect([status, headers['content-type']], path).toEqual([
      404,
      'application/json; charset=UTF-8',
    ]);
  }
});

test('conditions of reads', async () => {
  const { xml } = await withBucket();
  const { headers } = await xml.put('/shelf/a', 'meow');
  const etag = headers['etag'] ?? '';
  const generation = headers['x-goog-generation'] ?? '';
  const past = 'Thu, 01 Jan 2015 00:00:00 GMT';
  const future = 'Thu, 01 Jan 2099 00:00:00 GMT';
  const cases: [Record<string, string>, number][] = [
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-none-match': `"x", ${etag}` }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-modified-since': future }, 304],
    [{ 'if-modified-since': past }, 200],
    [{ 'if-unmodified-since': past }, 412],
    [{ 'if-unmodified-since': future }, 200],
    [{ 'if-unmodified-since': past, 'if-match': etag }, 200],
    [{ 'if-modified-since': future, 'if-none-match': '"x"' }, 200],
    [{ 'x-goog-if-generation-match': generation }, 200],
    [{ 'x-goog-if-generation-match': '1' }, 412],
    [{ 'x-goog-if-metageneration-match': '2' }, 412],
  ];
  for (const [conditions, status] of cases) {
    expect((await xml.get('/shelf/a', conditions)).status, JSON.stringify(conditions)).toBe(status);
    expect((await xml.head('/shelf/a', conditions)).status).toBe(status);
  }
});

test('any object name goes there and back, in the path and in a virtual host', async () => {
  const { xml, http } = await withBucket();
  const names = [
    'a//b',
    '/lead',
    'tail/',
    'a/../b',
    './c',
    'p+q',
    'x%2Fy',
    '한글/파일',
    'a?b#c',
    '&<>"',
  ];
  const names$ = fc.oneof(
    fc.constantFrom(...names),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(names$, async (name) => {
      fc.pre(!/[\r\n]/.test(name) && name !== '.' && name !== '..' && !/\p{Surrogate}/u.test(name));
      const body = createHash('sha1').update(name).digest('hex');
      expect((await xml.put(`/shelf/${encodeURIComponent(name)}`, body)).status).toBe(200);
      const shown = await http.get(`/storage/v1/b/shelf/o/${encodeURIComponent(name)}`);
      expect(shown.json.name).toBe(name);
      // Slashes as they are, and everything else that a URL may hold unencoded.
      const path = encodeURI(name).replace(/[?#]/g, encodeURIComponent);
      expect((await xml.get(`/shelf/${path}`)).text).toBe(body);
      const host = { host: 'shelf.localhost:1234' };
      expect((await xml.get(`/${path}`, host)).text).toBe(body);
      const listed = await xml.get('/shelf?encoding-type=url');
      expect(texts(listed.text, 'Key').map(decodeURIComponent)).toEqual([name]);
      expect((await xml.delete(`/${path}`, host)).status).toBe(204);
      await http.patch('/storage/v1/b/shelf', {
        softDeletePolicy: { retentionDurationSeconds: 0 },
      });
    }),
    { numRuns: 60, examples: names.map((name) => [name] as [string]) },
  );
});

test('virtual hosts shadow the paths of APIs', async () => {
  const { xml } = await withBucket();
  const host = { host: 'shelf.localhost' };
  for (const name of ['b/x', 'storage/v1/b', 'upload/b', '_cloudlab/status']) {
    expect((await xml.put(`/${name}`, name, host)).status).toBe(200);
    expect((await xml.get(`/shelf/${name}`)).text).toBe(name);
  }
  const evil = await xml.get('/b/x', { host: 'shelf.localhost.evil.com' });
  expect(evil.status).toBe(403);
});

test('generations, and the same object in versions', async () => {
  const { xml, http } = await withBucket();
  const on = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  expect((await xml.put('/shelf?versioning', on)).status).toBe(200);
  const first = (await xml.put('/shelf/a', 'one')).headers['x-goog-generation'];
  const second = (await xml.put('/shelf/a', 'two')).headers['x-goog-generation'];
  expect((await xml.get(`/shelf/a?generation=${first}`)).text).toBe('one');
  const list = (await xml.get('/shelf?versions')).text;
  expect(texts(list, 'Generation')).toEqual([first, second]);
  expect(texts(list, 'IsLatest')).toEqual(['false', 'true']);
  const page = (await xml.get('/shelf?versions&max-keys=1')).text;
  expect(texts(page, 'NextGenerationMarker')).toEqual([first]);
  const rest = await xml.get(`/shelf?versions&marker=a&generation-marker=${first}`);
  expect(texts(rest.text, 'Generation')).toEqual([second]);
  expect((await xml.delete(`/shelf/a?generation=${first}`)).status).toBe(204);
  expect((await http.get('/storage/v1/b/shelf/o?versions=true')).json.items).toHaveLength(1);
});

test('copies with their metadata or with other', async () => {
  const { xml } = await withBucket();
  await xml.put('/other-shelf');
  const source = await xml.put(`/shelf/${encodeURIComponent('한 글')}`, 'meow', {
    'content-type': 'text/plain',
    'x-goog-meta-k': 'v',
  });
  const from = { 'x-goog-copy-source': `/shelf/${encodeURIComponent('한 글')}` };
  const copy = await xml.put('/other-shelf/copy', '', from);
  expect(copy.status, copy.text).toBe(200);
  expect(texts(copy.text, 'ETag')).toEqual([source.headers['etag']]);
  const kept = await xml.get('/other-shelf/copy');
  expect([kept.text, kept.headers['content-type'], kept.headers['x-goog-meta-k']]).toEqual([
    'meow',
    'text/plain',
    'v',
  ]);
  await xml.put('/other-shelf/copy', '', {
    ...from,
    'x-amz-metadata-directive': 'REPLACE',
    'x-amz-meta-n': 'w',
    'content-type': 'image/png',
  });
  const replaced = await xml.get('/other-shelf/copy');
  expect(replaced.headers['content-type']).toBe('image/png');
  expect(replaced.headers['x-goog-meta-k']).toBeUndefined();
  expect(replaced.headers['x-goog-meta-n']).toBe('w');
  for (const [conditions, status] of [
    [{ 'x-goog-copy-source-if-match': '"x"' }, 412],
    [{ 'x-goog-copy-source-if-none-match': source.headers['etag'] ?? '' }, 412],
    [{ 'x-goog-copy-source-if-generation-match': '1' }, 412],
    [{ 'x-goog-copy-source': '/shelf/none' }, 404],
    [{ 'x-goog-copy-source': 'nonsense' }, 400],
  ] as const) {
    expect((await xml.put('/shelf/x', '', { ...from, ...conditions })).status).toBe(status);
  }
});

test('compose joins objects', async () => {
  const { xml } = await withBucket();
  await xml.put('/shelf/1', 'me');
  await xml.put('/shelf/2', 'ow');
  const request =
    '<ComposeRequest><Component><Name>1</Name></Component>' +
    '<Component><Name>2</Name></Component></ComposeRequest>';
  const composed = await xml.put('/shelf/12?compose', request, { 'content-type': 'text/plain' });
  expect(composed.status, composed.text).toBe(200);
  const get = await xml.get('/shelf/12');
  expect([get.text, get.headers['content-type'], get.headers['x-goog-component-count']]).toEqual([
    'meow',
    'text/plain',
    '2',
  ]);
  expect(get.headers['etag']).toMatch(/^"-/);
  expect(get.headers['x-goog-hash']).toMatch(/^crc32c=[^,]*$/);
  const gone = await xml.put('/shelf/12?compose', request.replace('>2<', '>3<'));
  expect(texts(gone.text, 'Code')).toEqual(['NoSuchKey']);
  expect(texts((await xml.put('/shelf/12?compose', '<ComposeRequest>')).text, 'Code')).toEqual([
    'MalformedXML',
  ]);
});

test("Amazon's dialect is answered in kind", async () => {
  const { xml } = await withBucket();
  const put = await xml.put('/shelf/a', 'meow', { 'x-amz-meta-k': 'v' });
  const get = await xml.get('/shelf/a', { 'x-amz-checksum-mode': 'ENABLED' });
  expect(get.headers).toMatchObject({
    'x-amz-meta-k': 'v',
    'x-amz-version-id': put.headers['x-goog-generation'],
    'x-amz-checksum-crc32c': /crc32c=([^,]+)/.exec(put.headers['x-goog-hash'] ?? '')?.[1],
  });
  const google = await xml.get('/shelf/a');
  expect(google.headers['x-goog-meta-k']).toBe('v');
  expect(google.headers['x-amz-meta-k']).toBeUndefined();
});

test('a form posts an object', async () => {
  const { xml } = await withBucket();
  const form = (fields: Record<string, string>, file?: string) =>
    [
      ...Object.entries(fields).map(
        ([name, value]) => `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}`,
      ),
      ...(file === undefined
        ? []
        : [
            '--B\r\ncontent-disposition: form-data; name="file"; filename="cat.png"\r\n' +
              `content-type: image/png\r\n\r\n${file}`,
          ]),
      '--B--\r\n',
    ].join('\r\n');
  const type = { 'content-type': 'multipart/form-data; boundary=B' };
  const placeholder = 'in/$' + '{filename}';
  const done = await xml.post(
    '/shelf',
    form({ key: placeholder, 'x-goog-meta-k': 'v', success_action_status: '201' }, 'meow'),
    type,
  );
  expect(done.status, done.text).toBe(201);
  expect(texts(done.text, 'Key')).toEqual(['in/cat.png']);
  const get = await xml.get('/shelf/in/cat.png');
  expect([get.text, get.headers['content-type'], get.headers['x-goog-meta-k']]).toEqual([
    'meow',
    'image/png',
    'v',
  ]);
  expect((await xml.post('/shelf', form({ key: 'b' }, 'x'), type)).status).toBe(204);
  const away = { key: 'b', success_action_redirect: 'https://example.com/done?a=1' };
  const redirect = await xml.post('/shelf', form(away, 'x'), type);
  expect([redirect.status, redirect.headers['location']]).toEqual([
    303,
    expect.stringContaining('https://example.com/done?a=1&bucket=shelf&key=b&etag='),
  ]);
  expect((await xml.post('/shelf', form({ key: 'b' }), type)).status).toBe(400);
  expect((await xml.post('/shelf', form({}, 'x'), type)).status).toBe(400);
  expect((await xml.post('/shelf', 'x', { 'content-type': 'text/plain' })).status).toBe(412);
});

test('a resumable upload begun here goes on as one of the JSON API does', async () => {
  const { xml } = await withBucket();
  const opened = await xml.post('/shelf/a%2Fb', '', {
    'x-goog-resumable': 'start',
    'content-type': 'text/plain',
    'x-goog-meta-k': 'v',
  });
  expect(opened.status, opened.text).toBe(201);
  const session = new URL(opened.headers['location'] ?? '');
  const path = session.pathname + session.search;
  const body = Buffer.alloc(300 * 1024, 'x');
  const part = await xml.put(path, body.subarray(0, 256 * 1024), {
    'content-range': `bytes 0-${256 * 1024 - 1}/*`,
  });
  expect([part.status, part.headers['range']]).toEqual([308, `bytes=0-${256 * 1024 - 1}`]);
  const done = await xml.put(path, body.subarray(256 * 1024), {
    'content-range': `bytes ${256 * 1024}-${body.length - 1}/${body.length}`,
  });
  expect([done.status, done.text]).toEqual([200, '']);
  const get = await xml.get('/shelf/a/b');
  expect(get.body.equals(body)).toBe(true);
  expect(get.headers).toMatchObject({ etag: done.headers['etag'], 'x-goog-meta-k': 'v' });
  expect((await xml.put(`/shelf/a?upload_id=none`, 'x')).text).toContain('NoSuchUpload');
});

test("any content type is an object's own, and any attribute can be sent", async () => {
  const { xml, http } = await withBucket();
  for (const type of ['weird', 'a b', '/', 'text/plain; charset=', 'image/고양이']) {
    const header = Buffer.from(type).toString('latin1');
    expect((await xml.put('/shelf/t', 'x', { 'content-type': header })).status, type).toBe(200);
    const { headers } = await xml.get('/shelf/t');
    expect(Buffer.from(headers['content-type'] ?? '', 'latin1').toString()).toBe(type);
  }
  await http.patch('/storage/v1/b/shelf/o/t', {
    contentDisposition: 'attachment; filename="한글.txt"',
    cacheControl: 'no\nstore',
    metadata: { 'no header': 'v', k: 'a\u0000한' },
  });
  for (const path of ['/shelf/t', '/storage/v1/b/shelf/o/t?alt=media']) {
    const { status, text, headers } = await xml.get(path);
    expect([status, text, headers['cache-control']]).toEqual([200, 'x', 'no store']);
    expect(Buffer.from(headers['content-disposition'] ?? '', 'latin1').toString()).toBe(
      'attachment; filename="한글.txt"',
    );
  }
  const { headers } = await xml.get('/shelf/t');
  expect(Buffer.from(headers['x-goog-meta-k'] ?? '', 'latin1').toString()).toBe('a 한');
});

test('access control lists, as far as they are shown', async () => {
  const { xml, http, sandbox } = await withBucket();
  const put = await xml.put('/shelf/a', 'x', { 'x-amz-acl': 'public-read' });
  expect(put.status, put.text).toBe(200);
  const { text } = await xml.get('/shelf/a?acl');
  expect(text).toContain('<Permission>READ</Permission><Scope type="AllUsers"/>');
  const owner = `owner@${sandbox.projectId}.example`;
  expect(texts(text, 'EmailAddress')).toEqual([owner]);
  expect(text).toContain(`<Owner><ID>${owner}</ID></Owner>`);
  for (const path of ['/shelf?acl', '/shelf?defaultObjectAcl']) {
    expect(texts((await xml.get(path)).text, 'Permission')).toEqual([
      'FULL_CONTROL',
      'FULL_CONTROL',
      'READ',
    ]);
  }
  expect((await xml.put('/shelf/a', 'x', { 'x-goog-acl': 'no-such' })).status).toBe(400);
  expect((await xml.put('/shelf/a?acl', '<AccessControlList/>')).status).toBe(501);
  await http.patch('/storage/v1/b/shelf', {
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
  });
  expect((await xml.get('/shelf/a?acl')).status).toBe(400);
});
