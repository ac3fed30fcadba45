import type { Identity } from '../identity.ts';
import type { BaseHost, Service } from '../services.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { accountRoutes } from './account-routes.ts';
import { prepareConditions } from './conditions/conditions.ts';
import { credentialsRoutes } from './credentials-routes.ts';
import { federationRoutes } from './federation/routes.ts';
import { identityOf } from './identity.ts';
import { keyRoutes } from './key-routes.ts';
import { metadataRoot, metadataRoutes } from './metadata/routes.ts';
import { orgPolicyRoutesV1 } from './org-policy/routes-v1.ts';
import { orgPolicyRoutesV2 } from './org-policy/routes-v2.ts';
import { accountPolicyRoutes } from './policies/account-policy-routes.ts';
import { permitBy } from './policies/permit.ts';
import { projectRoutes } from './projects/project-routes.ts';
import { customRoleRoutes } from './roles/custom-role-routes.ts';
import { roleRoutes } from './roles/role-routes.ts';
import { openState } from './state.ts';
import { type LearnerToken, learnerToken } from './tokens/learner-token.ts';
import { oauthRoutes } from './tokens/oauth-routes.ts';
import { unsupportedRoutes } from './unsupported.ts';

/**
 * Identity and Access Management: service accounts, what proves that somebody is one of them,
 * and who may do what. See README.md beside this file.
 */
export async function iamService(host: BaseHost): Promise<IamService> {
  const state = host.store.openTables(() => openState(host));
  await prepareConditions(state);
  const identity = identityOf(state);
  const permit = permitBy(identity);
  return {
    name: 'iam',
    identity,
    learnerToken: () => learnerToken(state),
    routes(app) {
      oauthRoutes(app, state, identity);
      metadataRoutes(app, state);
      void app.register(async (scope) => {
        installRpcErrors(scope, host.log);
        accountRoutes(scope, state, permit);
        accountPolicyRoutes(scope, state, identity, permit);
        keyRoutes(scope, state, permit);
        roleRoutes(scope, state, permit);
        customRoleRoutes(scope, state, permit);
        projectRoutes(scope, state, identity, permit);
        orgPolicyRoutesV1(scope, state, permit);
        orgPolicyRoutesV2(scope, state, permit);
        credentialsRoutes(scope, state, identity);
        federationRoutes(scope, state, identity);
        unsupportedRoutes(scope);
      });
    },
    rewriteUrl: metadataRoot,
    status: () => ({}),
    catchUp: () => state.tokens.sweep(),
    reset: () => {
      state.policyCache.clear();
      state.roleCache.clear();
      state.tokens.reset();
      state.machineTokens.clear();
    },
  };
}

export interface IamService extends Service {
  identity: Identity;
  /** For whoever starts the sandbox, and for nobody else. */
  learnerToken: () => LearnerToken;
}
