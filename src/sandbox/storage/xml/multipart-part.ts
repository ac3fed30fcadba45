import type { FastifyRequest } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { queryOf } from '../../wire/query.ts';
import { parseRange } from '../../wire/range.ts';
import { nextGeneration, noSuchObject, now, type StorageState } from '../state.ts';
import { checkHashes } from '../uploads/upload.ts';
import { targetOf } from './address.ts';
import { extension } from './dialect.ts';
import { xmlError } from './errors.ts';
import {
  MAX_PARTS,
  type MultipartRecord,
  type PartRecord,
  partKey,
  partTag,
  requireMultipart,
} from './multipart-state.ts';
import { findSource } from './object-copy.ts';
import { receivedBytes } from './received-bytes.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { S3_NAMESPACE } from './write.ts';
import { promisedHashes, requireLength } from './write-headers.ts';

/**
 * PUT of a part of a multipart upload: from the body, or copied from an object or a range of
 * one. It is on disk before the client hears of it.
 *
 * https://cloud.google.com/storage/docs/xml-api/put-object-multipart
 */
export const uploadPart: XmlHandler = async (state, request, reply) => {
  const { upload, number } = partOf(state, request);
  const copied = extension(request, 'copy-source') !== undefined;
  if (!copied) requireLength(request);
  const part = copied
    ? await storePart(state, upload, number, copySource(state, request), undefined)
    : await storePart(state, upload, number, receivedBytes(request), promisedHashes(request));
  if (!copied) {
    return reply
      .header('etag', partTag(part))
      .header('x-goog-hash', `crc32c=${part.crc32c},md5=${part.md5}`)
      .type('text/html; charset=UTF-8')
      .send();
  }
  return sendXml(
    reply,
    'CopyPartResult',
    [
      ['LastModified', new Date(part.updated).toISOString()],
      ['ETag', partTag(part)],
    ],
    S3_NAMESPACE,
  );
};

function partOf(
  state: StorageState,
  request: FastifyRequest,
): { upload: MultipartRecord; number: number } {
  const { bucket, object } = targetOf(request);
  const { uploadId = '', partNumber = '' } = queryOf(request);
  const number = Number(partNumber);
  if (!/^\d{1,5}$/.test(partNumber) || number < 1 || number > MAX_PARTS) {
    const why = `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive.`;
    throw xmlError(400, 'InvalidArgument', why);
  }
  return { upload: requireMultipart(state, bucket, object, uploadId), number };
}

async function storePart(
  state: StorageState,
  upload: MultipartRecord,
  number: number,
  bytes: AsyncIterable<Buffer>,
  hashes: string | undefined,
): Promise<PartRecord> {
  const body = await state.bodies.receive(bytes);
  const { bucket, name } = upload.intent;
  return state.bodies.commit(body, () => {
    checkHashes(body, {}, hashes);
    // Aborted or completed meanwhile, or wiped with everything else: then so is the part.
    requireMultipart(state, bucket, name, upload.id);
    if (!state.bodies.isAttachable(body)) throw xmlError(404, 'NoSuchUpload');
    const key = partKey(upload.id, number);
    const earlier = state.parts.get(key);
    const part: PartRecord = {
      number,
      size: body.size,
      md5: body.md5,
      crc32c: body.crc32c,
      updated: now(state),
      body: state.bodies.attach(body, nextGeneration(state)),
    };
    if (earlier) state.bodies.release(earlier.body);
    state.parts.put(key, part);
    return part;
  });
}

/** The bytes of the object, or of the range of it, that a part is copied from. */
async function* copySource(state: StorageState, request: FastifyRequest): AsyncGenerator<Buffer> {
  const source = findSource(state, request);
  if (source.keySha256 !== undefined) {
    throw notImplemented('customer-supplied encryption keys in multipart uploads');
  }
  const asked = extension(request, 'copy-source-range');
  const range = parseRange(asked, source.size);
  if (asked !== undefined && range === undefined) {
    throw xmlError(400, 'InvalidArgument', `Invalid copy source range: ${asked}`);
  }
  const { first, last } = range ?? { first: 0, last: source.size - 1 };
  const gone = () => noSuchObject(source.bucket, source.name);
  yield* state.bodies.chunks(source.body, { first, last }, gone);
}
