import type { FastifyRequest } from 'fastify';
import type { Caller, Identity, PermissionCheck, RequestAccess } from '../identity.ts';
import { findAccount } from './accounts.ts';
import { acceptCondition } from './conditions/conditions.ts';
import { signingKeys } from './keys.ts';
import { decide, roleExists } from './policies/decide.ts';
import { acceptMember } from './policies/members.ts';
import { accountResource } from './require-permission.ts';
import { isPermission } from './roles/permissions.ts';
import type { IamState } from './state.ts';
import { accountCaller } from './tokens/account-caller.ts';
import { callerBy } from './tokens/callers.ts';
import { machineToken } from './tokens/machine-tokens.ts';

/** What the other services may ask; see `../identity.ts`. */
export function identityOf(state: IamState): Identity {
  const callerOf = (request: FastifyRequest): Caller => {
    const access = accessOf(request);
    access.caller ??= callerBy(state, request);
    return access.caller;
  };
  return {
    mode: state.auth,
    callerOf,
    assume(request, email) {
      accessOf(request).caller = accountCaller(email);
    },
    check(request, permission, resource) {
      const caller = callerOf(request);
      const granted = caller.unlimited || decide(state, caller, permission, resource);
      const access = accessOf(request);
      const asked = { permission, resource: resource.name, granted };
      // The audit log keeps thousands of these, and an array that was pushed to has room for more.
      access.checks = access.checks.length === 0 ? [asked] : [...access.checks, asked];
      return granted;
    },
    allowed(request, permissions, resource) {
      const caller = callerOf(request);
      if (caller.unlimited) return [...permissions];
      return permissions.filter((permission) => decide(state, caller, permission, resource));
    },
    hasRole: (role) => roleExists(state, role),
    acceptMember: (member) => acceptMember(state, member),
    isPermission,
    requireCondition: (expression) => acceptCondition(state, expression),
    serviceAccount(email) {
      const account = findAccount(state, email);
      if (!account) return undefined;
      const { uniqueId, disabled = false } = account;
      return { email, uniqueId, projectId: state.projectId, disabled };
    },
    accountResource: (email) => accountResource(state, email),
    signingKeys(email) {
      const account = findAccount(state, email);
      return account && account.disabled !== true ? signingKeys(state, account) : [];
    },
    tokenOf: (email, scopes) => machineToken(state, email, scopes),
  };
}

const NO_CHECKS: readonly PermissionCheck[] = [];

function accessOf(request: FastifyRequest): RequestAccess {
  request.access ??= { caller: undefined, checks: NO_CHECKS };
  return request.access;
}
