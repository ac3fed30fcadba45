import type { FastifyRequest } from 'fastify';
import type { PendingBody } from '../disk/bodies.ts';
import type { Table } from '../disk/store.ts';
import { ApiError } from '../wire/errors.ts';
import { type AclEntry, objectOwner } from './access/entities.ts';
import { newObjectAcl, type ObjectAccess } from './access/object-access.ts';
import { requireOnObject } from './access/permissions.ts';
import { newContexts, type ObjectContexts } from './contexts.ts';
import { forgetObject, softDelete } from './deleted-objects.ts';
import { announce } from './events/object-events.ts';
import { checkWrite, type Preconditions } from './preconditions.ts';
import {
  type BucketRecord,
  type ObjectAttributes,
  type ObjectRecord,
  objectKey,
  versionKey,
} from './records.ts';
import { refuseIfKept } from './retention/kept.ts';
import { newRetention, type ObjectRetention } from './retention/object-retention.ts';
import type { ObjectMetadata } from './schema.ts';
import {
  addBytes,
  findObject,
  nextGeneration,
  noSuchObject,
  now,
  requireBucket,
  type StorageState,
} from './state.ts';

/*
 * What happens to an object's generations.
 *
 * A write makes a new generation live. What becomes of the one it replaces (or of one
 * that is deleted) depends on the bucket:
 *   - versioning on: it becomes noncurrent and can be read by its generation;
 *   - otherwise, soft delete on (the default, seven days): it is kept out of sight and
 *     listed by `softDeleted=true` until its time is up;
 *   - otherwise it is gone.
 * Deleting a generation by number never makes it noncurrent: that is how versions are
 * disposed of. https://cloud.google.com/storage/docs/object-versioning
 *
 * Every function here runs inside Store.write and refuses before it writes.
 */

export interface NewObject {
  bucket: string;
  name: string;
  body: PendingBody;
  attributes: ObjectAttributes;
  /** Absent: the bucket's. */
  storageClass?: string | null | undefined;
  componentCount?: number;
  multipartMd5?: string;
  /** Of the customer's key that the body is encrypted with. */
  keySha256?: string | undefined;
  /** The values of its contexts. */
  contexts?: Record<string, string> | undefined;
  /** The retention that was asked for. */
  retention?: ObjectMetadata['retention'];
  /** The ACL that was asked for; absent: the bucket's default. */
  access?: ObjectAccess | undefined;
  /** Who writes it, as ACLs name him. */
  owner?: string | undefined;
  preconditions: Preconditions;
}

/**
 * Inside a change: makes a received body the live generation of an object.
 * @param request whose sender needs to be allowed to delete the one that is replaced
 */
export function commitObject(
  state: StorageState,
  request: FastifyRequest,
  incoming: NewObject,
): ObjectRecord {
  const { bucket: bucketName, name, body, owner } = incoming;
  const bucket = requireBucket(state, bucketName);
  const key = objectKey(bucketName, name);
  const previous = state.live.get(key);
  checkWrite(incoming.preconditions, previous);
  if (previous) requireReplacing(state, request, previous);
  const archives = bucket.versioning === true;
  const time = now(state);
  if (previous) refuseIfKept(bucket, previous, time, archives);
  const attributes = withDefaultHold(bucket, incoming.attributes);
  const { eventBasedHold } = attributes;
  const retention = newRetention(bucket, incoming.retention, eventBasedHold, time);
  const acl = newObjectAcl(state, bucket, incoming.access, objectOwner(state, owner));
  const contexts = newContexts(incoming.contexts, time);
  requireAttachable(state, body);

  const generation = nextGeneration(state);
  const record: ObjectRecord = {
    bucket: bucketName,
    name,
    generation,
    metageneration: 1,
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
    size: body.size,
    crc32c: body.crc32c,
    storageClass: incoming.storageClass ?? bucket.storageClass,
    body: state.bodies.attach(body, generation),
    attributes,
    ...(contexts === undefined ? {} : { contexts }),
    ...(retention === undefined ? {} : { retention }),
    ...(owner === undefined ? {} : { owner }),
    ...(acl === undefined ? {} : { acl }),
    ...(incoming.componentCount === undefined
      ? { md5: body.md5 }
      : { componentCount: incoming.componentCount }),
    ...(incoming.multipartMd5 === undefined ? {} : { multipartMd5: incoming.multipartMd5 }),
    ...(incoming.keySha256 === undefined ? {} : { keySha256: incoming.keySha256 }),
  };
  addBytes(state, record.size);
  makeLive(state, bucket, record, previous);
  return record;
}

/** Whoever puts an object in the place of another needs to be allowed to delete that. */
export function requireReplacing(
  state: StorageState,
  request: FastifyRequest,
  { bucket, name }: ObjectRecord,
): void {
  requireOnObject(state, request, 'storage.objects.delete', { bucket, name });
}

/** Inside a change: refuses to go on with a body that a reset has taken away. */
export function requireAttachable(state: StorageState, body: PendingBody): void {
  if (state.bodies.isAttachable(body)) return;
  throw new ApiError(503, 'backendError', 'The sandbox was reset during the upload.');
}

/** Inside a change: a new generation takes the place of the live one, if there is one. */
export function makeLive(
  state: StorageState,
  bucket: BucketRecord,
  record: ObjectRecord,
  previous: ObjectRecord | undefined,
): void {
  const { generation } = record;
  if (previous) retire(state, bucket, previous, bucket.versioning === true, generation);
  state.live.put(objectKey(record.bucket, record.name), record);
  announce(state, { kind: 'finalized', object: record, overwrote: previous?.generation });
}

/** Inside a change: deletes the live object, or one generation for good. */
export function deleteObject(
  state: StorageState,
  bucketName: string,
  name: string,
  options: { generation?: number | undefined; preconditions: Preconditions },
): void {
  const bucket = requireBucket(state, bucketName);
  const { generation, preconditions } = options;
  const record = findObject(state, bucketName, name, generation);
  if (!record) throw noSuchObject(bucketName, name, generation);
  checkWrite(preconditions, record);
  const archives = bucket.versioning === true && generation === undefined;
  refuseIfKept(bucket, record, now(state), archives);

  const { table, key } = placeOf(state, record);
  table.remove(key);
  retire(state, bucket, record, archives);
}

/** Inside a change: takes a generation away that nothing keeps, not even soft delete. */
export function eraseObject(state: StorageState, record: ObjectRecord): void {
  const { table, key } = placeOf(state, record);
  table.remove(key);
  forgetObject(state, record);
  announce(state, { kind: 'deleted', object: record });
}

/** Inside a change: changes what is given. */
export function changeObject(
  state: StorageState,
  record: ObjectRecord,
  change: {
    attributes?: ObjectAttributes;
    acl?: AclEntry[] | undefined;
    /** What remains of its retention; undefined removes it, absence keeps it. */
    retention?: ObjectRetention | undefined;
    /** Likewise its contexts. */
    contexts?: ObjectContexts | undefined;
  },
): ObjectRecord {
  const { retention: _, contexts: __, ...kept } = record;
  const { retention, contexts } = { ...record, ...change };
  const { attributes = record.attributes, acl } = change;
  const changed: ObjectRecord = {
    ...kept,
    ...(retention === undefined ? {} : { retention }),
    ...(contexts === undefined ? {} : { contexts }),
    ...(acl === undefined ? {} : { acl }),
    attributes,
  };
  if (record.attributes.eventBasedHold && !attributes.eventBasedHold) {
    changed.heldUntil = now(state);
  }
  return saveObject(state, changed);
}

/** Inside a change: stores a live or noncurrent generation that was changed, and tells of it. */
export function saveObject(state: StorageState, object: ObjectRecord): ObjectRecord {
  const changed = { ...object, metageneration: object.metageneration + 1, updated: now(state) };
  const { table, key } = placeOf(state, object);
  table.put(key, changed);
  announce(state, { kind: 'metadataUpdated', object: changed });
  return changed;
}

/** Where a generation is that is not soft-deleted: among the live ones or the noncurrent. */
function placeOf(
  state: StorageState,
  { bucket, name, generation, timeDeleted }: ObjectRecord,
): { table: Table<ObjectRecord>; key: Buffer } {
  return timeDeleted === undefined
    ? { table: state.live, key: objectKey(bucket, name) }
    : { table: state.noncurrent, key: versionKey(bucket, name, generation) };
}

/** Takes a generation that is no longer live to where the bucket's rules send it. */
function retire(
  state: StorageState,
  bucket: BucketRecord,
  record: ObjectRecord,
  keepVersion: boolean,
  overwrittenBy?: number,
): void {
  if (keepVersion) {
    const key = versionKey(record.bucket, record.name, record.generation);
    state.noncurrent.put(key, { ...record, timeDeleted: now(state) });
  } else if (bucket.softDeleteSeconds > 0) {
    softDelete(state, bucket, record);
  } else {
    forgetObject(state, record);
  }
  announce(state, { kind: keepVersion ? 'archived' : 'deleted', object: record, overwrittenBy });
}

function withDefaultHold(bucket: BucketRecord, attributes: ObjectAttributes): ObjectAttributes {
  if (!bucket.defaultEventBasedHold || attributes.eventBasedHold !== undefined) return attributes;
  return { ...attributes, eventBasedHold: true };
}
