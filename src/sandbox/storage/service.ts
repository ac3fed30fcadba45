import type { Service, ServiceHost } from '../services.ts';
import { aclRoutes } from './access/acl-routes.ts';
import { installGate } from './access/gate.ts';
import { iamRoutes } from './access/iam-routes.ts';
import { projectRoutes } from './access/project-routes.ts';
import { userProjectFault } from './access/user-project.ts';
import { hmacRoutes } from './auth/hmac-routes.ts';
import { bucketRoutes } from './bucket-routes.ts';
import { copyRoutes } from './copies/copy-routes.ts';
import { moveRoutes } from './copies/move-routes.ts';
import { sweepDeletedBuckets } from './deleted-buckets.ts';
import { sweepDeletedObjects } from './deleted-objects.ts';
import { notificationRoutes } from './events/notification-routes.ts';
import { jsonCors } from './json-cors.ts';
import { applyLifecycle } from './lifecycle/pass.ts';
import { objectRoutes } from './object-routes.ts';
import { openState, storedBytes } from './state.ts';
import { unsupportedRoutes } from './unsupported.ts';
import { sweepSessions } from './uploads/sessions.ts';
import { uploadRoutes } from './uploads/upload-routes.ts';
import { internalPath } from './xml/address.ts';
import { bucketAllows } from './xml/cors.ts';
import { xmlRoutes } from './xml/routes.ts';

/** Cloud Storage: what it covers and where it differs is in README.md beside this file. */
export async function storageService(host: ServiceHost): Promise<Service> {
  const state = openState(host);
  await sweepDeletedObjects(state);
  await sweepDeletedBuckets(state);
  await sweepSessions(state);
  return {
    name: 'storage',
    routes(app) {
      jsonCors(app);
      app.addHook('onRequest', (request, _reply, done) => done(userProjectFault(state, request)));
      installGate(app, state);
      bucketRoutes(app, state);
      objectRoutes(app, state);
      notificationRoutes(app, state);
      copyRoutes(app, state);
      moveRoutes(app, state);
      uploadRoutes(app, state);
      hmacRoutes(app, state);
      aclRoutes(app, state);
      iamRoutes(app, state);
      projectRoutes(app, state);
      unsupportedRoutes(app);
      xmlRoutes(app, state);
    },
    rewriteUrl: internalPath,
    allowsOrigin: (request, origin) =>
      request.url.startsWith('/.xml/') && bucketAllows(state, request, origin),
    status: () => ({
      buckets: state.buckets.count(),
      objects: state.live.count(),
      bytes: storedBytes(state),
      softDeletedBuckets: state.deletedBuckets.count(),
    }),
    catchUp: async (signal) => {
      await applyLifecycle(state, signal);
      while (!signal.aborted && (await sweepDeletedObjects(state)));
      if (!signal.aborted) await sweepDeletedBuckets(state);
      while (!signal.aborted && (await sweepSessions(state)));
    },
    reset: () => state.progress.clear(),
  };
}
