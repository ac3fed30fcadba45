import { invalid } from '../../wire/errors.ts';

// The `Content-Range` of a request in a resumable upload:
//
//     bytes 0-524287/2000000   these bytes of that many
//     bytes 0-524287/*         these bytes; the size is not known yet, more will follow
//     bytes 0-*/2000000        from here to the end of the object
//     bytes 0-*/*              from here to the end of the object, whatever its size
//     bytes */2000000          nothing: how much do you have? (finishes a complete upload)
//     bytes */*                nothing: how much do you have?
//
// No header at all means the whole object.
//
// https://cloud.google.com/storage/docs/performing-resumable-uploads

/** What a request in a resumable upload carries. */
export interface ContentRange {
  /** Where the bytes in the request begin; undefined if it carries none. */
  first?: number;
  /** How many bytes it carries; undefined if it ends where the request does. */
  length?: number;
  /** The size of the object, if said. */
  total?: number;
}

/** Reads the header, or throws the 400 for one that makes no sense. */
export function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { first: 0 };
  const match = /^bytes[ =](?:(\d{1,15})-(\d{1,15}|\*)|\*)\/(\d{1,15}|\*)$/i.exec(header.trim());
  if (!match) throw failed(header);
  const [, first, last, size] = match;
  const range: ContentRange = {};
  if (size !== '*') range.total = Number(size);
  if (first === undefined) return range;
  range.first = Number(first);
  if (last !== '*') range.length = Number(last) - range.first + 1;
  if (range.length !== undefined && range.length < 1) throw failed(header);
  const end = range.first + (range.length ?? 0);
  if (range.total !== undefined && end > range.total) throw failed(header);
  return range;
}

const failed = (header: string) => invalid(`Failed to parse Content-Range header: ${header}`);
