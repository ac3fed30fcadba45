import type { FastifyRequest } from 'fastify';
import { isProject } from '../../project.ts';
import { type ApiError, invalid } from '../../wire/errors.ts';
import type { StorageState } from '../state.ts';

/**
 * `userProject` names the project that pays for a request. It has to exist; that is asked
 * of everybody, on every method. A bucket whose requesters pay (`billing.requesterPays`)
 * lets those of its project in without one, and there is no other project here: so nobody is
 * turned away, and nothing is billed.
 *
 * https://cloud.google.com/storage/docs/requester-pays
 */
export function userProjectFault(
  state: StorageState,
  request: FastifyRequest,
): ApiError | undefined {
  const { userProject } = request.query as { userProject?: string | string[] };
  if (userProject === undefined || userProject === '') return undefined;
  if (!request.routeOptions.config.apiMethod?.startsWith('storage.')) return undefined;
  if (typeof userProject === 'string' && isProject(state, userProject)) return undefined;
  return invalid('User project specified in the request is invalid.');
}
