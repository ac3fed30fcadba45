import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../wire/query.ts';

/*
 * As much of the upload protocol as faults have to know: it is the same in all of Google's
 * APIs that take uploads.
 *
 * https://cloud.google.com/storage/docs/performing-resumable-uploads
 */

/**
 * Where the body of a request stands in an upload: undefined for one that only opens a
 * session, or carries no body.
 */
export function uploadOffset(request: FastifyRequest): number | undefined {
  if (request.method !== 'POST' && request.method !== 'PUT') return undefined;
  const { uploadType, upload_id: session } = queryOf(request);
  if (uploadType === 'resumable' && session === undefined) return undefined;
  const [, first] = /^bytes (\d+)-/.exec(request.headers['content-range'] ?? '') ?? [];
  return Number(first ?? 0);
}

/** True if a resumable upload has got its last byte. */
export function hasCompletedUpload(request: FastifyRequest, reply: FastifyReply): boolean {
  return (
    queryOf(request)['upload_id'] !== undefined &&
    reply.statusCode === 200 &&
    !reply.hasHeader('x-http-status-code-override')
  );
}
