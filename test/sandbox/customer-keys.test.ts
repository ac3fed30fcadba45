import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cipherAt } from '../../src/sandbox/disk/encryption.ts';
import { client, filesBelow, start, tempDir } from './support.ts';

const MIB = 1024 * 1024;

function keyHeaders(key: Buffer, prefix = 'x-goog-encryption'): Record<string, string> {
  return {
    [`${prefix}-algorithm`]: 'AES256',
    [`${prefix}-key`]: key.toString('base64'),
    [`${prefix}-key-sha256`]: createHash('sha256').update(key).digest('base64'),
  };
}
const sourceHeaders = (key: Buffer) => keyHeaders(key, 'x-goog-copy-source-encryption');

/** Everything below a directory, as one string of bytes. */
async function everything(dir: string): Promise<Buffer> {
  return Buffer.concat(await Promise.all((await filesBelow(dir)).map((file) => readFile(file))));
}

test('bytes can be decrypted from any position on', () => {
  const whole = randomBytes(1000);
  const position = fc.integer({ min: 0, max: 999 });
  const iv = fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    // The counter wraps around.
    fc.constant(new Uint8Array(16).fill(0xff)),
  );
  fc.assert(
    fc.property(iv, position, (counter, at) => {
      const how = { key: randomBytes(32), iv: Buffer.from(counter).toString('base64') };
      const stored = cipherAt(how, 0).update(whole);
      expect(stored.equals(whole)).toBe(false);
      expect(cipherAt(how, at).update(stored.subarray(at)).equals(whole.subarray(at))).toBe(true);
    }),
  );
});

test('an object with a customer key is read with that key only, and nobody else holds it', async () => {
  const dataDir = await tempDir();
  const logged: string[] = [];
  const sandbox = await start({ dataDir, log: (line) => logged.push(line) });
  const http = client(sandbox);
  await http.bucket('secret');
  const key = randomBytes(32);
  const other = randomBytes(32);
  const small = Buffer.from('the small secret text');
  const large = Buffer.from('the large secret text '.repeat(5000));
  for (const [name, body] of Object.entries({ small, large })) {
    const made = await http.call(
      'POST',
      `/upload/storage/v1/b/secret/o?uploadType=media&name=${name}`,
      { body, headers: keyHeaders(key) },
    );
    const md5Hash = createHash('md5').update(body).digest('base64');
    expect(made.json).toMatchObject({
      size: String(body.length),
      md5Hash,
      customerEncryption: {
        encryptionAlgorithm: 'AES256',
        keySha256: keyHeaders(key)['x-goog-encryption-key-sha256'],
      },
    });
    const path = `/storage/v1/b/secret/o/${name}`;
    const shown = (await http.get(path)).json;
    expect([shown.md5Hash, shown.crc32c]).toEqual([undefined, undefined]);
    expect(shown.customerEncryption).toEqual(made.json.customerEncryption);
    expect((await http.get(path, keyHeaders(key))).json.md5Hash).toBe(md5Hash);

    const read = await http.get(`${path}?alt=media`, keyHeaders(key));
    expect(read.text).toBe(body.toString());
    expect(read.headers.get('x-goog-encryption-algorithm')).toBe('AES256');
    expect(read.headers.get('x-goog-hash')).toContain(md5Hash);
    const part = { ...keyHeaders(key), range: 'bytes=5-15' };
    expect((await http.get(`${path}?alt=media`, part)).text).toBe(body.toString().slice(5, 16));

    const without = await http.get(`${path}?alt=media`);
    expect([without.status, without.text]).toEqual([
      400,
      'The target object is encrypted by a customer-supplied encryption key.',
    ]);
    for (const query of ['', '?alt=media']) {
      const wrong = await http.get(path + query, keyHeaders(other));
      expect(wrong.status).toBe(400);
      expect(wrong.text).toContain('The provided encryption key is incorrect.');
    }
    expect((await http.get(path, keyHeaders(other))).json.error.errors[0].reason).toBe(
      'customerEncryptionKeyIsIncorrect',
    );
  }
  await http.upload('secret', 'open', 'x');
  const open = await http.get('/storage/v1/b/secret/o/open', keyHeaders(key));
  expect(open.json.error.errors[0].reason).toBe('resourceNotEncryptedWithCustomerEncryptionKey');
  const listed = (await http.get('/storage/v1/b/secret/o')).json.items;
  expect(listed.map((item: { crc32c?: string }) => item.crc32c !== undefined)).toEqual([
    false,
    true,
    false,
  ]);

  await sandbox.close();
  const stored = await everything(dataDir);
  for (const text of ['secret text', key.toString('base64'), key.toString('hex')]) {
    expect(stored.includes(text), text).toBe(false);
  }
  expect(stored.includes(key)).toBe(false);
  expect(logged).toEqual([]);
});

test('keys that are none are told apart', async () => {
  const http = client(await start());
  await http.bucket('badkeys');
  const good = keyHeaders(randomBytes(32));
  const refused: [Record<string, string>, string][] = [
    [{ ...good, 'x-goog-encryption-algorithm': 'ROT13' }, 'customerEncryptionAlgorithmIsInvalid'],
    [{ 'x-goog-encryption-key': 'k' }, 'customerEncryptionAlgorithmIsInvalid'],
    [{ 'x-goog-encryption-algorithm': 'AES256' }, 'customerEncryptionKeyFormatIsInvalid'],
    [{ ...good, 'x-goog-encryption-key': 'AAAA' }, 'customerEncryptionKeyFormatIsInvalid'],
    [keyHeaders(randomBytes(31)), 'customerEncryptionKeyFormatIsInvalid'],
    [{ ...good, 'x-goog-encryption-key-sha256': 'AAAA' }, 'customerEncryptionKeySha256IsInvalid'],
  ];
  for (const [headers, reason] of refused) {
    for (const uploadType of ['media', 'resumable']) {
      const { json } = await http.call(
        'POST',
        `/upload/storage/v1/b/badkeys/o?uploadType=${uploadType}&name=x`,
        { body: '{}', headers },
      );
      expect(json.error, JSON.stringify(headers)).toMatchObject({
        code: 400,
        errors: [{ reason }],
      });
    }
  }
});

test('keys of Cloud KMS are not pretended to be used', async () => {
  const http = client(await start());
  await http.bucket('kms');
  await http.upload('kms', 'plain', 'x');
  const kms = 'projects/p/locations/l/keyRings/r/cryptoKeys/k';
  const copy = '/storage/v1/b/kms/o/plain/rewriteTo/b/kms/o/never';
  for (const reply of [
    await http.upload('kms', 'never', 'x', `&kmsKeyName=${kms}`),
    await http.post(`${copy}?destinationKmsKeyName=${kms}`, {}),
    await http.post(copy, { kmsKeyName: kms }),
    await http.patch('/storage/v1/b/kms', { encryption: { defaultKmsKeyName: kms } }),
  ]) {
    expect(reply.json.error).toMatchObject({ code: 501 });
  }
  expect((await http.get('/storage/v1/b/kms/o/never')).status).toBe(404);
});

test('a resumable upload goes on with its key or with its address, also after a restart', async () => {
  const dataDir = await tempDir();
  const key = randomBytes(32);
  const body = randomBytes(MIB + 7);
  let sandbox = await start({ dataDir });
  let http = client(sandbox);
  await http.bucket('resume');
  for (const [name, bytes] of Object.entries({ big: body, tiny: body.subarray(0, 100) })) {
    const opened = await http.call(
      'POST',
      `/upload/storage/v1/b/resume/o?uploadType=resumable&name=${name}`,
      { headers: keyHeaders(key) },
    );
    const location = new URL(opened.headers.get('location') ?? '');
    const put = (range: string, piece: Uint8Array<ArrayBuffer>, headers = {}) =>
      http.call('PUT', location.pathname + location.search, {
        body: piece,
        headers: { 'content-range': range, ...headers },
      });
    const end = bytes.length;
    let from = 0;
    if (name === 'big') {
      from = MIB / 2;
      const first = `bytes 0-${from - 1}/${end}`;
      const wrong = await put(first, bytes.subarray(0, from), keyHeaders(randomBytes(32)));
      expect(wrong.json.error.errors[0].reason).toBe('customerEncryptionKeyIsIncorrect');
      expect((await put(first, bytes.subarray(0, from))).status).toBe(308);
      await sandbox.close();
      sandbox = await start({ dataDir });
      http = client(sandbox);
      const probe = await put('bytes */*', Buffer.alloc(0));
      expect(probe.headers.get('range')).toBe(`bytes=0-${from - 1}`);
    }
    const rest = `bytes ${from}-${end - 1}/${end}`;
    const uploadId = location.searchParams.get('upload_id') ?? '';
    const [session = '', half = ''] = uploadId.split('.');
    const lastBit = Buffer.from(half, 'hex').map((byte, at) => (at === 31 ? byte ^ 1 : byte));
    const otherHalf = Buffer.from(lastBit).toString('hex');
    for (const damaged of [session, `${session}.${otherHalf}`, `${uploadId}00`]) {
      const lost = new URL(location);
      lost.searchParams.set('upload_id', damaged);
      const reply = await http.call('PUT', lost.pathname + lost.search, {
        headers: { 'content-range': 'bytes */*' },
      });
      expect(reply.status).toBe(400);
    }
    const headers = name === 'big' ? {} : keyHeaders(key);
    const done = await put(rest, bytes.subarray(from), headers);
    expect(done.json.md5Hash).toBe(createHash('md5').update(bytes).digest('base64'));
    const read = await fetch(`${sandbox.url}/b/resume/o/${name}?alt=media`, {
      headers: keyHeaders(key),
    });
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
  }
  const stored = await everything(dataDir);
  expect(stored.includes(body.subarray(0, 100))).toBe(false);
  expect(stored.includes(key)).toBe(false);
});

test('copying adds, keeps, changes and drops a key; composing takes one for all', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  await http.bucket('rotate');
  const [one, two] = [randomBytes(32), randomBytes(32)];
  const text = 'x'.repeat(30_000);
  await http.upload('rotate', 'plain', text);
  const copy = (from: string, to: string, headers: Record<string, string>, verb = 'rewriteTo') =>
    http.call('POST', `/storage/v1/b/rotate/o/${from}/${verb}/b/rotate/o/${to}`, { headers });
  const read = async (name: string, headers: Record<string, string> = {}) =>
    (await http.get(`/storage/v1/b/rotate/o/${name}?alt=media`, headers)).text;

  const added = await copy('plain', 'one', keyHeaders(one));
  expect(added.json.resource.customerEncryption).toBeDefined();
  await copy('one', 'kept', { ...sourceHeaders(one), ...keyHeaders(one) });
  await copy('one', 'two', { ...sourceHeaders(one), ...keyHeaders(two) }, 'copyTo');
  await copy('two', 'dropped', sourceHeaders(two));
  expect(await read('one', keyHeaders(one))).toBe(text);
  expect(await read('kept', keyHeaders(one))).toBe(text);
  expect(await read('two', keyHeaders(two))).toBe(text);
  expect(await read('dropped')).toBe(text);
  for (const headers of [keyHeaders(one), sourceHeaders(two), {}]) {
    expect((await copy('one', 'never', headers)).status).toBe(400);
  }
  expect((await copy('plain', 'never', sourceHeaders(one))).status).toBe(400);

  const compose = (names: string[], headers: Record<string, string>) =>
    http.call('POST', '/storage/v1/b/rotate/o/both/compose', {
      body: JSON.stringify({ sourceObjects: names.map((name) => ({ name })) }),
      headers,
    });
  expect((await compose(['one', 'kept'], {})).status).toBe(400);
  expect((await compose(['one', 'two'], keyHeaders(one))).status).toBe(400);
  expect((await compose(['one', 'kept'], keyHeaders(one))).json.customerEncryption).toBeDefined();
  expect(await read('both', keyHeaders(one))).toBe(text + text);
});

test('what the log tells of a failure lets nobody go on with an upload, nor have its key', async () => {
  const logged: string[] = [];
  const sandbox = await start({ log: (line) => logged.push(line) });
  const http = client(sandbox);
  await http.bucket('secret');
  const opened = await http.call(
    'POST',
    '/upload/storage/v1/b/secret/o?uploadType=resumable&name=file',
    { headers: keyHeaders(randomBytes(32)) },
  );
  const { pathname, searchParams } = new URL(opened.headers.get('location') ?? '');
  const id = searchParams.get('upload_id') ?? '';
  // A file where a directory should be: no large body can be stored.
  await rm(join(sandbox.dataDir, 'blobs'), { recursive: true });
  await writeFile(join(sandbox.dataDir, 'blobs'), '');
  const body = 'x'.repeat(300_000);
  expect((await http.call('PUT', `${pathname}?upload_id=${id}&name=a`, { body })).status).toBe(500);
  expect(logged.join('\n')).toContain(`PUT ${pathname}?upload_id=...&name=a: `);
  for (const half of id.split('.')) expect(logged.join('\n')).not.toContain(half);
});
