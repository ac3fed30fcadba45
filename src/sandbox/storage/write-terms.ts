import type { Query } from '../wire/query.ts';
import type { GivenEntry } from './access/acl.ts';
import { newObjectAcl, type ObjectAccess, readObjectAccess } from './access/object-access.ts';
import { checkObjectName } from './names.ts';
import { checkWrite, type Preconditions, parsePreconditions } from './preconditions.ts';
import { objectKey } from './records.ts';
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
}

/**
 * Reads the terms, and refuses early what is bound to fail: bytes need not be sent for
 * that. Whoever commits the object checks all of it again.
 *
 * @param parameter what names a predefined ACL: for the target of a copy or a composition
 * `destinationPredefinedAcl`
 * @param acl the list in the request's body
 */
export function readWriteTerms(
  state: StorageState,
  { bucket, name }: Place,
  query: Query,
  parameter: 'predefinedAcl' | 'destinationPredefinedAcl',
  acl: readonly GivenEntry[] | null | undefined,
): WriteTerms {
  checkObjectName(name);
  const preconditions = parsePreconditions(query);
  const access = readObjectAccess(state, query, parameter, acl);
  newObjectAcl(state, requireBucket(state, bucket), access);
  checkWrite(preconditions, state.live.get(objectKey(bucket, name)));
  return { preconditions, access };
}
