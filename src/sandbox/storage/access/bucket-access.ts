import type { Project } from '../../project.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import type { BucketRecord } from '../records.ts';
import type { BucketMetadata } from '../schema.ts';
import { readAcl } from './acl.ts';
import { hasUniformAccess, refuseIfUniform, refusePublicGrants } from './bucket-rules.ts';
import type { AclEntry } from './entities.ts';
import { notBoth } from './object-access.ts';
import { bindingsOf, hasConditions, withoutBucketRoles } from './policy.ts';
import {
  type PredefinedBucketAcl,
  type PredefinedObjectAcl,
  predefinedBucketAcl,
  predefinedObjectAcl,
  readPredefinedBucketAcl,
  readPredefinedObjectAcl,
} from './predefined.ts';

/** After this long, uniform bucket-level access cannot be turned off again. */
export const UNIFORM_LOCK_MS = 90 * 24 * 3600 * 1000;

/** The ACLs that a request names instead of listing them. */
export interface BucketAccess {
  predefined?: PredefinedBucketAcl | undefined;
  predefinedDefaultObject?: PredefinedObjectAcl | undefined;
}

/** Reads `predefinedAcl` and `predefinedDefaultObjectAcl`. */
export function readBucketAccess(query: Query): BucketAccess {
  const [own, objects] = ['predefinedAcl', 'predefinedDefaultObjectAcl'] as const;
  return {
    predefined: readPredefinedBucketAcl(own, query[own]),
    predefinedDefaultObject: readPredefinedObjectAcl(objects, query[objects]),
  };
}

/**
 * True for a change that needs the permission to set the policy, besides that to change the bucket.
 *
 * @param replace what is not spoken of goes back to what it is in a new bucket: prevention ends
 */
export function changesAccess(
  bucket: BucketRecord,
  { acl, defaultObjectAcl, iamConfiguration }: BucketMetadata,
  { predefined, predefinedDefaultObject }: BucketAccess,
  replace: boolean,
): boolean {
  const lists: unknown[] = [acl, defaultObjectAcl, predefined, predefinedDefaultObject];
  if (lists.some((list) => list !== undefined && list !== null)) return true;
  const before = bucket.publicAccessPrevention;
  const unsaid = replace ? 'inherited' : before;
  return (iamConfiguration?.publicAccessPrevention ?? unsaid) !== before;
}

/** What an update leaves as it is if it does not speak of it. */
export function accessOf(bucket: BucketRecord): Partial<BucketRecord> {
  const { acl, defaultObjectAcl, iam, uniformAccessSince } = bucket;
  return {
    ...(acl && { acl }),
    ...(defaultObjectAcl && { defaultObjectAcl }),
    ...(iam && { iam }),
    ...(uniformAccessSince !== undefined && { uniformAccessSince }),
  };
}

/**
 * Applies what a request says about access to a bucket that is being made or changed:
 * `iamConfiguration`, and its two ACLs.
 */
export function applyAccess(
  project: Project,
  next: BucketRecord,
  given: BucketMetadata,
  asked: BucketAccess & { how: 'insert' | 'patch' | 'update'; time: number },
): void {
  const { how, time } = asked;
  const { uniformBucketLevelAccess, bucketPolicyOnly, publicAccessPrevention } =
    given.iamConfiguration ?? {};
  const uniform = uniformBucketLevelAccess?.enabled ?? bucketPolicyOnly?.enabled;
  if (uniform === true) turnOn(project, next, how === 'insert', time);
  else if (uniform === false || how === 'update') turnOff(project, next, time);
  if (publicAccessPrevention) next.publicAccessPrevention = publicAccessPrevention;
  const acl = chosen(
    asked.predefined && predefinedBucketAcl(asked.predefined, project),
    readAcl(given.acl, 'bucket', project),
  );
  const defaults = chosen(
    asked.predefinedDefaultObject && predefinedObjectAcl(asked.predefinedDefaultObject, project),
    readAcl(given.defaultObjectAcl, 'defaultObject', project),
  );
  if (acl) next.acl = allowed(next, acl);
  if (defaults) next.defaultObjectAcl = allowed(next, defaults);
}

/** From now on the policy stands alone: what the ACL grants to the bucket is written into it. */
function turnOn(project: Project, next: BucketRecord, isNew: boolean, time: number): void {
  if (hasUniformAccess(next)) return;
  // A new bucket has no policy yet: it gets the one that such buckets begin with.
  if (!isNew) next.iam = bindingsOf(project, next);
  next.uniformAccessSince = time;
}

/** The ACLs are back as they were, and with them what they say in the policy. */
function turnOff(project: Project, next: BucketRecord, time: number): void {
  const since = next.uniformAccessSince;
  if (since === undefined) return;
  if (time >= since + UNIFORM_LOCK_MS) {
    throw invalid('Uniform bucket-level access cannot be disabled after 90 days.');
  }
  const bindings = bindingsOf(project, next);
  if (hasConditions(bindings)) {
    const message =
      'Uniform bucket-level access cannot be disabled while the IAM policy has conditions.';
    throw new ApiError(412, 'conditionNotMet', message);
  }
  delete next.uniformAccessSince;
  next.iam = withoutBucketRoles(bindings);
}

function chosen(
  predefined: AclEntry[] | undefined,
  list: AclEntry[] | undefined,
): AclEntry[] | undefined {
  if (predefined && list) throw notBoth();
  return predefined ?? list;
}

function allowed(bucket: BucketRecord, list: AclEntry[]): AclEntry[] {
  refuseIfUniform(bucket, 'changeBucketAcl');
  refusePublicGrants(
    bucket,
    list.map(({ entity }) => entity),
  );
  return list;
}
