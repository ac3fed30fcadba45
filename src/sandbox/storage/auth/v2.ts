import { createHmac, createVerify } from 'node:crypto';
import { ApiError } from '../../wire/errors.ts';
import {
  expired,
  malformedSecurity,
  signatureDoesNotMatch,
  timeTooSkewed,
  unknownSigner,
} from './errors.ts';
import {
  canonicalValue,
  queryPairs,
  type SignedRequest,
  signedMethods,
  signedPaths,
  type Verification,
} from './signed-request.ts';
import { equal } from './v4.ts';

/**
 * Signatures of version 2, which old URLs and old clients still carry:
 *
 *     GET\n
 *     Content-MD5\n
 *     Content-Type\n
 *     1388534400\n                        <- when the URL expires; of a header, the Date
 *     x-goog-acl:public-read\n            <- every extension header, sorted
 *     /bucket/object?acl                  <- with the subresource, without other parameters
 *
 * signed with RSA-SHA256 by a service account, or with HMAC-SHA1 by an HMAC key.
 *
 * https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */

const SKEW = 15 * 60 * 1000;

/** A signed URL: `?GoogleAccessId=...&Expires=...&Signature=...`, or `?AWSAccessKeyId=...` */
export function verifyV2Url(request: SignedRequest, verification: Verification): string {
  const parameters = new Map(queryPairs(request.url));
  const google = parameters.get('GoogleAccessId');
  const signer = google ?? parameters.get('AWSAccessKeyId');
  if (!signer) throw malformedSecurity('googleaccessid', 'The parameter is missing.');
  const expires = parameters.get('Expires') ?? '';
  if (!/^\d{1,12}$/.test(expires)) {
    const message = `Expires parameter is not a valid long value: ${expires}`;
    throw new ApiError(400, 'invalid', message, { xmlCode: 'InvalidArgument' });
  }
  if (verification.time > Number(expires) * 1000) throw expired(`Request has expired: ${expires}`);
  const signature = base64(parameters.get('Signature') ?? '');
  // Google's libraries do not sign response-content-type and the like; Amazon's do.
  const overrides = google === undefined;
  return verifyV2(request, { signer, signature, when: expires, overrides }, verification);
}

/** `Authorization: GOOG1 ACCESS_ID:SIGNATURE`, or `AWS ...` */
export function verifyV2Header(
  request: SignedRequest,
  authorization: string,
  verification: Verification,
): string {
  const match = /^(?:GOOG1|AWS) ([^:\s]+):(\S+)$/.exec(authorization);
  if (!match) throw malformedSecurity('authorization', 'The header is not understood.');
  const [, signer = '', text = ''] = match;
  const extension = canonicalValue(request, 'x-goog-date') ?? canonicalValue(request, 'x-amz-date');
  const date = canonicalValue(request, 'date');
  const time = Date.parse(extension ?? date ?? '');
  if (Number.isNaN(time)) throw malformedSecurity('date', 'The request has no date.');
  if (Math.abs(verification.time - time) > SKEW) throw timeTooSkewed();
  const given = {
    signer,
    signature: base64(text),
    when: extension === undefined ? (date ?? '') : '',
    overrides: true,
  };
  return verifyV2(request, given, verification);
}

/** Checks a V2 signature of a text; returns the account that signed. */
export function verifyV2Text(
  signer: string,
  signature: Buffer,
  texts: readonly string[],
  verification: Verification,
): string {
  if (signer.includes('@')) {
    const keys = verification.rsaKeys(signer);
    if (keys === undefined) throw unknownSigner();
    const matches = (text: string) =>
      keys.some((key) => createVerify('RSA-SHA256').update(text).verify(key, signature));
    if (texts.some(matches)) return signer;
  } else {
    const key = verification.hmacKey(signer);
    if (key === undefined) throw unknownSigner();
    const expected = signature.toString('base64');
    const matches = (text: string) =>
      equal(createHmac('sha1', key.secret).update(text).digest('base64'), expected);
    if (texts.some(matches)) return key.email;
  }
  throw signatureDoesNotMatch(texts[0] ?? '');
}

/** The bytes of a signature in base64, or the 400. */
export function base64(text: string): Buffer {
  // A plus sign that was not escaped in a URL has become a space.
  const bytes = Buffer.from(text.replaceAll(' ', '+'), 'base64');
  if (text !== '' && /^[\w+/ -]+={0,2}$/.test(text) && bytes.length > 0) return bytes;
  throw malformedSecurity('signature', 'Signature was not base64 encoded');
}

interface V2Signature {
  signer: string;
  signature: Buffer;
  /** What stands in the line of the time. */
  when: string;
  /** Whether parameters that override response headers are signed. */
  overrides: boolean;
}

function verifyV2(request: SignedRequest, given: V2Signature, verification: Verification): string {
  const start = [
    canonicalValue(request, 'content-md5') ?? '',
    canonicalValue(request, 'content-type') ?? '',
    given.when,
    extensionHeaders(request),
  ].join('\n');
  const bucket = request.virtualBucket === undefined ? '' : `/${request.virtualBucket}`;
  const end = subresources(request.url, given.overrides);
  const texts = signedMethods(request).flatMap((method) =>
    signedPaths(request.url).map((path) => `${method}\n${start}${bucket}${path}${end}`),
  );
  return verifyV2Text(given.signer, given.signature, texts, verification);
}

/** `x-goog-*` and `x-amz-*`, but for encryption keys, which must not stand in a signed text. */
function extensionHeaders(request: SignedRequest): string {
  return [...request.headers.keys()]
    .filter((name) => /^x-(?:goog|amz)-/.test(name))
    .filter((name) => !/^x-goog-encryption-key(?:-sha256)?$/.test(name))
    .sort()
    .map((name) => `${name}:${canonicalValue(request, name)}\n`)
    .join('');
}

function subresources(url: string, overrides: boolean): string {
  const raw = url.includes('?') ? url.slice(url.indexOf('?') + 1).split('&') : [];
  const signed = raw
    .map((parameter) => parameter.split(/=(.*)/s))
    .filter(([name = '']) => SUBRESOURCES.has(name) || (overrides && OVERRIDES.has(name)))
    .map(([name = '', value]) =>
      value === undefined || value === '' ? name : `${name}=${decode(value)}`,
    )
    .sort();
  return signed.length === 0 ? '' : `?${signed.join('&')}`;
}

function decode(value: string): string {
  return queryPairs(`?v=${value}`)[0]?.[1] ?? '';
}

const SUBRESOURCES = new Set(
  (
    'acl billing compose cors defaultObjectAcl delete encryption lifecycle location logging ' +
    'notification partNumber policy requestPayment storageClass tagging torrent upload_id ' +
    'uploadId uploads versionId versioning versions website'
  ).split(' '),
);

const OVERRIDES = new Set(
  (
    'response-cache-control response-content-disposition response-content-encoding ' +
    'response-content-language response-content-type response-expires'
  ).split(' '),
);
