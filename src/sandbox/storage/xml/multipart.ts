import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { notImplemented } from '../../wire/errors.ts';
import { queryOf } from '../../wire/query.ts';
import { parseRange } from '../../wire/range.ts';
import { baseUrl } from '../../wire/urls.ts';
import { nextGeneration, noSuchObject, now, type StorageState } from '../state.ts';
import { newTimedId } from '../timed-ids.ts';
import { checkHashes, commitUpload } from '../uploads/upload.ts';
import { targetOf } from './address.ts';
import { extension } from './dialect.ts';
import { entityTag, refuseWriteConditions } from './entity-tag.ts';
import { XML_TYPE, xmlError } from './errors.ts';
import {
  abortMultipart,
  type MultipartRecord,
  multipartKey,
  type PartRecord,
  partKey,
  requireMultipart,
} from './multipart-state.ts';
import { findSource } from './object-copy.ts';
import { intentOf } from './object-put.ts';
import { element, many, requireXml, token } from './read.ts';
import { receivedBytes } from './received-bytes.ts';
import { S3_NAMESPACE, writeXml } from './write.ts';
import { promisedHashes, requireLength, writtenHeaders } from './write-headers.ts';

/**
 * Multipart uploads, as S3's clients make them of every large file: started, then parts are
 * uploaded in any order and in parallel, each replacing an earlier one of its number, and
 * then completed by a list of the parts that count. Every part but the last has at least
 * 5 MiB. The object's metadata is said at the start; it becomes visible at the end.
 *
 * Like a composed object, the result has a CRC32C and no MD5; its ETag is the MD5 of the
 * parts' MD5s and their number.
 *
 * https://cloud.google.com/storage/docs/multipart-uploads
 */
export async function initiate(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket, object } = targetOf(request);
  refuseWriteConditions(request);
  const intent = intentOf(state, request, { bucket, object });
  if (intent.keySha256 !== undefined) {
    throw notImplemented('customer-supplied encryption keys in multipart uploads');
  }
  const id = newTimedId(state);
  const upload: MultipartRecord = { id, started: now(state), intent };
  await state.store.write(() => state.multipart.put(multipartKey(bucket, object, id), upload));
  const body = writeXml(
    'InitiateMultipartUploadResult',
    [
      ['Bucket', bucket],
      ['Key', object],
      ['UploadId', id],
    ],
    S3_NAMESPACE,
  );
  return reply.type(XML_TYPE).send(body);
}

/** PUT of a part: from the body, or copied from an object or a range of one. */
export async function uploadPart(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { upload, number } = partOf(state, request);
  const copied = extension(request, 'copy-source') !== undefined;
  if (!copied) requireLength(request);
  const part = copied
    ? await storePart(state, upload, number, copySource(state, request), [])
    : await storePart(state, upload, number, receivedBytes(request), promisedHashes(request));
  if (!copied) {
    return reply
      .header('etag', partTag(part))
      .header('x-goog-hash', `crc32c=${part.crc32c},md5=${part.md5}`)
      .type('text/html; charset=UTF-8')
      .send();
  }
  const body = writeXml(
    'CopyPartResult',
    [
      ['LastModified', new Date(part.updated).toISOString()],
      ['ETag', partTag(part)],
    ],
    S3_NAMESPACE,
  );
  return reply.type(XML_TYPE).send(body);
}

/** POST of the list of parts. */
export async function complete(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket, object } = targetOf(request);
  const id = queryOf(request)['uploadId'] ?? '';
  const upload = requireMultipart(state, bucket, object, id);
  const { Part: listed } = await requireXml(request, 'CompleteMultipartUpload', partList);
  const parts = chooseParts(state, id, listed);
  const body = await state.bodies.receive(bytesOf(state, parts));
  const etag = createHash('md5');
  for (const part of parts) etag.update(Buffer.from(part.md5, 'base64'));
  const record = await state.bodies.commit(body, () => {
    requireMultipart(state, bucket, object, id);
    const created = commitUpload(state, upload.intent, body, {
      componentCount: parts.length,
      multipartMd5: `${etag.digest('hex')}-${parts.length}`,
    });
    abortMultipart(state, upload);
    return created;
  });
  const result = writeXml(
    'CompleteMultipartUploadResult',
    [
      ['Location', `${baseUrl(request)}${request.originalUrl.split('?', 1)[0]}`],
      ['Bucket', bucket],
      ['Key', object],
      ['ETag', entityTag(record)],
    ],
    S3_NAMESPACE,
  );
  return reply.headers(writtenHeaders(request, record)).type(XML_TYPE).send(result);
}

/** DELETE of an upload. */
export async function abort(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket, object } = targetOf(request);
  const id = queryOf(request)['uploadId'] ?? '';
  await state.store.write(() => abortMultipart(state, requireMultipart(state, bucket, object, id)));
  return reply.code(204).send();
}

const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;

const partList = element({
  Part: many(z.object({ PartNumber: token.regex(/^\d{1,9}$/).transform(Number), ETag: token })),
});

/** What a part's ETag is; clients hand it back to complete the upload. */
export const partTag = (part: PartRecord): string =>
  `"${Buffer.from(part.md5, 'base64').toString('hex')}"`;

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
  hashes: string[],
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

/** The parts that the client lists, all of them as it knows them. */
function chooseParts(
  state: StorageState,
  id: string,
  listed: { PartNumber: number; ETag: string }[],
): PartRecord[] {
  if (listed.length === 0 || listed.length > MAX_PARTS) {
    throw xmlError(400, 'MalformedXML', `An upload has between 1 and ${MAX_PARTS} parts.`);
  }
  const ordered = listed.every((part, at) => part.PartNumber > (listed[at - 1]?.PartNumber ?? 0));
  if (!ordered) throw xmlError(400, 'InvalidPartOrder');
  return listed.map(({ PartNumber: number, ETag: tag }, at) => {
    const part = state.parts.get(partKey(id, number));
    if (!part || partTag(part) !== `"${tag.replaceAll('"', '')}"`) {
      throw xmlError(400, 'InvalidPart', `Part ${number}`);
    }
    if (at < listed.length - 1 && part.size < MIN_PART_BYTES) {
      throw xmlError(
        400,
        'EntityTooSmall',
        `Part ${number} has ${part.size} bytes; every part but the last needs ${MIN_PART_BYTES}.`,
      );
    }
    return part;
  });
}

async function* bytesOf(state: StorageState, parts: PartRecord[]): AsyncGenerator<Buffer> {
  for (const { number, size, body } of parts) {
    if (size === 0) continue;
    // Replaced since it was chosen, so it is not the part that the client listed.
    const gone = () => xmlError(400, 'InvalidPart', `Part ${number}`);
    yield* state.bodies.chunks(body, { first: 0, last: size - 1 }, gone);
  }
}
