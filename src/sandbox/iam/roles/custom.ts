import { ApiError, invalid, notImplemented } from '../../wire/errors.ts';
import { type IamState, now } from '../state.ts';
import { isElsewhere, isPermission } from './permissions.ts';

/**
 * Custom roles: lists of permissions that somebody put together. A deleted one can be brought
 * back for seven days; its id is free again after thirty more.
 *
 * https://docs.cloud.google.com/iam/docs/creating-custom-roles
 */
export interface CustomRoleRecord {
  readonly id: string;
  readonly title?: string;
  readonly description?: string;
  readonly stage: Stage;
  readonly permissions: readonly string[];
  /** How often it was changed: its etag. */
  readonly revision: number;
  /** When it was deleted, in milliseconds since 1970; absent while it exists. */
  readonly timeDeleted?: number;
}

export type Stage = 'ALPHA' | 'BETA' | 'GA' | 'DEPRECATED' | 'DISABLED' | 'EAP';

/** What a client may say of a role. */
export interface RoleSettings {
  title?: string;
  description?: string;
  stage?: Stage;
  permissions?: string[];
}

/** What a custom role of the project allows; undefined for one that is not there. */
export function customPermissions(state: IamState, role: string): ReadonlySet<string> | undefined {
  const id = customRoleId(state, role);
  if (id === undefined) return undefined;
  const found = state.roleCache.get(id);
  if (found !== undefined) return found ?? undefined;
  const permissions = effective(state.roles.get(Buffer.from(id)));
  if (state.roleCache.size >= MAX_CACHED) state.roleCache.clear();
  state.roleCache.set(id, permissions);
  return permissions ?? undefined;
}

/** More than there can be roles: names that are none are remembered, too. */
const MAX_CACHED = 1000;

/** A disabled role stays in policies and gives nothing; a deleted one is gone. */
function effective(role: CustomRoleRecord | undefined): ReadonlySet<string> | null {
  if (role === undefined || role.timeDeleted !== undefined) return null;
  return new Set(role.stage === 'DISABLED' ? [] : role.permissions);
}

/** The id within the project of a role that is called by its whole name. */
export function customRoleId({ projectId }: IamState, role: string): string | undefined {
  const prefix = `projects/${projectId}/roles/`;
  const id = role.startsWith(prefix) ? role.slice(prefix.length) : '';
  return ROLE_ID.test(id) ? id : undefined;
}

const ROLE_ID = /^[a-zA-Z0-9_.]{3,64}$/;

/** The role, whether or not it is deleted, or the 404. */
export function requireRole(state: IamState, id: string): CustomRoleRecord {
  const role = ROLE_ID.test(id) ? state.roles.get(Buffer.from(id)) : undefined;
  if (role !== undefined && !isGone(state, role)) return role;
  const message = `The role named projects/${state.projectId}/roles/${id.slice(0, 100)} was not found.`;
  throw new ApiError(404, 'notFound', message);
}

/** Every role that there is, deleted ones included, in the order of their ids. */
export const allRoles = (state: IamState): CustomRoleRecord[] =>
  [...state.roles.all()].map(({ value }) => value).filter((role) => !isGone(state, role));

const DAY = 24 * 3600_000;
const UNDELETE_DAYS = 7;
const PURGE_DAYS = 37;

const isGone = (state: IamState, { timeDeleted }: CustomRoleRecord): boolean =>
  timeDeleted !== undefined && timeDeleted + PURGE_DAYS * DAY <= now(state);

/** https://docs.cloud.google.com/iam/quotas#limits */
const MAX_ROLES = 300;

/** Inside a change: makes a role. */
export function createRole(state: IamState, id: string, settings: RoleSettings): CustomRoleRecord {
  if (!ROLE_ID.test(id)) {
    throw invalid(
      `The role_id ${id.slice(0, 100)} must have 3 to 64 characters, and only letters, digits, ` +
        'periods and underscores.',
    );
  }
  const before = state.roles.get(Buffer.from(id));
  if (before !== undefined && !isGone(state, before)) throw idInUse(state, before);
  if (allRoles(state).length >= MAX_ROLES) {
    const message = `Maximum number of roles reached. Maximum is: ${MAX_ROLES}`;
    throw new ApiError(429, 'resourceExhausted', message);
  }
  const { permissions = [], stage = 'ALPHA', ...texts } = settings;
  return putRole(state, { id, ...texts, stage, permissions, revision: 1 });
}

function idInUse({ projectId }: IamState, { id, timeDeleted }: CustomRoleRecord): ApiError {
  if (timeDeleted === undefined) {
    const message = `A role named ${id} in projects/${projectId} already exists.`;
    return new ApiError(409, 'alreadyExists', message);
  }
  return failedPrecondition(
    `You can't create a role with role_id (${id}) where there is an existing role with that ` +
      'role_id in a deleted state.',
  );
}

/** Inside a change: changes what is given. */
export function updateRole(
  state: IamState,
  role: CustomRoleRecord,
  settings: RoleSettings,
): CustomRoleRecord {
  if (role.timeDeleted !== undefined) {
    throw failedPrecondition(`You can't update role_id (${role.id}) since it has been deleted.`);
  }
  return putRole(state, { ...role, ...settings, revision: role.revision + 1 });
}

/** Inside a change: deletes a role; bindings that name it stay and give nothing. */
export function deleteRole(state: IamState, role: CustomRoleRecord): CustomRoleRecord {
  if (role.timeDeleted !== undefined) {
    throw failedPrecondition(`You can't delete role_id (${role.id}) since it is already deleted.`);
  }
  return putRole(state, { ...role, timeDeleted: now(state), revision: role.revision + 1 });
}

/** Inside a change: takes a deletion back. */
export function undeleteRole(state: IamState, role: CustomRoleRecord): CustomRoleRecord {
  const { timeDeleted, ...rest } = role;
  if (timeDeleted === undefined) {
    throw failedPrecondition(`You can't undelete role_id (${role.id}) since it is not deleted.`);
  }
  if (timeDeleted + UNDELETE_DAYS * DAY <= now(state)) {
    throw failedPrecondition(
      `You can't undelete role_id (${role.id}): it was deleted more than ${UNDELETE_DAYS} days ago.`,
    );
  }
  return putRole(state, { ...rest, revision: role.revision + 1 });
}

function putRole(state: IamState, role: CustomRoleRecord): CustomRoleRecord {
  state.roles.put(Buffer.from(role.id), role);
  state.store.afterCommit(() => state.roleCache.delete(role.id));
  return role;
}

const failedPrecondition = (message: string) => new ApiError(400, 'failedPrecondition', message);

/** What can be tested and given to predefined roles, but not put into a project's own. */
export const NOT_IN_CUSTOM_ROLES: ReadonlySet<string> = new Set([
  'resourcemanager.projects.create',
  'resourcemanager.projects.list',
]);

/**
 * The permissions of a custom role, each once.
 *
 * @throws ApiError 400 for what is no permission, 501 for one of a service that is not here
 */
export function acceptPermissions(given: readonly string[]): string[] {
  for (const permission of given) {
    if (isPermission(permission) && !NOT_IN_CUSTOM_ROLES.has(permission)) continue;
    if (isElsewhere(permission)) {
      throw notImplemented(`the permission ${permission} of a service that it has not`);
    }
    throw invalid(`Permission ${permission.slice(0, 200)} is not valid.`);
  }
  return [...new Set(given)].sort();
}
