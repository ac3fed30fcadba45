import { headerOf } from '../../wire/header-text.ts';
import { queryOf } from '../../wire/query.ts';
import { baseUrl } from '../../wire/urls.ts';
import { customerKey } from '../customer-keys.ts';
import { cancelSession, continueSession, openSession } from '../uploads/resumable.ts';
import { targetOf } from './address.ts';
import { extension } from './dialect.ts';
import { refuseWriteConditions } from './entity-tag.ts';
import { xmlError } from './errors.ts';
import { intentOf } from './object-put.ts';
import type { XmlHandler } from './reply.ts';
import { promisedHashes, writtenHeaders } from './write-headers.ts';

/**
 * POST to an object with `x-goog-resumable: start`: opens a resumable upload, whose address
 * is the object's with `upload_id`. From there on it is the JSON API's, with answers in
 * headers instead of JSON.
 *
 * https://cloud.google.com/storage/docs/xml-api/post-object-resumable
 */
export const startXmlSession: XmlHandler = async (state, request, reply) => {
  refuseWriteConditions(request);
  if (extension(request, 'resumable')?.toLowerCase() !== 'start') {
    throw xmlError(
      400,
      'InvalidArgument',
      'A POST to an object starts a resumable or a multipart upload.',
    );
  }
  const intent = intentOf(state, request, targetOf(request));
  const size = headerOf(request, 'x-upload-content-length');
  const id = await openSession(state, request, intent, size, customerKey(request.headers));
  const [path = ''] = request.originalUrl.split('?', 1);
  return reply
    .code(201)
    .header('location', `${baseUrl(request)}${path}?upload_id=${id}`)
    .header('x-guploader-uploadid', id)
    .type('text/html; charset=UTF-8')
    .send();
};

/** A PUT to a session. */
export const continueXmlSession: XmlHandler = (state, request, reply) => {
  const id = queryOf(request)['upload_id'] ?? '';
  return continueSession(state, request, reply, id, {
    hashes: promisedHashes(request),
    send: (record) => reply.headers(writtenHeaders(request, record)).send(),
  });
};

/** A DELETE of a session. */
export const cancelXmlSession: XmlHandler = (state, request, reply) => {
  return cancelSession(state, request, reply, queryOf(request)['upload_id'] ?? '');
};
