import type { Policy } from '../../identity.ts';
import { type ResourceRecord, recordKey, type Scope } from '../records.ts';
import type { ComputeState } from '../state.ts';

/** A policy as `setIamPolicy` took it. */
export interface StoredPolicy extends Policy {
  version: number;
  /** Base64. */
  etag: string;
}

/** Collections whose resources have policies of their own. */
export const WITH_POLICIES: ReadonlySet<string> = new Set([
  ...['instances', 'disks', 'images', 'snapshots', 'instanceTemplates', 'subnetworks'],
]);

/** The policy on a resource, if it has one. A resource that is made anew begins without. */
export function policyOf(state: ComputeState, { id }: Pick<ResourceRecord, 'id'>) {
  return state.policies.get(Buffer.from(id));
}

/** Inside a change. */
export function putPolicy(state: ComputeState, { id }: ResourceRecord, policy: StoredPolicy): void {
  state.policies.put(Buffer.from(id), policy);
}

/** What the identity service is handed with a resource; nothing for one that is not there. */
export function policiesAt(
  state: ComputeState,
  collection: string,
  scope: Scope,
  name: string,
): readonly Policy[] {
  if (!WITH_POLICIES.has(collection)) return NONE;
  const record = state.resources.get(recordKey(collection, scope, name));
  const policy = record && policyOf(state, record);
  return policy === undefined ? NONE : [policy];
}

const NONE: readonly Policy[] = [];
