import type { FastifyInstance } from 'fastify';
import { type ApiError, presentable } from './errors.ts';
import { indentation } from './pretty-print.ts';

/**
 * Errors of the APIs that Google builds on gRPC (IAM, Pub/Sub, Cloud Run ...): beside the
 * HTTP code they carry the name of a `google.rpc.Code`, by which clients tell them apart.
 * Cloud Storage and Compute Engine are older and do not.
 *
 * https://cloud.google.com/apis/design/errors#http_mapping
 */

/** Makes every error below `scope` (an encapsulated fastify instance) one of these. */
export function installRpcErrors(scope: FastifyInstance, log: (line: string) => void): void {
  scope.setErrorHandler((error: Error, request, reply) => {
    const shown = presentable(error, request, log);
    const { status, message, extras } = shown;
    const { details } = extras;
    const told = { code: status, message, status: codeOf(shown) };
    const body = { error: details === undefined ? told : { ...told, details } };
    return reply
      .code(status)
      .headers(extras.headers ?? {})
      .type('application/json; charset=UTF-8')
      .send(JSON.stringify(body, undefined, indentation(request)));
  });
}

function codeOf({ status, reason }: ApiError): string {
  return REASONS[reason] ?? STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
}

/** Where two codes share an HTTP status, the error's reason decides. */
const REASONS: Readonly<Record<string, string>> = {
  failedPrecondition: 'FAILED_PRECONDITION',
  aborted: 'ABORTED',
};

const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
};
