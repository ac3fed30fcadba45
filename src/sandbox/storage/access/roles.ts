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

const ROLES = new Set([
  ...Object.values(ROLE_OF_ACL),
  ...[
    'admin',
    'bucketViewer',
    'expressModeServiceInput',
    'expressModeServiceOutput',
    'expressModeUserAccess',
    'folderAdmin',
    'insightsCollectorService',
    'legacyObjectOwner',
    'legacyObjectReader',
    'objectAdmin',
    'objectCreator',
    'objectUser',
    'objectViewer',
  ].map((name) => `roles/storage.${name}`),
]);

const CUSTOM_ROLE = /^(?:projects|organizations)\/[\w.:-]+\/roles\/[\w.]{3,64}$/;

/** Refuses what is not the name of a role that a bucket can have. */
export function checkRole(role: string): void {
  if (ROLES.has(role) || CUSTOM_ROLE.test(role)) return;
  throw invalid(`Role ${role} is not supported for this resource.`);
}

const PERMISSIONS: Record<string, readonly string[]> = {
  anywhereCaches: ['create', 'disable', 'get', 'list', 'pause', 'resume', 'update'],
  bucketOperations: ['cancel', 'get', 'list'],
  // Not create and list: they are a project's to give.
  buckets: [
    ...['createTagBinding', 'delete', 'deleteTagBinding', 'enableObjectRetention'],
    ...['exemptFromIpFilter', 'get', 'getIamPolicy', 'getIpFilter', 'getObjectInsights'],
    ...['listEffectiveTags', 'listTagBindings', 'relocate', 'restore', 'setIamPolicy'],
    ...['setIpFilter', 'update'],
  ],
  folders: ['create', 'delete', 'get', 'list', 'rename'],
  managedFolders: ['create', 'delete', 'get', 'getIamPolicy', 'list', 'setIamPolicy'],
  multipartUploads: ['abort', 'create', 'list', 'listParts'],
  objects: [
    ...['create', 'createContext', 'delete', 'deleteContext', 'get', 'getIamPolicy', 'list'],
    ...['move', 'overrideUnlockedRetention', 'restore', 'setIamPolicy', 'setRetention'],
    ...['update', 'updateContext'],
  ],
};

const MAX_PERMISSIONS = 84;

/** Refuses a list of permissions that cannot be asked of a bucket. */
export function checkPermissions(permissions: readonly string[]): void {
  if (permissions.length === 0) throw required('permissions');
  if (permissions.length > MAX_PERMISSIONS) {
    throw invalid(`At most ${MAX_PERMISSIONS} permissions can be tested at once.`);
  }
  if (new Set(permissions).size < permissions.length) {
    throw invalid('A permission can be tested only once in a request.');
  }
  for (const permission of permissions) {
    const [, resource = '', verb = ''] = /^storage\.(\w+)\.(\w+)$/.exec(permission) ?? [];
    const known = Object.hasOwn(PERMISSIONS, resource) && PERMISSIONS[resource]?.includes(verb);
    if (known !== true) {
      throw new ApiError(
        400,
        'invalid',
        `Permission ${permission} is not valid for this resource.`,
      );
    }
  }
}
