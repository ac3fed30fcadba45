import { createHash } from 'node:crypto';
import * as z from 'zod';
import { notImplemented } from '../../wire/errors.ts';
import { queryOf } from '../../wire/query.ts';
import { baseUrl } from '../../wire/urls.ts';
import { now, requireBucket, type StorageState } from '../state.ts';
import { newTimedId } from '../timed-ids.ts';
import { commitUpload } from '../uploads/upload.ts';
import { targetOf } from './address.ts';
import { entityTag, refuseWriteConditions } from './entity-tag.ts';
import { xmlError } from './errors.ts';
import {
  abortMultipart,
  MAX_PARTS,
  type MultipartRecord,
  multipartKey,
  type PartRecord,
  partKey,
  partTag,
  requireMultipart,
} from './multipart-state.ts';
import { intentOf } from './object-put.ts';
import { element, many, requireXml, token } from './read.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { S3_NAMESPACE } from './write.ts';
import { writtenHeaders } from './write-headers.ts';

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
export const initiate: XmlHandler = async (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  refuseWriteConditions(request);
  const intent = intentOf(state, request, { bucket, object });
  if (intent.keySha256 !== undefined) {
    throw notImplemented('customer-supplied encryption keys in multipart uploads');
  }
  const id = newTimedId(state);
  const upload: MultipartRecord = { id, started: now(state), intent };
  await state.store.write(() => {
    requireBucket(state, bucket);
    state.multipart.put(multipartKey(bucket, object, id), upload);
  });
  return sendXml(
    reply,
    'InitiateMultipartUploadResult',
    [
      ['Bucket', bucket],
      ['Key', object],
      ['UploadId', id],
    ],
    S3_NAMESPACE,
  );
};

/** POST of the list of parts. */
export const complete: XmlHandler = async (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  const id = queryOf(request)['uploadId'] ?? '';
  const find = () => requireMultipart(state, bucket, object, id);
  find();
  const { Part: listed } = await requireXml(request, 'CompleteMultipartUpload', partList);
  const upload = find();
  const parts = chooseParts(state, id, listed);
  const body = await state.bodies.receive(bytesOf(state, parts, find));
  const etag = createHash('md5');
  for (const part of parts) etag.update(Buffer.from(part.md5, 'base64'));
  const record = await state.bodies.commit(body, () => {
    find();
    const created = commitUpload(state, request, upload.intent, body, {
      componentCount: parts.length,
      multipartMd5: `${etag.digest('hex')}-${parts.length}`,
    });
    abortMultipart(state, upload);
    return created;
  });
  return sendXml(
    reply.headers(writtenHeaders(request, record)),
    'CompleteMultipartUploadResult',
    [
      ['Location', `${baseUrl(request)}${request.originalUrl.split('?', 1)[0]}`],
      ['Bucket', bucket],
      ['Key', object],
      ['ETag', entityTag(record)],
    ],
    S3_NAMESPACE,
  );
};

/** DELETE of an upload. */
export const abort: XmlHandler = async (state, request, reply) => {
  const { bucket, object } = targetOf(request);
  const id = queryOf(request)['uploadId'] ?? '';
  await state.store.write(() => abortMultipart(state, requireMultipart(state, bucket, object, id)));
  return reply.code(204).send();
};

const MIN_PART_BYTES = 5 * 1024 * 1024;

const partList = element({
  Part: many(z.object({ PartNumber: token.regex(/^\d{1,9}$/).transform(Number), ETag: token })),
});

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

/** @param find throws if the upload is no more: another has completed or aborted it */
async function* bytesOf(
  state: StorageState,
  parts: PartRecord[],
  find: () => MultipartRecord,
): AsyncGenerator<Buffer> {
  for (const { number, size, body } of parts) {
    if (size === 0) continue;
    const gone = () => {
      find();
      // Replaced since it was chosen, so it is not the part that the client listed.
      return xmlError(400, 'InvalidPart', `Part ${number}`);
    };
    yield* state.bodies.chunks(body, { first: 0, last: size - 1 }, gone);
  }
}
