import type { IamState } from '../state.ts';
import { poolName, providerName } from './pools.ts';
import { type PoolRecord, type ProviderRecord, UNDELETE_MS } from './records.ts';

/** A pool as the API shows it. */
export const showPool = (state: IamState, pool: PoolRecord): object => ({
  name: poolName(state, pool.id),
  ...common(pool),
});

/** A provider as the API shows it. */
export const showProvider = (state: IamState, provider: ProviderRecord): object => ({
  name: providerName(state, provider.pool, provider.id),
  ...common(provider),
  attributeMapping: provider.attributeMapping,
  ...(provider.attributeCondition ? { attributeCondition: provider.attributeCondition } : {}),
  oidc: provider.oidc,
});

/**
 * A long-running operation, which everything that changes these resources answers with. Here it
 * is done when it is told of.
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/Shared.Types/ListOperationsResponse#Operation
 */
export const showOperation = (name: string, type: string, response: object): object => ({
  name,
  done: true,
  response: { '@type': `type.googleapis.com/google.iam.v1.${type}`, ...response },
});

function common({ displayName, description, disabled, timeDeleted }: PoolRecord): object {
  return {
    ...(displayName ? { displayName } : {}),
    ...(description ? { description } : {}),
    state: timeDeleted === undefined ? 'ACTIVE' : 'DELETED',
    ...(disabled ? { disabled } : {}),
    ...(timeDeleted === undefined
      ? {}
      : { expireTime: new Date(timeDeleted + UNDELETE_MS).toISOString() }),
  };
}
