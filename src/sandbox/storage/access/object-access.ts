import type { Project } from '../../project.ts';
import { ApiError } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import type { BucketRecord } from '../records.ts';
import { type GivenEntry, ownerEntry, readAcl, withOwner } from './acl.ts';
import { refuseIfUniform, refusePublicGrants } from './bucket-rules.ts';
import type { AclEntry } from './entities.ts';
import {
  type PredefinedObjectAcl,
  predefinedObjectAcl,
  readPredefinedObjectAcl,
} from './predefined.ts';

/**
 * What a request asks for as the ACL of the object it writes: a list by its name, or a
 * list. Plain data, because a resumable upload keeps it until the last byte is in.
 */
export interface ObjectAccess {
  predefined?: PredefinedObjectAcl;
  acl?: AclEntry[];
}

/**
 * Reads what a JSON request asks for, by `parameter` (`predefinedAcl`, for the target of a
 * copy or a composition `destinationPredefinedAcl`) or by `acl` in its body; undefined if
 * it leaves the ACL to the bucket.
 */
export function readObjectAccess(
  project: Project,
  query: Query,
  parameter: 'predefinedAcl' | 'destinationPredefinedAcl',
  given: readonly GivenEntry[] | null | undefined,
): ObjectAccess | undefined {
  const predefined = readPredefinedObjectAcl(parameter, query[parameter]);
  const acl = readAcl(given, 'object', project);
  if (predefined !== undefined && acl !== undefined) throw notBoth();
  if (predefined !== undefined) return { predefined };
  return acl === undefined ? undefined : { acl };
}

/**
 * The ACL that a new object stores. Undefined if it gets the bucket's default and that is
 * `projectPrivate`: nearly always. Refuses what the bucket does not allow.
 *
 * @param owner of the object
 */
export function newObjectAcl(
  project: Project,
  bucket: BucketRecord,
  asked: ObjectAccess | undefined,
  owner: string,
): AclEntry[] | undefined {
  if (asked !== undefined) {
    refuseIfUniform(bucket, 'insertObjectAcl');
    return granted(project, bucket, asked, owner);
  }
  const defaults = bucket.defaultObjectAcl;
  return defaults && [...defaults, ownerEntry(owner)];
}

/** The ACL that replaces an object's; refuses what the bucket does not allow. */
export function changedObjectAcl(
  project: Project,
  bucket: BucketRecord,
  asked: ObjectAccess,
  owner: string,
): AclEntry[] {
  refuseIfUniform(bucket, 'changeObjectAcl');
  return granted(project, bucket, asked, owner);
}

/** A list given by its name and in full at once. */
export const notBoth = (): ApiError =>
  new ApiError(409, 'conflict', 'Cannot provide both a predefinedAcl and access controls.');

function granted(
  project: Project,
  bucket: BucketRecord,
  { predefined, acl }: ObjectAccess,
  owner: string,
): AclEntry[] {
  const named = predefined === undefined ? [] : predefinedObjectAcl(predefined, project);
  const list = acl === undefined ? [ownerEntry(owner), ...named] : withOwner(acl, owner);
  refusePublicGrants(
    bucket,
    list.map(({ entity }) => entity),
  );
  return list;
}
