import type { FastifyRequest } from 'fastify';
import { headerOf, toHeader } from '../../wire/header-text.ts';

/*
 * One API with two sets of header names: Google's (`x-goog-acl`) and Amazon's (`x-amz-acl`),
 * so that clients made for S3 work. Requests may use either; a request that is recognisably
 * Amazon's is answered with Amazon's names where clients look for them.
 *
 * https://cloud.google.com/storage/docs/interoperability
 */

/** The value of `x-goog-NAME`, or of `x-amz-NAME`. */
export function extension(request: FastifyRequest, name: string): string | undefined {
  return headerOf(request, `x-goog-${name}`) ?? headerOf(request, `x-amz-${name}`);
}

/** True for a request that is written, or signed, the way Amazon's clients do it. */
export function isAmazons(request: FastifyRequest): boolean {
  if (request.headers.authorization?.startsWith('AWS') === true) return true;
  for (const name in request.headers) if (name.startsWith('x-amz-')) return true;
  return /[?&](?:X-Amz-|AWSAccessKeyId=)/.test(request.originalUrl);
}

/** The key of custom metadata that a name stands for: `x-goog-meta-KEY` or `x-amz-meta-KEY`. */
export const metadataKey = (name: string): string | undefined =>
  /^x-(?:goog|amz)-meta-(.+)$/.exec(name)?.[1];

/** Custom metadata as response headers; keys that cannot be part of a header's name are left out. */
export function metadataHeaders(
  request: FastifyRequest,
  metadata: Record<string, string>,
): Record<string, string> {
  const prefix = isAmazons(request) ? 'x-amz-meta-' : 'x-goog-meta-';
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(key)) headers[prefix + key] = toHeader(value);
  }
  return headers;
}
