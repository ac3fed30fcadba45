import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../wire/errors.ts';

/*
 * What a request of the XML API is about stands in its URL in one of two ways:
 *
 *     /BUCKET/OBJECT                path style
 *     Host: BUCKET.localhost        virtual hosted (on Google: BUCKET.storage.googleapis.com)
 *     /OBJECT
 *
 * The bucket ends at the first slash and the object's name is all the rest, percent-decoded
 * once: `//`, dots, `+` and a leading slash belong to the name, and `%2F` is a slash in it.
 * A router that takes paths apart would not keep all of that, so requests are routed by an
 * internal path that says what kind of resource is meant (and which subresource, such as
 * `?cors`), and handlers read bucket and object from the URL as it came.
 *
 * https://cloud.google.com/storage/docs/request-endpoints#xml-api
 */

/** The resource that a request names; an empty object name means the bucket itself. */
export interface Target {
  bucket: string;
  object: string;
}

/** The resource named by the request's own URL. */
export function targetOf(request: FastifyRequest): Target {
  const { bucket, object } = split(request.originalUrl, request.headers.host);
  return { bucket: decode(bucket), object: decode(object) };
}

/**
 * The internal path of a request: `/.xml/service`, `/.xml/bucket/cors`, `/.xml/object`...
 * with the query kept. No URL from outside can begin with one: it would name a bucket.
 *
 * @returns undefined for the root when a browser asks for it
 */
export function internalPath(url: string, headers: IncomingHttpHeaders): string | undefined {
  const { bucket, object } = split(url, headers.host);
  const at = url.indexOf('?');
  const query = at === -1 ? '' : url.slice(at);
  if (bucket === '' && object === '')
    return prefersHtml(headers.accept) ? undefined : `/.xml/service${query}`;
  const kind = object === '' ? 'bucket' : 'object';
  const subresource = query === '' ? undefined : findSubresource(query, kind);
  return `/.xml/${kind}${subresource === undefined ? '' : `/${subresource}`}${query}`;
}

/** A page for people may come to live at the root; clients of the API do not ask for HTML. */
function prefersHtml(accept: string | undefined): boolean {
  return accept !== undefined && /^\s*(?:text\/html|application\/xhtml)/.test(accept);
}

/** The bucket that a host's name stands for, if it does. */
export const virtualBucket = (host = ''): string | undefined =>
  /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1]?.toLowerCase();

/** Bucket and object, still percent-encoded. */
function split(url: string, host: string | undefined): { bucket: string; object: string } {
  const path = url.split('?', 1)[0] ?? '';
  const virtual = virtualBucket(host);
  if (virtual !== undefined) return { bucket: virtual, object: path.slice(1) };
  const slash = path.indexOf('/', 1);
  if (slash === -1) return { bucket: path.slice(1), object: '' };
  return { bucket: path.slice(1, slash), object: path.slice(slash + 1) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const message = `Could not parse the path: ${text}`;
    throw new ApiError(400, 'invalid', message, { xmlCode: 'InvalidURI' });
  }
}

function findSubresource(query: string, kind: 'bucket' | 'object'): string | undefined {
  for (const parameter of query.slice(1).split('&')) {
    const name = parameter.split('=', 1)[0] ?? '';
    const subresource = kind === 'object' && name === 'uploadId' ? 'upload' : name;
    if (SUBRESOURCES[kind].has(subresource)) return subresource;
  }
  return undefined;
}

/** Those that Cloud Storage or S3 have; which of them do something here, the routes say. */
const SUBRESOURCES = {
  bucket: new Set(
    (
      'accelerate acl analytics billing compose cors customPlacementConfig defaultObjectAcl ' +
      'delete encryption intelligent-tiering inventory ipFilter lifecycle location logging ' +
      'metrics notification object-lock ownershipControls policy policyStatus ' +
      'publicAccessBlock replication requestPayment storageClass tagging uploads versioning website'
    ).split(' '),
  ),
  object: new Set(
    (
      'acl attributes compose legal-hold rename restore retention select tagging torrent upload ' +
      'upload_id uploads'
    ).split(' '),
  ),
};
