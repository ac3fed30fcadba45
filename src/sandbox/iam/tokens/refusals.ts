import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../wire/errors.ts';

/**
 * Refuses credentials that do not hold: expired, revoked, not signed by whom they name, or of
 * an account that is disabled or gone.
 *
 * https://docs.cloud.google.com/apis/design/errors
 * https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes#401-unauthorized
 */
export function invalidCredentials(request: FastifyRequest): ApiError {
  const ofStorage = request.routeOptions.config.apiMethod?.startsWith('storage.') === true;
  return new ApiError(401, 'authError', ofStorage ? 'Invalid Credentials' : EXPECTED, {
    location: 'Authorization',
    locationType: 'header',
    ...(ofStorage ? {} : { inner: 'Invalid Credentials', rpcStatus: 'UNAUTHENTICATED' }),
    headers: {
      'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"',
    },
  });
}

const EXPECTED =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or ' +
  'other valid authentication credential. See ' +
  'https://developers.google.com/identity/sign-in/web/devconsole-project.';
