import type { FastifyRequest } from 'fastify';
import type { ProtectedResource } from '../../identity.ts';
import { findObject, requireBucket, type StorageState } from '../state.ts';
import { refusal } from './refusal.ts';
import { BucketResource, futureBucket, ObjectResource, projectResource } from './resources.ts';

/*
 * How requests ask for permissions.
 *
 * A bucket that is not there is a 404 for everybody. An object that is not there is one only
 * for who may list the bucket; others must not learn of it.
 */

/** An object as requests name it. */
export interface Named {
  bucket: string;
  name: string;
  generation?: number | undefined;
}

/** Refuses a request whose sender has not the permission on an object, or its future name. */
export function requireOnObject(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
  { bucket, name, generation }: Named,
): void {
  const resource = new ObjectResource(state, bucket, name, generation);
  if (has(state, request, permission, resource)) return;
  requireBucket(state, bucket);
  throw refused(state, request, permission, 'object');
}

/**
 * The same of an object that is to be there. Of one that is not there, whoever may list the bucket
 * learns that it is not, whatever else he may: to an owner of the project, a bucket with ACLs
 * gives what is in it by the ACLs of its objects, and this one has none.
 */
export function requireOnExisting(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
  object: Named,
): void {
  const { bucket, name, generation } = object;
  const { unlimited } = state.identity.callerOf(request);
  if (unlimited || findObject(state, bucket, name, generation) !== undefined) {
    requireOnObject(state, request, permission, object);
    return;
  }
  if (has(state, request, permission, new ObjectResource(state, bucket, name))) {
    requireBucket(state, bucket);
    requireOnBucket(state, request, 'storage.objects.list', bucket);
    return;
  }
  requireBucket(state, bucket);
  // Asked in passing: what he lacks is the permission, and so says the audit log.
  if (may(state, request, 'storage.objects.list', new BucketResource(state, bucket))) return;
  throw refused(state, request, permission, 'object');
}

/** Refuses a request whose sender has not the permission on a bucket. */
export function requireOnBucket(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
  bucket: string,
  resource = new BucketResource(state, bucket),
): void {
  if (has(state, request, permission, resource)) return;
  if (!resource.isDeleted) requireBucket(state, bucket);
  throw refused(state, request, permission, 'bucket');
}

/** Refuses a request whose sender may not make a bucket of this name. */
export function requireBucketCreation(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
  bucket: string,
): void {
  if (has(state, request, permission, futureBucket(bucket))) return;
  throw refused(state, request, permission, 'project');
}

/** Refuses a request whose sender has not the permission on the project. */
export function requireOnProject(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
): void {
  if (has(state, request, permission, projectResource(state))) return;
  throw refused(state, request, permission, 'project');
}

/** True if a request may; for what is left out of an answer, and not refused. */
export function may(
  state: StorageState,
  request: FastifyRequest,
  permission: string,
  resource: ProtectedResource,
): boolean {
  if (state.identity.callerOf(request).unlimited) return true;
  return state.identity.allowed(request, [permission], resource).length > 0;
}

function has(
  { identity }: StorageState,
  request: FastifyRequest,
  permission: string,
  resource: ProtectedResource,
): boolean {
  if (WRITING.has(permission)) {
    const { name } = resource;
    const before = request.access?.checks.find(
      (check) => check.permission === permission && check.resource === name,
    );
    if (before?.granted) return true;
  }
  return identity.check(request, permission, resource);
}

/**
 * Asked for before the bytes of an object come and once they are there: what was let in is not
 * turned away half-way. (Others are asked for each time. One name has several generations, each
 * with an ACL; but no ACL of an object gives these.)
 */
const WRITING = new Set(['storage.objects.create', 'storage.objects.delete']);

const refused = (
  { identity }: StorageState,
  request: FastifyRequest,
  permission: string,
  to: Parameters<typeof refusal>[3],
) => refusal(request, identity.callerOf(request), permission, to);
