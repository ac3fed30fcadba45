import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Cross-origin requests to the JSON API, uploads and downloads included. The API answers
 * web pages whatever a bucket's CORS rules say: those are for the XML API (`xml/cors.ts`).
 * So a page can follow the address of a resumable upload that its server has opened.
 *
 * Nobody signs in here, so what GCS leaves to credentials is left to the guard in front
 * (`wire/guard.ts`): pages that this machine serves are let in, and no others.
 *
 * https://cloud.google.com/storage/docs/cross-origin#server-side-support
 */
export function jsonCors(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin !== undefined) addHeaders(request, reply);
    done();
  });
  for (const root of ['', '/upload', '/download']) {
    app.options(`${root}/storage/v1/*`, async ({ headers }, reply) => {
      const asked = headers['access-control-request-headers'];
      if (asked !== undefined) reply.header('access-control-allow-headers', asked);
      return reply
        .header('access-control-allow-methods', 'DELETE,GET,HEAD,PATCH,POST,PUT')
        .header('access-control-max-age', '3600')
        .send();
    });
  }
}

function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const { url = '' } = request.routeOptions;
  if (!/^(?:\/upload|\/download)?\/storage\/v1\//.test(url)) return;
  reply.header('vary', 'Origin');
  reply.header('access-control-allow-origin', request.headers.origin);
  if (request.method !== 'OPTIONS') reply.header('access-control-expose-headers', EXPOSED);
}

/** What a page needs that uploads in pieces, downloads in ranges and compares checksums. */
const EXPOSED = [
  ...['Accept-Ranges', 'Content-Encoding', 'Content-Length', 'Content-Range', 'Date', 'ETag'],
  ...['Last-Modified', 'Location', 'Range', 'Warning', 'X-Goog-Generation', 'X-Goog-Hash'],
  ...['X-Goog-Metageneration', 'X-Goog-Storage-Class', 'X-Goog-Stored-Content-Encoding'],
  ...['X-Goog-Stored-Content-Length', 'X-GUploader-Response-Body-Transformations'],
  ...['X-GUploader-UploadID', 'X-Http-Status-Code-Override'],
].join(', ');
