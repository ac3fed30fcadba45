import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterPrefix } from '../disk/store.ts';
import { apiMethod } from '../wire/api-method.ts';
import { readJson } from '../wire/body.ts';
import { required } from '../wire/errors.ts';
import { decodePageToken, encodePageToken, parseMaxResults } from '../wire/paging.ts';
import { flag, int64, paramsOf, type Query, queryOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { changesAccess, readBucketAccess } from './access/bucket-access.ts';
import { requireBucketCreation, requireOnBucket } from './access/permissions.ts';
import { type Projection, readProjection, readProjectionOfNew } from './access/projection.ts';
import { changeBucket, createBucket, deleteBucket, parseBucketMetadata } from './buckets.ts';
import {
  DELETED_KEY_SUFFIX,
  requireDeletedBucket,
  restoreBucket,
  sweepDeletedBuckets,
} from './deleted-buckets.ts';
import { sweepDeletedObjects } from './deleted-objects.ts';
import { bucketEtag } from './etag.ts';
import { locationType } from './locations.ts';
import { MAX_BUCKET_NAME } from './names.ts';
import { checkEtag, checkRead, parsePreconditions, requireGeneration } from './preconditions.ts';
import type { BucketRecord } from './records.ts';
import { placement, presentBucket } from './representation.ts';
import { lockPolicy } from './retention/policy.ts';
import { noSuchBucket, requireBucket, requireProject, type StorageState } from './state.ts';

/** https://cloud.google.com/storage/docs/json_api/v1/buckets */
export function bucketRoutes(app: FastifyInstance, state: StorageState): void {
  const send = sender(state);

  app.post('/storage/v1/b', apiMethod('storage.buckets.insert'), async (request, reply) => {
    const query = queryOf(request);
    requireProjectOf(state, query);
    const options = {
      objectRetention: flag(query, 'enableObjectRetention'),
      access: readBucketAccess(query),
    };
    const metadata = parseBucketMetadata(await readJson(request));
    const projection = readProjectionOfNew(query, metadata);
    const name = metadata.name ?? '';
    requireBucketCreation(state, request, 'storage.buckets.create', name);
    if (options.objectRetention) {
      requireBucketCreation(state, request, 'storage.buckets.enableObjectRetention', name);
    }
    const bucket = await state.store.write(() => createBucket(state, metadata, options));
    return send(request, reply, bucket, projection);
  });

  app.get('/storage/v1/b', apiMethod('storage.buckets.list'), async (request, reply) => {
    const query = queryOf(request);
    requireProjectOf(state, query);
    if (flag(query, 'softDeleted')) await sweepDeletedBuckets(state);
    return sendJson(request, reply, listBuckets(state, request, query));
  });

  app.get('/storage/v1/b/:bucket', apiMethod('storage.buckets.get'), async (request, reply) => {
    const query = queryOf(request);
    const projection = readProjection(query, 'noAcl');
    const bucket = readBucket(state, paramsOf<'bucket'>(request).bucket, query);
    checkRead(parsePreconditions(query), bucket);
    const etag = bucketEtag(bucket.metageneration);
    checkEtag(request.headers, () => etag);
    reply.header('etag', etag);
    return send(request, reply, bucket, projection);
  });

  const change = (replace: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { bucket: name } = paramsOf<'bucket'>(request);
    const query = queryOf(request);
    const access = readBucketAccess(query);
    const projection = readProjection(query, 'full');
    const preconditions = parsePreconditions(query);
    const metadata = parseBucketMetadata(await readJson(request));
    if (changesAccess(requireBucket(state, name), metadata, access, replace)) {
      requireOnBucket(state, request, 'storage.buckets.setIamPolicy', name);
    }
    const bucket = await state.store.write(() =>
      changeBucket(state, name, metadata, { replace, preconditions, access }),
    );
    return send(request, reply, bucket, projection);
  };
  app.patch('/storage/v1/b/:bucket', apiMethod('storage.buckets.patch'), change(false));
  app.put('/storage/v1/b/:bucket', apiMethod('storage.buckets.update'), change(true));

  app.delete(
    '/storage/v1/b/:bucket',
    apiMethod('storage.buckets.delete'),
    async (request, reply) => {
      const { bucket } = paramsOf<'bucket'>(request);
      const preconditions = parsePreconditions(queryOf(request));
      await state.store.write(() => deleteBucket(state, bucket, preconditions));
      await sweepDeletedBuckets(state);
      return reply.code(204).send();
    },
  );
  bucketActionRoutes(app, state);
}

/** What can be done with a bucket besides what can be done with every resource. */
function bucketActionRoutes(app: FastifyInstance, state: StorageState): void {
  const send = sender(state);

  app.post(
    '/storage/v1/b/:bucket/lockRetentionPolicy',
    apiMethod('storage.buckets.lockRetentionPolicy'),
    async (request, reply) => {
      const { bucket: name } = paramsOf<'bucket'>(request);
      const metageneration = int64(queryOf(request), 'ifMetagenerationMatch');
      if (metageneration === undefined) throw required('ifMetagenerationMatch');
      const bucket = await state.store.write(() => lockPolicy(state, name, metageneration));
      return send(request, reply, bucket, 'full');
    },
  );

  app.post(
    '/storage/v1/b/:bucket/restore',
    apiMethod('storage.buckets.restore'),
    async (request, reply) => {
      const { bucket: name } = paramsOf<'bucket'>(request);
      const query = queryOf(request);
      const generation = requireGeneration(query);
      const projection = readProjection(query, 'full');
      const bucket = await state.store.write(() => restoreBucket(state, name, generation));
      await sweepDeletedObjects(state);
      return send(request, reply, bucket, projection);
    },
  );

  // `gcloud storage rm -r gs://bucket` asks. None can be made here, so there are none.
  app.get(
    '/storage/v1/b/:bucket/managedFolders',
    apiMethod('storage.managedFolders.list'),
    async (request, reply) => {
      requireBucket(state, paramsOf<'bucket'>(request).bucket);
      return sendJson(request, reply, { kind: 'storage#managedFolders' });
    },
  );

  app.get(
    '/storage/v1/b/:bucket/storageLayout',
    apiMethod('storage.buckets.getStorageLayout'),
    async (request, reply) => {
      const bucket = requireBucket(state, paramsOf<'bucket'>(request).bucket);
      return sendJson(request, reply, {
        kind: 'storage#storageLayout',
        bucket: bucket.name,
        location: bucket.location,
        locationType: locationType(bucket),
        customPlacementConfig: placement(bucket),
        hierarchicalNamespace: { enabled: false },
      });
    },
  );
}

/** Answers with a bucket, in a projection of it. */
const sender =
  (state: StorageState) =>
  (request: FastifyRequest, reply: FastifyReply, bucket: BucketRecord, projection: Projection) =>
    sendJson(request, reply, presentBucket(state, request, bucket, projection));

/** No bucket's key is longer, deleted ones' included. */
const MAX_KEY = MAX_BUCKET_NAME + DELETED_KEY_SUFFIX;

/** The bucket that a read asks for: the living one, or a soft-deleted generation. */
function readBucket(state: StorageState, name: string, query: Query): BucketRecord {
  if (flag(query, 'softDeleted')) {
    return requireDeletedBucket(state, name, requireGeneration(query));
  }
  const bucket = requireBucket(state, name);
  const generation = int64(query, 'generation');
  if (generation !== undefined && generation !== bucket.generation) throw noSuchBucket();
  return bucket;
}

/** Buckets belong to a project, and this sandbox is one. */
function requireProjectOf(state: StorageState, { project }: Query): void {
  if (project === undefined || project === '') throw required('project');
  requireProject(state, project);
}

function listBuckets(state: StorageState, request: FastifyRequest, query: Query): object {
  const table = flag(query, 'softDeleted') ? state.deletedBuckets : state.buckets;
  const prefix = Buffer.from(query['prefix'] ?? '').subarray(0, MAX_KEY + 1);
  const start = decodePageToken(query['pageToken'])?.subarray(0, MAX_KEY + 1) ?? prefix;
  const max = parseMaxResults(query['maxResults']);
  const projection = readProjection(query, 'noAcl');
  const items: object[] = [];
  for (const { key, value } of table.range(start, afterPrefix(prefix))) {
    if (items.length === max) {
      return { kind: 'storage#buckets', nextPageToken: encodePageToken(key), items };
    }
    items.push(presentBucket(state, request, value, projection));
  }
  return { kind: 'storage#buckets', ...(items.length > 0 ? { items } : {}) };
}
