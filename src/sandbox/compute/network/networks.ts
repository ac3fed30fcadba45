import type { FastifyInstance } from 'fastify';
import { readRoutes } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { showNetwork } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks */
export function networksRoutes(app: FastifyInstance, state: ComputeState): void {
  readRoutes(app, state, state.vpc.networks, showNetwork);
}
