import { ApiError } from '../../wire/errors.ts';
import { decodePageToken, encodePageToken } from '../../wire/paging.ts';
import type { Query } from '../../wire/query.ts';
import { invalidField } from '../errors.ts';
import type { Filter } from './filter.ts';

/** What list methods have in common. https://cloud.google.com/compute/docs/api/list-requests */
export interface ListRequest {
  filter: Filter | undefined;
  /** Newest first, instead of by name. */
  newestFirst: boolean;
  maxResults: number;
  /** Where to go on: a key of the table, or how many were shown where they are sorted. */
  pageToken: Buffer | undefined;
}

const MOST = 500;

/** @throws 400 */
export async function readListRequest(query: Query): Promise<ListRequest> {
  const { filter, orderBy = '', maxResults, pageToken } = query;
  return {
    filter: filter === undefined || filter === '' ? undefined : await readFilter(filter),
    newestFirst: readOrder(orderBy),
    maxResults: readMaxResults(maxResults),
    pageToken: decodePageToken(pageToken),
  };
}

/** Loaded when it is needed: its regular expressions are heavy. */
async function readFilter(text: string): Promise<Filter> {
  const { parseFilter } = await import('./filter.ts');
  return parseFilter(text);
}

function readOrder(text: string): boolean {
  if (text === '' || /^name( asc)?$/.test(text)) return false;
  if (text === 'creationTimestamp desc') return true;
  throw invalidField(
    'orderBy',
    text,
    'Sorting is supported by name and by creationTimestamp desc only.',
  );
}

function readMaxResults(text: string | undefined): number {
  if (text === undefined || text === '') return MOST;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= MOST) return value === 0 ? MOST : value;
  const why = `Value must be between 0 and ${MOST}, inclusive.`;
  throw new ApiError(400, 'invalidParameter', `Invalid value for maxResults: '${text}'. ${why}`, {
    location: 'maxResults',
    locationType: 'parameter',
  });
}

export interface Page {
  items: object[];
  nextPageToken?: string;
}

/** Records in the order of their keys, and how each is shown. */
export interface Listed<R> {
  /** @param from the key to begin at; undefined for all */
  records(from: Buffer | undefined): Iterable<R>;
  keyOf(record: R): Buffer;
  show(record: R): Record<string, unknown>;
}

/**
 * One page. By name it costs what is on the page (and what the filter passed over); newest
 * first, everything has to be read and sorted.
 */
export function pageOf<R extends { creationTimestamp: string; id: string }>(
  request: ListRequest,
  listed: Listed<R>,
): Page {
  return request.newestFirst ? sortedPage(request, listed) : keyedPage(request, listed);
}

function keyedPage<R>(
  { filter, maxResults, pageToken }: ListRequest,
  { records, keyOf, show }: Listed<R>,
): Page {
  const items: object[] = [];
  for (const record of records(pageToken)) {
    if (items.length === maxResults && filter === undefined) {
      return { items, nextPageToken: encodePageToken(keyOf(record)) };
    }
    const shown = show(record);
    if (filter !== undefined && !filter(shown)) continue;
    if (items.length === maxResults) {
      return { items, nextPageToken: encodePageToken(keyOf(record)) };
    }
    items.push(shown);
  }
  return { items };
}

function sortedPage<R extends { creationTimestamp: string; id: string }>(
  { filter, maxResults, pageToken }: ListRequest,
  { records, show }: Listed<R>,
): Page {
  const time = (one: R) => Date.parse(one.creationTimestamp);
  const all = [...records(undefined)]
    .sort((a, b) => time(b) - time(a) || (a.id < b.id ? 1 : -1))
    .map(show)
    .filter((shown) => filter === undefined || filter(shown));
  const begin = pageToken === undefined ? 0 : Number(pageToken.toString());
  if (!Number.isSafeInteger(begin)) return { items: [] };
  const end = begin + maxResults;
  const items = all.slice(begin, end);
  if (end >= all.length) return { items };
  return { items, nextPageToken: encodePageToken(Buffer.from(String(end))) };
}
