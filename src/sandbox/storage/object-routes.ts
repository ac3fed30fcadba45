import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { invalid } from '../wire/errors.ts';
import { parseMaxResults } from '../wire/paging.ts';
import { flag, int64, paramsOf, type Query, queryOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { baseUrl } from '../wire/urls.ts';
import { hasUniformAccess } from './access/bucket-rules.ts';
import { objectOwner } from './access/entities.ts';
import { changedObjectAcl, readObjectAccess } from './access/object-access.ts';
import { requireOnObject } from './access/permissions.ts';
import { readProjection } from './access/projection.ts';
import {
  attributesOf,
  keepCustomTime,
  mergeAttributes,
  parseObjectMetadata,
} from './attributes.ts';
import { changeContexts, contextFilter, contextVerbs } from './contexts.ts';
import { checkKey, customerKey } from './customer-keys.ts';
import { requireDeletedObject, sweepDeletedObjects } from './deleted-objects.ts';
import { sendMedia } from './download.ts';
import { objectEtag } from './etag.ts';
import { globMatcher } from './glob.ts';
import { type ListOptions, listObjects } from './listing.ts';
import { changeObject, deleteObject } from './objects.ts';
import {
  checkEtag,
  checkRead,
  checkWrite,
  parsePreconditions,
  requireGeneration,
} from './preconditions.ts';
import type { ObjectRecord } from './records.ts';
import { presentObject, showObject } from './representation.ts';
import { changeRetention } from './retention/object-retention.ts';
import { type Located, locateObject, now, requireBucket, type StorageState } from './state.ts';

const OBJECT = '/storage/v1/b/:bucket/o/:object';

/** https://cloud.google.com/storage/docs/json_api/v1/objects */
export function objectRoutes(app: FastifyInstance, state: StorageState): void {
  app.get('/storage/v1/b/:bucket/o', apiMethod('storage.objects.list'), async (request, reply) => {
    const { bucket } = paramsOf<'bucket'>(request);
    const query = queryOf(request);
    const options = listOptions(bucket, query);
    const isFull = readProjection(query, 'noAcl') === 'full';
    const accessFor = isFull ? { state, request } : undefined;
    const context = { bucket: requireBucket(state, bucket), accessFor };
    if (options.of === 'deleted') while (await sweepDeletedObjects(state));
    const { items, prefixes, nextPageToken } = listObjects(state, options);
    const base = baseUrl(request);
    return sendJson(request, reply, {
      kind: 'storage#objects',
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      ...(prefixes.length > 0 ? { prefixes } : {}),
      ...(items.length > 0 ? { items: items.map((item) => showObject(item, base, context)) } : {}),
    });
  });

  app.get(OBJECT, apiMethod('storage.objects.get'), async (request, reply) => {
    const query = queryOf(request);
    if (query['alt'] === 'media') {
      return sendMedia(state, request, reply, () => readBytesOf(state, request, query));
    }
    const isFull = readProjection(query, 'noAcl') === 'full';
    const accessFor = isFull ? { state, request } : undefined;
    const key = customerKey(request.headers);
    const { bucket, object } = readObject(state, request, query);
    if (key !== undefined) checkKey(object, key);
    reply.header('etag', objectEtag(object.generation, object.metageneration));
    return sendJson(
      request,
      reply,
      showObject(object, baseUrl(request), { bucket, key, accessFor }),
    );
  });

  app.get(`/download${OBJECT}`, apiMethod('storage.objects.get'), (request, reply) =>
    sendMedia(state, request, reply, () => readBytesOf(state, request, queryOf(request))),
  );

  app.patch(OBJECT, apiMethod('storage.objects.patch'), (request, reply) =>
    change(state, request, reply, false),
  );
  app.put(OBJECT, apiMethod('storage.objects.update'), (request, reply) =>
    change(state, request, reply, true),
  );

  app.delete(OBJECT, apiMethod('storage.objects.delete'), async (request, reply) => {
    const { bucket, object } = paramsOf<'bucket' | 'object'>(request);
    const query = queryOf(request);
    const options = {
      generation: int64(query, 'generation'),
      preconditions: parsePreconditions(query),
    };
    await state.store.write(() => deleteObject(state, bucket, object, options));
    await sweepDeletedObjects(state);
    return reply.code(204).send();
  });
}

/** The generation whose bytes are asked for: those of soft-deleted ones cannot be read. */
function readBytesOf(state: StorageState, request: FastifyRequest, query: Query): ObjectRecord {
  return readObject(state, request, { ...query, softDeleted: undefined }).object;
}

/** The generation a read asks for, its preconditions checked. */
function readObject(state: StorageState, request: FastifyRequest, query: Query): Located {
  const { bucket, object } = paramsOf<'bucket' | 'object'>(request);
  const found = flag(query, 'softDeleted')
    ? requireDeletedObject(state, bucket, object, requireGeneration(query))
    : locateObject(state, bucket, object, int64(query, 'generation'));
  checkRead(parsePreconditions(query), found.object);
  const { generation, metageneration } = found.object;
  checkEtag(request.headers, () => objectEtag(generation, metageneration));
  return found;
}

async function change(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  replace: boolean,
): Promise<FastifyReply> {
  const { bucket: bucketName, object } = paramsOf<'bucket' | 'object'>(request);
  const query = queryOf(request);
  const generation = int64(query, 'generation');
  const preconditions = parsePreconditions(query);
  const override = flag(query, 'overrideUnlockedRetention');
  const projection = readProjection(query, 'full');
  const metadata = parseObjectMetadata(await readJson(request));
  const access = readObjectAccess(state, query, 'predefinedAcl', metadata.acl);
  const changed = await state.store.write(() => {
    const { bucket, object: current } = locateObject(state, bucketName, object, generation);
    checkWrite(preconditions, current);
    refuseOtherClass(current, metadata.storageClass);
    const time = now(state);
    const merged = replace ? attributesOf(metadata) : mergeAttributes(current.attributes, metadata);
    const attributes = keepCustomTime(current.attributes, merged);
    const given = replace ? (metadata.retention ?? null) : metadata.retention;
    const retention = changeRetention(bucket, current.retention, given, {
      override,
      eventBasedHold: attributes.eventBasedHold,
      time,
    });
    const contexts = changeContexts(current.contexts, metadata.contexts, { replace, time });
    const place = { bucket: bucketName, name: object };
    const ask = (verb: string) => requireOnObject(state, request, `storage.objects.${verb}`, place);
    const concernsRetention = metadata.retention !== undefined || (replace && current.retention);
    if (concernsRetention) ask('setRetention');
    if (override) ask('overrideUnlockedRetention');
    for (const verb of contextVerbs(current.contexts, contexts)) ask(verb);
    if (access && !hasUniformAccess(bucket)) ask('setIamPolicy');
    const owner = objectOwner(state, current.owner);
    const acl = access && changedObjectAcl(state, bucket, access, owner);
    return changeObject(state, current, { attributes, retention, contexts, acl });
  });
  return sendJson(request, reply, presentObject(state, request, changed, { projection }));
}

/** An update may send back the class that it read. */
function refuseOtherClass(current: ObjectRecord, given: string | null | undefined): void {
  if (given === undefined || given === null) return;
  if (given === current.storageClass) return;
  throw invalid(
    'An existing object changes its storage class by being rewritten (objects.rewrite).',
  );
}

function listOptions(bucket: string, query: Query): ListOptions {
  const softDeleted = flag(query, 'softDeleted');
  const versions = flag(query, 'versions');
  if (softDeleted && versions) {
    throw invalid('Listing soft-deleted objects and listing versions exclude each other.');
  }
  const { matchGlob, delimiter, filter } = query;
  if (matchGlob && delimiter && delimiter !== '/') {
    throw invalid('The only delimiter that can be combined with matchGlob is "/".');
  }
  // There are no folders apart from objects, so this adds nothing.
  flag(query, 'includeFoldersAsPrefixes');
  return {
    bucket,
    of: softDeleted ? 'deleted' : versions ? 'versions' : 'live',
    prefix: query['prefix'] ?? '',
    delimiter,
    includeTrailingDelimiter: flag(query, 'includeTrailingDelimiter'),
    startOffset: query['startOffset'],
    endOffset: query['endOffset'] === '' ? undefined : query['endOffset'],
    matches: matchGlob ? globMatcher(matchGlob) : undefined,
    filter: filter ? contextFilter(filter) : undefined,
    maxResults: parseMaxResults(query['maxResults']),
    pageToken: query['pageToken'],
  };
}
