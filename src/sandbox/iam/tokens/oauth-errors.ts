import type { FastifyInstance } from 'fastify';
import { ApiError, presentable } from '../../wire/errors.ts';

/**
 * Errors of OAuth's endpoints, which Google answers as the standard says and not in the
 * envelope of its APIs: `{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}`.
 *
 * https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 *
 * @param error what a program acts on: `invalid_grant`, `invalid_scope`...
 * @param description what a person reads
 */
export function oauthError(error: string, description: string, status = 400): ApiError {
  return new ApiError(status, error, description);
}

/** Makes every error below `scope` (an encapsulated fastify instance) one of these. */
export function installOauthErrors(scope: FastifyInstance, log: (line: string) => void): void {
  scope.setErrorHandler((error: Error, request, reply) => {
    const { status, reason, message } = presentable(error, request, log);
    const ours = /^[a-z_]+$/.test(reason);
    const body = {
      error: ours ? reason : status < 500 ? 'invalid_request' : 'internal_failure',
      error_description: message,
    };
    return reply
      .code(status)
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-cache, no-store, max-age=0, must-revalidate')
      .send(JSON.stringify(body, undefined, 2));
  });
}
