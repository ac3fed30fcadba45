import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { invalid, required } from '../../wire/errors.ts';
import { paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { presentObject } from '../representation.ts';
import type { StorageState } from '../state.ts';
import { cancelSession, continueSession, startSession } from './resumable.ts';
import { uploadMedia, uploadMultipart } from './upload.ts';

const UPLOAD = '/upload/storage/v1/b/:bucket/o';
const INSERT = apiMethod('storage.objects.insert');
/** Whoever has the address of a session was let in when it was opened. */
const IN_SESSION = { config: { ...INSERT.config, asksItself: true } };

/** https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
export function uploadRoutes(app: FastifyInstance, state: StorageState): void {
  app.post(UPLOAD, INSERT, async (request, reply) => {
    const { bucket } = paramsOf<'bucket'>(request);
    const query = queryOf(request);
    const { uploadType, upload_id: id } = query;
    if (id !== undefined) return continueSession(state, request, reply, id);
    switch (uploadType) {
      case 'resumable':
        return startSession(state, request, reply, bucket, query);
      case 'media':
      case 'multipart': {
        const upload = uploadType === 'media' ? uploadMedia : uploadMultipart;
        const { object, projection } = await upload(state, request, bucket, query);
        return sendJson(request, reply, presentObject(state, request, object, { projection }));
      }
      case undefined:
        throw required('uploadType');
      default:
        throw invalid(`Invalid upload type: ${uploadType}`);
    }
  });

  app.put(UPLOAD, IN_SESSION, (request, reply) =>
    continueSession(state, request, reply, sessionId(queryOf(request)['upload_id'])),
  );

  app.delete(UPLOAD, IN_SESSION, (request, reply) =>
    cancelSession(state, request, reply, sessionId(queryOf(request)['upload_id'])),
  );
}

function sessionId(id: string | undefined): string {
  if (id === undefined || id === '') throw required('upload_id');
  return id;
}
