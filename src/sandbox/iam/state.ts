import type { Table } from '../disk/store.ts';
import { isProject } from '../project.ts';
import type { BaseHost } from '../services.ts';
import { Turns } from '../turns.ts';
import { ApiError } from '../wire/errors.ts';
import type { PoolRecord, ProviderRecord } from './federation/records.ts';
import type { OrgPolicyRecord } from './org-policy/org-policies.ts';
import type { PolicyRecord } from './policies/stored.ts';
import type { AccountRecord, KeyRecord } from './records.ts';
import type { CustomRoleRecord } from './roles/custom.ts';
import { AccessTokens } from './tokens/access-tokens.ts';

/** What the IAM service is made of: what the server hands to it, and its tables. */
export interface IamState extends BaseHost {
  readonly accounts: Table<AccountRecord>;
  readonly keys: Table<KeyRecord>;
  /**
   * Key pairs are made one at a time: who signs many URLs at once needs one key and not as
   * many, and the threads that do it have the bytes of objects to read and write besides.
   */
  readonly keyTurns: Turns;
  /** Who may do what, by what the policy is on. */
  readonly policies: Table<PolicyRecord>;
  /** The project's custom roles, by their ids. */
  readonly roles: Table<CustomRoleRecord>;
  readonly orgPolicies: Table<OrgPolicyRecord>;
  /** Policies that were read: every request is judged by them. */
  readonly policyCache: Map<string, PolicyRecord>;
  /** What custom roles allow that were asked about; null for those that are not there. */
  readonly roleCache: Map<string, ReadonlySet<string> | null>;
  /** Holds something as soon as a policy has ever had a condition. */
  readonly conditionsInUse: Table<boolean>;
  /** Who may come from elsewhere: workload identity pools, and whose word they take. */
  readonly pools: Table<PoolRecord>;
  readonly providers: Table<ProviderRecord>;
  readonly tokens: AccessTokens;
  /** Tokens of machines that are handed out again, by account and scopes. */
  readonly machineTokens: Map<string, { token: string; expires: number }>;
  /** The learner's token, once it was asked for. */
  readonly learner: { token?: string };
}

/** Opens the tables of the IAM service. */
export function openState(host: BaseHost): IamState {
  return {
    ...host,
    accounts: host.store.table('iam-service-accounts'),
    keys: host.store.table('iam-service-account-keys'),
    keyTurns: new Turns(),
    policies: host.store.table('iam-policies'),
    roles: host.store.table('iam-roles'),
    orgPolicies: host.store.table('iam-org-policies'),
    conditionsInUse: host.store.table('iam-conditions-in-use'),
    policyCache: new Map(),
    roleCache: new Map(),
    pools: host.store.table('iam-workload-pools'),
    providers: host.store.table('iam-workload-providers'),
    tokens: new AccessTokens(host),
    machineTokens: new Map(),
    learner: {},
  };
}

/** The sandbox's time, in milliseconds since 1970. */
export const now = (state: IamState): number => state.clock().getTime();

/**
 * Refuses other projects, as IAM refuses those one has no access to. `-` stands for
 * "whichever project the account is in" and is only understood where an account is named.
 */
export function requireProject(state: IamState, project: string, permission: string): void {
  if (isProject(state, project)) return;
  const message = `Permission '${permission}' denied on resource (or it may not exist).`;
  throw new ApiError(403, 'forbidden', message);
}
