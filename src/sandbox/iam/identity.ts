import type { FastifyRequest } from 'fastify';
import type { Caller, Identity, RequestAccess } from '../identity.ts';
import { findAccount } from './accounts.ts';
import { signingKeys } from './keys.ts';
import type { IamState } from './state.ts';

/** What the other services may ask; see `../identity.ts`. */
export function identityOf(state: IamState): Identity {
  const callerOf = (request: FastifyRequest): Caller => {
    const access = accessOf(request);
    access.caller ??= OWNER;
    return access.caller;
  };
  return {
    mode: state.auth,
    callerOf,
    assume(request, email) {
      accessOf(request).caller = {
        member: `serviceAccount:${email}`,
        sets: [],
        name: email,
        unlimited: false,
      };
    },
    check(request, permission, resource) {
      const caller = callerOf(request);
      const granted = caller.unlimited || caller.member !== undefined;
      accessOf(request).checks.push({ permission, resource: resource.name, granted });
      return granted;
    },
    allowed: (_request, permissions) => [...permissions],
    hasRole: (role) => role !== '',
    serviceAccount(email) {
      const account = findAccount(state, email);
      if (!account) return undefined;
      const { uniqueId, disabled = false } = account;
      return { email, uniqueId, projectId: state.projectId, disabled };
    },
    signingKeys(email) {
      const account = findAccount(state, email);
      return account && account.disabled !== true ? signingKeys(state, account) : [];
    },
    tokenOf: () => ({
      token: `ya29.c.${Buffer.from(state.randomBytes(96)).toString('base64url')}`,
      expiresInSeconds: 3599,
    }),
  };
}

const OWNER: Caller = { member: undefined, sets: [], name: 'anonymous', unlimited: true };

function accessOf(request: FastifyRequest): RequestAccess {
  request.access ??= { checks: [] };
  return request.access;
}
