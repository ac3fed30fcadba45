import type { FastifyInstance } from 'fastify';
import type { Identity } from '../identity.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { accountRoutes } from './account-routes.ts';
import { credentialsRoutes } from './credentials-routes.ts';
import { federationRoutes } from './federation/routes.ts';
import { keyRoutes } from './key-routes.ts';
import { orgPolicyRoutesV1 } from './org-policy/routes-v1.ts';
import { accountPolicyRoutes } from './policies/account-policy-routes.ts';
import { permitBy } from './policies/permit.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { customRoleRoutes } from './roles/custom-role-routes.ts';
import { roleRoutes } from './roles/role-routes.ts';
import type { IamState } from './state.ts';
import { oauthRoutes } from './tokens/oauth-routes.ts';
import { unsupportedRoutes } from './unsupported.ts';

/** Everything that clients call by an address, but the metadata server. */
export function apiRoutes(app: FastifyInstance, state: IamState, identity: Identity): void {
  const permit = permitBy(identity);
  oauthRoutes(app, state, identity);
  void app.register(async (scope) => {
    installRpcErrors(scope, state.log);
    accountRoutes(scope, state, permit);
    accountPolicyRoutes(scope, state, identity, permit);
    keyRoutes(scope, state, permit);
    roleRoutes(scope, state, permit);
    customRoleRoutes(scope, state, permit);
    projectRoutes(scope, state, identity, permit);
    orgPolicyRoutesV1(scope, state, permit);
    credentialsRoutes(scope, state, identity);
    federationRoutes(scope, state, identity);
    unsupportedRoutes(scope);
  });
}
