import type { FastifyInstance, HTTPMethods } from 'fastify';
import { unsupportedMethod } from '../wire/unsupported.ts';
import { ACCOUNT_CALL } from './account-routes.ts';

/**
 * Methods that the sandbox does not have yet.
 *
 * https://cloud.google.com/iam/docs/reference/rest
 * https://cloud.google.com/iam/docs/reference/credentials/rest
 */
const METHODS: readonly [method: HTTPMethods, path: string, name: string][] = [
  ['PUT', ACCOUNT_CALL, 'serviceAccounts.update'],
  ['POST', `${ACCOUNT_CALL}/keys::upload`, 'serviceAccounts.keys.upload'],
];

/** Adds a route for each. */
export function unsupportedRoutes(app: FastifyInstance): void {
  for (const [method, url, name] of METHODS) {
    unsupportedMethod(app, method, url, `iam.projects.${name}`);
  }
  for (const name of ['lintPolicy', 'queryAuditableServices']) {
    unsupportedMethod(app, 'POST', `/v1/iamPolicies::${name}`, `iam.iamPolicies.${name}`);
  }
}
