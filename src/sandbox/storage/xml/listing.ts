import type { FastifyRequest } from 'fastify';
import { afterPrefix, u64 } from '../../disk/store.ts';
import { encodePageToken } from '../../wire/paging.ts';
import { flag, int64, type Query, queryOf } from '../../wire/query.ts';
import { type ListPage, listObjects } from '../listing.ts';
import type { ObjectRecord } from '../records.ts';
import { findObject, requireBucket, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { isAmazons } from './dialect.ts';
import { entityTag } from './entity-tag.ts';
import { xmlError } from './errors.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { LISTING_NAMESPACE, type XmlElement } from './write.ts';

/**
 * Listing a bucket: version 1 goes on behind a name (`marker`), version 2
 * (`list-type=2`) behind a token, and `versions` shows every generation and goes on
 * behind a name and a generation.
 *
 * https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export const listBucket: XmlHandler = async (state, request, reply) => {
  const { bucket } = targetOf(request);
  const query = queryOf(request);
  requireBucket(state, bucket);
  const listing: Listing = {
    state,
    request,
    bucket,
    query,
    max: maxKeys(query['max-keys']),
    encode: nameEncoder(query),
  };
  const elements =
    query['versions'] !== undefined
      ? listVersions(listing)
      : query['list-type'] === '2'
        ? listByToken(listing)
        : listByMarker(listing);
  return sendXml(reply, 'ListBucketResult', elements, LISTING_NAMESPACE);
};

interface Listing {
  state: StorageState;
  request: FastifyRequest;
  bucket: string;
  query: Query;
  max: number;
  encode: (name: string) => string;
}

function listByMarker(listing: Listing): XmlElement[] {
  const { query, encode } = listing;
  const marker = query['marker'] ?? '';
  const page = readPage(listing, 'live', marker === '' ? undefined : after(marker, query));
  return [
    ...head(listing),
    ['Marker', encode(marker)],
    ['NextMarker', page.nextPageToken === undefined ? undefined : encode(lastOf(page))],
    ['MaxKeys', listing.max],
    ['IsTruncated', page.nextPageToken !== undefined],
    ...page.items.map((item): XmlElement => ['Contents', entry(item, encode)]),
    ...commonPrefixes(page, encode),
  ];
}

function listByToken(listing: Listing): XmlElement[] {
  const { query, encode } = listing;
  const startAfter = query['start-after'];
  const token = query['continuation-token'];
  const from = token ?? (startAfter ? after(startAfter, query) : undefined);
  const page = readPage(listing, 'live', from);
  const owner = flag(query, 'fetch-owner') ? ownerOf(listing.state) : undefined;
  return [
    ...head(listing),
    ['StartAfter', startAfter === undefined ? undefined : encode(startAfter)],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.nextPageToken],
    ['KeyCount', page.items.length + page.prefixes.length],
    ['MaxKeys', listing.max],
    ['IsTruncated', page.nextPageToken !== undefined],
    ...page.items.map(
      (item): XmlElement => ['Contents', [...entry(item, encode), ['Owner', owner]]],
    ),
    ...commonPrefixes(page, encode),
  ];
}

function listVersions(listing: Listing): XmlElement[] {
  const { query, encode, state, bucket } = listing;
  const marker = query['marker'] ?? query['key-marker'] ?? '';
  const generation = int64(query, 'generation-marker') ?? int64(query, 'version-id-marker');
  const from =
    generation === undefined
      ? after(marker, query)
      : encodePageToken(Buffer.concat([Buffer.from(`${marker}\0`), u64(generation + 1)]));
  const page = readPage(listing, 'versions', marker === '' ? undefined : from);
  const amazons = isAmazons(listing.request);
  const next = page.nextPageToken === undefined ? undefined : lastOf(page);
  const last = page.items.at(-1);
  const nextGeneration = next !== undefined && next === last?.name ? last.generation : undefined;
  const live = (item: ObjectRecord) =>
    item.timeDeleted === undefined &&
    findObject(state, bucket, item.name)?.generation === item.generation;
  return [
    ...head(listing),
    [amazons ? 'KeyMarker' : 'Marker', encode(marker)],
    [amazons ? 'NextKeyMarker' : 'NextMarker', next === undefined ? undefined : encode(next)],
    [amazons ? 'NextVersionIdMarker' : 'NextGenerationMarker', nextGeneration],
    ['MaxKeys', listing.max],
    ['IsTruncated', next !== undefined],
    ...page.items.map(
      (item): XmlElement => [
        'Version',
        [
          ...entry(item, encode),
          ['VersionId', amazons ? item.generation : undefined],
          ['IsLatest', live(item)],
          ['Owner', ownerOf(state)],
        ],
      ],
    ),
    ...commonPrefixes(page, encode),
  ];
}

function readPage(listing: Listing, of: 'live' | 'versions', pageToken?: string): ListPage {
  const { state, bucket, query, max } = listing;
  if (max === 0) return { items: [], prefixes: [] };
  return listObjects(state, {
    bucket,
    of,
    prefix: query['prefix'] ?? '',
    delimiter: query['delimiter'],
    maxResults: max,
    pageToken,
  });
}

/** The position behind a name; behind all that a common prefix stands for, if it is one. */
function after(marker: string, query: Query): string {
  const name = Buffer.from(marker);
  const { delimiter = '', prefix = '' } = query;
  const isCommonPrefix =
    delimiter !== '' &&
    marker.startsWith(prefix) &&
    marker.indexOf(delimiter, prefix.length) === marker.length - delimiter.length &&
    marker.length >= prefix.length + delimiter.length;
  return encodePageToken(isCommonPrefix ? afterPrefix(name) : Buffer.concat([name, Buffer.of(0)]));
}

/** The greatest name or common prefix of a page. */
function lastOf(page: ListPage): string {
  const item = page.items.at(-1)?.name ?? '';
  const prefix = page.prefixes.at(-1) ?? '';
  return Buffer.compare(Buffer.from(item), Buffer.from(prefix)) > 0 ? item : prefix;
}

function head({ bucket, query, encode }: Listing): XmlElement[] {
  return [
    ['Name', bucket],
    ['Prefix', encode(query['prefix'] ?? '')],
    ['Delimiter', query['delimiter'] ? encode(query['delimiter']) : undefined],
    ['EncodingType', query['encoding-type'] === 'url' ? 'url' : undefined],
  ];
}

function entry(item: ObjectRecord, encode: (name: string) => string): XmlElement[] {
  return [
    ['Key', encode(item.name)],
    ['Generation', item.generation],
    ['MetaGeneration', item.metageneration],
    ['LastModified', new Date(item.updated).toISOString()],
    ['ETag', entityTag(item)],
    ['Size', item.size],
    ['StorageClass', item.storageClass],
  ];
}

function commonPrefixes(page: ListPage, encode: (name: string) => string): XmlElement[] {
  return page.prefixes.map((prefix) => ['CommonPrefixes', [['Prefix', encode(prefix)]]]);
}

/** Everything here is the project's. */
export function ownerOf(state: StorageState): XmlElement[] {
  return [
    ['ID', state.projectNumber],
    ['DisplayName', state.projectId],
  ];
}

/** `encoding-type=url`: names can hold characters that XML cannot. */
export function nameEncoder(query: Query): (name: string) => string {
  const type = query['encoding-type'];
  if (type === undefined || type === '') return (name) => name;
  if (type !== 'url') throw xmlError(400, 'InvalidArgument', `Invalid encoding type: ${type}`);
  return (name) => encodeURIComponent(name).replaceAll('%2F', '/');
}

/** `max-keys` and its like: at most a thousand a page. */
export function maxKeys(text: string | undefined): number {
  if (text === undefined || text === '') return 1000;
  if (!/^\d{1,10}$/.test(text)) throw xmlError(400, 'InvalidArgument', `Invalid max-keys: ${text}`);
  return Math.min(Number(text), 1000);
}
