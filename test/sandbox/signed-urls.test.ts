import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  type Algorithm,
  type Ask,
  makeSigners,
  outcome,
  send,
  signHeaderV2,
  signHeaderV4,
  signingKey,
  signUrlV2,
  signUrlV4,
} from './signing.ts';
import { client, manualClock, start } from './support.ts';

const MINUTE = 60 * 1000;

/** A bucket with one object, and everything to sign with. */
async function prepare() {
  const clock = manualClock('2026-03-04T05:06:07.000Z');
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  await http.bucket('signed');
  await http.upload('signed', 'a b/é.txt', 'hello');
  const signers = await makeSigners(sandbox);
  return { clock, sandbox, http, ...signers, ask: (request: Ask) => send(sandbox, request) };
}

const OBJECT: Ask = { method: 'GET', path: '/signed/a%20b/%C3%A9.txt' };

describe.each<Algorithm>(['GOOG4-RSA-SHA256', 'GOOG4-HMAC-SHA256', 'AWS4-HMAC-SHA256'])(
  '%s',
  (algorithm) => {
    const isRsa = algorithm === 'GOOG4-RSA-SHA256';

    test('a signed URL reads, until it expires or anything in it is changed', async () => {
      const { clock, sandbox, rsa, hmac, ask } = await prepare();
      const given = { algorithm, signer: isRsa ? rsa : hmac, time: clock.now() };
      const url = signUrlV4(sandbox, given, OBJECT);
      expect(await ask(url)).toMatchObject({ status: 200, text: 'hello' });
      expect(await ask({ ...url, method: 'HEAD' })).toMatchObject({
        status: 200,
        headers: { 'content-length': '5' },
      });

      const mismatch = await ask({ ...url, path: url.path.replace('/signed/a', '/signed/A') });
      expect(mismatch.status).toBe(403);
      expect(mismatch.headers['content-type']).toMatch(/^application\/xml/);
      expect(outcome(mismatch)).toBe('SignatureDoesNotMatch');
      expect(mismatch.text).toContain(`<StringToSign>${algorithm}\n20260304T050607Z\n`);
      expect(mismatch.text).toContain('<CanonicalRequest>GET\n/signed/A%20b/%C3%A9.txt\n');
      for (const changed of [
        { ...url, method: 'DELETE' },
        { ...url, path: `${url.path}&generation=1` },
        { ...url, path: url.path.replace('Expires=600', 'Expires=6000') },
        { ...url, headers: { host: `localhost:${sandbox.port}` } },
      ]) {
        expect(outcome(await ask(changed)), JSON.stringify(changed)).toBe('SignatureDoesNotMatch');
      }
      const unsigned = { ...url, headers: { 'x-goog-if-generation-match': '1' } };
      expect(outcome(await ask(unsigned))).toBe('MalformedSecurityHeader');
      const week = signUrlV4(sandbox, { ...given, expires: 604801 }, OBJECT);
      expect(outcome(await ask(week))).toBe('MalformedSecurityHeader');
      const later = new Date(clock.now().getTime() + 20 * MINUTE);
      const early = await ask(signUrlV4(sandbox, { ...given, time: later }, OBJECT));
      expect([early.status, outcome(early)]).toEqual([403, 'AccessDenied']);

      clock.advance(10 * MINUTE + 1000);
      const late = await ask(url);
      expect([late.status, outcome(late)]).toEqual([400, 'ExpiredToken']);
      expect(late.text).toContain('Request signature expired at: 2026-03-04T05:16:07+00:00');
    });

    test('signed URLs write and delete, and only what they were signed for', async () => {
      const { clock, sandbox, http, rsa, hmac, ask } = await prepare();
      const given = { algorithm, signer: isRsa ? rsa : hmac, time: clock.now() };
      const headers = { 'content-type': 'text/csv' };
      const put = signUrlV4(sandbox, given, { method: 'PUT', path: '/signed/new.csv', headers });
      expect((await ask({ ...put, body: 'a,b' })).status).toBe(200);
      expect((await http.get('/storage/v1/b/signed/o/new.csv')).json).toMatchObject({
        contentType: 'text/csv',
        size: '3',
      });
      const other = { ...put, headers: { 'content-type': 'text/html' }, body: 'x' };
      expect(outcome(await ask(other))).toBe('SignatureDoesNotMatch');
      const { 'content-type': _, ...none } = headers;
      expect(outcome(await ask({ ...put, headers: none }))).toBe('MalformedSecurityHeader');

      const remove = signUrlV4(sandbox, given, { method: 'DELETE', path: '/signed/new.csv' });
      expect((await ask(remove)).status).toBe(204);
      expect((await http.get('/storage/v1/b/signed/o/new.csv')).status).toBe(404);
    });

    test('a signed header is good for a quarter of an hour, with the body it was made for', async () => {
      const { clock, sandbox, http, rsa, hmac, ask } = await prepare();
      const given = { algorithm, signer: isRsa ? rsa : hmac, time: clock.now() };
      const put = { method: 'PUT', path: '/signed/by-header', body: 'exactly this' };
      const signed = signHeaderV4(sandbox, given, put);
      expect((await ask({ ...signed, body: 'something else' })).status).toBe(400);
      expect((await http.get('/storage/v1/b/signed/o/by-header')).status).toBe(404);
      expect((await ask(signed)).status).toBe(200);
      expect((await http.get('/b/signed/o/by-header?alt=media')).text).toBe('exactly this');
      expect(outcome(await ask({ ...signed, path: '/signed/elsewhere' }))).toBe(
        'SignatureDoesNotMatch',
      );
      const payload = 'UNSIGNED-PAYLOAD';
      expect((await ask(signHeaderV4(sandbox, { ...given, payload }, put))).status).toBe(200);
      clock.advance(15 * MINUTE + 1000);
      const late = await ask(signed);
      expect([late.status, outcome(late)]).toEqual([403, 'RequestTimeTooSkewed']);
    });
  },
);

test('V2: URLs and headers, of Google and of Amazon', async () => {
  const { clock, http, rsa, hmac, ask } = await prepare();
  const expires = clock.now().getTime() / 1000 + 60;
  const urls = [
    signUrlV2(rsa, 'GoogleAccessId', expires, OBJECT),
    signUrlV2(hmac, 'GoogleAccessId', expires, OBJECT),
    signUrlV2(hmac, 'AWSAccessKeyId', expires, OBJECT),
  ];
  for (const url of urls) {
    expect(await ask(url), url.path).toMatchObject({ status: 200, text: 'hello' });
    for (const changed of [
      { ...url, method: 'DELETE' },
      { ...url, path: url.path.replace('.txt', '.csv') },
      { ...url, path: url.path.replace(`Expires=${expires}`, `Expires=${expires + 1}`) },
      { ...url, headers: { 'content-type': 'text/plain' } },
      { ...url, headers: { 'x-goog-acl': 'public-read' } },
    ]) {
      const refused = await ask(changed);
      expect([refused.status, outcome(refused)]).toEqual([403, 'SignatureDoesNotMatch']);
      expect(refused.text).toMatch(/<StringToSign>(GET|DELETE)\n\n/);
    }
  }
  const never = { ...OBJECT, path: `${OBJECT.path}?GoogleAccessId=a&Expires=NaN&Signature=b` };
  expect((await ask(never)).text).toContain('Expires parameter is not a valid long value: NaN');
  const unreadable = { ...never, path: never.path.replace('NaN', String(expires)) };
  expect(outcome(await ask({ ...unreadable, path: `${unreadable.path}!` }))).toBe(
    'MalformedSecurityHeader',
  );

  for (const scheme of ['AWS', 'GOOG1'] as const) {
    const signed = signHeaderV2(scheme, hmac, clock.now(), OBJECT);
    expect(await ask(signed)).toMatchObject({ status: 200, text: 'hello' });
    expect(outcome(await ask({ ...signed, method: 'DELETE' }))).toBe('SignatureDoesNotMatch');
    const old = new Date(clock.now().getTime() - 16 * MINUTE);
    const late = await ask(signHeaderV2(scheme, hmac, old, OBJECT));
    expect(outcome(late)).toBe('RequestTimeTooSkewed');
  }
  const extended: Ask = { method: 'PUT', path: '/signed/v2', headers: { 'x-goog-meta-a': 'b' } };
  const put = signUrlV2(rsa, 'GoogleAccessId', expires, extended);
  expect((await ask({ ...put, body: 'v2' })).status).toBe(200);
  expect((await http.get('/storage/v1/b/signed/o/v2')).json.metadata).toEqual({ a: 'b' });

  clock.advance(61_000);
  for (const url of urls) {
    const late = await ask(url);
    expect([late.status, outcome(late)]).toEqual([400, 'ExpiredToken']);
  }
});

test('what a key signed counts as long as the key, and its account, do', async () => {
  const { clock, sandbox, http, rsa, hmac, email, keyName, ask } = await prepare();
  const account = `/v1/projects/-/serviceAccounts/${email}`;
  const hmacKey = `/storage/v1/projects/cloudlab-sandbox/hmacKeys/${hmac.id}`;
  const time = clock.now();
  const byRsa = signUrlV4(sandbox, { algorithm: 'GOOG4-RSA-SHA256', signer: rsa, time }, OBJECT);
  const byHmac = signUrlV4(sandbox, { algorithm: 'GOOG4-HMAC-SHA256', signer: hmac, time }, OBJECT);
  const both = async () => [outcome(await ask(byRsa)), outcome(await ask(byHmac))];
  expect(await both()).toEqual(['200', '200']);

  await http.post(`/v1/${keyName}:disable`, {});
  await http.put(hmacKey, { state: 'INACTIVE' });
  expect(await both()).toEqual(['SignatureDoesNotMatch', 'InvalidAccessKeyId']);
  await http.post(`/v1/${keyName}:enable`, {});
  await http.put(hmacKey, { state: 'ACTIVE' });
  expect(await both()).toEqual(['200', '200']);
  await http.post(`${account}:disable`, {});
  expect(await both()).toEqual(['SignatureDoesNotMatch', 'InvalidAccessKeyId']);
  await http.post(`${account}:enable`, {});
  await http.delete(account);
  expect(await both()).toEqual(['InvalidAccessKeyId', 'InvalidAccessKeyId']);
});

test('a URL signed by signBlob, without any key file', async () => {
  const { clock, http, email, ask } = await prepare();
  const expires = clock.now().getTime() / 1000 + 60;
  const text = `GET\n\n\n${expires}\n${OBJECT.path}`;
  const { json } = await http.post(`/v1/projects/-/serviceAccounts/${email}:signBlob`, {
    payload: Buffer.from(text).toString('base64'),
  });
  const signature = encodeURIComponent(json.signedBlob);
  const query = `GoogleAccessId=${email}&Expires=${expires}&Signature=${signature}`;
  expect(await ask({ ...OBJECT, path: `${OBJECT.path}?${query}` })).toMatchObject({
    status: 200,
    text: 'hello',
  });
});

test('a URL bounds the size of what may be uploaded with it', async () => {
  const { clock, sandbox, http, rsa, ask } = await prepare();
  const given = { algorithm: 'GOOG4-RSA-SHA256', signer: rsa, time: clock.now() } as const;
  const headers = { 'x-goog-content-length-range': '3,5' };
  const put = signUrlV4(sandbox, given, { method: 'PUT', path: '/signed/bounded', headers });
  expect(outcome(await ask({ ...put, body: '12' }))).toBe('EntityTooSmall');
  expect(outcome(await ask({ ...put, body: '123456' }))).toBe('EntityTooLarge');
  expect((await http.get('/storage/v1/b/signed/o/bounded')).status).toBe(404);
  expect((await ask({ ...put, body: '12345' })).status).toBe(200);
  expect(outcome(await ask({ ...put, headers: {}, body: '12345' }))).toBe(
    'MalformedSecurityHeader',
  );

  // Nobody waits for the end of what is too long.
  const endless = await new Promise<number | undefined>((resolve, reject) => {
    const { method, path } = put;
    const options = { host: '127.0.0.1', port: sandbox.port, method, path, headers };
    const sent = request(options, ({ statusCode }) => {
      resolve(statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.write('123456');
  });
  expect(endless).toBe(400);

  const resumable = { ...headers, 'x-goog-resumable': 'start' };
  const post: Ask = { method: 'POST', path: '/signed/resumed', headers: resumable };
  const started = await ask(signUrlV4(sandbox, given, post));
  expect(started.status).toBe(201);
  const { pathname, search } = new URL(String(started.headers['location']));
  const session = { method: 'PUT', path: pathname + search };
  expect(outcome(await ask({ ...session, body: '123456' }))).toBe('EntityTooLarge');
  expect((await http.get('/storage/v1/b/signed/o/resumed')).status).toBe(404);
});

test('virtual-hosted URLs: the host is signed, and says the bucket', async () => {
  const { clock, sandbox, rsa, hmac, ask } = await prepare();
  const host = `signed.localhost:${sandbox.port}`;
  const virtual: Ask = { method: 'GET', path: '/a%20b/%C3%A9.txt', headers: { host } };
  const given = { algorithm: 'GOOG4-RSA-SHA256', signer: rsa, time: clock.now() } as const;
  const url = signUrlV4(sandbox, given, virtual);
  expect(await ask(url)).toMatchObject({ status: 200, text: 'hello' });
  const elsewhere = { ...url, headers: { host: `other.localhost:${sandbox.port}` } };
  expect(outcome(await ask(elsewhere))).toBe('SignatureDoesNotMatch');
  const expires = clock.now().getTime() / 1000 + 60;
  const v2 = signUrlV2(hmac, 'AWSAccessKeyId', expires, OBJECT);
  const path = v2.path.replace('/signed', '');
  expect(await ask({ ...v2, path, headers: { host } })).toMatchObject({ status: 200 });
});

test('who signs nothing, or brings a token, is the owner as everywhere', async () => {
  const { ask } = await prepare();
  expect((await ask(OBJECT)).status).toBe(200);
  const token = { ...OBJECT, headers: { authorization: 'Bearer ya29.whatever' } };
  expect((await ask(token)).status).toBe(200);
  const strange = { ...OBJECT, headers: { authorization: 'Basic YTpi' } };
  expect((await ask(strange)).status).toBe(400);
  for (const path of [
    `${OBJECT.path}?X-Goog-Signature=00`,
    `${OBJECT.path}?x-goog-algorithm=GOOG4-RSA-SHA256`,
    `${OBJECT.path}?X-Amz-Credential=x`,
    `${OBJECT.path}?Signature=x`,
  ]) {
    const refused = await ask({ method: 'GET', path });
    expect([refused.status, outcome(refused)], path).toEqual([400, 'MalformedSecurityHeader']);
  }
  for (const authorization of ['AWS4-HMAC-SHA256 nonsense', 'AWS nonsense', 'GOOG4-RSA-SHA1 a=b']) {
    const refused = await ask({ ...OBJECT, headers: { authorization } });
    expect(outcome(refused), authorization).toBe('MalformedSecurityHeader');
  }
});

test('a body is the one that was signed, in a URL too, small or large', async () => {
  const { clock, sandbox, http, rsa, hmac, ask } = await prepare();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  for (const body of ['x', 'x'.repeat(100_000)]) {
    for (const [algorithm, signer] of [
      ['GOOG4-RSA-SHA256', rsa],
      ['AWS4-HMAC-SHA256', hmac],
    ] as const) {
      const given = { algorithm, signer, time: clock.now(), payload: sha256(body) };
      const request = { method: 'PUT', path: `/signed/${body.length}` };
      for (const signed of [
        signUrlV4(sandbox, given, request),
        signHeaderV4(sandbox, given, request),
      ]) {
        const other = await ask({ ...signed, body: `y${body.slice(1)}` });
        expect(outcome(other)).toBe('XAmzContentSHA256Mismatch');
        expect((await http.get(request.path)).status).toBe(404);
        expect((await ask({ ...signed, body })).status).toBe(200);
        await http.delete(request.path);
      }
    }
  }
});

test('signed chunks: an altered, exchanged or unsigned one leaves nothing behind', async () => {
  const { clock, sandbox, http, hmac, ask } = await prepare();
  const payload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const algorithm = 'AWS4-HMAC-SHA256';
  const chunks = ['a'.repeat(8192), 'b'.repeat(100), ''];
  const length = { 'x-amz-decoded-content-length': '8292', 'content-encoding': 'aws-chunked' };
  const signed = signHeaderV4(
    sandbox,
    { algorithm, signer: hmac, time: clock.now(), payload },
    { method: 'PUT', path: '/signed/chunked', headers: length },
  );
  const date = '20260304T050607Z';
  const day = date.slice(0, 8);
  const key = signingKey(algorithm, hmac, day);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  let previous = signed.signature;
  const lines = chunks.map((chunk) => {
    const scope = `${day}/us-east-1/s3/aws4_request`;
    const text = [`${algorithm}-PAYLOAD`, date, scope, previous, sha256(''), sha256(chunk)];
    previous = createHmac('sha256', key).update(text.join('\n')).digest('hex');
    return `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
  });
  const body = lines.join('');
  const stored = () => http.get('/storage/v1/b/signed/o/chunked');
  for (const altered of [
    body.replace('aaaa', 'aaba'),
    [lines[1], lines[0], lines[2]].join(''),
    body.replaceAll(/;chunk-signature=[0-9a-f]+/g, ''),
  ]) {
    const refused = await ask({ ...signed, body: altered });
    expect([refused.status, outcome(refused)]).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await stored()).status).toBe(404);
  }
  expect((await ask({ ...signed, body })).status).toBe(200);
  expect((await stored()).json.size).toBe('8292');
});
