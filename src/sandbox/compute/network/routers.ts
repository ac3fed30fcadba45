import type { FastifyInstance } from 'fastify';
import { readRoutes } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { showRouter } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/routers */
export function routersRoutes(app: FastifyInstance, state: ComputeState): void {
  readRoutes(app, state, state.vpc.routers, showRouter);
}
