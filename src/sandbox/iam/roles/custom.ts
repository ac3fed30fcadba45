import type { IamState } from '../state.ts';

/** A custom role as it is stored. */
export interface CustomRoleRecord {
  readonly id: string;
  readonly title?: string;
  readonly description?: string;
  readonly stage: 'ALPHA' | 'BETA' | 'GA' | 'DEPRECATED' | 'DISABLED' | 'EAP';
  readonly permissions: readonly string[];
  /** How often it was changed: its etag. */
  readonly revision: number;
  /** When it was deleted, in milliseconds since 1970; absent while it exists. */
  readonly timeDeleted?: number;
}

/** What a custom role of the project allows; undefined for one that is not there. */
export function customPermissions(state: IamState, role: string): ReadonlySet<string> | undefined {
  const id = customRoleId(state, role);
  if (id === undefined) return undefined;
  const found = state.roleCache.get(id);
  if (found !== undefined) return found ?? undefined;
  const record = state.roles.get(Buffer.from(id));
  const permissions = record === undefined ? null : effective(record);
  state.roleCache.set(id, permissions);
  return permissions ?? undefined;
}

/** A disabled role stays in policies and gives nothing; a deleted one is gone. */
function effective({ permissions, stage, timeDeleted }: CustomRoleRecord) {
  if (timeDeleted !== undefined) return null;
  return new Set(stage === 'DISABLED' ? [] : permissions);
}

/** The id within the project of a role that is called by its whole name. */
export function customRoleId({ projectId }: IamState, role: string): string | undefined {
  const prefix = `projects/${projectId}/roles/`;
  const id = role.startsWith(prefix) ? role.slice(prefix.length) : '';
  return ROLE_ID.test(id) ? id : undefined;
}

/** https://docs.cloud.google.com/iam/docs/creating-custom-roles */
export const ROLE_ID = /^[a-zA-Z0-9_.]{3,64}$/;
