import type { Binding } from '../../identity.ts';
import type { IamState } from '../state.ts';
import { LEARNER } from '../tokens/callers.ts';

/** A policy as it is stored. */
export interface PolicyRecord {
  /** How often it was set: its etag. */
  readonly revision: number;
  readonly bindings: readonly StoredBinding[];
}

export interface StoredBinding extends Binding {
  readonly condition?: StoredCondition;
}

export interface StoredCondition {
  readonly title: string;
  readonly expression: string;
  readonly description?: string;
}

/** Where the project's policy is kept. */
export const PROJECT_POLICY = 'project';

/** Where the policy on a service account is kept: one made anew under an old name has another. */
export const accountPolicyKey = (uniqueId: string): string => `account/${uniqueId}`;

/**
 * The policy in force, from memory: it is asked for with every request. Inside a change,
 * `storedPolicy` is what those before it have left.
 */
export function currentPolicy(state: IamState, key: string): PolicyRecord {
  const found = state.policyCache.get(key);
  if (found) return found;
  const policy = storedPolicy(state, key);
  state.policyCache.set(key, policy);
  return policy;
}

/** The policy as the store has it; nobody has set it as long as its revision is 0. */
export function storedPolicy(state: IamState, key: string): PolicyRecord {
  return (
    state.policies.get(Buffer.from(key)) ?? {
      revision: 0,
      bindings: key === PROJECT_POLICY ? initialBindings(state) : [],
    }
  );
}

/** Inside a change: replaces a policy. */
export function putPolicy(state: IamState, key: string, bindings: StoredBinding[]): PolicyRecord {
  const policy = { revision: storedPolicy(state, key).revision + 1, bindings };
  state.policies.put(Buffer.from(key), policy);
  state.store.afterCommit(() => state.policyCache.delete(key));
  return policy;
}

/** Inside a change: calls a member otherwise, wherever it is named: its account came or went. */
export function renameMember(state: IamState, from: string, to: string): void {
  const keys = [...state.policies.all()].map(({ key }) => key.toString());
  for (const key of new Set([PROJECT_POLICY, ...keys])) {
    const { bindings } = storedPolicy(state, key);
    if (!bindings.some(({ members }) => members.includes(from))) continue;
    const renamed = bindings.map((binding) => ({
      ...binding,
      members: binding.members.map((member) => (member === from ? to : member)).toSorted(),
    }));
    putPolicy(state, key, renamed);
  }
}

/**
 * Who may do what in a new project. That Compute Engine's account may edit everything is so in
 * every project outside of an organisation, and is what least privilege does away with.
 * https://docs.cloud.google.com/iam/docs/service-account-types#default
 */
function initialBindings({ projectNumber }: IamState): StoredBinding[] {
  const compute = `serviceAccount:${projectNumber}-compute@developer.gserviceaccount.com`;
  return [
    { role: 'roles/editor', members: [compute] },
    { role: 'roles/owner', members: [LEARNER.member ?? ''] },
  ];
}
