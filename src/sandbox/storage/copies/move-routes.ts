import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { readProjection } from '../access/projection.ts';
import { presentObject } from '../representation.ts';
import type { StorageState } from '../state.ts';
import { moveObject } from './move.ts';
import { restoreObject } from './restore.ts';

const OBJECT = '/storage/v1/b/:bucket/o/:object';

/** Objects that come from others without being copied by the client. */
export function moveRoutes(app: FastifyInstance, state: StorageState): void {
  app.post(
    `${OBJECT}/moveTo/o/:destination`,
    apiMethod('storage.objects.move'),
    async (request, reply) => {
      const { bucket, object, destination } = paramsOf<'bucket' | 'object' | 'destination'>(
        request,
      );
      const query = queryOf(request);
      const projection = readProjection(query, 'noAcl');
      const moved = await state.store.write(() =>
        moveObject(state, request, { bucket, from: object, to: destination, query }),
      );
      return sendJson(request, reply, presentObject(state, request, moved, { projection }));
    },
  );

  app.post(`${OBJECT}/restore`, apiMethod('storage.objects.restore'), async (request, reply) => {
    const { bucket, object } = paramsOf<'bucket' | 'object'>(request);
    const query = queryOf(request);
    const projection = readProjection(query, 'full');
    const restored = await restoreObject(state, request, bucket, object, query);
    return sendJson(request, reply, presentObject(state, request, restored, { projection }));
  });
}
