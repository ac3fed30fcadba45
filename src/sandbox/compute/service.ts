import type { Service, ServiceHost } from '../services.ts';
import { offerRoutes } from './catalogue-offers.ts';
import { placeRoutes } from './catalogue-places.ts';
import { diskRoutes } from './disks/routes.ts';
import { imageRoutes } from './images/routes.ts';
import { expireInstances } from './instances/preemption.ts';
import { instanceRoutes } from './instances/routes.ts';
import { networkRoutes } from './network/network-routes.ts';
import { purgeOperations } from './operations/purge.ts';
import { operationRoutes } from './operations/routes.ts';
import { projectRoutes } from './project/routes.ts';
import { snapshotRoutes } from './snapshots/routes.ts';
import { openState } from './state.ts';
import { unsupportedRoutes } from './unsupported/routes.ts';

/** Compute Engine: what it covers and where it differs is in README.md beside this file. */
export async function computeService(host: ServiceHost): Promise<Service> {
  const state = openState(host);
  return {
    name: 'compute',
    routes(app) {
      projectRoutes(app, state);
      placeRoutes(app, state);
      offerRoutes(app, state);
      operationRoutes(app, state);
      diskRoutes(app, state);
      snapshotRoutes(app, state);
      imageRoutes(app, state);
      instanceRoutes(app, state);
      networkRoutes(app, state);
      unsupportedRoutes(app);
      state.scheduler.start();
    },
    status: () => ({}),
    catchUp: async (signal) => {
      await state.scheduler.runDue(signal);
      await expireInstances(state, signal);
      await state.scheduler.runDue(signal);
      await purgeOperations(state, signal);
    },
    pause: () => state.scheduler.pause(),
    reset: () => state.scheduler.start(),
  };
}
