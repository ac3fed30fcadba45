import type { Table } from '../disk/store.ts';
import { afterPrefix, u64 } from '../disk/store.ts';
import { decodePageToken, encodePageToken } from '../wire/paging.ts';
import { isExpired } from './deleted-objects.ts';
import { type ObjectRecord, objectPrefix, VERSION_SUFFIX } from './records.ts';
import { now, type StorageState } from './state.ts';

/**
 * Listing objects. Names come in the order of their UTF-8 bytes, which is the order of
 * the keys, so a page is a range scan that stops when it is full.
 *
 * With a delimiter, names that share the part up to it are folded into one common
 * prefix. What is below a common prefix is never read: the scan seeks past it, so a
 * page costs as many seeks as it has entries, however many objects they stand for.
 *
 * A page token holds the position of the next entry, as the bytes of a name, for
 * versions followed by a generation.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/list
 */
export interface ListOptions {
  bucket: string;
  /** Which generations: the live ones, live and noncurrent, or the soft-deleted. */
  of: 'live' | 'versions' | 'deleted';
  prefix: string;
  delimiter?: string | undefined;
  /** Also list an object whose name ends in its only delimiter, besides its common prefix. */
  includeTrailingDelimiter?: boolean;
  startOffset?: string | undefined;
  endOffset?: string | undefined;
  /** Which names are listed, and which common prefixes. */
  matches?: ((name: string) => boolean) | undefined;
  /** Which objects are listed; common prefixes are listed regardless. */
  filter?: ((object: ObjectRecord) => boolean) | undefined;
  maxResults: number;
  pageToken?: string | undefined;
}

export interface ListPage {
  items: ObjectRecord[];
  prefixes: string[];
  nextPageToken?: string;
}

/**
 * A page ends after so many entries that a pattern or a filter leaves out, whether or not it
 * is full (as on GCS, it can even be empty): nothing else is served meanwhile.
 */
const MAX_UNLISTED = 10_000;

/** One page of a listing. */
export function listObjects(state: StorageState, options: ListOptions): ListPage {
  const prefix = Buffer.from(options.prefix);
  const delimiter = Buffer.from(options.delimiter ?? '');
  const end = options.endOffset === undefined ? undefined : Buffer.from(options.endOffset);
  const page: ListPage = { items: [], prefixes: [] };
  let room = options.maxResults;
  let unlisted = 0;
  let entries = generations(state, options, startOf(options, prefix));
  try {
    for (;;) {
      const { value: entry, done } = entries.next();
      if (done || !startsWith(entry.name, prefix)) return page;
      if (end && Buffer.compare(entry.name, end) >= 0) return page;
      const at = delimiter.length === 0 ? -1 : entry.name.indexOf(delimiter, prefix.length);
      const common = at === -1 ? undefined : entry.name.subarray(0, at + delimiter.length);
      const isListed = !options.matches || options.matches((common ?? entry.name).toString());
      const isItem =
        common === undefined ||
        (options.includeTrailingDelimiter === true && entry.name.equals(common));
      const item = isListed && isItem && (options.filter?.(entry.record) ?? true);
      const shown = item || (isListed && common !== undefined);
      if (shown ? room === 0 : unlisted === MAX_UNLISTED) {
        page.nextPageToken = encodePageToken(positionOf(entry, options.of));
        return page;
      }
      if (shown) room--;
      else unlisted++;
      if (item) page.items.push(entry.record);
      if (common === undefined) continue;
      if (isListed) page.prefixes.push(common.toString());
      entries.return(undefined);
      entries = generations(state, options, { name: afterPrefix(common) });
    }
  } finally {
    entries.return(undefined);
  }
}

interface Entry {
  name: Buffer;
  record: ObjectRecord;
}

const MAX_NAME = 1024;

/** Where a scan begins: at a name, or at one generation of it. */
interface Position {
  name: Buffer;
  generation?: Buffer;
}

function startOf(options: ListOptions, prefix: Buffer): Position {
  const { name, generation } = latest(options, prefix);
  // Names have at most 1024 bytes: a longer start means the same cut to one byte more, and
  // stays within the length of a key.
  if (name.length > MAX_NAME) return { name: name.subarray(0, MAX_NAME + 1) };
  return generation === undefined ? { name } : { name, generation };
}

function latest(options: ListOptions, prefix: Buffer): Position {
  const starts: Position[] = [{ name: prefix }];
  if (options.startOffset !== undefined) starts.push({ name: Buffer.from(options.startOffset) });
  const resumeAt = decodePageToken(options.pageToken);
  if (resumeAt) starts.push(parsePosition(resumeAt, options.of));
  return starts.reduce((a, b) => (Buffer.compare(b.name, a.name) >= 0 ? b : a));
}

function positionOf({ name, record }: Entry, of: ListOptions['of']): Buffer {
  return of === 'live' ? name : Buffer.concat([name, Buffer.of(0), u64(record.generation)]);
}

function parsePosition(bytes: Buffer, of: ListOptions['of']): Position {
  if (of === 'live' || bytes.length < VERSION_SUFFIX) return { name: bytes };
  return {
    name: bytes.subarray(0, -VERSION_SUFFIX),
    generation: bytes.subarray(1 - VERSION_SUFFIX),
  };
}

function generations(
  state: StorageState,
  options: ListOptions,
  from: Position,
): Generator<Entry, undefined> {
  const { bucket, of } = options;
  if (of === 'live') return scan(state.live, bucket, 0, from);
  if (of === 'deleted') {
    const time = now(state);
    return keep(scan(state.deleted, bucket, VERSION_SUFFIX, from), (r) => !isExpired(r, time));
  }
  const older = scan(state.noncurrent, bucket, VERSION_SUFFIX, from);
  return merge(older, scan(state.live, bucket, 0, from), from);
}

/** The entries of one table from a position on; `suffix` bytes of each key follow the name. */
function* scan(
  table: Table<ObjectRecord>,
  bucket: string,
  suffix: number,
  from: Position,
): Generator<Entry, undefined> {
  const prefix = objectPrefix(bucket);
  const exact = suffix > 0 && from.generation ? [Buffer.of(0), from.generation] : [];
  const start = Buffer.concat([prefix, from.name, ...exact]);
  for (const { key, value } of table.range(start, afterPrefix(prefix))) {
    yield { name: key.subarray(prefix.length, key.length - suffix), record: value };
  }
  return undefined;
}

function* keep(
  entries: Generator<Entry, undefined>,
  wanted: (record: ObjectRecord) => boolean,
): Generator<Entry, undefined> {
  for (const entry of entries) if (wanted(entry.record)) yield entry;
  return undefined;
}

/** Both streams in the order of names and then generations. */
function* merge(
  older: Generator<Entry, undefined>,
  live: Generator<Entry, undefined>,
  from: Position,
): Generator<Entry, undefined> {
  try {
    let a = older.next().value;
    let b = live.next().value;
    // The live table has no generations to seek by, so its first entry may be too early.
    if (b && from.generation && b.name.equals(from.name) && isBefore(b, from.generation)) {
      b = live.next().value;
    }
    while (a || b) {
      if (a && (!b || isOrdered(a, b))) {
        yield a;
        a = older.next().value;
      } else if (b) {
        yield b;
        b = live.next().value;
      }
    }
  } finally {
    older.return(undefined);
    live.return(undefined);
  }
  return undefined;
}

function isBefore(entry: Entry, generation: Buffer): boolean {
  return Buffer.compare(u64(entry.record.generation), generation) < 0;
}

function isOrdered(a: Entry, b: Entry): boolean {
  const byName = Buffer.compare(a.name, b.name);
  return byName === 0 ? a.record.generation < b.record.generation : byName < 0;
}

const startsWith = (name: Buffer, prefix: Buffer): boolean =>
  name.length >= prefix.length && name.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
