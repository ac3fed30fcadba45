import type { FastifyInstance } from 'fastify';
import { readRoutes } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { showSubnetwork } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks */
export function subnetworksRoutes(app: FastifyInstance, state: ComputeState): void {
  readRoutes(app, state, state.vpc.subnetworks, showSubnetwork);
}
