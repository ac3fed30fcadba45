import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../identity.ts';
import { ApiError } from '../../wire/errors.ts';

/**
 * How Cloud Storage refuses: by the name of the permission that is missing. Who is unknown is
 * asked to sign in (401); the XML API does not ask, and says 403 to everybody.
 *
 *     Anonymous caller does not have storage.objects.get access to the Google Cloud Storage
 *     object. Permission 'storage.objects.get' denied on resource (or it may not exist).
 *
 * https://docs.cloud.google.com/storage/docs/troubleshooting#access-permission
 */
export function refusal(
  request: FastifyRequest,
  caller: Caller,
  permission: string,
  to: 'object' | 'bucket' | 'project',
): ApiError {
  const isAnonymous = caller.member === undefined;
  const who = isAnonymous ? 'Anonymous caller' : caller.name;
  const thing = to === 'project' ? 'Google Cloud project' : `Google Cloud Storage ${to}`;
  const message =
    `${who} does not have ${permission} access to the ${thing}. ` +
    `Permission '${permission}' denied on resource (or it may not exist).`;
  const isXml = request.routeOptions.config.errorBody !== undefined;
  if (!isAnonymous || isXml) return new ApiError(403, 'forbidden', message);
  return new ApiError(401, 'required', message, {
    location: 'Authorization',
    locationType: 'header',
    headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
  });
}
