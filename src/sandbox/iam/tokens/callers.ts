import type { FastifyRequest } from 'fastify';
import { type Caller, FROM_A_MACHINE } from '../../identity.ts';
import { findAccount } from '../accounts.ts';
import { poolHolds } from '../federation/pools.ts';
import type { IamState } from '../state.ts';
import { callerByJwt } from './account-jwt.ts';
import { invalidCredentials } from './refusals.ts';

/** Whoever asks is everybody's owner, for nobody has asked who he is. */
export const OWNER: Caller = { member: undefined, sets: [], name: 'anonymous', unlimited: true };

/** Nobody in particular: has what policies grant to `allUsers`. */
export const ANONYMOUS: Caller = { ...OWNER, unlimited: false };

/** Who learns here: the owner of the project, by a role like everybody else's. */
export const LEARNER: Caller = {
  member: 'user:learner@example.com',
  sets: [],
  name: 'learner@example.com',
  unlimited: false,
};

/**
 * Who sends a request, by its credentials alone.
 *
 * @throws ApiError 401 as `Identity.callerOf`
 */
export function callerBy(state: IamState, request: FastifyRequest): Caller {
  const token = bearerOf(request);
  const open = state.auth === 'open' && request.headers[FROM_A_MACHINE] === undefined;
  if (token === undefined) return open ? OWNER : ANONYMOUS;
  const record = state.tokens.find(token);
  if (record !== undefined) {
    const { caller, account, pool } = record;
    const ended =
      (account !== undefined && !holds(state, caller.name, account)) ||
      (pool !== undefined && !poolHolds(state, pool));
    if (ended) throw invalidCredentials(request);
    return caller;
  }
  const [service] = request.routeOptions.config.apiMethod?.split('.') ?? [];
  const caller = callerByJwt(state, token, service);
  if (caller) return caller;
  if (open && caller === undefined && !state.tokens.isOurs(token)) return OWNER;
  throw invalidCredentials(request);
}

/** A token is its account's as long as that is there, is the same one, and is not disabled. */
function holds(state: IamState, email: string, uniqueId: string): boolean {
  const account = findAccount(state, email);
  return account !== undefined && account.uniqueId === uniqueId && account.disabled !== true;
}

/** The token that a request shows, in its header or (which Google's APIs allow) in its URL. */
function bearerOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, token] = /^(?:Bearer|OAuth) +(\S+) *$/i.exec(authorization) ?? [];
    return token;
  }
  const given = (request.query as Record<string, unknown> | null)?.['access_token'];
  return typeof given === 'string' && given !== '' ? given : undefined;
}
