import type { Table } from '../disk/store.ts';
import { isProject } from '../project.ts';
import type { BaseHost } from '../services.ts';
import { Turns } from '../turns.ts';
import { ApiError } from '../wire/errors.ts';
import type { AccountRecord, KeyRecord } from './records.ts';

/** What the IAM service is made of: what the server hands to it, and its tables. */
export interface IamState extends BaseHost {
  readonly accounts: Table<AccountRecord>;
  readonly keys: Table<KeyRecord>;
  /**
   * Key pairs are made one at a time: who signs many URLs at once needs one key and not as
   * many, and the threads that do it have the bytes of objects to read and write besides.
   */
  readonly keyTurns: Turns;
}

/** Opens the tables of the IAM service. */
export function openState(host: BaseHost): IamState {
  return {
    ...host,
    accounts: host.store.table('iam-service-accounts'),
    keys: host.store.table('iam-service-account-keys'),
    keyTurns: new Turns(),
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
