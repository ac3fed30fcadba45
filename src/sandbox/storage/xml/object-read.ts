import type { FastifyRequest } from 'fastify';
import { headerOf, toHeader } from '../../wire/header-text.ts';
import { int64, queryOf } from '../../wire/query.ts';
import { sweepDeletedObjects } from '../deleted-objects.ts';
import { sendMedia } from '../download.ts';
import { deleteObject } from '../objects.ts';
import type { ObjectRecord } from '../records.ts';
import { requireObject } from '../state.ts';
import { targetOf } from './address.ts';
import { isAmazons, metadataHeaders } from './dialect.ts';
import { checkReadConditions, entityTag, headerPreconditions } from './entity-tag.ts';
import type { XmlHandler } from './reply.ts';

/** https://cloud.google.com/storage/docs/xml-api/get-object and head-object */
export const getObject: XmlHandler = (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  const generation = generationOf(request);
  const find = () => {
    const record = requireObject(state, bucket, object, generation);
    checkReadConditions(request, record);
    return record;
  };
  return sendMedia(state, request, reply, find, (record) => readHeaders(request, record));
};

/** https://cloud.google.com/storage/docs/xml-api/delete-object */
export const removeObject: XmlHandler = async (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  const options = {
    generation: generationOf(request),
    preconditions: headerPreconditions(request),
  };
  await state.store.write(() => deleteObject(state, bucket, object, options));
  await sweepDeletedObjects(state);
  return reply.code(204).send();
};

/** The generation asked for: `generation`, or `versionId` as Amazon's clients call it. */
export function generationOf(request: FastifyRequest): number | undefined {
  const query = queryOf(request);
  return int64(query, 'generation') ?? int64(query, 'versionId');
}

/** What the XML API's headers have besides those of the JSON API's downloads. */
function readHeaders(request: FastifyRequest, record: ObjectRecord): Record<string, string> {
  const { metadata, customTime } = record.attributes;
  return {
    etag: entityTag(record),
    ...(record.componentCount === undefined
      ? {}
      : { 'x-goog-component-count': String(record.componentCount) }),
    ...(customTime === undefined ? {} : { 'x-goog-custom-time': customTime }),
    ...(metadata === undefined ? {} : metadataHeaders(request, metadata)),
    ...amazonHeaders(request, record),
    ...overrides(request),
  };
}

function amazonHeaders(request: FastifyRequest, record: ObjectRecord): Record<string, string> {
  if (!isAmazons(request)) return {};
  const wantsChecksum =
    headerOf(request, 'x-amz-checksum-mode') === 'ENABLED' && request.headers.range === undefined;
  return {
    'x-amz-version-id': String(record.generation),
    'x-amz-storage-class': record.storageClass,
    ...(wantsChecksum ? { 'x-amz-checksum-crc32c': record.crc32c } : {}),
  };
}

/** `response-content-disposition` and its like: what the answer's headers shall be instead. */
function overrides(request: FastifyRequest): Record<string, string> {
  if (!request.originalUrl.includes('response-')) return {};
  const query = queryOf(request);
  const headers: Record<string, string> = {};
  for (const name of OVERRIDABLE) {
    const value = query[`response-${name}`];
    if (value !== undefined && value !== '') headers[name] = toHeader(value);
  }
  return headers;
}

const OVERRIDABLE = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
