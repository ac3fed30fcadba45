/**
 * IPv4 addresses as numbers, and ranges of them in CIDR notation. Written as GCP takes them:
 * four decimals without leading zeros, and a range begins at its first address.
 */

/** The number of an address; undefined for what is none. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export const formatAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');

export interface Range {
  first: number;
  last: number;
  /** Such as 20 for `10.178.0.0/20`. */
  prefix: number;
}

/** A range; a lone address is one of a single address. Undefined for what is none. */
export function parseRange(text: string): Range | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const given = parseAddress(address);
  if (given === undefined || rest.length > 0) return undefined;
  if (length !== undefined && !/^(?:\d|[12]\d|3[0-2])$/.test(length)) return undefined;
  const prefix = length === undefined ? 32 : Number(length);
  const size = 2 ** (32 - prefix);
  const first = given - (given % size);
  return { first, last: first + size - 1, prefix };
}

/** True if the range is written by its first address, as `10.0.0.0/8` is and `10.0.0.1/8` is not. */
export const isCanonical = (text: string): boolean =>
  parseAddress(text.split('/')[0] ?? '') === parseRange(text)?.first;

export const contains = ({ first, last }: Range, address: number): boolean =>
  first <= address && address <= last;

export const within = (inner: Range, outer: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

/** True if some of the ranges holds the address. */
export const anyContains = (ranges: readonly string[], address: number): boolean =>
  ranges.some((text) => {
    const range = parseRange(text);
    return range !== undefined && contains(range, address);
  });

/**
 * Addresses that are not routed on the internet: RFC 1918, RFC 6598, and what else is private.
 * Of RFC 2544's two networks one is missing: the sandbox's external addresses come from it.
 */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  '0.0.0.0/8',
  '198.18.0.0/16',
  '192.0.0.0/24',
  '224.0.0.0/3',
];

export const isPrivate = (address: number): boolean => anyContains(PRIVATE, address);
