import { ApiError } from '../../wire/errors.ts';
import { etagOf } from '../policies/etag.ts';
import { type IamState, now } from '../state.ts';
import { type ConstraintName, constraintNames } from './constraints.ts';

/**
 * Organization policies, of which the sandbox has those on the project: each says of one
 * constraint whether it is enforced. They hold for everybody, whatever his roles are.
 *
 * https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview
 */
export interface OrgPolicyRecord {
  /** Undefined where the policy says that Google's default holds. */
  readonly enforced?: boolean;
  /** How often policies were changed when this was: its etag. */
  readonly revision: number;
  /** In milliseconds since 1970. */
  readonly updated: number;
}

export const orgPolicyOf = (
  state: IamState,
  constraint: ConstraintName,
): OrgPolicyRecord | undefined => state.orgPolicies.get(Buffer.from(constraint));

/** Those that there are, in the order of their constraints. */
export function orgPolicies(state: IamState): [ConstraintName, OrgPolicyRecord][] {
  return constraintNames.flatMap((name): [ConstraintName, OrgPolicyRecord][] => {
    const policy = orgPolicyOf(state, name);
    return policy === undefined ? [] : [[name, policy]];
  });
}

/** Google's default, for a project without an organization, is not to restrict anything. */
export const isEnforced = (state: IamState, constraint: ConstraintName): boolean =>
  orgPolicyOf(state, constraint)?.enforced === true;

/** Inside a change: makes or replaces a policy. */
export function putOrgPolicy(
  state: IamState,
  constraint: ConstraintName,
  enforced: boolean | undefined,
): OrgPolicyRecord {
  const policy = {
    ...(enforced === undefined ? {} : { enforced }),
    revision: (orgPolicyOf(state, constraint)?.revision ?? 0) + 1,
    updated: now(state),
  };
  state.orgPolicies.put(Buffer.from(constraint), policy);
  return policy;
}

/** Inside a change: deletes a policy, if there is one. */
export const removeOrgPolicy = (state: IamState, constraint: ConstraintName): void =>
  state.orgPolicies.remove(Buffer.from(constraint));

/** Refuses a change that was made to an older policy than there is. */
export function checkOrgEtag(
  policy: OrgPolicyRecord | undefined,
  etag: string | null | undefined,
): void {
  if (!etag || etag === etagOf(policy?.revision ?? 0)) return;
  throw new ApiError(409, 'aborted', 'The etag does not match that of the current policy.');
}

/**
 * Refuses what a policy forbids.
 *
 * @param what in Google's words, such as "Key creation is not allowed on this service account."
 * @param subject the resource that it would have been done to
 */
export function obey(
  state: IamState,
  names: readonly ConstraintName[],
  what: string,
  subject: string,
): void {
  const broken = names.find((name) => isEnforced(state, name));
  if (broken === undefined) return;
  const violation = { type: `constraints/${broken}`, subject, description: what };
  throw new ApiError(400, 'failedPrecondition', what, {
    details: [
      { '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations: [violation] },
    ],
  });
}
