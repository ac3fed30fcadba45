import { createHash, createHmac, createVerify, timingSafeEqual } from 'node:crypto';
import { malformedSecurity, signatureDoesNotMatch, unknownSigner } from './errors.ts';
import {
  canonicalValue,
  percentEncode,
  queryPairs,
  type SignedRequest,
  signedMethods,
  signedPaths,
  type Verification,
} from './signed-request.ts';

/**
 * Signatures of version 4, Google's and Amazon's, which differ in names only:
 *
 *     canonical request          string to sign                    signature
 *     ------------------         ------------------------------    ---------------------
 *     GET                        GOOG4-RSA-SHA256                  RSA of the string, or
 *     /bucket/object             20190201T090000Z                  HMAC of it with a key
 *     X-Goog-Algorithm=...       20190201/auto/storage/goog4_request   made of the secret
 *     host:storage...            SHA-256 of the canonical request  and the scope
 *     (empty line)
 *     host
 *     UNSIGNED-PAYLOAD
 *
 * What was signed is rebuilt from the request as it came. Where clients differ in what they
 * sign (the port of the host, characters of the path), either form is accepted; the error
 * shows the first.
 *
 * https://cloud.google.com/storage/docs/authentication/signatures
 * https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
export interface V4Signature {
  algorithm: string;
  scope: CredentialScope;
  /** `YYYYMMDDTHHMMSSZ` */
  date: string;
  signedHeaders: string[];
  /** Hexadecimal. */
  signature: string;
  /** What stands for the body: its SHA-256 in hex, or a word such as `UNSIGNED-PAYLOAD`. */
  payload: string;
}

/** `signer/20190201/auto/storage/goog4_request` */
export interface CredentialScope {
  signer: string;
  /** All behind the signer. */
  text: string;
  date: string;
  location: string;
  service: string;
  type: string;
}

/** RSA for service accounts' keys, HMAC for HMAC keys, by Google's name and by Amazon's. */
export const ALGORITHMS = ['GOOG4-RSA-SHA256', 'GOOG4-HMAC-SHA256', 'AWS4-HMAC-SHA256'] as const;

/** @param name of the parameter or header, for the error */
export function parseScope(credential: string, name: string): CredentialScope {
  const match = /^([^/]+)\/((\d{8})\/([^/]+)\/(storage|s3)\/(goog4_request|aws4_request))$/.exec(
    credential,
  );
  if (!match) throw malformedSecurity(name, `The credential is not understood: ${credential}`);
  const [, signer = '', text = '', date = '', location = '', service = '', type = ''] = match;
  return { signer, text, date, location, service, type };
}

/** `20190201T090000Z` in milliseconds since 1970; undefined for anything else. */
export function parseBasicTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** Throws unless the request is signed as it says; returns the account that signed. */
export function verifyV4(
  request: SignedRequest,
  given: V4Signature,
  verification: Verification,
): { email: string; signingKey?: Buffer } {
  checkSignedHeaders(request, given);
  const verify = verifierOf(given.algorithm, given.scope, verification);
  const candidates = canonicalRequests(request, given).map((canonical) => ({
    canonical,
    text: stringToSign(given, canonical),
  }));
  for (const { text } of candidates) {
    if (verify.matches(text, given.signature)) return verify;
  }
  const [first] = candidates;
  throw signatureDoesNotMatch(first?.text ?? '', first?.canonical);
}

/** What checks signatures of an algorithm and a signer; the 403 if there is no such signer. */
export function verifierOf(
  algorithm: string,
  scope: CredentialScope,
  verification: Verification,
): { email: string; signingKey?: Buffer; matches: (text: string, hex: string) => boolean } {
  if (algorithm === 'GOOG4-RSA-SHA256') {
    const keys = verification.rsaKeys(scope.signer);
    if (keys === undefined) throw unknownSigner();
    const matches = (text: string, hex: string) =>
      keys.some((key) => createVerify('RSA-SHA256').update(text).verify(key, hex, 'hex'));
    return { email: scope.signer, matches };
  }
  const key = verification.hmacKey(scope.signer);
  if (key === undefined) throw unknownSigner();
  const prefix = algorithm.slice(0, algorithm.indexOf('-'));
  const signingKey = [scope.date, scope.location, scope.service, scope.type].reduce<Buffer>(
    (made, part) => hmac(made, part),
    Buffer.from(prefix + key.secret),
  );
  return {
    email: key.email,
    signingKey,
    matches: (text, hex) => equal(hmac(signingKey, text).toString('hex'), hex),
  };
}

/** A signature in hexadecimal, or the 400. Node's decoder would overlook half a byte at its end. */
export function hexSignature(text: string): string {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return text.toLowerCase();
  throw malformedSecurity('signature', 'Signature was not hex encoded');
}

/** HMAC-SHA256. */
export const hmac = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** Compares in a time that does not tell where two texts differ. */
export function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function stringToSign(given: V4Signature, canonical: string): string {
  const hash = createHash('sha256').update(canonical).digest('hex');
  return [given.algorithm, given.date, given.scope.text, hash].join('\n');
}

/** Every form in which the request may have been signed; the likeliest is the first. */
function canonicalRequests(request: SignedRequest, given: V4Signature): string[] {
  const query = canonicalQuery(request.url);
  const host = canonicalValue(request, 'host') ?? '';
  // Google's libraries leave the port out of what they sign.
  const hosts = [...new Set([host, host.replace(/:\d+$/, '')])];
  return hosts.flatMap((signedHost) => {
    const headers = given.signedHeaders
      .map((name) => `${name}:${name === 'host' ? signedHost : canonicalValue(request, name)}\n`)
      .join('');
    const end = `${query}\n${headers}\n${given.signedHeaders.join(';')}\n${given.payload}`;
    return signedMethods(request).flatMap((method) =>
      signedPaths(request.url).map((path) => `${method}\n${path}\n${end}`),
    );
  });
}

/** All parameters but the signature, encoded and sorted. */
function canonicalQuery(url: string): string {
  return queryPairs(url)
    .filter(([name]) => !/^x-(?:goog|amz)-signature$/i.test(name))
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The host is signed, whatever is signed is there, and so is every extension header. */
function checkSignedHeaders(request: SignedRequest, { signedHeaders }: V4Signature): void {
  if (!signedHeaders.includes('host')) {
    throw malformedSecurity('host', 'The host header must be signed.');
  }
  for (const name of signedHeaders) {
    if (request.headers.has(name)) continue;
    const details = 'Header was included in signedheaders, but not in the request.';
    throw malformedSecurity(name.replaceAll('-', ''), details);
  }
  for (const name of request.headers.keys()) {
    if (!/^x-(?:goog|amz)-/.test(name) || signedHeaders.includes(name)) continue;
    const details = 'Header was included in the request, but not in signedheaders.';
    throw malformedSecurity(name.replaceAll('-', ''), details);
  }
}
