import type { FastifyInstance, HTTPMethods } from 'fastify';
import { unsupportedMethod } from '../wire/unsupported.ts';

const PROJECT = '/v2/projects/:project';
const BUCKETS = `${PROJECT}/locations/:location/buckets`;

/**
 * Methods that the sandbox does not have: it has the audit log alone, and it is read only.
 *
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest
 */
const METHODS: readonly [method: HTTPMethods, path: string, name: string][] = [
  ['POST', '/v2/entries::write', 'entries.write'],
  ['POST', '/v2/entries::copy', 'entries.copy'],
  ['POST', '/v2/entries::tail', 'entries.tail'],
  ['DELETE', `${PROJECT}/logs/:log`, 'projects.logs.delete'],
  ['GET', `${PROJECT}/sinks`, 'projects.sinks.list'],
  ['POST', `${PROJECT}/sinks`, 'projects.sinks.create'],
  ['GET', `${PROJECT}/metrics`, 'projects.metrics.list'],
  ['POST', `${PROJECT}/metrics`, 'projects.metrics.create'],
  ['GET', `${PROJECT}/exclusions`, 'projects.exclusions.list'],
  ['GET', `${PROJECT}/settings`, 'projects.getSettings'],
  ['GET', BUCKETS, 'projects.locations.buckets.list'],
  ['GET', `${BUCKETS}/:logBucket`, 'projects.locations.buckets.get'],
  ['GET', `${BUCKETS}/:logBucket/views`, 'projects.locations.buckets.views.list'],
  ['GET', '/v2/monitoredResourceDescriptors', 'monitoredResourceDescriptors.list'],
];

/** Adds a route for each. */
export function unsupportedRoutes(app: FastifyInstance): void {
  for (const [method, url, name] of METHODS) {
    unsupportedMethod(app, method, url, `logging.${name}`);
  }
}
