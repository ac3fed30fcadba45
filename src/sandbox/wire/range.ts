import { ApiError } from './errors.ts';

/** A byte range, both ends included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * Reads a `Range` header against a body of `size` bytes. As RFC 9110 has it, a
 * header that cannot be understood is ignored (undefined: the whole body), as is
 * one with several ranges; a range that holds no byte of the body is a 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  if (from === '') return suffix(Number(to), size);
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) throw unsatisfiable(size);
  return { first, last };
}

function suffix(length: number, size: number): ByteRange {
  if (length === 0 || size === 0) throw unsatisfiable(size);
  return { first: Math.max(0, size - length), last: size - 1 };
}

function unsatisfiable(size: number): ApiError {
  const message = 'The requested range cannot be satisfied.';
  return new ApiError(416, 'requestedRangeNotSatisfiable', message, {
    headers: { 'Content-Range': `bytes */${size}` },
    location: 'Range',
    locationType: 'header',
  });
}
