import { ApiError } from '../../wire/errors.ts';

/** How many bytes an upload may have, both ends included. */
export type LengthRange = readonly [least: number, most: number];

/**
 * `x-goog-content-length-range: 0,1048576`. The one who signs a URL bounds with it what the
 * one who uses it may upload.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-headers#xgoogcontentlengthrange
 */
export function parseLengthRange(text: string): LengthRange {
  const [, least, most] = /^\s*(\d{1,15})\s*,\s*(\d{1,15})\s*$/.exec(text) ?? [];
  if (least !== undefined && Number(least) <= Number(most)) return [Number(least), Number(most)];
  const message = `Invalid x-goog-content-length-range: ${text}`;
  throw new ApiError(400, 'invalid', message, { xmlCode: 'InvalidArgument' });
}

/** Throws if so many bytes are not what was allowed. */
export function checkLength(bytes: number, [least, most]: LengthRange): void {
  if (bytes > most) {
    throw outOfRange('EntityTooLarge', 'Content-length exceeds upper bound on range');
  }
  if (bytes < least) {
    throw outOfRange('EntityTooSmall', 'Content-length smaller than lower bound on range');
  }
}

/** Passes bytes on until there are more than allowed: what is too long is not stored first. */
export async function* noMoreThan(
  chunks: AsyncIterable<Buffer>,
  [, most]: LengthRange,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    checkLength(bytes, [0, most]);
    yield chunk;
  }
}

const outOfRange = (xmlCode: string, message: string): ApiError =>
  new ApiError(400, 'invalid', message, { xmlCode });
