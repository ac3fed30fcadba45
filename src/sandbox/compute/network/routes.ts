import type { FastifyInstance } from 'fastify';
import { readRoutes } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { showRoute } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/routes */
export function routesRoutes(app: FastifyInstance, state: ComputeState): void {
  readRoutes(app, state, state.vpc.routes, showRoute);
}
