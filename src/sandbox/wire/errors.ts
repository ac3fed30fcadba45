import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { indentation } from './pretty-print.ts';

/**
 * An error that a client is meant to see. It is thrown where it is found and
 * turned into Google's envelope by the one error boundary below.
 *
 * Envelope and reasons: https://cloud.google.com/storage/docs/json_api/v1/status-codes
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly extras: ErrorExtras;

  constructor(status: number, reason: string, message: string, extras: ErrorExtras = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.extras = extras;
  }
}

export interface ErrorExtras {
  /** The parameter or header at fault, as Google names it. */
  location?: string;
  locationType?: 'parameter' | 'header';
  /** Response headers that belong to the error, such as the size on a 416. */
  headers?: Record<string, string>;
  /** What the APIs built on gRPC add to the message: `google.rpc.ErrorInfo` and its like. */
  details?: readonly object[];
  /** What Cloud Storage's XML API calls the error, where the reason alone does not say. */
  xmlCode?: string;
  /** Elements that its XML has besides Code, Message and Details, such as StringToSign. */
  xmlElements?: Record<string, string>;
  /** What the first of `errors` says, where it is not the message itself. */
  inner?: string;
  /**
   * The `google.rpc.Code` of an error that comes from before an API, where credentials are looked
   * at: the older APIs show it, and the details, with such errors alone.
   */
  rpcStatus?: string;
}

/** How a route that does not speak JSON writes an error. */
export type ErrorBody = (error: ApiError) => { type: string; body: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    errorBody?: ErrorBody;
  }
}

/** A request that is malformed: 400 with the reason `invalid`. */
export function invalid(message: string, extras: ErrorExtras = {}): ApiError {
  return new ApiError(400, 'invalid', message, extras);
}

/** A query parameter whose value is not acceptable. */
export function invalidParameter(name: string, value: string, why = 'Invalid argument'): ApiError {
  const message = `Invalid value '${value}' for parameter ${name}: ${why}.`;
  return new ApiError(400, 'invalidParameter', message, {
    location: name,
    locationType: 'parameter',
  });
}

/** A parameter that has to be there and is not. */
export function required(name: string): ApiError {
  return new ApiError(400, 'required', `Required parameter: ${name}`, {
    location: name,
    locationType: 'parameter',
  });
}

/** Something that Google has and the sandbox does not: it says so instead of pretending. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, 'notImplemented', `The sandbox does not implement ${what} yet.`);
}

/** Google's JSON error body. */
export function errorEnvelope(error: ApiError): object {
  const { location, locationType, inner = error.message, rpcStatus, details } = error.extras;
  const detail = {
    message: inner,
    domain: 'global',
    reason: error.reason,
    ...(location === undefined ? {} : { locationType, location }),
  };
  const { status: code, message } = error;
  const rpc = rpcStatus === undefined ? {} : { status: rpcStatus, details };
  return { error: { code, message, errors: [detail], ...rpc } };
}

/**
 * Installs the one place where errors become responses. An error that is not an
 * ApiError is ours: the client gets a bare 500, the log gets the stack.
 */
export function installErrorBoundary(app: FastifyInstance, log: (line: string) => void): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const shown = presentable(error, request, log);
    return sendError(shown, request, reply);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(new ApiError(404, 'notFound', 'Not Found'), request, reply),
  );
}

/** Writes an error as the answer to a request. */
export function sendError(error: ApiError, request: FastifyRequest, reply: FastifyReply): unknown {
  return reply.send(becomeError(error, request, reply));
}

/**
 * Makes a reply that of an error and returns its body, the way Google writes it: as the
 * route says, plain text where media was asked for, JSON otherwise.
 */
export function becomeError(
  error: ApiError,
  request: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  reply.code(error.status).headers(error.extras.headers ?? {});
  if (error.status === 304) return undefined;
  const errorBody = request.routeOptions?.config?.errorBody;
  if (errorBody !== undefined) {
    const { type, body } = errorBody(error);
    reply.type(type);
    return body;
  }
  const query = request.query as Record<string, unknown> | null;
  if (query?.['alt'] === 'media' || request.url.startsWith('/download/')) {
    reply.type('text/html; charset=UTF-8');
    return asHtml(error.message);
  }
  reply.type('application/json; charset=UTF-8');
  return JSON.stringify(errorEnvelope(error), undefined, indentation(request));
}

/** A message can quote the request, and a browser would take what looks like an element for one. */
const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Whoever knows one of these can do what the URL does, an upload with its encryption key included. */
const SECRET_PARAMETER =
  /([?&](?:upload_id|access_token|id_token|token|assertion|(?:x-(?:goog|amz)-)?signature)=)[^&]*/gi;

const clientGone = new ApiError(499, 'clientClosedRequest', 'The request was cut short.');

/** The error a client is told of: an ApiError as it is, anything else without its insides. */
export function presentable(
  error: Error,
  request: FastifyRequest,
  log: (line: string) => void,
): ApiError {
  if (error instanceof ApiError) return error;
  // The client hung up in the middle of its request: nobody will read the answer.
  if (request.raw.destroyed && request.raw.errored) return clientGone;
  const status = (error as FastifyError).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return new ApiError(status, 'badRequest', error.message);
  }
  const url = request.originalUrl.replace(SECRET_PARAMETER, '$1...');
  log(`${request.method} ${url}: ${error.stack ?? error.message}`);
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  return full
    ? new ApiError(507, 'insufficientStorage', 'The disk that holds the sandbox is full.')
    : new ApiError(500, 'backendError', 'We encountered an internal error. Please try again.');
}
