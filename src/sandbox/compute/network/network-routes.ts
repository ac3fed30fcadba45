import type { FastifyInstance } from 'fastify';
import type { ComputeState } from '../state.ts';
import { addressesRoutes } from './addresses.ts';
import { makeDefaultNetworkAtFirst } from './default-network.ts';
import { firewallsRoutes } from './firewalls.ts';
import { networksRoutes } from './networks.ts';
import { reachRoute } from './reach-route.ts';
import { routersRoutes } from './routers.ts';
import { routesRoutes } from './routes.ts';
import { subnetworksRoutes } from './subnetworks.ts';

/** Everything of the VPC network that is asked for over HTTP. */
export function networkRoutes(app: FastifyInstance, state: ComputeState): void {
  makeDefaultNetworkAtFirst(app, state);
  networksRoutes(app, state);
  subnetworksRoutes(app, state);
  firewallsRoutes(app, state);
  routesRoutes(app, state);
  addressesRoutes(app, state);
  routersRoutes(app, state);
  reachRoute(app, state);
}
