import type { FastifyInstance } from 'fastify';
import { actionRoute, deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { instance } from './body.ts';
import { createInstance } from './create.ts';
import { beginDelete, DELETE_SECONDS, deleteInstance } from './delete.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import {
  beginResume,
  beginStart,
  beginStop,
  beginSuspend,
  RUN,
  STOP,
  SUSPEND,
} from './lifecycle.ts';
import { showInstance } from './show.ts';

export function instanceRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  readRoutes(app, state, instances, showInstance);
  insertRoute(app, state, instances, {
    schema: instance,
    nameOf: ({ name }) => name,
    make: ({ scope, body }) => createInstance(state, scope, body),
    plan: RUN,
  });
  deleteRoute(app, state, instances, {
    refuse: (record) => beginDelete(state, record),
    seconds: DELETE_SECONDS,
    before: deleteInstance,
  });
  const moves = [
    { action: 'start', plan: RUN, begin: beginStart },
    { action: 'stop', plan: STOP, begin: beginStop },
    { action: 'suspend', plan: SUSPEND, begin: beginSuspend },
    { action: 'resume', plan: RUN, begin: beginResume },
  ];
  for (const { action, plan, begin } of moves) {
    actionRoute(app, state, instances, {
      action,
      plan,
      run(record) {
        begin(state, record);
        return undefined;
      },
    });
  }
}
