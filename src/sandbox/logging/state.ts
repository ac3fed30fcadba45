import type { FastifyRequest } from 'fastify';
import { isProject } from '../project.ts';
import type { ServiceHost } from '../services.ts';
import { ApiError } from '../wire/errors.ts';

/** What the Cloud Logging service is made of: what the server hands to it. */
export type LoggingState = ServiceHost;

const AUTH = 'https://www.googleapis.com/auth/';
const READING = ['logging.read', 'logging.admin', 'cloud-platform.read-only', 'cloud-platform'].map(
  (name) => AUTH + name,
);

/** The project, as policies and the audit log name it. */
const projectResource = ({ projectId }: LoggingState) => ({
  name: `projects/${projectId}`,
  type: 'cloudresourcemanager.googleapis.com/Project',
});

/**
 * Refuses who may not read logs of a project.
 *
 * @throws 401 where nobody has said who he is, 403 for another project and for want of the permission
 */
export function requireReader(
  state: LoggingState,
  request: FastifyRequest,
  project: string,
  permission: string,
): void {
  const caller = state.identity.callerOf(request);
  const granted =
    isProject(state, project) && state.identity.check(request, permission, projectResource(state));
  if (caller.scopes && !caller.scopes.some((scope) => READING.includes(scope))) {
    throw new ApiError(403, 'forbidden', 'Request had insufficient authentication scopes.');
  }
  if (granted) return;
  if (caller.member === undefined && !caller.unlimited) throw credentialsMissing();
  throw new ApiError(
    403,
    'forbidden',
    permission === 'logging.logEntries.list'
      ? 'Permission denied for all log views'
      : `Permission '${permission}' denied on resource '//logging.googleapis.com/projects/${project}' (or it may not exist).`,
  );
}

/** True for who may also see what is read and written: the log `data_access` is private. */
export function seesPrivateLogs(state: LoggingState, request: FastifyRequest): boolean {
  const permission = 'logging.privateLogEntries.list';
  return state.identity.allowed(request, [permission], projectResource(state)).length > 0;
}

const credentialsMissing = (): ApiError =>
  new ApiError(
    401,
    'required',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login ' +
      'cookie or other valid authentication credential. See ' +
      'https://developers.google.com/identity/sign-in/web/devconsole-project.',
    { headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } },
  );
