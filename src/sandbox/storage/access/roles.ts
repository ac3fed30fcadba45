import type { Identity } from '../../identity.ts';
import { ApiError, invalid, required } from '../../wire/errors.ts';
import type { AclRole } from './entities.ts';

/**
 * The roles that a bucket's policy can grant, and the permissions that can be asked for.
 * Roles of other services, and the basic roles, are refused, as on GCS.
 *
 * https://cloud.google.com/storage/docs/access-control/iam-roles
 * https://cloud.google.com/storage/docs/access-control/iam-permissions
 */

/** The legacy roles that say in IAM what the bucket's ACL says. */
export const ROLE_OF_ACL = {
  OWNER: 'roles/storage.legacyBucketOwner',
  WRITER: 'roles/storage.legacyBucketWriter',
  READER: 'roles/storage.legacyBucketReader',
} as const satisfies Record<AclRole, string>;

/** The ACL's role for a legacy role of a bucket; undefined for every other. */
export function aclRoleOf(role: string): AclRole | undefined {
  const found = Object.entries(ROLE_OF_ACL).find(([, legacy]) => legacy === role);
  return found?.[0] as AclRole | undefined;
}

const HMAC_KEYS = 'roles/storage.hmacKeyAdmin';
const CUSTOM_ROLE = /^(?:projects|organizations)\//;

/** Refuses what is not the name of a role that a bucket can have. */
export function checkRole(identity: Identity, role: string): void {
  const custom = CUSTOM_ROLE.test(role);
  const ofStorage = role.startsWith('roles/storage.') && role !== HMAC_KEYS;
  if ((custom || ofStorage) && identity.hasRole(role)) return;
  throw invalid(
    custom
      ? `Role (${role}) does not exist in the resource's hierarchy.`
      : `Role ${role} is not supported for this resource.`,
  );
}

/** Not to create and list buckets, nor HMAC keys: they are a project's to give. */
const OF_A_BUCKET = /^storage\.(?!hmacKeys\.|buckets\.(?:create|list)$)/;

const MAX_PERMISSIONS = 84;

/** Refuses a list of permissions that cannot be asked of a bucket. */
export function checkPermissions(identity: Identity, permissions: readonly string[]): void {
  if (permissions.length === 0) throw required('permissions');
  if (permissions.length > MAX_PERMISSIONS) {
    throw invalid(`At most ${MAX_PERMISSIONS} permissions can be tested at once.`);
  }
  if (new Set(permissions).size < permissions.length) {
    throw invalid('A permission can be tested only once in a request.');
  }
  for (const permission of permissions) {
    if (!OF_A_BUCKET.test(permission) || !identity.isPermission(permission)) {
      throw new ApiError(
        400,
        'invalid',
        `Permission ${permission} is not valid for this resource.`,
      );
    }
  }
}
