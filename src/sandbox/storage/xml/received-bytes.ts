import type { FastifyRequest } from 'fastify';
import { bodyChunks } from '../../wire/body.ts';
import { headerOf } from '../../wire/header-text.ts';
import { queryOf } from '../../wire/query.ts';
import { decodeChunks } from './aws-chunked.ts';
import { CHECKSUMS, type ChecksumName, withChecksums } from './body-checksums.ts';
import { extension } from './dialect.ts';
import { xmlError } from './errors.ts';

/**
 * What a request's body stands for: its bytes as they are, or freed of `aws-chunked`, with
 * every checksum verified that came with them. Fails after the last byte if one is wrong.
 */
export function receivedBytes(request: FastifyRequest): AsyncIterable<Buffer> {
  const payload = extension(request, 'content-sha256') ?? queryOf(request)['X-Amz-Content-Sha256'];
  const chunked = payload?.startsWith('STREAMING-') === true || isChunked(request);
  const body = chunked
    ? decodeChunks(bodyChunks(request), decodedLength(request), request.chunkVerifier)
    : { data: bodyChunks(request), trailers: NONE };

  const promised = new Map<ChecksumName, { value: string; encoding: 'base64' | 'hex' }>();
  for (const name of CHECKSUMS) {
    const value = headerOf(request, `x-amz-checksum-${name}`);
    if (value !== undefined) promised.set(name, { value, encoding: 'base64' });
  }
  if (payload !== undefined && /^[0-9a-f]{64}$/.test(payload)) {
    promised.set('sha256', { value: payload, encoding: 'hex' });
  }
  const announced = announcedTrailers(request);
  const names = CHECKSUMS.filter((name) => promised.has(name) || announced.includes(name));
  if (names.length === 0) return body.data;
  return withChecksums(body.data, names, (name) => {
    const value = body.trailers.get(`x-amz-checksum-${name}`);
    return value === undefined ? promised.get(name) : { value, encoding: 'base64' };
  });
}

/** The `Content-Encoding` that is the object's own: `aws-chunked` is only how it was sent. */
export function storedEncoding(request: FastifyRequest): string | undefined {
  const given = headerOf(request, 'content-encoding');
  if (given === undefined) return undefined;
  const codings = given.split(',').map((coding) => coding.trim());
  const stored = codings.filter((coding) => coding !== 'aws-chunked' && coding !== '');
  return stored.length > 0 ? stored.join(', ') : undefined;
}

const NONE: Map<string, string> = new Map();

const isChunked = (request: FastifyRequest): boolean =>
  /(?:^|,)\s*aws-chunked\s*(?:,|$)/.test(headerOf(request, 'content-encoding') ?? '');

function announcedTrailers(request: FastifyRequest): string[] {
  const names = headerOf(request, 'x-amz-trailer')?.split(',') ?? [];
  return names.map((name) => name.trim().toLowerCase().replace('x-amz-checksum-', ''));
}

function decodedLength(request: FastifyRequest): number | undefined {
  const length = headerOf(request, 'x-amz-decoded-content-length');
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) {
    throw xmlError(400, 'InvalidArgument', `Invalid x-amz-decoded-content-length: ${length}`);
  }
  return Number(length);
}
