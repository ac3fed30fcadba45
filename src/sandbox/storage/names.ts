import { invalid } from '../wire/errors.ts';

/**
 * Which bucket and object names Cloud Storage accepts.
 *
 * https://cloud.google.com/storage/docs/buckets#naming
 * https://cloud.google.com/storage/docs/objects#naming
 */

/** How many characters a bucket's name has at the most, with dots in it. */
export const MAX_BUCKET_NAME = 222;

/** Without dots, or between two of them. */
const MAX_COMPONENT = 63;

const BUCKET_COMPONENT = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/;
const DOTTED_DECIMAL = /^\d+\.\d+\.\d+\.\d+$/;
const CLOSE_MISSPELLINGS = /google|g00gle|go0gle|g0ogle/;

/**
 * Lower-case letters, digits, `-`, `_` and `.`; begins and ends with a letter or digit;
 * 3 to 63 characters, or up to 222 with dots and at most 63 between two of them; not an
 * IP address; neither beginning with `goog` nor containing `google` or a close misspelling.
 */
export function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > (name.includes('.') ? MAX_BUCKET_NAME : MAX_COMPONENT))
    return false;
  if (DOTTED_DECIMAL.test(name)) return false;
  if (name.startsWith('goog') || CLOSE_MISSPELLINGS.test(name)) return false;
  return name
    .split('.')
    .every((part) => part.length <= MAX_COMPONENT && BUCKET_COMPONENT.test(part));
}

/**
 * What is wrong with an object name, or undefined if nothing is: 1 to 1024 bytes of
 * UTF-8 without carriage return or line feed, neither `.` nor `..`, and not below
 * `.well-known/acme-challenge/`.
 */
export function objectNameFault(name: string): string | undefined {
  if (name === '') return 'The object name is empty.';
  if (/\p{Surrogate}/u.test(name)) return 'The object name is not valid Unicode.';
  if (Buffer.byteLength(name) > 1024) return 'The specified object name is too long.';
  if (/[\r\n]/.test(name)) return 'Object names cannot contain carriage returns or line feeds.';
  if (name === '.' || name === '..') return "Objects cannot be named '.' or '..'.";
  if (name.startsWith('.well-known/acme-challenge/')) {
    return "Object names cannot start with '.well-known/acme-challenge/'.";
  }
  return undefined;
}

/** Refuses what cannot be the name of an object. */
export function checkObjectName(name: string): void {
  const fault = objectNameFault(name);
  if (fault !== undefined) throw invalid(fault);
}

const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/**
 * What is wrong with a set of labels, or undefined: at most 64, keys of 1 to 63 and
 * values of 0 to 63 lower-case letters, digits, `_` and `-`, keys beginning with a letter.
 *
 * https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels
 */
export function labelsFault(labels: Record<string, string>): string | undefined {
  const entries = Object.entries(labels);
  if (entries.length > 64) return 'A bucket can have at most 64 labels.';
  for (const [key, value] of entries) {
    if (!LABEL_KEY.test(key)) return `Invalid label key: '${key}'.`;
    if (!LABEL_VALUE.test(value)) return `Invalid label value for '${key}': '${value}'.`;
  }
  return undefined;
}
