import { expect, test } from 'vitest';
import { makeSigners, outcome, send, signText, signTextV2 } from './signing.ts';
import { client, manualClock, start } from './support.ts';
import type { RawReply } from './xml-support.ts';

type Fields = Record<string, string>;
type Condition = [string, string | number, string | number] | Record<string, string>;

/** Stands for the file's own name in a key. */
const FILE_NAME = '$' + '{filename}';

/** A bucket, and forms that are sent to it. */
async function prepare() {
  const clock = manualClock('2026-03-04T05:06:07.000Z');
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  await http.bucket('forms');
  const signers = await makeSigners(sandbox);

  const post = (fields: Fields, file = 'hello', name = 'a.txt'): Promise<RawReply> => {
    const parts = Object.entries(fields).map(
      ([field, value]) =>
        `--edge\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
    );
    const head = `Content-Disposition: form-data; name="file"; filename="${name}"`;
    const body = `${parts.join('')}--edge\r\n${head}\r\n\r\n${file}\r\n--edge--\r\n`;
    const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
    return send(sandbox, { method: 'POST', path: '/forms', headers, body });
  };

  /** The fields of a V4 form: those given, and the policy about them. */
  const form = (
    fields: Fields,
    conditions: Condition[],
    signer = signers.rsa,
    expiration = '2026-03-04T05:16:07Z',
  ): Fields => {
    const algorithm = signer === signers.rsa ? 'GOOG4-RSA-SHA256' : 'GOOG4-HMAC-SHA256';
    const about = {
      'x-goog-algorithm': algorithm,
      'x-goog-credential': `${signer.id}/20260304/auto/storage/goog4_request`,
      'x-goog-date': '20260304T050607Z',
    };
    const listed = Object.entries(about).map(([name, value]) => ({ [name]: value }));
    const document = { expiration, conditions: [...conditions, ...listed, { bucket: 'forms' }] };
    const policy = Buffer.from(JSON.stringify(document)).toString('base64');
    const signature = signText(algorithm, signer, '20260304', policy);
    return { ...fields, ...about, policy, 'x-goog-signature': signature };
  };

  const stored = (name: string) => http.get(`/storage/v1/b/forms/o/${encodeURIComponent(name)}`);
  return { clock, sandbox, http, post, form, stored, ...signers };
}

test('a form does what its policy allows, until the policy expires', async () => {
  const { clock, post, form, stored, hmac } = await prepare();
  const fields = { key: `up/${FILE_NAME}`, 'Content-Type': 'text/plain', 'x-goog-meta-by': '나' };
  const conditions: Condition[] = [
    ['starts-with', '$key', 'up/'],
    ['eq', '$Content-Type', 'text/plain'],
    { 'x-goog-meta-by': '나' },
    ['content-length-range', 1, 10],
  ];
  const signed = form(fields, conditions);
  expect((await post(signed)).status).toBe(204);
  expect((await stored('up/a.txt')).json).toMatchObject({
    contentType: 'text/plain',
    metadata: { by: '나' },
  });
  expect((await post(form(fields, conditions, hmac), 'hmac', 'b.txt')).status).toBe(204);
  expect((await stored('up/b.txt')).status).toBe(200);

  clock.advance(11 * 60 * 1000);
  const late = await post(signed, 'late', 'late.txt');
  expect([late.status, outcome(late)]).toEqual([400, 'InvalidPolicyDocument']);
  expect((await stored('up/late.txt')).status).toBe(404);
});

test('every condition is held against the form, and every field has to have one', async () => {
  const { post, form, stored } = await prepare();
  const key = 'up/x';
  const refused: [string, Fields, Condition[], RegExp][] = [
    ['another key', { key: 'down/x' }, [['starts-with', '$key', 'up/']], /Failed condition/],
    ['another type', { key, 'content-type': 'b/c' }, [{ key }, { 'content-type': 'a/b' }], /a\/b/],
    ['a field too few', { key }, [{ key }, ['eq', '$acl', 'private']], /Failed condition/],
    ['a field too many', { key, 'x-goog-meta-a': 'b' }, [{ key }], /these fields: x-goog-meta-a/],
    ['another bucket', { key }, [{ key }, { bucket: 'others' }], /Failed condition/],
    ['an unknown condition', { key }, [{ key }, ['ends-with', '$key', 'x']], /Unknown condition/],
    ['a broken condition', { key }, [{ key }, ['eq', 'key', 'up/x']], /Malformed condition/],
  ];
  for (const [what, fields, conditions, why] of refused) {
    const answer = await post(form(fields, conditions));
    expect([answer.status, outcome(answer)], what).toEqual([400, 'InvalidPolicyDocument']);
    expect(answer.text.replaceAll('&quot;', '"'), what).toMatch(why);
    expect((await stored(key)).status, what).toBe(404);
  }
  const ignored = form({ key, 'x-ignore-submit': 'Upload' }, [{ key }]);
  expect((await post(ignored)).status).toBe(204);
});

test('a field of Google that is not known is refused, even if the policy names it', async () => {
  const { post, form, stored } = await prepare();
  const key = 'strange';
  for (const [name, status] of [
    ['x-goog-random', 400],
    ['x-goog-encryption-key', 501],
  ] as const) {
    const answer = await post(form({ key, [name]: 'a' }, [{ key }, { [name]: 'a' }]));
    expect(answer.status, name).toBe(status);
  }
  expect((await stored(key)).status).toBe(404);
  expect((await post(form({ key, random: 'a' }, [{ key }, { random: 'a' }]))).status).toBe(204);
});

test('the size of the file is bounded at both ends', async () => {
  const { post, form, stored } = await prepare();
  const signed = form({ key: 'sized' }, [{ key: 'sized' }, ['content-length-range', 3, 5]]);
  expect(outcome(await post(signed, '12'))).toBe('EntityTooSmall');
  expect(outcome(await post(signed, '123456'))).toBe('EntityTooLarge');
  expect((await stored('sized')).status).toBe(404);
  expect((await post(signed, '12345')).status).toBe(204);
});

test('a policy that was altered, or signed by nobody, is refused', async () => {
  const { post, form, rsa, http, keyName } = await prepare();
  const signed = form({ key: 'k' }, [{ key: 'k' }]);
  const wider = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}');
  const refused: [Fields, string][] = [
    [{ ...signed, policy: wider.toString('base64') }, 'SignatureDoesNotMatch'],
    [{ ...signed, policy: `${signed['policy']}=` }, 'SignatureDoesNotMatch'],
    [{ ...signed, 'x-goog-signature': '00'.repeat(256) }, 'SignatureDoesNotMatch'],
    [{ ...signed, 'x-goog-signature': 'nonsense' }, 'MalformedSecurityHeader'],
    [{ ...signed, 'x-goog-credential': 'nobody/nowhere' }, 'MalformedSecurityHeader'],
    [form({ key: 'k' }, [{ key: 'k' }], { ...rsa, id: 'no@one' }), 'InvalidAccessKeyId'],
    [form({ key: 'k' }, [{ key: 'k' }], rsa, 'tomorrow'), 'InvalidPolicyDocument'],
    [{ key: 'k', policy: signed['policy'] ?? '' }, 'InvalidPolicyDocument'],
    [{ key: 'k', 'x-goog-signature': signed['x-goog-signature'] ?? '' }, 'InvalidPolicyDocument'],
  ];
  for (const [fields, code] of refused) {
    expect(outcome(await post(fields)), JSON.stringify(fields)).toBe(code);
  }
  await http.delete(`/v1/${keyName}`);
  expect(outcome(await post(signed))).toBe('SignatureDoesNotMatch');
  expect((await post({ key: 'unsigned' })).status).toBe(204);
});

test('V2 policies, of a service account and of an HMAC key', async () => {
  const { post, rsa, hmac, stored } = await prepare();
  const document = {
    expiration: '2026-03-04T05:16:07Z',
    conditions: [['starts-with', '$key', 'old/'], { bucket: 'forms' }],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  for (const [name, signer] of [
    ['GoogleAccessId', rsa],
    ['GoogleAccessId', hmac],
    ['AWSAccessKeyId', hmac],
  ] as const) {
    const key = `old/${name}/${signer.id}`;
    const fields = { key, [name]: signer.id, policy, signature: signTextV2(signer, policy) };
    expect((await post(fields)).status, key).toBe(204);
    expect((await stored(key)).status, key).toBe(200);
    expect(outcome(await post({ ...fields, key: 'new' }))).toBe('InvalidPolicyDocument');
    const forged = signTextV2(signer, `${policy} `);
    expect(outcome(await post({ ...fields, signature: forged }))).toBe('SignatureDoesNotMatch');
  }
});
