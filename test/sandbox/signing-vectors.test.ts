import { createHash, createHmac, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkSignatures } from '../../src/sandbox/storage/auth/chunk-signatures.ts';
import { verifyPostPolicy } from '../../src/sandbox/storage/auth/post-policy.ts';
import type { SignedRequest, Verification } from '../../src/sandbox/storage/auth/signed-request.ts';
import { verifyV2Header, verifyV2Url } from '../../src/sandbox/storage/auth/v2.ts';
import { parseScope } from '../../src/sandbox/storage/auth/v4.ts';
import { verifyV4Header, verifyV4Url } from '../../src/sandbox/storage/auth/v4-requests.ts';
import { ApiError } from '../../src/sandbox/wire/errors.ts';

/*
 * Google's own vectors, which its client libraries sign: the verifier must accept each at
 * its time, and refuse it as soon as anything is different.
 */

interface UrlVector {
  description: string;
  method: string;
  timestamp: string;
  expiration: number;
  expectedUrl: string;
  expectedCanonicalRequest: string;
  expectedStringToSign: string;
  headers?: Record<string, string>;
}

interface PolicyVector {
  description: string;
  policyInput: {
    bucket: string;
    timestamp: string;
    expiration: number;
    conditions?: { contentLengthRange?: [number, number]; startsWith?: [string, string] };
  };
  policyOutput: { fields: Record<string, string> };
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../conformance/vectors/${name}.json`, import.meta.url), 'utf8'));
const vectors: { signingV4Tests: UrlVector[]; postPolicyV4Tests: PolicyVector[] } =
  read('v4_signatures');
const account: { client_email: string; private_key: string } = read('service-account');
const key = createPublicKey(account.private_key);

const verification = (time: number): Verification => ({
  time,
  rsaKeys: (email) => (email === account.client_email ? [key] : undefined),
  hmacKey: () => undefined,
});

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { extras: { xmlCode: string } }).extras.xmlCode;
  }
  return 'accepted';
};

function requestOf({ method, expectedUrl, headers = {} }: UrlVector): SignedRequest {
  const [, host = '', url = ''] = /^https?:\/\/([^/]+)(\/.*)$/.exec(expectedUrl) ?? [];
  const given = { host, ...headers };
  return {
    method,
    url,
    headers: new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), [value]])),
  };
}

describe.each(vectors.signingV4Tests)('URL: $description', (vector) => {
  const request = requestOf(vector);
  const from = Date.parse(vector.timestamp);
  const until = from + vector.expiration * 1000;
  const verify = (changed: Partial<SignedRequest>, time = from) =>
    verifyV4Url({ ...request, ...changed }, verification(time));
  const withHeaders = (change: (headers: Map<string, readonly string[]>) => void) => {
    const headers = new Map(request.headers);
    change(headers);
    return { headers };
  };

  test('is accepted from its date to its expiry, and not a second longer', () => {
    expect(verify({}).email).toBe(account.client_email);
    expect(verify({}, until).email).toBe(account.client_email);
    expect(refusal(() => verify({}, until + 1000))).toBe('ExpiredToken');
    expect(refusal(() => verify({}, from - 16 * 60 * 1000))).toBe('AccessDenied');
  });

  test('is refused with another method, path, query, header, signature or key', () => {
    const { url, headers } = request;
    const altered: Partial<SignedRequest>[] = [
      { method: request.method === 'GET' ? 'DELETE' : 'GET' },
      { url: url.replace('/test-', '/Test-').replace('/path', '/Path') },
      { url: url.replace('?', 'x?') },
      { url: `${url}&generation=1` },
      { url: url.replace('X-Goog-Expires=', 'X-Goog-Expires=9') },
      { url: url.replace(/(X-Goog-Signature=.*)..$/, (_, start) => `${start}00`) },
      ...[...headers].map(([name, [value]]) => withHeaders((map) => map.set(name, [`x${value}`]))),
    ];
    for (const change of altered) {
      // The Google URLs with a path of their own are not changed by every replacement.
      if (change.url === url) continue;
      expect(
        refusal(() => verify(change)),
        JSON.stringify(change),
      ).toBe('SignatureDoesNotMatch');
    }
    const other: Verification = { ...verification(from), rsaKeys: () => [] };
    expect(refusal(() => verifyV4Url(request, other))).toBe('SignatureDoesNotMatch');
    const nobody: Verification = { ...verification(from), rsaKeys: () => undefined };
    expect(refusal(() => verifyV4Url(request, nobody))).toBe('InvalidAccessKeyId');
  });

  test('is refused without a header that was signed, or with one that was not', () => {
    for (const name of request.headers.keys()) {
      const without = withHeaders((map) => map.delete(name));
      expect(
        refusal(() => verify(without)),
        name,
      ).toBe('MalformedSecurityHeader');
    }
    const extra = withHeaders((map) => map.set('x-goog-acl', ['public-read']));
    expect(refusal(() => verify(extra))).toBe('MalformedSecurityHeader');
  });

  test('a mismatch shows what should have been signed', () => {
    try {
      verifyV4Url(request, { ...verification(from), rsaKeys: () => [] });
    } catch (error) {
      const { xmlElements } = (error as { extras: { xmlElements: Record<string, string> } }).extras;
      const host = /host:(.*)/;
      const wanted = vector.expectedCanonicalRequest;
      // One of the published vectors shows another text than the one that it signs.
      const hash = createHash('sha256').update(wanted).digest('hex');
      if (!vector.expectedStringToSign.endsWith(hash)) return;
      // The host is shown as it was sent, with its port.
      expect(xmlElements['CanonicalRequest']?.replace(host, '')).toBe(wanted.replace(host, ''));
      const lines = vector.expectedStringToSign.split('\n').slice(0, 3);
      expect(xmlElements['StringToSign']?.split('\n').slice(0, 3)).toEqual(lines);
    }
  });
});

describe.each(vectors.postPolicyV4Tests)('policy: $description', (vector) => {
  const { bucket, timestamp, expiration, conditions } = vector.policyInput;
  const fields = Object.entries(vector.policyOutput.fields).map(
    ([name, value]): [string, string] => [name.toLowerCase(), value],
  );
  // What the policy leaves to the sender of the form.
  const [left, prefix] = conditions?.startsWith ?? [];
  if (left !== undefined) fields.push([left.slice(1), `${prefix}-read`]);
  const from = Date.parse(timestamp);
  const verify = (changed: [string, string][] = [], time = from, where = bucket) =>
    verifyPostPolicy(
      { bucket: where, fields: new Map([...fields, ...changed]) },
      verification(time),
    );

  test('is accepted until it expires', () => {
    expect(verify()?.email).toBe(account.client_email);
    expect(verify([], from + expiration * 1000)?.email).toBe(account.client_email);
    const late = from + (expiration + 1) * 1000;
    expect(refusal(() => verify([], late))).toBe('InvalidPolicyDocument');
  });

  test('is refused with any field altered, left out or added, and for another bucket', () => {
    for (const [name, value] of fields) {
      if (`$${name}` === left) continue;
      const altered = refusal(() => verify([[name, `${value}0`]]));
      expect(altered, `${name} altered`).not.toBe('accepted');
      const rest = new Map(fields.filter(([other]) => other !== name));
      const without = refusal(() => verifyPostPolicy({ bucket, fields: rest }, verification(from)));
      expect(without, `${name} left out`).not.toBe('accepted');
    }
    expect(refusal(() => verify([['x-goog-meta-sly', 'yes']]))).toBe('InvalidPolicyDocument');
    expect(verify([['x-ignore-this', 'yes']])?.email).toBe(account.client_email);
    expect(refusal(() => verify([], from, 'another'))).toBe('InvalidPolicyDocument');
    const forged = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}');
    const policy = forged.toString('base64');
    expect(refusal(() => verify([['policy', policy]]))).toBe('SignatureDoesNotMatch');
  });

  test('bounds the size if it says so', () => {
    expect(verify()?.lengthRange).toEqual(conditions?.contentLengthRange);
  });
});

test('nothing that a request can carry is accepted by accident, or breaks the verifier', () => {
  const [vector] = vectors.signingV4Tests;
  if (!vector) throw new Error('there are no vectors');
  const request = requestOf(vector);
  const now = verification(Date.parse(vector.timestamp));
  const refused = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(ApiError);
      expect((error as ApiError).status).toBeLessThan(500);
      return;
    }
    throw new Error('accepted');
  };
  const headers = (authorization: string) =>
    new Map([
      ['host', ['localhost']],
      ['x-goog-date', ['20190201T090000Z']],
      ['authorization', [authorization]],
    ]);
  const noise = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
  const letters = fc.constantFrom('', 'z', '0', '/', '~', '&', '=', '%', '+', '\u00e9');
  fc.assert(
    fc.property(noise, noise, letters, fc.nat(), (text, other, letter, at) => {
      const { url } = request;
      // One character of the signed URL is another, or is gone.
      const place = at % url.length;
      const changed = url.slice(0, place) + letter + url.slice(place + 1);
      if (changed !== url) refused(() => verifyV4Url({ ...request, url: changed }, now));
      const credential = `${text}/20190201/auto/storage/goog4_request`;
      for (const algorithm of ['GOOG4-RSA-SHA256', 'GOOG4-HMAC-SHA256', 'AWS4-HMAC-SHA256', text]) {
        const value = `${algorithm} Credential=${credential},SignedHeaders=host;${other},Signature=ab`;
        for (const authorization of [value, `${algorithm} ${other}`]) {
          const given = { ...request, headers: headers(authorization) };
          refused(() => verifyV4Header(given, authorization, now));
        }
      }
      refused(() =>
        verifyV2Header({ ...request, headers: headers('') }, `AWS ${text}:${other}`, now),
      );
      const v2 = `/b/o?GoogleAccessId=${text}&Expires=9999999999&Signature=${other}`;
      refused(() => verifyV2Url({ ...request, url: v2 }, now));
      const fields = new Map([
        ['policy', Buffer.from(text).toString('base64')],
        ['key', other],
        ['googleaccessid', account.client_email],
        ['signature', other],
      ]);
      refused(() => verifyPostPolicy({ bucket: 'b', fields }, now));
    }),
  );
});

/*
 * Amazon's examples of signed chunks: 64 KiB, 1 KiB and nothing, with and without a trailer.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
describe.each([
  {
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    chunks: [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
    trailer: undefined,
  },
  {
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    chunks: [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ],
    trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
  },
])('signed chunks, trailer $trailer', ({ seed, chunks, trailer }) => {
  const scope = ['20130524', 'us-east-1', 's3', 'aws4_request'];
  const key = scope.reduce<Buffer>(
    (made, part) => createHmac('sha256', made).update(part).digest(),
    Buffer.from('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'),
  );
  const open = () =>
    new ChunkSignatures(key, {
      algorithm: 'AWS4-HMAC-SHA256',
      scope: parseScope(`AKIAIOSFODNN7EXAMPLE/${scope.join('/')}`, 'credential'),
      date: '20130524T000000Z',
      signedHeaders: [],
      signature: seed,
      payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    });
  const hashes = [65536, 1024, 0].map((size) =>
    createHash('sha256').update('a'.repeat(size)).digest('hex'),
  );

  test('are accepted in their order only', () => {
    const signatures = open();
    chunks.forEach((signature, i) => {
      signatures.chunk(signature, hashes[i] ?? '');
    });
    if (trailer !== undefined) {
      signatures.trailer(trailer, 'x-amz-checksum-crc32c:sOO8/Q==\n');
      expect(refusal(() => signatures.trailer(trailer, 'x:y\n'))).toBe('SignatureDoesNotMatch');
    }
    expect(refusal(() => open().chunk(chunks[1] ?? '', hashes[1] ?? ''))).toBe(
      'SignatureDoesNotMatch',
    );
    expect(refusal(() => open().chunk(chunks[0] ?? '', hashes[1] ?? ''))).toBe(
      'SignatureDoesNotMatch',
    );
  });
});
