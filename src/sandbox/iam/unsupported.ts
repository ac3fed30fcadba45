import type { FastifyInstance, HTTPMethods } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { notImplemented } from '../wire/errors.ts';
import { ACCOUNT_CALL } from './account-routes.ts';

/**
 * Methods that the sandbox does not have yet. Each answers 501 with its name, so that
 * nobody mistakes a gap for a fact about the cloud.
 */
const METHODS: readonly [method: HTTPMethods, path: string, id: string][] = [
  ['PUT', ACCOUNT_CALL, 'serviceAccounts.update'],
  ['POST', `${ACCOUNT_CALL}::undelete`, 'serviceAccounts.undelete'],
  ['POST', `${ACCOUNT_CALL}::getIamPolicy`, 'serviceAccounts.getIamPolicy'],
  ['POST', `${ACCOUNT_CALL}::setIamPolicy`, 'serviceAccounts.setIamPolicy'],
  ['POST', `${ACCOUNT_CALL}::testIamPermissions`, 'serviceAccounts.testIamPermissions'],
  ['POST', `${ACCOUNT_CALL}/keys::upload`, 'serviceAccounts.keys.upload'],
  ['GET', '/v1/projects/:project/roles', 'roles.list'],
  ['POST', '/v1/projects/:project/roles', 'roles.create'],
];

export function unsupportedRoutes(app: FastifyInstance): void {
  for (const [method, url, name] of METHODS) {
    const id = `iam.projects.${name}`;
    app.route({
      method,
      url,
      ...apiMethod(id),
      handler: async () => {
        throw notImplemented(id);
      },
    });
  }
  // Where key files lead: the exchange of a signed JWT for an access token.
  app.post('/token', apiMethod('oauth2.token'), async () => {
    throw notImplemented('the exchange of tokens (/token)');
  });
}
