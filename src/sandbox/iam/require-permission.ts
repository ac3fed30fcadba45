import type { FastifyRequest } from 'fastify';
import type { Identity, ProtectedResource } from '../identity.ts';
import { ApiError } from '../wire/errors.ts';
import { policyOfAccount } from './policies/decide.ts';
import type { IamState } from './state.ts';
import { scopesReachIam } from './tokens/scopes.ts';

/**
 * Refuses, in the words of IAM's APIs, whoever lacks a permission on a resource.
 *
 * @throws ApiError 401 where nobody has said who he is, 403 where he may not
 */
export function requirePermission(
  identity: Identity,
  request: FastifyRequest,
  permission: string,
  resource: ProtectedResource,
): void {
  const { member, scopes, unlimited } = identity.callerOf(request);
  if (!unlimited && member === undefined) throw new ApiError(401, 'required', MISSING);
  if (!scopesReachIam(scopes)) {
    const message = 'Request had insufficient authentication scopes.';
    throw new ApiError(403, 'insufficientPermissions', message);
  }
  if (identity.check(request, permission, resource)) return;
  throw denied(permission);
}

export const denied = (permission: string): ApiError =>
  new ApiError(
    403,
    'forbidden',
    `Permission '${permission}' denied on resource (or it may not exist).`,
  );

/** A service account as something that permissions are needed for: to act as it, to change it. */
export function accountResource(state: IamState, email: string): ProtectedResource {
  return {
    name: `projects/-/serviceAccounts/${email}`,
    type: 'iam.googleapis.com/ServiceAccount',
    policies: () => [policyOfAccount(state, email)],
  };
}

const MISSING =
  'Request is missing required authentication credential. Expected OAuth 2 access token, login ' +
  'cookie or other valid authentication credential. See ' +
  'https://developers.google.com/identity/sign-in/web/devconsole-project.';
