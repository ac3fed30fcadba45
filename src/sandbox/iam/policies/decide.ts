import type { Caller, Policy, ProtectedResource } from '../../identity.ts';
import { findAccount } from '../accounts.ts';
import { holds } from '../conditions/conditions.ts';
import { BASIC_ROLES, predefinedPermissions } from '../roles/catalogue.ts';
import { customPermissions } from '../roles/custom.ts';
import { type IamState, now } from '../state.ts';
import { accountPolicyKey, currentPolicy, PROJECT_POLICY } from './stored.ts';

/**
 * Whether somebody has a permission on a resource. Policies only ever add: the policies on the
 * resource, on what it lies in and on the project are one union, and a binding of any of them
 * is enough. Who is asked about by many names (himself, the sets he belongs to, everybody) has
 * what any of these names has.
 *
 * https://docs.cloud.google.com/iam/docs/policies
 */
export function decide(
  state: IamState,
  caller: Caller,
  permission: string,
  resource: ProtectedResource,
): boolean {
  if (caller.unlimited) return true;
  const names = namesOf(caller);
  const project = compiled(currentPolicy(state, PROJECT_POLICY));
  const question = { permission, resource, names };
  if (grants(state, project, question)) return true;
  const policies = resource.policies?.() ?? [];
  if (policies.length === 0) return false;
  const teams = teamsOf(state, project, question);
  const asTeams = teams.length === 0 ? question : { ...question, names: [...names, ...teams] };
  return policies.some((policy) => grants(state, compiled(policy), asTeams));
}

/** True for a predefined role and for a custom role of the project that is not deleted. */
export function roleExists(state: IamState, role: string): boolean {
  return permissionsOf(state, role) !== undefined;
}

/** The policy on a service account, which says who may act as it; of one that is not there, none. */
export function policyOfAccount(state: IamState, email: string): Policy {
  const account = findAccount(state, email);
  return account === undefined ? NOTHING : currentPolicy(state, accountPolicyKey(account.uniqueId));
}

/** What a role allows; undefined for one that is not there. */
export function permissionsOf(state: IamState, role: string): ReadonlySet<string> | undefined {
  return predefinedPermissions(role) ?? customPermissions(state, role);
}

interface Question {
  readonly permission: string;
  readonly resource: ProtectedResource;
  readonly names: readonly string[];
}

interface Grant {
  readonly role: string;
  readonly expression: string | undefined;
}

/** A policy turned round: by whom it names. */
type Compiled = ReadonlyMap<string, readonly Grant[]>;

const NOTHING: Policy = { bindings: [] };

/** Policies are never changed, but replaced: what was made of one is right as long as it is there. */
const known = new WeakMap<Policy, Compiled>();

function compiled(policy: Policy): Compiled {
  const found = known.get(policy);
  if (found) return found;
  const made = new Map<string, Grant[]>();
  for (const { role, members, condition } of policy.bindings) {
    const grant = { role, expression: condition?.expression };
    for (const member of members) {
      const grantsOfMember = made.get(member);
      if (grantsOfMember) grantsOfMember.push(grant);
      else made.set(member, [grant]);
    }
  }
  known.set(policy, made);
  return made;
}

function grants(state: IamState, policy: Compiled, question: Question): boolean {
  const { permission, resource, names } = question;
  for (const name of names) {
    for (const { role, expression } of policy.get(name) ?? NO_GRANTS) {
      if (permissionsOf(state, role)?.has(permission) !== true) continue;
      if (isInForce(state, expression, resource)) return true;
    }
  }
  return false;
}

const NO_GRANTS: readonly Grant[] = [];

const namesByCaller = new WeakMap<Caller, readonly string[]>();

/** How policies can mean somebody. Nobody is in a group: the sandbox has none. */
function namesOf(caller: Caller): readonly string[] {
  const found = namesByCaller.get(caller);
  if (found) return found;
  const { member, sets } = caller;
  const names =
    member === undefined
      ? ['allUsers']
      : [member, ...sets, ...domainOf(member), ...ofGoogle(member), 'allUsers'];
  namesByCaller.set(caller, names);
  return names;
}

/** People with an address in a domain belong to it; service accounts do not. */
function domainOf(member: string): string[] {
  const [, domain] = /^user:[^@]+@(.+)$/.exec(member) ?? [];
  return domain === undefined ? [] : [`domain:${domain}`];
}

/** `allAuthenticatedUsers` are those whom Google itself knows, and not federated identities. */
const ofGoogle = (member: string): string[] =>
  /^(?:user|serviceAccount):/.test(member) ? ['allAuthenticatedUsers'] : [];

/** What the policies on a bucket call those who have a basic role in the project. */
function teamsOf(state: IamState, project: Compiled, { names, resource }: Question): string[] {
  const basic = new Set<string>();
  for (const name of names) {
    for (const { role, expression } of project.get(name) ?? NO_GRANTS) {
      if (Object.hasOwn(BASIC_ROLES, role) && isInForce(state, expression, resource)) {
        basic.add(role);
      }
    }
  }
  return [...basic].map(
    (role) => `${BASIC_ROLES[role as keyof typeof BASIC_ROLES]}:${state.projectId}`,
  );
}

const isInForce = (
  state: IamState,
  expression: string | undefined,
  resource: ProtectedResource,
): boolean => expression === undefined || holds(expression, resource, now(state));
