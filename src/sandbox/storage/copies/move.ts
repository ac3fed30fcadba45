import type { FastifyRequest } from 'fastify';
import { invalid } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import { may, requireOnExisting, requireOnObject } from '../access/permissions.ts';
import { ObjectResource } from '../access/resources.ts';
import { announce } from '../events/object-events.ts';
import { checkObjectName, objectNameFault } from '../names.ts';
import { makeLive, requireReplacing } from '../objects.ts';
import { checkWrite, parsePreconditions } from '../preconditions.ts';
import { type ObjectRecord, objectKey } from '../records.ts';
import { refuseIfKept } from '../retention/kept.ts';
import { nextGeneration, noSuchObject, now, requireBucket, type StorageState } from '../state.ts';

/**
 * Inside a change: gives a live object another name in its bucket, and a new generation.
 * Its bytes stay where they are and belong to the new generation from now on, so nothing
 * of the old name is kept, neither as a noncurrent nor as a soft-deleted generation. An
 * object that had the new name is replaced as by an upload.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/move
 */
export function moveObject(
  state: StorageState,
  request: FastifyRequest,
  { bucket: bucketName, from, to, query }: Move,
): ObjectRecord {
  const bucket = requireBucket(state, bucketName);
  checkObjectName(to);
  if (from === to) throw invalid('The source and destination object names must be different.');
  askFor(state, request, bucketName, from, to);
  const key = objectKey(bucketName, from);
  const source = objectNameFault(from) === undefined ? state.live.get(key) : undefined;
  if (!source) throw noSuchObject(bucketName, from);
  checkWrite(parsePreconditions(query, 'ifSource'), source);
  const previous = state.live.get(objectKey(bucketName, to));
  checkWrite(parsePreconditions(query), previous);
  if (previous) requireReplacing(state, request, previous);
  const time = now(state);
  refuseIfKept(bucket, source, time, false);
  if (previous) refuseIfKept(bucket, previous, time, bucket.versioning === true);

  const moved = continuation(source, { name: to, generation: nextGeneration(state), time });
  state.live.remove(key);
  announce(state, { kind: 'deleted', object: source });
  makeLive(state, bucket, moved, previous);
  return moved;
}

interface Move {
  bucket: string;
  from: string;
  to: string;
  query: Query;
}

/** To move is a permission of its own; who may read and delete an object may do it as well. */
function askFor(
  state: StorageState,
  request: FastifyRequest,
  bucket: string,
  from: string,
  to: string,
): void {
  const source = { bucket, name: from };
  const resource = new ObjectResource(state, bucket, from);
  if (may(state, request, 'storage.objects.move', resource)) {
    requireOnExisting(state, request, 'storage.objects.move', source);
  } else {
    requireOnExisting(state, request, 'storage.objects.get', source);
    requireOnObject(state, request, 'storage.objects.delete', source);
  }
  requireOnObject(state, request, 'storage.objects.create', { bucket, name: to });
}

/** A new generation with the data and metadata of another. */
export function continuation(
  source: ObjectRecord,
  changes: { name: string; generation: number; time: number; body?: ObjectRecord['body'] },
): ObjectRecord {
  const { name, generation, time, body = source.body } = changes;
  const {
    timeDeleted: _,
    softDeleteTime: __,
    hardDeleteTime: ___,
    heldUntil: ____,
    ...kept
  } = source;
  return { ...kept, name, generation, metageneration: 1, timeCreated: time, updated: time, body };
}
