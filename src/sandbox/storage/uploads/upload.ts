import type { FastifyRequest } from 'fastify';
import type { PendingBody } from '../../disk/bodies.ts';
import { decodedChunks, parseJson, readAll } from '../../wire/body.ts';
import { transferDecoded } from '../../wire/encodings.ts';
import { invalid, required } from '../../wire/errors.ts';
import { headerOf } from '../../wire/header-text.ts';
import { boundaryOf, MultipartReader } from '../../wire/multipart.ts';
import type { Query } from '../../wire/query.ts';
import type { ObjectAccess } from '../access/object-access.ts';
import { type Projection, readProjectionOfNew } from '../access/projection.ts';
import { attributesOf, parseObjectMetadata } from '../attributes.ts';
import { contextValues } from '../contexts.ts';
import { type CustomerKey, customerKey, encryptionWith, refuseKmsKey } from '../customer-keys.ts';
import { commitObject, type NewObject } from '../objects.ts';
import type { Preconditions } from '../preconditions.ts';
import type { ObjectRecord } from '../records.ts';
import type { ObjectMetadata } from '../schema.ts';
import type { StorageState } from '../state.ts';
import { readWriteTerms } from '../write-terms.ts';
import { checkLength, type LengthRange } from './length-range.ts';

/**
 * Uploads that fit in one request: `media` (the body is the object) and `multipart`
 * (metadata and object in one body). The bytes are stored while they arrive; the
 * object appears when they are complete, match the checksums that were promised, and
 * the preconditions hold at that moment.
 *
 * https://cloud.google.com/storage/docs/uploads-downloads
 */

/** An upload as it was asked for, before its bytes. */
export interface UploadIntent {
  bucket: string;
  name: string;
  metadata: ObjectMetadata;
  contentType: string | undefined;
  preconditions: Preconditions;
  /** The ACL that the object gets; absent: the bucket's default. */
  access?: ObjectAccess;
  /** Who uploads it, as ACLs name him. */
  owner?: string;
  /** How many bytes it may have. */
  lengthRange?: LengthRange;
  /** How the object is shown once it is there. */
  projection?: Projection;
  /** Of the customer's key that it is encrypted with. */
  keySha256?: string;
}

/** An object that has been uploaded, and how its uploader wants it shown. */
export interface Uploaded {
  object: ObjectRecord;
  projection: Projection | undefined;
}

const MAX_METADATA_BYTES = 1024 * 1024;

/** Validates what an upload asks for; refuses early what is bound to fail. */
export function uploadIntent(
  state: StorageState,
  request: FastifyRequest,
  bucket: string,
  query: Query,
  body: Record<string, unknown>,
  contentType: string | undefined,
  key?: CustomerKey,
): UploadIntent {
  refuseKmsKey(query);
  const metadata = parseObjectMetadata(body);
  const name = query['name'] ?? metadata.name ?? '';
  if (name === '') throw required('name');
  const { contentEncoding } = query;
  const projection = readProjectionOfNew(query, metadata);
  const place = { bucket, name };
  const { preconditions, access, owner } = readWriteTerms(
    state,
    request,
    place,
    query,
    'predefinedAcl',
    metadata,
  );
  return {
    ...place,
    metadata: contentEncoding === undefined ? metadata : { ...metadata, contentEncoding },
    contentType,
    preconditions,
    ...(access === undefined ? {} : { access }),
    ...(owner === undefined ? {} : { owner }),
    ...(projection === 'noAcl' ? {} : { projection }),
    ...(key === undefined ? {} : { keySha256: key.sha256 }),
  };
}

/** `uploadType=media`. */
export async function uploadMedia(
  state: StorageState,
  request: FastifyRequest,
  bucket: string,
  query: Query,
): Promise<Uploaded> {
  const key = customerKey(request.headers);
  const type = headerOf(request, 'content-type');
  const intent = uploadIntent(state, request, bucket, query, {}, type, key);
  const body = await state.bodies.receive(decodedChunks(request), encryptionWith(state, key));
  return finishUpload(state, request, intent, body, headerOf(request, 'x-goog-hash'));
}

/** `uploadType=multipart`. */
export async function uploadMultipart(
  state: StorageState,
  request: FastifyRequest,
  bucket: string,
  query: Query,
): Promise<Uploaded> {
  const key = customerKey(request.headers);
  const boundary = boundaryOf(headerOf(request, 'content-type'));
  const reader = new MultipartReader(decodedChunks(request), boundary);
  const first = await reader.nextPart();
  if (!first) throw missingPart('metadata');
  const written = await readAll(partBytes(reader, first), MAX_METADATA_BYTES, () =>
    invalid('Metadata part is too large.'),
  );
  const metadata = parseJson(written);
  const media = await reader.nextPart();
  if (!media) throw missingPart('media');
  const type = media.get('content-type');
  const intent = uploadIntent(state, request, bucket, query, metadata, type, key);
  const body = await state.bodies.receive(partBytes(reader, media), encryptionWith(state, key));
  return finishUpload(state, request, intent, body, headerOf(request, 'x-goog-hash'));
}

const partBytes = (reader: MultipartReader, headers: Map<string, string>) =>
  transferDecoded(reader.content(), headers.get('content-transfer-encoding'));

/** Checks the received bytes against what was promised and makes them the live object. */
export async function finishUpload(
  state: StorageState,
  request: FastifyRequest,
  intent: UploadIntent,
  body: PendingBody,
  hashHeader: string | undefined,
): Promise<Uploaded> {
  const object = await state.bodies.commit(body, () => {
    checkHashes(body, intent.metadata, hashHeader);
    return commitUpload(state, request, intent, body);
  });
  return { object, projection: intent.projection };
}

/** Inside a change: the commit of an upload, which may have come in parts. */
export function commitUpload(
  state: StorageState,
  request: FastifyRequest,
  intent: UploadIntent,
  body: PendingBody,
  parts: Pick<NewObject, 'componentCount' | 'multipartMd5'> = {},
): ObjectRecord {
  const { bucket, name, metadata, preconditions } = intent;
  if (intent.lengthRange) checkLength(body.size, intent.lengthRange);
  return commitObject(state, request, {
    bucket,
    name,
    body,
    attributes: attributesOf(metadata, intent.contentType),
    storageClass: metadata.storageClass,
    keySha256: intent.keySha256,
    ...(metadata.contexts ? { contexts: contextValues(metadata.contexts) } : {}),
    retention: metadata.retention,
    access: intent.access,
    owner: intent.owner,
    ...parts,
    preconditions,
  });
}

/**
 * Compares the checksums a client promised, in the metadata or in `X-Goog-Hash`, with
 * those of the bytes that arrived: a mismatch is a 400 and nothing is stored.
 */
export function checkHashes(
  body: PendingBody,
  metadata: ObjectMetadata,
  hashHeader: string | undefined,
): void {
  const promised = parseHashHeader(hashHeader);
  for (const crc32c of [metadata.crc32c, promised.get('crc32c')]) {
    if (crc32c && crc32c !== body.crc32c) {
      throw invalid(
        `Provided CRC32C "${crc32c}" doesn't match calculated CRC32C "${body.crc32c}".`,
        BAD_DIGEST,
      );
    }
  }
  for (const md5 of [metadata.md5Hash, promised.get('md5')]) {
    if (md5 && md5 !== body.md5) {
      throw invalid(
        `Provided MD5 hash "${md5}" doesn't match calculated MD5 hash "${body.md5}".`,
        BAD_DIGEST,
      );
    }
  }
}

const BAD_DIGEST = { xmlCode: 'BadDigest' };

/** `X-Goog-Hash: crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ==` */
function parseHashHeader(header = ''): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const item of header.split(',')) {
    if (item.trim() === '') continue;
    const [, kind = '', value = ''] = /^\s*(\w+)=(\S+)\s*$/.exec(item) ?? [];
    const length = { crc32c: 4, md5: 16 }[kind];
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length !== length || bytes.toString('base64') !== value) {
      throw invalid(`Invalid value in the X-Goog-Hash header: ${item.trim()}`, {
        xmlCode: 'InvalidDigest',
      });
    }
    hashes.set(kind, value);
  }
  return hashes;
}

const missingPart = (which: string) =>
  invalid(`Multipart upload requests consist of two parts; the ${which} part is missing.`);
