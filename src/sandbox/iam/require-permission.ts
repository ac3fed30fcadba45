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
  requireCredentials(identity, request);
  if (identity.check(request, permission, resource)) return;
  throw denied(permission, resource);
}

/**
 * Refuses whoever has not said who he is, or shows a token that is for something else.
 *
 * @throws ApiError 401 or 403
 */
export function requireCredentials(identity: Identity, request: FastifyRequest): void {
  const { member, scopes, unlimited } = identity.callerOf(request);
  if (!unlimited && member === undefined) throw missingCredentials(request);
  if (!scopesReachIam(scopes)) {
    const message = 'Request had insufficient authentication scopes.';
    throw new ApiError(403, 'insufficientPermissions', message);
  }
}

/** Says nothing of whether the resource exists: that is not for everybody to know. */
export function denied(permission: string, { name, type }: ProtectedResource): ApiError {
  const [service = ''] = type.split('/');
  const what = service === 'iam.googleapis.com' ? 'resource' : `resource '//${service}/${name}'`;
  const message = `Permission '${permission}' denied on ${what} (or it may not exist).`;
  return new ApiError(403, 'forbidden', message, {
    details: [
      errorInfo('IAM_PERMISSION_DENIED', 'iam.googleapis.com', { permission, resource: name }),
    ],
  });
}

/** A service account as something that permissions are needed for: to act as it, to change it. */
export function accountResource(state: IamState, email: string): ProtectedResource {
  return {
    name: `projects/-/serviceAccounts/${email}`,
    type: 'iam.googleapis.com/ServiceAccount',
    policies: () => [policyOfAccount(state, email)],
  };
}

function missingCredentials(request: FastifyRequest): ApiError {
  const method = request.routeOptions.config.apiMethod ?? '';
  return new ApiError(401, 'required', MISSING, {
    headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
    details: [errorInfo('CREDENTIALS_MISSING', 'googleapis.com', { method })],
  });
}

const MISSING =
  'Request is missing required authentication credential. Expected OAuth 2 access token, login ' +
  'cookie or other valid authentication credential. See ' +
  'https://developers.google.com/identity/sign-in/web/devconsole-project.';

/** https://docs.cloud.google.com/apis/design/errors#error_details */
const errorInfo = (reason: string, domain: string, metadata: Record<string, string>): object => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  ...{ reason, domain, metadata },
});
