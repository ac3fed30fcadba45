import { basicRoles } from './basic-roles.ts';
import { computeRoles } from './compute-roles.ts';
import { iamRoles } from './iam-roles.ts';
import { permissionsMatching } from './permissions.ts';
import { projectRoles } from './project-roles.ts';
import type { PredefinedRole, RoleTable } from './role.ts';
import { storageRoles } from './storage-roles.ts';

/**
 * The predefined roles of the services that the sandbox has, and the basic roles. What each
 * allows is worked out once it is asked for.
 *
 * https://docs.cloud.google.com/iam/docs/roles-permissions
 */
const TABLES: readonly RoleTable[] = [
  basicRoles,
  computeRoles,
  iamRoles,
  projectRoles,
  storageRoles,
];

/** The basic roles, and what the policies on a bucket call those who have them. */
export const BASIC_ROLES = {
  'roles/owner': 'projectOwner',
  'roles/editor': 'projectEditor',
  'roles/viewer': 'projectViewer',
} as const;

const roles = new Map<string, PredefinedRole>(
  TABLES.flatMap((table) => Object.entries(table))
    .map(([name, role]): [string, PredefinedRole] => [`roles/${name}`, role])
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** By their names, in the order of these. */
export const predefinedRoles: ReadonlyMap<string, PredefinedRole> = roles;

const permissions = new Map<string, ReadonlySet<string>>();

/** What a predefined role allows; undefined for one that is not there. */
export function predefinedPermissions(name: string): ReadonlySet<string> | undefined {
  const found = permissions.get(name);
  if (found) return found;
  const role = roles.get(name);
  if (!role) return undefined;
  const made = permissionsMatching(role.patterns);
  permissions.set(name, made);
  return made;
}
