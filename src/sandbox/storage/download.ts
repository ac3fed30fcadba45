import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { wantsNoBody } from '../wire/head.ts';
import { toHeader } from '../wire/header-text.ts';
import { type ByteRange, parseRange } from '../wire/range.ts';
import { type CustomerKey, checkKey, customerKey } from './customer-keys.ts';
import { objectEtag } from './etag.ts';
import type { ObjectRecord } from './records.ts';
import { noSuchObject, type StorageState } from './state.ts';

/** How often a record is looked up again when its body went away in between. */
const ATTEMPTS = 5;

/**
 * Sends an object's bytes: all of them, or a range (206). A body stored gzipped is
 * unpacked for a client that does not accept gzip ("decompressive transcoding"),
 * unless it is marked `no-transform`; ranges do not apply to what is unpacked. An object
 * that is only called gzip and is something else is sent as it is.
 *
 * @param moreHeaders what the XML API adds to the headers, or has differently
 *
 * https://cloud.google.com/storage/docs/transcoding
 */
export async function sendMedia(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  find: () => ObjectRecord,
  moreHeaders?: (record: ObjectRecord) => Record<string, string>,
): Promise<FastifyReply> {
  const key = customerKey(request.headers);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const record = find();
    checkKey(record, key);
    const unpack = isUnpacked(record, request) && (await isGzip(state, record, key));
    const range = unpack ? undefined : parseRange(request.headers.range, record.size);
    const { first, last } = range ?? { first: 0, last: record.size - 1 };
    const body =
      (unpack ? undefined : state.bodies.small(record.body, first, last)) ??
      (await state.bodies.open(record.body, first, last, key?.bytes));
    // Overwritten between the lookup and the opening: the new generation is the answer.
    if (!body) continue;
    addHeaders(reply, record, unpack ? 'unpacked' : range);
    if (moreHeaders) reply.headers(moreHeaders(record));
    return sendBody(request, reply, body, unpack);
  }
  const { bucket, name } = find();
  throw noSuchObject(bucket, name);
}

/** Describes what is sent: all of a body, a range of it, or what was in it. */
function addHeaders(
  reply: FastifyReply,
  record: ObjectRecord,
  what: ByteRange | 'unpacked' | undefined,
): void {
  const { contentEncoding } = record.attributes;
  reply.headers(mediaHeaders(record));
  if (contentEncoding === 'gzip') {
    const others = reply.getHeader('vary');
    reply.header('vary', others ? `${others}, Accept-Encoding` : 'Accept-Encoding');
  }
  if (what === 'unpacked') {
    reply.header('x-guploader-response-body-transformations', 'gunzipped');
    reply.header('warning', '214 UploadServer gunzipped');
    return;
  }
  if (contentEncoding !== undefined) reply.header('content-encoding', toHeader(contentEncoding));
  if (what === undefined) {
    reply.header('content-length', String(record.size));
    return;
  }
  const { first, last } = what;
  reply.code(206).header('content-length', String(last - first + 1));
  reply.header('content-range', `bytes ${first}-${last}/${record.size}`);
}

function sendBody(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Buffer | Readable,
  unpack: boolean,
): FastifyReply {
  if (wantsNoBody(request)) {
    if (!Buffer.isBuffer(body)) body.destroy();
    // A stream, because fastify would set the length of anything else to zero.
    return reply.send(Readable.from([]));
  }
  if (Buffer.isBuffer(body)) {
    // fastify replaces a content type that it cannot parse, but lets streams have theirs.
    const usual = USUAL_TYPE.test(String(reply.getHeader('content-type')));
    return reply.send(usual ? body : Readable.from([body]));
  }
  return reply.send(unpack ? pipeline(body, createGunzip(), () => undefined) : body);
}

const USUAL_TYPE = /^[\w.+-]+\/[\w.+-]+(?:;.*)?$/;
const NOT_CACHED = 'no-cache, no-store, max-age=0, must-revalidate';

function mediaHeaders(record: ObjectRecord): Record<string, string> {
  const { attributes } = record;
  const hashes = [`crc32c=${record.crc32c}`, ...(record.md5 ? [`md5=${record.md5}`] : [])];
  return {
    'content-type': toHeader(attributes.contentType ?? 'application/octet-stream'),
    'cache-control': toHeader(attributes.cacheControl ?? NOT_CACHED),
    ...(record.keySha256 === undefined
      ? {}
      : {
          'x-goog-encryption-algorithm': 'AES256',
          'x-goog-encryption-key-sha256': record.keySha256,
        }),
    ...(attributes.contentDisposition === undefined
      ? {}
      : { 'content-disposition': toHeader(attributes.contentDisposition) }),
    ...(attributes.contentLanguage === undefined
      ? {}
      : { 'content-language': toHeader(attributes.contentLanguage) }),
    etag: objectEtag(record.generation, record.metageneration),
    'last-modified': new Date(record.updated).toUTCString(),
    'accept-ranges': 'bytes',
    'x-goog-generation': String(record.generation),
    'x-goog-metageneration': String(record.metageneration),
    'x-goog-storage-class': record.storageClass,
    'x-goog-hash': hashes.join(','),
    'x-goog-stored-content-encoding': toHeader(attributes.contentEncoding ?? 'identity'),
    'x-goog-stored-content-length': String(record.size),
  };
}

function isUnpacked(record: ObjectRecord, request: FastifyRequest): boolean {
  const { contentEncoding, cacheControl } = record.attributes;
  if (contentEncoding !== 'gzip' || record.size === 0) return false;
  if (cacheControl?.includes('no-transform')) return false;
  return !ACCEPTS_GZIP.test(String(request.headers['accept-encoding'] ?? ''));
}

/** Names gzip, and not with the weight zero. */
const ACCEPTS_GZIP = /(^|[\s,])(x-)?gzip\s*(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i;

async function isGzip(
  state: StorageState,
  record: ObjectRecord,
  key: CustomerKey | undefined,
): Promise<boolean> {
  const opening = await state.bodies.open(record.body, 0, 2, key?.bytes);
  const bytes: Buffer[] = [];
  for await (const chunk of opening ?? []) bytes.push(chunk as Buffer);
  return Buffer.concat(bytes).equals(GZIP_MAGIC);
}

/** How every gzip file begins: two bytes of magic and the one method there is. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);
