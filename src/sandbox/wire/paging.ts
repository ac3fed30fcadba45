import { ApiError, invalidParameter } from './errors.ts';

/** Cloud Storage never returns more than this many entries in a page. */
const MAX_PAGE = 1000;

/**
 * Reads `maxResults` (an unsigned 32-bit number). More than a page holds is
 * allowed and means a full page, as does zero.
 */
export function parseMaxResults(text: string | undefined): number {
  if (text === undefined || text === '') return MAX_PAGE;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff) {
    const why = 'Values must be within the range: [0, 4294967295]';
    throw invalidParameter('maxResults', text, why);
  }
  return value === 0 ? MAX_PAGE : Math.min(value, MAX_PAGE);
}

/**
 * A page token is the position of the next entry, so that a listing resumes with
 * one seek and stays right when entries come and go between two pages. A marker
 * byte keeps tokens opaque and catches those that were made up.
 */
export function encodePageToken(position: Buffer): string {
  return Buffer.concat([MARKER, position]).toString('base64url');
}

/** The position inside a page token, or the 400 that a foreign token gets; no token, no position. */
export function decodePageToken(token: string | undefined): Buffer | undefined {
  if (token === undefined || token === '') return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const intact = bytes.toString('base64url') === token;
  if (!intact || !bytes.subarray(0, 1).equals(MARKER)) throw invalidPageToken(token);
  return bytes.subarray(1);
}

/**
 * Where a listing of what begins with a prefix begins: there, or at a token's position.
 *
 * @throws 400 for the position of another listing, which would show what is not asked for
 */
export function startWithin(prefix: Buffer, position: Buffer | undefined): Buffer {
  if (position === undefined) return prefix;
  if (position.subarray(0, prefix.length).equals(prefix)) return position;
  throw invalidPageToken(encodePageToken(position));
}

const invalidPageToken = (token: string): ApiError =>
  new ApiError(400, 'invalid', `Invalid page token: ${token}`, {
    location: 'pageToken',
    locationType: 'parameter',
  });

/**
 * A page of a list that is short enough to be read whole: what comes behind the name that
 * the token holds.
 *
 * @param sorted by the names
 */
export function pageOf<T>(
  sorted: readonly T[],
  nameOf: (item: T) => string,
  { size, pageToken }: { size: number; pageToken: string | undefined },
): { items: T[]; nextPageToken?: string } {
  const after = decodePageToken(pageToken)?.toString() ?? '';
  const rest = sorted.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (rest.length <= size || last === undefined) return { items };
  return { items, nextPageToken: encodePageToken(Buffer.from(nameOf(last))) };
}

const MARKER = Buffer.from([0x0a]);
