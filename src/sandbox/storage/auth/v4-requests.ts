import { expired, malformedSecurity, notYetValid, timeTooSkewed } from './errors.ts';
import {
  canonicalValue,
  queryPairs,
  type SignedRequest,
  type Verification,
} from './signed-request.ts';
import {
  ALGORITHMS,
  hexSignature,
  parseBasicTime,
  parseScope,
  type V4Signature,
  verifyV4,
} from './v4.ts';

/**
 * Where a V4 signature stands in a request: in the query (a signed URL, good until it
 * expires) or in the Authorization header (good for the moment).
 *
 * https://cloud.google.com/storage/docs/access-control/signed-urls
 */

/** How far clocks may differ. */
const SKEW = 15 * 60 * 1000;

const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

/** What a verified V4 signature tells. */
export interface Verified {
  /** The service account that signed. */
  email: string;
  /** What chunk signatures are made with, of HMAC signatures. */
  signingKey?: Buffer;
  given: V4Signature;
}

/** A signed URL: `?X-Goog-Algorithm=...` or `?X-Amz-Algorithm=...` */
export function verifyV4Url(request: SignedRequest, verification: Verification): Verified {
  const parameters = new Map(queryPairs(request.url).map(([k, v]) => [k.toLowerCase(), v]));
  const prefix = parameters.has('x-amz-algorithm') ? 'x-amz' : 'x-goog';
  const read = (name: string): string => {
    const value = parameters.get(`${prefix}-${name}`);
    if (value !== undefined && value !== '') return value;
    throw malformedSecurity(`${prefix}-${name}`, `The parameter ${prefix}-${name} is missing.`);
  };
  const algorithm = algorithmOf(read('algorithm'), prefix);
  const date = read('date');
  const signature = hexSignature(read('signature'));
  const given: V4Signature = {
    algorithm,
    scope: parseScope(read('credential'), `${prefix}-credential`),
    date,
    signedHeaders: read('signedheaders').toLowerCase().split(';'),
    signature,
    payload:
      parameters.get(`${prefix}-content-sha256`) ??
      canonicalValue(request, `${prefix}-content-sha256`) ??
      'UNSIGNED-PAYLOAD',
  };
  const from = timeOf(given, `${prefix}-date`);
  const seconds = expiresOf(read('expires'), `${prefix}-expires`);
  const until = from + seconds * 1000;
  // As on GCS, whose answer to an expired URL does not depend on its signature.
  if (verification.time > until) {
    const shown = new Date(until).toISOString().replace('.000Z', '+00:00');
    throw expired(`Request signature expired at: ${shown}`);
  }
  if (verification.time < from - SKEW) throw notYetValid();
  return { ...verifyV4(request, given, verification), given };
}

/** `Authorization: AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...` */
export function verifyV4Header(
  request: SignedRequest,
  authorization: string,
  verification: Verification,
): Verified {
  const space = authorization.indexOf(' ');
  const prefix = authorization.startsWith('AWS4') ? 'x-amz' : 'x-goog';
  const algorithm = algorithmOf(authorization.slice(0, space), prefix);
  const fields = new Map(
    authorization
      .slice(space + 1)
      .split(',')
      .map((field) => {
        const [name = '', value = ''] = field.trim().split(/=(.*)/s);
        return [name.toLowerCase(), value];
      }),
  );
  const read = (name: string): string => {
    const value = fields.get(name);
    if (value !== undefined && value !== '') return value;
    throw malformedSecurity('authorization', `The Authorization header lacks ${name}.`);
  };
  const header = (name: string) =>
    canonicalValue(request, `${prefix}-${name}`) ??
    canonicalValue(request, `${prefix === 'x-amz' ? 'x-goog' : 'x-amz'}-${name}`);
  const date = header('date') ?? basicTime(canonicalValue(request, 'date'));
  if (date === undefined) throw malformedSecurity('date', 'The request has no date.');
  const given: V4Signature = {
    algorithm,
    scope: parseScope(read('credential'), 'authorization'),
    date,
    signedHeaders: read('signedheaders').toLowerCase().split(';'),
    signature: hexSignature(read('signature')),
    payload: header('content-sha256') ?? 'UNSIGNED-PAYLOAD',
  };
  if (Math.abs(verification.time - timeOf(given, 'date')) > SKEW) throw timeTooSkewed();
  return { ...verifyV4(request, given, verification), given };
}

function algorithmOf(name: string, prefix: string): string {
  const known = ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (known?.startsWith('AWS4') === (prefix === 'x-amz')) return known ?? name;
  throw malformedSecurity(`${prefix}-algorithm`, `The algorithm is not supported: ${name}`);
}

function timeOf({ date, scope }: V4Signature, parameter: string): number {
  const time = parseBasicTime(date);
  if (time === undefined) throw malformedSecurity(parameter, `The date is not understood: ${date}`);
  if (date.startsWith(scope.date)) return time;
  throw malformedSecurity(parameter, 'The date is not that of the credential.');
}

function expiresOf(text: string, parameter: string): number {
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) return seconds;
  const details = `Expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds: ${text}`;
  throw malformedSecurity(parameter, details);
}

/** The `Date` header, in the form that is signed. */
function basicTime(httpDate: string | undefined): string | undefined {
  const time = Date.parse(httpDate ?? '');
  if (Number.isNaN(time)) return undefined;
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
