import type { FastifyRequest } from 'fastify';
import type { Query } from '../wire/query.ts';
import { objectOwner } from './access/entities.ts';
import { ownerFor } from './access/members.ts';
import { newObjectAcl, type ObjectAccess, readObjectAccess } from './access/object-access.ts';
import { requireOnObject } from './access/permissions.ts';
import { checkObjectName } from './names.ts';
import { requireReplacing } from './objects.ts';
import { checkWrite, type Preconditions, parsePreconditions } from './preconditions.ts';
import { objectKey } from './records.ts';
import type { ObjectMetadata } from './schema.ts';
import { requireBucket, type StorageState } from './state.ts';

/** Where an object is, or is to be. */
export interface Place {
  bucket: string;
  name: string;
}

/** On what terms a request writes an object, whether from bytes or from other objects. */
export interface WriteTerms {
  preconditions: Preconditions;
  /** The ACL that the object gets; undefined: the bucket's default. */
  access: ObjectAccess | undefined;
  /** Who writes it, as ACLs name him. */
  owner: string | undefined;
}

/**
 * Reads the terms, and refuses early what is bound to fail or is not allowed: bytes need not
 * be sent for that. Whoever commits the object checks all of it again.
 *
 * @param parameter what names a predefined ACL: for the target of a copy or a composition
 * `destinationPredefinedAcl`
 * @param metadata that the request gives to the object
 */
export function readWriteTerms(
  state: StorageState,
  request: FastifyRequest,
  place: Place,
  query: Query,
  parameter: 'predefinedAcl' | 'destinationPredefinedAcl',
  metadata: ObjectMetadata,
): WriteTerms {
  const { bucket: bucketName, name } = place;
  checkObjectName(name);
  const bucket = requireBucket(state, bucketName);
  requireOnObject(state, request, 'storage.objects.create', place);
  if (metadata.retention) requireOnObject(state, request, 'storage.objects.setRetention', place);
  if (Object.keys(metadata.contexts?.custom ?? {}).length > 0) {
    requireOnObject(state, request, 'storage.objects.createContext', place);
  }
  const owner = ownerFor(state.identity.callerOf(request), state);
  const preconditions = parsePreconditions(query);
  const access = readObjectAccess(state, query, parameter, metadata.acl);
  newObjectAcl(state, bucket, access, objectOwner(state, owner));
  const previous = state.live.get(objectKey(bucketName, name));
  checkWrite(preconditions, previous);
  if (previous) requireReplacing(state, request, previous);
  return { preconditions, access, owner };
}
