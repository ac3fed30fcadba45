import type { FastifyRequest } from 'fastify';
import type { Identity, ProtectedResource } from '../../identity.ts';
import { ApiError } from '../../wire/errors.ts';
import type { IamState } from '../state.ts';
import { policyOfAccount } from './decide.ts';

type Ask = (request: FastifyRequest, permission: string, resource: ProtectedResource) => void;

/** What is asked for something that IAM, Resource Manager or Organization Policy do. */
export interface Permit extends Ask {
  /** Refuses, whoever asks: the resource is none of the sandbox's. */
  readonly refuse: Ask;
  /** Lets everybody pass who shows who he is. */
  known(request: FastifyRequest): void;
}

/**
 * Lets a request pass whose caller has a permission, and refuses others in the words of these
 * APIs.
 *
 * @throws ApiError 401 for somebody without credentials, 403 for somebody without the permission
 */
export function permitBy(identity: Identity): Permit {
  const known = (request: FastifyRequest): void => {
    const { member, unlimited } = identity.callerOf(request);
    if (member === undefined && !unlimited) throw missingCredentials(request);
  };
  const refuse: Ask = (request, permission, resource) => {
    known(request);
    throw denied(permission, resource);
  };
  const permit: Ask = (request, permission, resource) => {
    if (!identity.check(request, permission, resource)) refuse(request, permission, resource);
  };
  return Object.assign(permit, { refuse, known });
}

/** The project as something that permissions are needed for. */
export const projectResource = ({ projectId }: IamState): ProtectedResource => ({
  name: `projects/${projectId}`,
  type: 'cloudresourcemanager.googleapis.com/Project',
});

/** A service account as such, whose own policy says who may act as it. */
export const accountResource = (state: IamState, email: string): ProtectedResource => ({
  name: `projects/${state.projectId}/serviceAccounts/${email}`,
  type: 'iam.googleapis.com/ServiceAccount',
  policies: () => [policyOfAccount(state, email)],
});

/** Says nothing of whether the resource exists: that is not for everybody to know. */
function denied(permission: string, { name, type }: ProtectedResource): ApiError {
  const [service = ''] = type.split('/');
  const resource =
    service === 'iam.googleapis.com' ? 'resource' : `resource '//${service}/${name}'`;
  const message = `Permission '${permission}' denied on ${resource} (or it may not exist).`;
  return new ApiError(403, 'forbidden', message, {
    details: [errorInfo('IAM_PERMISSION_DENIED', service, { permission, resource: name })],
  });
}

function missingCredentials(request: FastifyRequest): ApiError {
  const method = request.routeOptions.config.apiMethod ?? '';
  return new ApiError(401, 'authError', MISSING, {
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
