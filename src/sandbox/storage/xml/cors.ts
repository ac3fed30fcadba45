import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { ApiError } from '../../wire/errors.ts';
import { toHeader } from '../../wire/header-text.ts';
import { isBucketName } from '../names.ts';
import type { BucketRecord } from '../records.ts';
import { findBucket, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { extension } from './dialect.ts';

/**
 * Cross-origin requests. A bucket's rules say which web pages may read its answers: a rule
 * applies if it lists the page's origin and the request's method, and `responseHeader` are
 * the headers that such a page may send and read. Before anything but a simple request a
 * browser asks with OPTIONS (a preflight). No rule, no `Access-Control-*` headers, and the
 * browser keeps the answer from the page.
 *
 * The rules apply to the XML API only; they are part of the bucket's metadata.
 *
 * https://cloud.google.com/storage/docs/cross-origin
 */
export interface CorsRule {
  origin: string[];
  method: string[];
  responseHeader: string[];
  maxAgeSeconds?: number | undefined;
}

/** The rules of a bucket, whichever API they came by. */
export function corsRules(bucket: BucketRecord): CorsRule[] {
  const parsed = z.array(corsRule).safeParse(bucket.cors ?? []);
  return parsed.success ? parsed.data : [];
}

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const corsRule = z.object({
  origin: texts,
  method: texts,
  responseHeader: texts,
  maxAgeSeconds: z
    .number()
    .nullish()
    .transform((seconds) => seconds ?? undefined),
});

/**
 * True if the bucket that a request is about lets pages of this origin send it. The rules of
 * a bucket say nothing about what is copied out of another.
 */
export function bucketAllows(
  state: StorageState,
  request: FastifyRequest,
  origin: string,
): boolean {
  const bucket = bucketOf(state, request);
  if (bucket?.cors === undefined) return false;
  const source = extension(request, 'copy-source');
  if (source?.replace(/^\//, '').startsWith(`${bucket.name}/`) === false) return false;
  return findRule(bucket, origin, methodOf(request)) !== undefined;
}

/** Adds what a browser needs to see on the answer to a page of another origin. */
export function addCorsHeaders(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { origin } = request.headers;
  // Nothing but browsers sends it, and everything else is not to pay for the look-up.
  if (origin === undefined) return;
  const bucket = bucketOf(state, request);
  if (bucket?.cors === undefined) return;
  // What a cache keeps for one origin must not be given to another.
  reply.header('vary', 'Origin');
  const rule = findRule(bucket, origin, methodOf(request));
  if (!rule) return;
  reply.header('access-control-allow-origin', rule.origin.includes('*') ? '*' : origin);
  if (request.method === 'OPTIONS') {
    reply.header('access-control-allow-methods', toHeader(rule.method.join(',')));
    if (rule.responseHeader.length > 0) {
      reply.header('access-control-allow-headers', toHeader(rule.responseHeader.join(',')));
    }
    reply.header('access-control-max-age', String(rule.maxAgeSeconds ?? DEFAULT_MAX_AGE));
  } else if (rule.responseHeader.length > 0) {
    reply.header('access-control-expose-headers', toHeader(rule.responseHeader.join(', ')));
  }
}

/** The answer to a preflight: its headers are all there is to it. */
export function preflight(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=UTF-8').send();
}

const DEFAULT_MAX_AGE = 3600;

/** Of a preflight, the method of the request to come. */
function methodOf(request: FastifyRequest): string {
  if (request.method !== 'OPTIONS') return request.method;
  return String(request.headers['access-control-request-method'] ?? '').toUpperCase();
}

function findRule(bucket: BucketRecord, origin: string, method: string): CorsRule | undefined {
  return corsRules(bucket).find(
    (rule) =>
      (rule.origin.includes('*') || rule.origin.includes(origin)) &&
      (rule.method.includes('*') || rule.method.some((name) => name.toUpperCase() === method)),
  );
}

function bucketOf(state: StorageState, request: FastifyRequest): BucketRecord | undefined {
  try {
    const { bucket } = targetOf(request);
    return isBucketName(bucket) ? findBucket(state, bucket) : undefined;
  } catch (error) {
    // A path that cannot be decoded names no bucket; the handler says so in the answer.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
