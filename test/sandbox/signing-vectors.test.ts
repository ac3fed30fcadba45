import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verifyPostPolicy } from '../../src/sandbox/storage/auth/post-policy.ts';
import type { SignedRequest, Verification } from '../../src/sandbox/storage/auth/signed-request.ts';
import { verifyV4Url } from '../../src/sandbox/storage/auth/v4-requests.ts';

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
    const [least, most] = conditions?.contentLengthRange ?? [0, Number.MAX_SAFE_INTEGER];
    const grant = verify();
    grant?.checkSize(least);
    grant?.checkSize(most);
    if (!conditions?.contentLengthRange) return;
    expect(refusal(() => grant?.checkSize(least - 1))).toBe('EntityTooSmall');
    expect(refusal(() => grant?.checkSize(most + 1))).toBe('EntityTooLarge');
  });
});
