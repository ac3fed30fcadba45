import { isProject } from '../../project.ts';
import { ApiError } from '../../wire/errors.ts';
import { type IamState, now } from '../state.ts';
import {
  type PoolRecord,
  type ProviderRecord,
  poolKey,
  providerKey,
  providersOf,
  UNDELETE_MS,
} from './records.ts';

/** Where pools are: in a project, and in its one location. */
export interface Place {
  project: string;
  location: string;
}

/** Refuses other places than the one that pools are in. */
export function checkPlace(state: IamState, { project, location }: Place): void {
  if (isProject(state, project) && location === 'global') return;
  throw notFound();
}

/** By the project's number, which is how policies and tokens name it. */
export const poolName = ({ projectNumber }: IamState, id: string): string =>
  `projects/${projectNumber}/locations/global/workloadIdentityPools/${id}`;

export const providerName = (state: IamState, pool: string, id: string): string =>
  `${poolName(state, pool)}/providers/${id}`;

/** The pool, deleted or not; undefined where there is none, or none any more. */
export function findPool(state: IamState, id: string): PoolRecord | undefined {
  return remaining(state, id === '' ? undefined : state.pools.get(poolKey(id)));
}

export function findProvider(
  state: IamState,
  pool: string,
  id: string,
): ProviderRecord | undefined {
  if (pool === '' || id === '') return undefined;
  return remaining(state, state.providers.get(providerKey(pool, id)));
}

export function requirePool(state: IamState, id: string): PoolRecord {
  const pool = findPool(state, id);
  if (pool === undefined) throw notFound();
  return pool;
}

export function requireProvider(state: IamState, pool: string, id: string): ProviderRecord {
  const provider = findProvider(state, pool, id);
  if (provider === undefined) throw notFound();
  return provider;
}

export const listPools = (state: IamState): PoolRecord[] =>
  [...state.pools.all()].flatMap(({ value }) => remaining(state, value) ?? []);

export const listProviders = (state: IamState, pool: string): ProviderRecord[] =>
  [...state.providers.below(providersOf(pool))].flatMap(
    ({ value }) => remaining(state, value) ?? [],
  );

/** True while tokens of its identities hold: they end with the pool, and not with a provider. */
export function poolHolds(state: IamState, id: string): boolean {
  const pool = findPool(state, id);
  return pool !== undefined && pool.timeDeleted === undefined && pool.disabled !== true;
}

/** Refuses a name that is in use, or was so lately. */
export function checkFree(taken: PoolRecord | undefined): void {
  if (taken === undefined) return;
  throw new ApiError(409, 'alreadyExists', 'Requested entity already exists');
}

/** What was deleted can be seen and had back, and not be used or changed. */
export function checkActive<T extends PoolRecord>(record: T): T {
  if (record.timeDeleted === undefined) return record;
  throw new ApiError(400, 'failedPrecondition', 'Precondition check failed.');
}

export const notFound = (): ApiError =>
  new ApiError(404, 'notFound', 'Requested entity was not found.');

function remaining<T extends PoolRecord>(state: IamState, record: T | undefined): T | undefined {
  const gone = record?.timeDeleted !== undefined && record.timeDeleted + UNDELETE_MS <= now(state);
  return gone ? undefined : record;
}
