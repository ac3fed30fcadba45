import type { FastifyRequest } from 'fastify';
import { headerOf } from '../../wire/header-text.ts';
import { customerKey, encryptionWith } from '../customer-keys.ts';
import type { StorageState } from '../state.ts';
import { noMoreThan, parseLengthRange } from '../uploads/length-range.ts';
import { finishUpload, type UploadIntent, uploadIntent } from '../uploads/upload.ts';
import { type Target, targetOf } from './address.ts';
import { extension } from './dialect.ts';
import { preconditionQuery, refuseWriteConditions } from './entity-tag.ts';
import { copyToTarget } from './object-copy.ts';
import { receivedBytes } from './received-bytes.ts';
import type { XmlHandler } from './reply.ts';
import {
  attributeHeaders,
  predefinedAcl,
  promisedHashes,
  refuseUnsupported,
  requireLength,
  storageClass,
  writtenHeaders,
} from './write-headers.ts';

/**
 * PUT: an object from the request's body, or a copy of another.
 *
 * https://cloud.google.com/storage/docs/xml-api/put-object
 */
export const putObject: XmlHandler = async (state, request, reply) => {
  const target = targetOf(request);
  refuseWriteConditions(request);
  if (extension(request, 'copy-source') !== undefined) {
    return copyToTarget(state, request, reply, target);
  }
  requireLength(request);
  const intent = intentOf(state, request, target);
  const hashes = promisedHashes(request);
  const { lengthRange } = intent;
  const bytes = receivedBytes(request);
  const body = await state.bodies.receive(
    lengthRange === undefined ? bytes : noMoreThan(bytes, lengthRange),
    encryptionWith(state, customerKey(request.headers)),
  );
  const { object: record } = await finishUpload(state, request, intent, body, hashes);
  return reply.headers(writtenHeaders(request, record)).send();
};

/** What an upload asks for by its headers. */
export function intentOf(
  state: StorageState,
  request: FastifyRequest,
  target: Target,
): UploadIntent {
  refuseUnsupported(request);
  const query = {
    name: target.object,
    predefinedAcl: predefinedAcl(request),
    ...preconditionQuery(request),
  };
  const intent = uploadIntent(
    state,
    request,
    target.bucket,
    query,
    { ...attributeHeaders(request), ...storageClass(request) },
    headerOf(request, 'content-type'),
    customerKey(request.headers),
  );
  const range = headerOf(request, 'x-goog-content-length-range');
  return range === undefined ? intent : { ...intent, lengthRange: parseLengthRange(range) };
}
