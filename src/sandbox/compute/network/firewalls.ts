import type { FastifyInstance } from 'fastify';
import { readRoutes } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { showFirewall } from './representation.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/firewalls */
export function firewallsRoutes(app: FastifyInstance, state: ComputeState): void {
  readRoutes(app, state, state.vpc.firewalls, showFirewall);
}
