import * as z from 'zod';
import type { Identity } from '../../identity.ts';
import type { Project } from '../../project.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import { bucketEtag } from '../etag.ts';
import { conditionNotMet } from '../preconditions.ts';
import type { BucketRecord } from '../records.ts';
import { bucketAcl } from './acl.ts';
import { hasUniformAccess, refusePublicGrants } from './bucket-rules.ts';
import type { AclEntry, AclRole } from './entities.ts';
import { canonicalMember, entityOfMember, memberOfEntity } from './members.ts';
import { aclRoleOf, checkRole, ROLE_OF_ACL } from './roles.ts';

/**
 * A bucket's IAM policy. As long as the bucket has ACLs, its own ACL is a part of it: what
 * the ACL grants shows as bindings of the legacyBucket roles, and setting those changes
 * the ACL. With uniform bucket-level access the policy stands alone; the ACL stays as it
 * was, to come back when that is turned off.
 *
 * A policy's etag is the bucket's: any change to the bucket makes it stale. Conditions
 * (policy version 3) need uniform bucket-level access. What the bindings amount to, and who is
 * meant by `projectOwner:` and its like, the identity service decides.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy
 */
export interface IamBinding {
  role: string;
  members: string[];
  condition?: Condition;
}

interface Condition {
  title: string;
  expression: string;
  description?: string | undefined;
  location?: string | undefined;
}

/** A bucket's policy as the API shows it. */
export function showPolicy(project: Project, bucket: BucketRecord): object {
  const bindings = bindingsOf(project, bucket);
  return {
    kind: 'storage#policy',
    resourceId: `projects/_/buckets/${bucket.name}`,
    version: versionOf(bindings),
    etag: bucketEtag(bucket.metageneration),
    ...(bindings.length > 0 ? { bindings } : {}),
  };
}

/** Refuses to show a policy with conditions to a client that may not know of them. */
export function checkRequestedVersion(
  project: Project,
  bucket: BucketRecord,
  requested: number,
): void {
  const version = versionOf(bindingsOf(project, bucket));
  if (requested >= version) return;
  throw invalid(
    `Requested policy version (${requested}) cannot be less than the existing policy version ` +
      `(${version}).`,
  );
}

/** Everything a bucket's policy grants, in the order of the roles. */
export function bindingsOf(project: Project, bucket: BucketRecord): IamBinding[] {
  if (hasUniformAccess(bucket)) return bucket.iam ?? convenience(project);
  const legacy = bucketAcl(project, bucket).map((entry) => ({
    role: ROLE_OF_ACL[entry.role],
    members: [memberOfEntity(entry, project)],
  }));
  return normalize([...legacy, ...(bucket.iam ?? [])]);
}

/** The policy a client sends, and whether it may replace the bucket's. */
export function policiedBucket(
  project: Project & { readonly identity: Identity },
  bucket: BucketRecord,
  policy: z.infer<typeof policySchema>,
): BucketRecord {
  if (policy.etag && policy.etag !== bucketEtag(bucket.metageneration)) throw conditionNotMet();
  const bindings = normalize(
    (policy.bindings ?? []).map(({ role, members, condition }) => {
      checkRole(project.identity, role);
      return {
        role,
        members: (members ?? []).map((member) => canonicalMember(member, project)),
        ...(condition ? { condition } : {}),
      };
    }),
  );
  const everybody = bindings.flatMap(({ members }) => members);
  checkNumber(new Set(everybody).size);
  refusePublicGrants(bucket, everybody);
  checkVersion(bucket, bindings, policy.version ?? 1);
  if (hasUniformAccess(bucket)) return { ...bucket, iam: bindings };
  return withAcl(project, bucket, bindings);
}

/** A policy as clients send it. */
export const policySchema = z.object({
  version: z.int().nullish(),
  etag: z.string().nullish(),
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).nullish(),
        condition: z
          .object({
            title: z.string().min(1),
            expression: z.string().min(1),
            description: z.string().optional(),
            location: z.string().optional(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

/** What uniform bucket-level access leaves of a policy when it is turned off. */
export function withoutBucketRoles(bindings: readonly IamBinding[]): IamBinding[] {
  return bindings.filter(({ role }) => aclRoleOf(role) === undefined);
}

/** True if something is granted under a condition. */
export const hasConditions = (bindings: readonly IamBinding[]): boolean =>
  bindings.some(({ condition }) => condition !== undefined);

/** What a bucket made with uniform access grants: to each team of the project its due. */
function convenience({ projectId }: Project): IamBinding[] {
  const owners = [`projectEditor:${projectId}`, `projectOwner:${projectId}`];
  const viewers = [`projectViewer:${projectId}`];
  return [
    { role: 'roles/storage.legacyBucketOwner', members: owners },
    { role: 'roles/storage.legacyBucketReader', members: viewers },
    { role: 'roles/storage.legacyObjectOwner', members: owners },
    { role: 'roles/storage.legacyObjectReader', members: viewers },
  ];
}

/** https://cloud.google.com/storage/quotas#buckets */
const MAX_MEMBERS = 1500;

function checkNumber(members: number): void {
  if (members <= MAX_MEMBERS) return;
  const [given, most] = [members, MAX_MEMBERS].map((number) => number.toLocaleString('en-US'));
  throw invalid(
    `The number of members in the policy (${given}) is larger than the maximum allowed size ${most}.`,
  );
}

function checkVersion(bucket: BucketRecord, bindings: IamBinding[], version: number): void {
  if (![0, 1, 3].includes(version)) throw invalid(`Invalid policy version: ${version}`);
  if (!hasConditions(bindings)) return;
  if (!hasUniformAccess(bucket)) {
    const message = 'To set IAM conditions in this bucket, enable uniform bucket-level access.';
    throw new ApiError(412, 'conditionNotMet', message);
  }
  if (version < 3) {
    throw invalid(`Specified policy version (${version}) must be at least 3 to set conditions.`);
  }
}

/** One binding for each role and condition, nobody twice in it, nobody in none. */
function normalize(bindings: readonly IamBinding[]): IamBinding[] {
  const merged = new Map<string, IamBinding>();
  for (const { role, members, condition } of bindings) {
    const key = JSON.stringify([role, condition]);
    const all = new Set([...(merged.get(key)?.members ?? []), ...members]);
    if (all.size === 0) continue;
    merged.set(key, { role, members: [...all].sort(), ...(condition ? { condition } : {}) });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, binding]) => binding);
}

/** The bucket whose ACL says what the legacyBucket bindings say; the others are kept apart. */
function withAcl(project: Project, bucket: BucketRecord, bindings: IamBinding[]): BucketRecord {
  const wanted = new Map<string, AclRole>();
  // From the least to the most: an ACL gives each of its grantees one role, the highest.
  for (const role of ['READER', 'WRITER', 'OWNER'] as const) {
    for (const { members } of bindings.filter((binding) => binding.role === ROLE_OF_ACL[role])) {
      for (const member of members) wanted.set(entityFor(member, project), role);
    }
  }
  // Entries that stay as they are keep their places.
  const kept = bucketAcl(project, bucket).filter(({ entity, role }) => wanted.get(entity) === role);
  for (const { entity } of kept) wanted.delete(entity);
  const acl: AclEntry[] = [...kept, ...[...wanted].map(([entity, role]) => ({ entity, role }))];
  const { acl: _, iam: __, ...rest } = bucket;
  const others = withoutBucketRoles(bindings);
  const same = JSON.stringify(acl) === JSON.stringify(bucketAcl(project, bucket));
  return {
    ...rest,
    ...(same ? bucket.acl && { acl: bucket.acl } : { acl }),
    ...(others.length > 0 ? { iam: others } : {}),
  };
}

function entityFor(member: string, project: Project): string {
  const entity = entityOfMember(member, project);
  if (entity !== undefined) return entity;
  throw invalid(`The bucket's ACL cannot name ${member}: enable uniform bucket-level access.`);
}

const versionOf = (bindings: readonly IamBinding[]): number => (hasConditions(bindings) ? 3 : 1);
