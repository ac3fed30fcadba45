import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { client, manualClock, start } from './support.ts';

const CONDITION = { code: 412, errors: [{ reason: 'conditionNotMet' }] };

test('a bucket nobody created does not exist, whatever is done to it', async () => {
  const http = client(await start());
  const missing = { code: 404, message: 'The specified bucket does not exist.' };
  const body = { method: 'POST', path: '/upload/storage/v1/b/ghost/o?uploadType=' };
  for (const reply of [
    await http.get('/storage/v1/b/ghost'),
    await http.get('/storage/v1/b/ghost/o'),
    await http.get('/b/ghost/o/x'),
    await http.delete('/storage/v1/b/ghost'),
    await http.delete('/storage/v1/b/ghost/o/x'),
    await http.patch('/storage/v1/b/ghost/o/x', {}),
    await http.upload('ghost', 'x', 'x'),
    await http.post(`${body.path}resumable&name=x`, {}),
    await http.post('/storage/v1/b/ghost/o/x/rewriteTo/b/ghost/o/y', {}),
  ]) {
    expect(reply.json.error).toMatchObject({ ...missing, errors: [{ reason: 'notFound' }] });
  }
  expect((await http.get('/storage/v1/b?project=cloudlab-sandbox')).json.items).toBeUndefined();
  const big = await http.upload('ghost', 'big', new Uint8Array(20_000_000));
  expect(big.status).toBe(404);
});

test('a created bucket is not minimal', async () => {
  const sandbox = await start({ clock: manualClock().now });
  const http = client(sandbox);
  const { json } = await http.bucket('whole', {
    labels: { a: 'b' },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
  });
  expect(json).toEqual({
    kind: 'storage#bucket',
    id: 'whole',
    selfLink: `${sandbox.url}/storage/v1/b/whole`,
    projectNumber: expect.stringMatching(/^\d+$/),
    generation: '1767323045678000',
    name: 'whole',
    location: 'US',
    locationType: 'multi-region',
    storageClass: 'STANDARD',
    etag: 'CAE=',
    metageneration: '1',
    timeCreated: '2026-01-02T03:04:05.678Z',
    updated: '2026-01-02T03:04:05.678Z',
    iamConfiguration: {
      bucketPolicyOnly: { enabled: true, lockedTime: '2026-04-02T03:04:05.678Z' },
      uniformBucketLevelAccess: { enabled: true, lockedTime: '2026-04-02T03:04:05.678Z' },
      publicAccessPrevention: 'inherited',
    },
    softDeletePolicy: {
      retentionDurationSeconds: '604800',
      effectiveTime: '2026-01-02T03:04:05.678Z',
    },
    rpo: 'DEFAULT',
    labels: { a: 'b' },
  });
  const twice = await http.bucket('whole');
  expect(twice.json.error).toMatchObject({ code: 409, errors: [{ reason: 'conflict' }] });
});

test('a bucket refuses what GCS refuses, and says 501 to what it cannot do', async () => {
  const http = client(await start());
  expect((await http.post('/storage/v1/b', { name: 'abc' })).json.error).toMatchObject({
    code: 400,
    message: 'Required parameter: project',
    errors: [{ reason: 'required' }],
  });
  const refused: [object, number, RegExp][] = [
    [{ name: 'Bad_Name' }, 400, /Invalid bucket name: 'Bad_Name'/],
    [{ location: 'us-central1-a' }, 400, /location constraint/],
    [{ storageClass: 'COLD' }, 400, /storage class/],
    [{ rpo: 'ASYNC_TURBO' }, 400, /ASYNC_TURBO cannot be enabled on MULTI_REGION bucket/],
    [{ location: 'us-east1', rpo: 'ASYNC_TURBO' }, 400, /cannot be enabled on REGION bucket/],
    [{ iamConfiguration: { publicAccessPrevention: 'x' } }, 400, /: x is not a valid value$/],
    [{ labels: { Bad: 'x' } }, 400, /label key/],
    [{ softDeletePolicy: { retentionDurationSeconds: '60' } }, 400, /7 days and 90 days/],
    [{ versioning: { enabled: 'yes' } }, 400, /versioning.enabled/],
    [{ cors: [{ origin: '*' }] }, 400, /cors.0.origin/],
    [{ cors: [{ maxAgeSeconds: 1.5 }] }, 400, /cors.0.maxAgeSeconds/],
    [{ website: { mainPageSuffix: 1 } }, 400, /website.mainPageSuffix/],
    [{ retentionPolicy: { retentionPeriod: '0' } }, 400, /retention period/],
    [{ autoclass: { enabled: true } }, 501, /autoclass/],
    [{ encryption: { defaultKmsKeyName: 'k' } }, 501, /encryption/],
  ];
  for (const [body, status, message] of refused) {
    const { json } = await http.bucket('refused', body);
    expect(json.error, JSON.stringify(body)).toMatchObject({ code: status });
    expect(json.error.message).toMatch(message);
  }
  const { json } = await http.get('/storage/v1/b/refused/o/x/iam');
  expect(json.error).toMatchObject({
    code: 501,
    message: expect.stringMatching(/storage\.objects\.getIamPolicy/),
  });
  expect((await http.get('/storage/v1/nonsense')).json.error.code).toBe(404);
});

test('patch merges, update replaces, both count the metageneration and check it', async () => {
  const http = client(await start());
  await http.bucket('change', { labels: { a: '1', b: '2' }, storageClass: 'NEARLINE' });
  const path = '/storage/v1/b/change';
  const patched = await http.patch(`${path}?ifMetagenerationMatch=1`, {
    labels: { a: null, c: '3' },
    versioning: { enabled: true },
  });
  expect(patched.json).toMatchObject({ labels: { b: '2', c: '3' }, metageneration: '2' });
  expect((await http.patch(`${path}?ifMetagenerationMatch=1`, {})).json.error).toMatchObject(
    CONDITION,
  );
  const replaced = (await http.put(path, { labels: { d: '4' } })).json;
  expect(replaced).toMatchObject({
    labels: { d: '4' },
    storageClass: 'STANDARD',
    metageneration: '3',
  });
  expect(replaced.versioning).toBeUndefined();
  expect((await http.get(`${path}?ifMetagenerationNotMatch=3`)).status).toBe(304);
});

test('custom metadata holds 8 KiB, keys and what was there before included', async () => {
  const http = client(await start());
  await http.bucket('box');
  await http.upload('box', 'a', 'x');
  const patch = (metadata: object) => http.patch('/storage/v1/b/box/o/a', { metadata });
  // Each of these letters is three bytes.
  expect((await patch({ ab: '가'.repeat(2730) })).status).toBe(200);
  const refused = await patch({ c: '' });
  expect([refused.status, refused.json.error.errors[0].reason]).toEqual([400, 'invalid']);
  expect((await patch({ ab: null, c: '' })).status).toBe(200);
  const headers = { 'x-goog-meta-long': 'x'.repeat(8189) };
  const put = await http.call('PUT', '/box/b', { body: 'x', headers });
  expect([put.status, put.text]).toEqual([400, expect.stringContaining('MetadataTooLarge')]);
});

test('a key may be called as something that every object inherits', async () => {
  const http = client(await start());
  await http.bucket('box');
  const metadata = '{"__proto__":"p","constructor":"c","hasOwnProperty":"h"}';
  const headers = { 'x-goog-meta-__proto__': 'p', 'x-goog-meta-constructor': 'c' };
  await http.call('PUT', '/box/a', { body: 'x', headers });
  const path = '/storage/v1/b/box/o/a';
  const shown = async () => (await http.get(`${path}?fields=metadata`)).text.replaceAll(/\s/g, '');
  expect(await shown()).toBe('{"metadata":{"__proto__":"p","constructor":"c"}}');
  const patch = (body: string) => http.call('PATCH', path, { body });
  expect((await patch(`{"metadata":${metadata}}`)).text).toContain('"__proto__": "p"');
  expect(await shown()).toBe(`{"metadata":${metadata}}`);
  const get = await http.get('/box/a');
  expect(get.headers.get('x-goog-meta-__proto__')).toBe('p');
  expect((await patch('{"metadata":{"__proto__":null}}')).status).toBe(200);
  expect(await shown()).not.toContain('__proto__');
  for (const body of [
    '{"metadata":{"__proto__":{"polluted":"yes"}}}',
    '{"metadata":["a"]}',
    '{"metadata":{"a":1}}',
    '{"contexts":{"custom":{"__proto__":{"value":"v"}}}}',
  ]) {
    expect((await patch(body)).status, body).toBe(400);
  }
  const labels = await http.call('PATCH', '/storage/v1/b/box', {
    body: '{"labels":{"__proto__":"l"}}',
  });
  expect(labels.status).toBe(400);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('no attribute is longer than the header of a download can be', async () => {
  const http = client(await start());
  await http.bucket('box');
  await http.upload('box', 'a', 'x');
  for (const field of ['contentType', 'contentDisposition', 'cacheControl']) {
    const patch = (length: number) =>
      http.patch('/storage/v1/b/box/o/a', { [field]: 'x'.repeat(length) });
    expect((await patch(4097)).status, field).toBe(400);
    expect((await patch(3000)).status, field).toBe(200);
    expect((await http.get('/box/a')).status, field).toBe(200);
  }
});

test('a patch merges what is nested, replaces lists, and changes nothing if it names nothing', async () => {
  const http = client(await start());
  const cors = [{ origin: ['*'], method: ['GET'], maxAgeSeconds: 60 }];
  const website = { mainPageSuffix: 'index.html', notFoundPage: '404.html' };
  await http.bucket('nested', { cors, website, labels: { a: 'b' } });
  const patch = async (body: object) => (await http.patch('/storage/v1/b/nested', body)).json;
  expect(await patch({})).toMatchObject({ metageneration: '1', cors, website });
  const changed = await patch({ website: { notFoundPage: null }, cors: [], labels: {} });
  expect(changed).toMatchObject({
    metageneration: '2',
    website: { mainPageSuffix: 'index.html' },
  });
  expect(changed).not.toHaveProperty('cors');
  expect(changed).not.toHaveProperty('labels');
  expect(changed.website).not.toHaveProperty('notFoundPage');
  expect(await patch({ softDeletePolicy: {} })).toMatchObject({
    softDeletePolicy: { retentionDurationSeconds: '604800' },
  });
});

test('ifGenerationMatch=0 lets exactly one of many concurrent writers win', async () => {
  const http = client(await start());
  await http.bucket('race');
  for (let round = 0; round < 5; round++) {
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        // Half of the bodies go to files, half into the store.
        http.upload('race', `o${round}`, `${i}`.repeat(i % 2 ? 1 : 20_000), '&ifGenerationMatch=0'),
      ),
    );
    const statuses = replies.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 412)]);
    const winner = replies.findIndex(({ status }) => status === 200);
    const read = await http.get(`/storage/v1/b/race/o/o${round}?alt=media`);
    expect(read.text).toBe(`${winner}`.repeat(winner % 2 ? 1 : 20_000));
  }
});

test('preconditions hold for every combination', async () => {
  const http = client(await start());
  await http.bucket('conditions');
  const { json: made } = await http.upload('conditions', 'there', 'x');
  const { generation } = made;
  const choice = fc.constantFrom(undefined, '0', '1', '2', generation);
  const names = [
    'ifGenerationMatch',
    'ifGenerationNotMatch',
    'ifMetagenerationMatch',
    'ifMetagenerationNotMatch',
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(choice, choice, choice, choice),
      fc.boolean(),
      async (values, exists) => {
        const query = names
          .flatMap((name, i) => (values[i] === undefined ? [] : [`&${name}=${values[i]}`]))
          .join('');
        const current = exists ? { g: generation, m: '1' } : { g: '0', m: undefined };
        const [g, notG, m, notM] = values;
        const matches =
          (g === undefined || g === current.g) && (m === undefined || m === current.m);
        const differs =
          (notG === undefined || notG !== current.g) && (notM === undefined || notM !== current.m);
        if (exists) {
          const read = await http.get(`/storage/v1/b/conditions/o/there?${query.slice(1)}`);
          expect(read.status, query).toBe(!matches ? 412 : differs ? 200 : 304);
          return;
        }
        const write = await http.upload('conditions', 'absent', 'x', query);
        expect(write.status, query).toBe(matches && differs ? 200 : 412);
        await http.delete('/storage/v1/b/conditions/o/absent');
      },
    ),
    { numRuns: 120 },
  );
});

test('versions, soft delete and their end, by the clock', async () => {
  const clock = manualClock();
  const http = client(await start({ clock: clock.now }));
  await http.bucket('kept');
  const body = 'x'.repeat(50_000);
  const { json: first } = await http.upload('kept', 'a', body);
  await http.upload('kept', 'a', 'second');
  await http.delete('/storage/v1/b/kept/o/a');

  const listed = async (query: string) =>
    ((await http.get(`/storage/v1/b/kept/o?${query}`)).json.items ?? []) as Record<
      string,
      string
    >[];
  expect(await listed('')).toEqual([]);
  const deleted = await listed('softDeleted=true');
  expect(deleted.map((item) => item['size'])).toEqual(['50000', '6']);
  expect(deleted[0]).toMatchObject({
    softDeleteTime: '2026-01-02T03:04:05.678Z',
    hardDeleteTime: '2026-01-09T03:04:05.678Z',
  });
  const old = `/storage/v1/b/kept/o/a?generation=${first.generation}`;
  expect((await http.get(old)).status).toBe(404);
  expect((await http.get(`${old}&softDeleted=true`)).json).toMatchObject({ size: '50000' });
  expect((await http.get(`${old}&softDeleted=true&alt=media`)).status).toBe(404);
  expect((await http.get('/_cloudlab/status')).json.bytes).toBe(50_006);

  clock.advance(7 * 24 * 3600 * 1000);
  expect((await http.get(`${old}&softDeleted=true`)).status).toBe(404);
  expect(await listed('softDeleted=true')).toEqual([]);
  expect((await http.get('/_cloudlab/status')).json.bytes).toBe(0);

  await http.patch('/storage/v1/b/kept', {
    versioning: { enabled: true },
    softDeletePolicy: { retentionDurationSeconds: '0' },
  });
  const { json: v1 } = await http.upload('kept', 'b', 'one');
  await http.upload('kept', 'b', 'two');
  await http.delete('/storage/v1/b/kept/o/b');
  expect((await http.get('/storage/v1/b/kept/o/b')).json.error.message).toBe(
    'No such object: kept/b',
  );
  expect(await listed('versions=true')).toHaveLength(2);
  expect((await http.delete('/storage/v1/b/kept')).json.error).toMatchObject({
    code: 409,
    message: 'The bucket you tried to delete is not empty.',
  });
  const gone = `/storage/v1/b/kept/o/b?generation=${v1.generation}`;
  expect((await http.get(`${gone}&alt=media`)).text).toBe('one');
  expect((await http.delete(gone)).status).toBe(204);
  expect(await listed('versions=true')).toHaveLength(1);
  expect(await listed('softDeleted=true')).toEqual([]);
});

test('downloads carry the headers clients check, in whole and in part', async () => {
  const http = client(await start());
  await http.bucket('headers');
  const body = randomBytes(100_000);
  const { json } = await http.upload('headers', 'a b', body);
  const md5 = createHash('md5').update(body).digest('base64');
  expect(json).toMatchObject({ md5Hash: md5, size: '100000', contentType: 'text/plain' });
  const path = '/download/storage/v1/b/headers/o/a%20b';

  const whole = await http.get(path);
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-length': '100000',
    'content-type': 'text/plain',
    'accept-ranges': 'bytes',
    etag: json.etag,
    'x-goog-hash': `crc32c=${json.crc32c},md5=${md5}`,
    'x-goog-generation': json.generation,
    'x-goog-metageneration': '1',
    'x-goog-storage-class': 'STANDARD',
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': '100000',
  });
  const head = await http.call('HEAD', path);
  expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '100000', '']);

  const part = await http.get(path, { range: 'bytes=-5' });
  expect([
    part.status,
    part.headers.get('content-range'),
    part.headers.get('content-length'),
  ]).toEqual([206, 'bytes 99995-99999/100000', '5']);
  const beyond = await http.get(path, { range: 'bytes=100000-' });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
  const missing = await http.get('/storage/v1/b/headers/o/none?alt=media');
  expect([missing.status, missing.text]).toEqual([404, 'No such object: headers/none']);
});

test('an object uploaded without a content type has none, and is served as bytes', async () => {
  const http = client(await start());
  await http.bucket('typeless');
  const uploaded = await http.call('POST', '/upload/storage/v1/b/typeless/o?uploadType=multipart', {
    body: '--x\r\n\r\n{"name":"a"}\r\n--x\r\n\r\nbytes\r\n--x--',
    headers: { 'content-type': 'multipart/related; boundary=x' },
  });
  expect(uploaded.json.size).toBe('5');
  expect(uploaded.json.contentType).toBeUndefined();
  const { headers } = await http.get('/storage/v1/b/typeless/o/a?alt=media');
  expect(headers.get('content-type')).toBe('application/octet-stream');
});

test('a multipart upload says which part is too large', async () => {
  const http = client(await start());
  await http.bucket('large');
  const metadata = JSON.stringify({ name: 'a', metadata: { custom: 'a'.repeat(2_100_000) } });
  const refused = await http.call('POST', '/upload/storage/v1/b/large/o?uploadType=multipart', {
    body: `--x\r\n\r\n${metadata}\r\n--x\r\n\r\nbytes\r\n--x--`,
    headers: { 'content-type': 'multipart/related; boundary=x' },
  });
  expect([refused.status, refused.json.error.message]).toEqual([
    400,
    'Metadata part is too large.',
  ]);
});

test('promised checksums are enforced and nothing is stored on a mismatch', async () => {
  const http = client(await start());
  await http.bucket('sums');
  const send = (metadata: object, headers: Record<string, string> = {}) =>
    http.call('POST', '/upload/storage/v1/b/sums/o?uploadType=multipart', {
      body: `--b\n\n${JSON.stringify({ name: 'a', ...metadata })}\n--b\n\nhello\n--b--`,
      headers: { 'content-type': 'multipart/related; boundary=b', ...headers },
    });
  const wrong = 'AAAAAAAAAAAAAAAAAAAAAA==';
  expect((await send({ md5Hash: wrong })).json.error).toMatchObject({
    code: 400,
    message: `Provided MD5 hash "${wrong}" doesn't match calculated MD5 hash "XUFAKrxLKna5cZ2REBfFkg==".`,
    errors: [{ reason: 'invalid' }],
  });
  expect((await send({}, { 'x-goog-hash': 'crc32c=AAAAAA==' })).json.error.message).toBe(
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "mnG7TA==".',
  );
  expect((await send({ crc32c: 'nope' })).status).toBe(400);
  expect((await send({}, { 'x-goog-hash': 'md5=nope' })).status).toBe(400);
  expect((await http.get('/storage/v1/b/sums/o')).json.items).toBeUndefined();
  const right = { md5Hash: 'XUFAKrxLKna5cZ2REBfFkg==', crc32c: 'mnG7TA==' };
  expect((await send(right, { 'x-goog-hash': 'crc32c=mnG7TA==' })).status).toBe(200);
});

test('holds protect an object until they are lifted', async () => {
  const http = client(await start());
  await http.bucket('holds');
  await http.upload('holds', 'a', 'x');
  const path = '/storage/v1/b/holds/o/a';
  await http.patch(path, { temporaryHold: true });
  expect((await http.delete(path)).json.error).toMatchObject({ code: 403 });
  expect((await http.upload('holds', 'a', 'y')).status).toBe(403);
  await http.patch(path, { temporaryHold: false });
  expect((await http.delete(path)).status).toBe(204);
});

test('reads heed etags, in the body and in headers; writes do not', async () => {
  const http = client(await start());
  const { json: bucket } = await http.bucket('tagged');
  const { json: object } = await http.upload('tagged', 'a', 'x');
  for (const [path, { etag }] of [
    ['/storage/v1/b/tagged', bucket],
    ['/storage/v1/b/tagged/o/a', object],
    ['/storage/v1/b/tagged/o/a?alt=media', object],
    ['/download/storage/v1/b/tagged/o/a', object],
  ]) {
    const status = async (headers: Record<string, string>) =>
      (await http.get(path, headers)).status;
    expect((await http.get(path)).headers.get('etag')).toBe(etag);
    expect(await status({ 'if-none-match': etag })).toBe(304);
    expect(await status({ 'if-none-match': `"other", W/"${etag}"` })).toBe(304);
    expect(await status({ 'if-none-match': 'other' })).toBe(200);
    expect(await status({ 'if-match': `"${etag}"` })).toBe(200);
    expect(await status({ 'if-match': '*' })).toBe(200);
    expect(await status({ 'if-match': 'other' })).toBe(412);
  }
  const headers = { 'if-match': 'other', 'content-type': 'application/json' };
  const written = await http.call('PATCH', '/storage/v1/b/tagged/o/a', { headers, body: '{}' });
  expect(written.status).toBe(200);
});
