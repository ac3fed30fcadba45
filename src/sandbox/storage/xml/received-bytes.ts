import type { FastifyRequest } from 'fastify';
import { bodyChunks } from '../../wire/body.ts';
import { headerOf } from '../../wire/header-text.ts';
import { queryOf } from '../../wire/query.ts';
import { decodeChunks } from './aws-chunked.ts';
import { CHECKSUMS, type PromisedChecksum, withChecksums } from './body-checksums.ts';
import { extension } from './dialect.ts';
import { xmlError } from './errors.ts';

/**
 * What a request's body stands for: its bytes as they are, or freed of `aws-chunked`, with
 * every checksum verified that came with them. Fails after the last byte if one is wrong.
 */
export function receivedBytes(request: FastifyRequest): AsyncIterable<Buffer> {
  const payloads = announcedPayloads(request);
  const chunked =
    payloads.some((payload) => payload.startsWith('STREAMING-')) || isChunked(request);
  const { data, trailers } = chunked
    ? decodeChunks(bodyChunks(request), decodedLength(request), request.chunkVerifier)
    : { data: bodyChunks(request), trailers: NONE };

  const promised: PromisedChecksum[] = payloads
    .filter((payload) => SHA256.test(payload))
    .map((payload) => ({ name: 'sha256', encoding: 'hex', value: () => payload }));
  const announced = announcedTrailers(request);
  for (const name of CHECKSUMS) {
    const header = `x-amz-checksum-${name}`;
    const value = headerOf(request, header);
    if (value !== undefined) promised.push({ name, encoding: 'base64', value: () => value });
    if (announced.includes(header)) {
      promised.push({ name, encoding: 'base64', value: () => trailers.get(header) });
    }
  }
  return promised.length === 0 ? data : withChecksums(data, promised);
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

/**
 * What the request says of its body: a SHA-256, or a word such as `UNSIGNED-PAYLOAD`; in a
 * header, or in a signed URL.
 */
function announcedPayloads(request: FastifyRequest): string[] {
  const given = [extension(request, 'content-sha256')];
  if (PAYLOAD_QUERY.test(request.originalUrl)) {
    for (const [name, value] of Object.entries(queryOf(request))) {
      if (PAYLOAD_PARAMETER.test(name)) given.push(value);
    }
  }
  const payloads = given.filter((payload) => payload !== undefined);
  const strange = payloads.find((payload) => !SHA256.test(payload) && !WORD.test(payload));
  if (strange === undefined) return payloads;
  throw xmlError(400, 'InvalidArgument', `Invalid x-amz-content-sha256: ${strange}`);
}

const SHA256 = /^[0-9a-f]{64}$/;
const WORD = /^(?:UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/;
const PAYLOAD_PARAMETER = /^x-(?:amz|goog)-content-sha256$/i;
const PAYLOAD_QUERY = /[?&]x-(?:amz|goog)-content-sha256=/i;

function announcedTrailers(request: FastifyRequest): string[] {
  const names = headerOf(request, 'x-amz-trailer')?.split(',') ?? [];
  return names.map((name) => name.trim().toLowerCase());
}

function decodedLength(request: FastifyRequest): number | undefined {
  const length = headerOf(request, 'x-amz-decoded-content-length');
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) {
    throw xmlError(400, 'InvalidArgument', `Invalid x-amz-decoded-content-length: ${length}`);
  }
  return Number(length);
}
