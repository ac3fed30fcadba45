import type { FastifyInstance } from 'fastify';
import type { Identity } from '../../identity.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { int64, paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { ACCOUNT_CALL, accountOf, permittedAccount } from '../account-routes.ts';
import { namedAccount } from '../accounts.ts';
import { accountResource } from '../require-permission.ts';
import { parse } from '../schema.ts';
import type { IamState } from '../state.ts';
import { askedPermissions, testPermissionsRequest } from './asked-permissions.ts';
import type { Permit } from './permit.ts';
import { accountPlace } from './places.ts';
import { setPolicy, setPolicyRequest, showPolicy } from './policy.ts';
import { accountPolicyKey, currentPolicy } from './stored.ts';

const method = (name: string) => apiMethod(`iam.projects.serviceAccounts.${name}`);

/**
 * The policy on a service account: who may act as it, or manage it.
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/setIamPolicy
 */
export function accountPolicyRoutes(
  app: FastifyInstance,
  state: IamState,
  identity: Identity,
  permit: Permit,
): void {
  const permitted = permittedAccount(state, permit);

  app.post(`${ACCOUNT_CALL}::getIamPolicy`, method('getIamPolicy'), async (request, reply) => {
    const { uniqueId } = permitted(request, 'getIamPolicy');
    const requested = int64(queryOf(request), 'options.requestedPolicyVersion');
    const policy = currentPolicy(state, accountPolicyKey(uniqueId));
    return sendJson(request, reply, showPolicy(policy, requested));
  });

  app.post(`${ACCOUNT_CALL}::setIamPolicy`, method('setIamPolicy'), async (request, reply) => {
    const account = permitted(request, 'setIamPolicy');
    const asked = parse(setPolicyRequest, await readJson(request));
    const set = await setPolicy(state, accountPlace(state, account), asked);
    return sendJson(request, reply, showPolicy(set, 3));
  });

  app.post(
    `${ACCOUNT_CALL}::testIamPermissions`,
    method('testIamPermissions'),
    async (request, reply) => {
      const { permissions } = parse(testPermissionsRequest, await readJson(request));
      const { project, account } = paramsOf<'project' | 'account'>(request);
      const email = namedAccount(state, project, account)?.email ?? account;
      const asked = askedPermissions(permissions);
      const allowed = identity.allowed(request, asked, accountResource(state, email));
      if (allowed.length > 0) accountOf(state, request);
      return sendJson(request, reply, allowed.length > 0 ? { permissions: allowed } : {});
    },
  );
}
