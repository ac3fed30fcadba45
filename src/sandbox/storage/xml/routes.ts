import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { verifySignature } from '../auth/verify.ts';
import type { StorageState } from '../state.ts';
import { getBucketAcl, getDefaultObjectAcl, getObjectAcl } from './acl.ts';
import {
  getCors,
  getLocation,
  getStorageClass,
  getVersioning,
  putCors,
  putStorageClass,
  putVersioning,
} from './bucket-settings.ts';
import { headBucket, listBuckets, putBucket, removeBucket } from './buckets.ts';
import { addCorsHeaders, preflight } from './cors.ts';
import { deleteObjects } from './delete-objects.ts';
import { xmlError, xmlErrorBody } from './errors.ts';
import { listBucket } from './listing.ts';
import { abort, complete, initiate } from './multipart.ts';
import { listParts, listUploads } from './multipart-listing.ts';
import { uploadPart } from './multipart-part.ts';
import { putComposed } from './object-copy.ts';
import { putObject } from './object-put.ts';
import { getObject, removeObject } from './object-read.ts';
import { postForm } from './post-form.ts';
import type { XmlHandler } from './reply.ts';
import { cancelXmlSession, continueXmlSession, startXmlSession } from './sessions.ts';

/**
 * The XML API, method by method, on the internal paths of address.ts. The names are those
 * of the JSON API's methods that do the same.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-methods
 */
const ROUTES: readonly [
  method: HTTPMethods,
  path: string,
  name: string,
  handler: XmlHandler,
  /** Says that it does not ask for what the method of that name requires. */
  asksItself?: true,
][] = [
  ['GET', 'service', 'buckets.list', listBuckets],
  ['HEAD', 'bucket', 'buckets.get', headBucket],
  ['GET', 'bucket', 'objects.list', listBucket],
  ['PUT', 'bucket', 'buckets.insert', putBucket],
  ['DELETE', 'bucket', 'buckets.delete', removeBucket],
  ['POST', 'bucket', 'objects.insert', postForm],
  ['POST', 'bucket/delete', 'objects.delete', deleteObjects, true],
  ['GET', 'bucket/acl', 'bucketAccessControls.list', getBucketAcl],
  ['GET', 'bucket/defaultObjectAcl', 'defaultObjectAccessControls.list', getDefaultObjectAcl],
  ['GET', 'bucket/location', 'buckets.get', getLocation],
  ['GET', 'bucket/storageClass', 'buckets.get', getStorageClass],
  ['PUT', 'bucket/storageClass', 'buckets.patch', putStorageClass],
  ['GET', 'bucket/versioning', 'buckets.get', getVersioning],
  ['PUT', 'bucket/versioning', 'buckets.patch', putVersioning],
  ['GET', 'bucket/cors', 'buckets.get', getCors],
  ['PUT', 'bucket/cors', 'buckets.patch', putCors],
  ['GET', 'bucket/uploads', 'multipartUploads.list', listUploads],
  ['GET', 'object', 'objects.get', getObject],
  ['PUT', 'object', 'objects.insert', putObject],
  ['POST', 'object', 'objects.insert', startXmlSession],
  ['DELETE', 'object', 'objects.delete', removeObject],
  ['GET', 'object/acl', 'objectAccessControls.list', getObjectAcl],
  ['PUT', 'object/compose', 'objects.compose', putComposed],
  ['PUT', 'object/upload_id', 'objects.insert', continueXmlSession, true],
  ['POST', 'object/upload_id', 'objects.insert', continueXmlSession, true],
  ['DELETE', 'object/upload_id', 'objects.insert', cancelXmlSession, true],
  ['POST', 'object/uploads', 'multipartUploads.create', initiate],
  ['PUT', 'object/upload', 'multipartUploads.uploadPart', uploadPart],
  ['GET', 'object/upload', 'multipartUploads.listParts', listParts],
  ['POST', 'object/upload', 'multipartUploads.complete', complete],
  ['DELETE', 'object/upload', 'multipartUploads.abort', abort],
];

/** Adds a route for each, and answers for what has none. */
export function xmlRoutes(app: FastifyInstance, state: StorageState): void {
  const onRequest: RouteOptions['onRequest'] = async (request, reply) => {
    const id = Buffer.from(state.randomBytes(24)).toString('base64url');
    reply.header('x-guploader-uploadid', id);
    addCorsHeaders(state, request, reply);
    // A preflight asks about a request that may be signed; it is never signed itself.
    if (request.method === 'OPTIONS') return;
    const chunks = verifySignature(state, request);
    if (chunks !== undefined) request.chunkVerifier = chunks;
  };
  const config = { errorBody: xmlErrorBody };
  for (const [method, path, name, handler, asksItself = false] of ROUTES) {
    app.route({
      method,
      // Signed for HEAD or for GET: the method stays as it was sent.
      exposeHeadRoute: method === 'GET',
      url: `/.xml/${path}`,
      config: { ...config, apiMethod: `storage.${name}`, asksItself },
      onRequest,
      handler: (request, reply) => handler(state, request, reply),
    });
  }
  // What has a name and is none of the above, and methods that a resource does not have.
  app.all('/.xml/:kind/:subresource', { config, onRequest }, async (request, reply) => {
    if (request.method === 'OPTIONS') return preflight(reply);
    const { subresource } = request.params as { subresource: string };
    throw notImplemented(`${request.method} ?${subresource} in the XML API`);
  });
  app.all('/.xml/:kind', { config, onRequest }, async (request, reply) => {
    if (request.method === 'OPTIONS') return preflight(reply);
    throw xmlError(405, 'MethodNotAllowed');
  });
}
