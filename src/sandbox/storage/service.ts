import type { FastifyRequest } from 'fastify';
import type { Service, ServiceHost } from '../services.ts';
import { notImplemented } from '../wire/errors.ts';
import { bucketRoutes } from './bucket-routes.ts';
import { copyRoutes } from './copy-routes.ts';
import { objectRoutes } from './object-routes.ts';
import { sweepExpired } from './objects.ts';
import { sweepSessions } from './sessions.ts';
import { openState, storedBytes } from './state.ts';
import { unsupportedRoutes } from './unsupported.ts';
import { uploadRoutes } from './upload-routes.ts';

/** Objects encrypted with a key of the client's would be stored in the clear here. */
async function refuseCustomerKeys(request: FastifyRequest): Promise<void> {
  const asks = CUSTOMER_KEY_HEADERS.some((name) => request.headers[name] !== undefined);
  if (asks) throw notImplemented('customer-supplied encryption keys');
}

const CUSTOMER_KEY_HEADERS = [
  'x-goog-encryption-algorithm',
  'x-goog-encryption-key',
  'x-goog-copy-source-encryption-key',
];

/** Cloud Storage: what it covers and where it differs is in README.md beside this file. */
export async function storageService(host: ServiceHost): Promise<Service> {
  const state = openState(host);
  await sweepExpired(state);
  await sweepSessions(state);
  return {
    name: 'storage',
    routes(app) {
      app.addHook('onRequest', refuseCustomerKeys);
      bucketRoutes(app, state);
      objectRoutes(app, state);
      copyRoutes(app, state);
      uploadRoutes(app, state);
      unsupportedRoutes(app);
    },
    status: () => ({
      buckets: state.buckets.count(),
      objects: state.live.count(),
      bytes: storedBytes(state),
    }),
    reset: () => state.progress.clear(),
  };
}
