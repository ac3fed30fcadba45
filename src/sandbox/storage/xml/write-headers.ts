import type { FastifyRequest } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { toHeader } from '../../wire/header-text.ts';
import type { ObjectRecord } from '../records.ts';
import { customMetadata, extension, header, isAmazons } from './dialect.ts';
import { entityTag } from './entity-tag.ts';
import { xmlError } from './errors.ts';
import { storedEncoding } from './received-bytes.ts';

/** The headers that tell what was written. */
export function writtenHeaders(
  request: FastifyRequest,
  record: ObjectRecord,
): Record<string, string> {
  const hashes = [`crc32c=${record.crc32c}`, ...(record.md5 ? [`md5=${record.md5}`] : [])];
  return {
    etag: entityTag(record),
    'content-type': 'text/html; charset=UTF-8',
    'x-goog-generation': String(record.generation),
    'x-goog-metageneration': String(record.metageneration),
    'x-goog-hash': hashes.join(','),
    'x-goog-stored-content-encoding': toHeader(record.attributes.contentEncoding ?? 'identity'),
    'x-goog-stored-content-length': String(record.size),
    ...(isAmazons(request) ? { 'x-amz-version-id': String(record.generation) } : {}),
  };
}

/** The attributes of an object that headers set, named as in the JSON API. */
export function attributeHeaders(request: FastifyRequest): Record<string, unknown> {
  const fields = {
    cacheControl: header(request, 'cache-control'),
    contentDisposition: header(request, 'content-disposition'),
    contentEncoding: storedEncoding(request),
    contentLanguage: header(request, 'content-language'),
    customTime: header(request, 'x-goog-custom-time'),
    metadata: customMetadata(request),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The storage class asked for, as metadata of the JSON API. */
export function storageClass(request: FastifyRequest): { storageClass?: string } {
  const given = extension(request, 'storage-class');
  return given === undefined ? {} : { storageClass: given };
}

/** The predefined ACL asked for: `public-read` is `publicRead` in the JSON API. */
export function predefinedAcl(request: FastifyRequest): string | undefined {
  const given = extension(request, 'acl');
  return given === undefined ? undefined : camelAcl(given);
}

export const camelAcl = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Refuses what a header asks for that would have to be acted upon and is not. */
export function refuseUnsupported(request: FastifyRequest): void {
  for (const name in request.headers) {
    if (UNSUPPORTED.test(name)) throw notImplemented(`the header ${name}`);
  }
}

const UNSUPPORTED =
  /^x-(?:goog-(?:encryption-kms-key-name|object-lock-.*)|amz-(?:server-side-encryption.*|copy-source-server-side-encryption.*|grant-.*|object-lock-.*|tagging|website-redirect-location|write-offset-bytes))$/;

/** `Content-MD5` and `x-goog-hash` in the latter's form. */
export function promisedHashes(request: FastifyRequest): string[] {
  const md5 = header(request, 'content-md5');
  const hash = header(request, 'x-goog-hash');
  return [...(md5 === undefined ? [] : [`md5=${md5}`]), ...(hash === undefined ? [] : [hash])];
}

/** A body has to say how long it is, one way or another. */
export function requireLength(request: FastifyRequest): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) throw xmlError(411, 'MissingContentLength');
}
