import { type ApiError, invalid } from '../../wire/errors.ts';
import type { AccountRecord } from '../records.ts';
import { predefinedPermissions } from '../roles/catalogue.ts';
import type { IamState } from '../state.ts';
import { permissionsOf } from './decide.ts';
import type { PolicyPlace } from './policy.ts';
import { accountPolicyKey, PROJECT_POLICY, type StoredBinding } from './stored.ts';

/**
 * The project's policy.
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/setIamPolicy
 */
export const projectPlace = (state: IamState): PolicyPlace => ({
  key: PROJECT_POLICY,
  check(bindings, before) {
    for (const { role, members } of bindings) {
      checkRole(state, role, isGrantableOnProject);
      if (members.some((member) => member.startsWith('all'))) {
        throw invalid(
          'Project does not support allUsers and allAuthenticatedUsers as members in a Binding of a Policy.',
        );
      }
    }
    checkOwners(ownersIn(bindings), ownersIn(before));
  },
});

/** The policy on a service account, which is a resource as well: who may act as it. */
export const accountPlace = (state: IamState, { uniqueId }: AccountRecord): PolicyPlace => ({
  key: accountPolicyKey(uniqueId),
  check(bindings) {
    for (const { role } of bindings) checkRole(state, role, isGrantableOnAccount);
  },
});

/** The legacy roles say what the ACL of a bucket says, and are given on buckets only. */
export const isGrantableOnProject = (role: string): boolean =>
  !role.startsWith('roles/storage.legacy');

/** Roles that allow nothing that is done to a service account are of no use there. */
export function isGrantableOnAccount(role: string): boolean {
  if (/^roles\/(?:storage|compute|logging|orgpolicy|resourcemanager)\./.test(role)) return false;
  const permissions = [...(predefinedPermissions(role) ?? [])];
  return permissions.some((permission) => /^iam\.serviceAccount/.test(permission));
}

function checkRole(state: IamState, role: string, isGrantable: (role: string) => boolean): void {
  const custom = /^(?:projects|organizations)\//.test(role);
  if (permissionsOf(state, role) !== undefined && (custom || isGrantable(role))) return;
  throw invalid(
    custom
      ? `Role (${role}) does not exist in the resource's hierarchy.`
      : `Role ${role} is not supported for this resource.`,
  );
}

const ownersIn = (bindings: readonly StoredBinding[]): readonly string[] =>
  bindings.filter(({ role }) => role === 'roles/owner').flatMap(({ members }) => members);

/**
 * A project outside of an organization always has an owner who is a person and has agreed to
 * be one: people are invited in the console, and the last of them cannot be removed.
 */
function checkOwners(after: readonly string[], before: readonly string[]): void {
  const invited = after.find(
    (member) => /^(?:user|group|domain):/.test(member) && !before.includes(member),
  );
  if (invited !== undefined) throw ownerError('SOLO_MUST_INVITE_OWNERS', invited);
  if (!after.some((member) => member.startsWith('user:'))) {
    throw ownerError('SOLO_REQUIRE_TOS_ACCEPTOR');
  }
}

function ownerError(type: string, member?: string): ApiError {
  const subject = member === undefined ? {} : { member };
  return invalid('Request contains an invalid argument.', {
    details: [
      {
        '@type':
          'type.googleapis.com/google.cloudresourcemanager.projects.v1beta1.ProjectIamPolicyError',
        ...{ type, ...subject, role: 'roles/owner' },
      },
    ],
  });
}
