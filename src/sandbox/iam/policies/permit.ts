import type { FastifyRequest } from 'fastify';
import type { Identity, ProtectedResource } from '../../identity.ts';
import { denied, requireCredentials, requirePermission } from '../require-permission.ts';
import type { IamState } from '../state.ts';

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
 */
export function permitBy(identity: Identity): Permit {
  const permit: Ask = (request, permission, resource) =>
    requirePermission(identity, request, permission, resource);
  const known = (request: FastifyRequest): void => requireCredentials(identity, request);
  const refuse: Ask = (request, permission, resource) => {
    known(request);
    throw denied(permission, resource);
  };
  return Object.assign(permit, { refuse, known });
}

/** The project as something that permissions are needed for. */
export const projectResource = ({ projectId }: IamState): ProtectedResource => ({
  name: `projects/${projectId}`,
  type: 'cloudresourcemanager.googleapis.com/Project',
});
