import type { FastifyInstance } from 'fastify';
import { notImplemented } from '../../wire/errors.ts';
import { needsOfInstance, needsOfTemplate } from '../access/needs.ts';
import { sizeWarnings } from '../disks/warnings.ts';
import { deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { accessConfigRoutes } from './access-config-routes.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { instance } from './body.ts';
import { createInstance } from './create.ts';
import { beginDelete, DELETE_SECONDS, deleteInstance } from './delete.ts';
import { withTemplate } from './from-template.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';
import { RUN } from './lifecycle.ts';
import { powerRoutes } from './power-routes.ts';
import { serialRoutes } from './serial-routes.ts';
import { settingRoutes } from './setting-routes.ts';
import { showInstance } from './show.ts';

export function instanceRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  readRoutes(app, state, instances, showInstance);
  insertRoute(app, state, instances, {
    schema: instance,
    nameOf: ({ name }) => name,
    needs: ({ scope, body, query }) => [
      ...needsOfTemplate(state, query['sourceInstanceTemplate']),
      ...needsOfInstance(state, scope, withTemplate(state, body, query['sourceInstanceTemplate'])),
    ],
    make({ scope, body, query }) {
      if (query['sourceMachineImage']) throw notImplemented('machine images');
      const request = withTemplate(state, body, query['sourceInstanceTemplate']);
      return createInstance(state, scope, request);
    },
    warnings: ({ body }) =>
      (body.disks ?? []).flatMap(({ initializeParams: { diskSizeGb, sourceImage } = {} }) =>
        sizeWarnings(state, diskSizeGb, sourceImage),
      ),
    plan: RUN,
  });
  deleteRoute(app, state, instances, {
    refuse: (record) => beginDelete(state, record),
    seconds: DELETE_SECONDS,
    before: deleteInstance,
  });
  powerRoutes(app, state);
  settingRoutes(app, state);
  attachmentRoutes(app, state);
  accessConfigRoutes(app, state);
  serialRoutes(app, state);
}
