import type { FastifyRequest } from 'fastify';
import { invalid } from '../../wire/errors.ts';
import { flag, type Query } from '../../wire/query.ts';
import { hasUniformAccess, refuseIfUniform } from '../access/bucket-rules.ts';
import { objectOwner } from '../access/entities.ts';
import { ownerFor } from '../access/members.ts';
import { newObjectAcl } from '../access/object-access.ts';
import { requireOnObject } from '../access/permissions.ts';
import { requireDeletedObject } from '../deleted-objects.ts';
import { makeLive, requireAttachable, requireReplacing } from '../objects.ts';
import { checkWrite, parsePreconditions, requireGeneration } from '../preconditions.ts';
import { type ObjectRecord, objectKey } from '../records.ts';
import { refuseIfKept } from '../retention/kept.ts';
import { addBytes, nextGeneration, noSuchObject, now, type StorageState } from '../state.ts';
import { continuation } from './move.ts';

/**
 * Makes a copy of a soft-deleted generation the live one, with its metadata, and with its
 * ACL if `copySourceAcl` says so, otherwise with the bucket's default. The
 * generation itself stays where it is until its time is up, and can be restored again.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/restore
 */
export async function restoreObject(
  state: StorageState,
  request: FastifyRequest,
  bucketName: string,
  name: string,
  query: Query,
): Promise<ObjectRecord> {
  const preconditions = parsePreconditions(query);
  const generation = requireGeneration(query);
  const copySourceAcl = flag(query, 'copySourceAcl');
  const find = () => {
    const found = requireDeletedObject(state, bucketName, name, generation);
    if (found.bucket.softDeleteSeconds === 0) {
      throw invalid('bucket soft delete policy must be set.');
    }
    return found;
  };
  const { bucket, object } = find();
  const { body, size, crc32c, md5 = '' } = object;
  if (copySourceAcl && !hasUniformAccess(bucket)) {
    requireOnObject(state, request, 'storage.objects.setIamPolicy', { bucket: bucketName, name });
  }
  const owner = ownerFor(state.identity.callerOf(request), state);
  const replaced = () => {
    const previous = state.live.get(objectKey(bucketName, name));
    checkWrite(preconditions, previous);
    if (previous) requireReplacing(state, request, previous);
    return previous;
  };
  replaced();
  const copy = await state.bodies.duplicate(body, { size, crc32c, md5 });
  if (copy === undefined) throw noSuchObject(bucketName, name, generation);
  return state.bodies.commit(copy, () => {
    const { bucket, object: source } = find();
    if (copySourceAcl) refuseIfUniform(bucket, 'insertObjectAcl');
    const { acl: sourceAcl, owner: _, ...kept } = source;
    const byDefault = () => newObjectAcl(state, bucket, undefined, objectOwner(state, owner));
    const acl = copySourceAcl ? sourceAcl : byDefault();
    const previous = replaced();
    const time = now(state);
    if (previous) refuseIfKept(bucket, previous, time, bucket.versioning === true);
    requireAttachable(state, copy);
    const restored = nextGeneration(state);
    const object = {
      ...kept,
      ...(owner === undefined ? {} : { owner }),
      ...(acl === undefined ? {} : { acl }),
    };
    const record = continuation(object, {
      name,
      generation: restored,
      time,
      body: state.bodies.attach(copy, restored),
    });
    addBytes(state, record.size);
    makeLive(state, bucket, record, previous);
    return record;
  });
}
