import type { Identity } from '../identity.ts';
import type { BaseHost, Service } from '../services.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { accountRoutes } from './account-routes.ts';
import { prepareConditions } from './conditions/conditions.ts';
import { credentialsRoutes } from './credentials-routes.ts';
import { identityOf } from './identity.ts';
import { keyRoutes } from './key-routes.ts';
import { metadataRoot, metadataRoutes } from './metadata/routes.ts';
import { openState } from './state.ts';
import { type LearnerToken, learnerToken } from './tokens/learner-token.ts';
import { oauthRoutes } from './tokens/oauth-routes.ts';
import { unsupportedRoutes } from './unsupported.ts';

/**
 * Identity and Access Management: so far service accounts, their keys, and signatures on
 * their behalf. Nothing is enforced by it yet. See README.md beside this file.
 */
export async function iamService(host: BaseHost): Promise<IamService> {
  const state = openState(host);
  await prepareConditions(state);
  const identity = identityOf(state);
  return {
    name: 'iam',
    identity,
    learnerToken: () => learnerToken(state),
    routes(app) {
      oauthRoutes(app, state);
      metadataRoutes(app, state);
      void app.register(async (scope) => {
        installRpcErrors(scope, host.log);
        accountRoutes(scope, state);
        keyRoutes(scope, state);
        credentialsRoutes(scope, state, identity);
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
