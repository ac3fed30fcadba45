import type { FastifyRequest } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { headerOf, toHeader } from '../../wire/header-text.ts';
import type { ObjectRecord } from '../records.ts';
import { extension, isAmazons, metadataKey } from './dialect.ts';
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

/** What an upload says by name: in the headers of a request, or in the fields of a form. */
export type Named = (name: string) => string | undefined;

/** The attributes of an object that headers set, named as in the JSON API. */
export function attributeHeaders(request: FastifyRequest): Record<string, unknown> {
  const named = (name: string) => headerOf(request, name);
  const contentEncoding = storedEncoding(request);
  return { ...namedAttributes(named, Object.keys(request.headers)), contentEncoding };
}

/** The attributes that are set by name, named as in the JSON API. */
export function namedAttributes(named: Named, names: Iterable<string>): Record<string, unknown> {
  const metadata: [string, string][] = [];
  for (const name of names) {
    const key = metadataKey(name);
    if (key !== undefined) metadata.push([key, named(name) ?? '']);
  }
  return {
    cacheControl: named('cache-control'),
    contentDisposition: named('content-disposition'),
    contentEncoding: named('content-encoding'),
    contentLanguage: named('content-language'),
    customTime: named('x-goog-custom-time'),
    metadata: metadata.length > 0 ? Object.fromEntries(metadata) : undefined,
  };
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

/** The JSON API's name for a predefined ACL of the XML API. */
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

/** `Content-MD5` and `x-goog-hash`, in the latter's form. */
export const promisedHashes = (request: FastifyRequest): string | undefined =>
  namedHashes((name) => headerOf(request, name));

/** The same, wherever they are named. */
export function namedHashes(named: Named): string | undefined {
  const [md5, hash] = [named('content-md5'), named('x-goog-hash')];
  if (md5 === undefined) return hash;
  return hash === undefined ? `md5=${md5}` : `md5=${md5},${hash}`;
}

/** A body has to say how long it is, one way or another. */
export function requireLength(request: FastifyRequest): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (length === undefined && encoding === undefined) throw xmlError(411, 'MissingContentLength');
}
