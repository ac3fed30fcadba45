import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../../wire/api-method.ts';
import { sendJson } from '../../../wire/reply.ts';
import { askMore } from '../../access/ask.ts';
import { readBody, text } from '../../body.ts';
import { notFound } from '../../errors.ts';
import { parseReference } from '../../references.ts';
import { type ComputeState, collectionOf } from '../../state.ts';
import type { GroupController } from '../controller.ts';
import { MANAGERS, type ManagerRecord } from '../kinds.ts';

/*
 * The load that autoscalers see. Nobody visits a sandbox, and a simulated machine has no CPU
 * to keep busy, so the load is said: how many instances it would keep busy altogether. They
 * share it evenly, and none can do more than it has.
 *
 *     curl -X POST http://127.0.0.1:PORT/_cloudlab/compute/load --json \
 *       '{"group": "zones/asia-northeast3-a/instanceGroupManagers/web", "work": 2.4}'
 *
 * Whoever may change the group may say what it has to do.
 */

const body = z.object({ group: text, work: z.number().min(0).max(100_000) });

export function loadRoutes(
  app: FastifyInstance,
  state: ComputeState,
  controller: GroupController,
): void {
  const managers = collectionOf<ManagerRecord>(state, MANAGERS);
  app.post(
    '/_cloudlab/compute/load',
    apiMethod('cloudlab.compute.setLoad'),
    async (request, reply) => {
      const { group, work } = await readBody(request, body, 'load');
      const reference = parseReference(group, state.projectId);
      if (reference?.collection !== 'instanceGroupManagers') throw notFound(group);
      const { scope, name } = reference;
      const path = managers.path(scope, name);
      askMore(state, request, [{ permission: 'compute.instanceGroupManagers.update', path }]);
      await state.store.write(() => managers.put({ ...managers.require(scope, name), work }));
      controller.notice(scope, name);
      return sendJson(request, reply, { group: path, work });
    },
  );
}
