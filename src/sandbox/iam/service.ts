import type { Identity } from '../identity.ts';
import type { BaseHost, Service } from '../services.ts';
import { installRpcErrors } from '../wire/rpc-status.ts';
import { prepareConditions } from './conditions/conditions.ts';
import { identityOf } from './identity.ts';
import { metadataRoot, metadataRoutes } from './metadata/routes.ts';
import { permitBy } from './policies/permit.ts';
import { openState } from './state.ts';
import { type LearnerToken, learnerToken } from './tokens/learner-token.ts';

/**
 * Identity and Access Management: service accounts, what proves that somebody is one of them,
 * and who may do what. See README.md beside this file. Who asks is known from the start; the
 * API by which that is changed is loaded when somebody first calls it.
 */
export function iamService(host: BaseHost): IamService {
  const state = openState(host);
  const identity = identityOf(state);
  return {
    name: 'iam',
    identity,
    prepare: () => prepareConditions(state),
    learnerToken: () => learnerToken(state),
    routes: (app) => metadataRoutes(app, state),
    laterRoutes: [
      {
        roots: ['v1', 'v3', 'oauth2', 'token', 'tokeninfo', 'revoke'],
        load: async () => {
          const { apiRoutes } = await import('./api-routes.ts');
          return (app) => apiRoutes(app, state, identity);
        },
      },
      // Apart, for Cloud Logging has the same root, and missions ask that for what they have proven.
      {
        roots: ['v2'],
        load: async () => {
          const { orgPolicyRoutesV2 } = await import('./org-policy/routes-v2.ts');
          return (app) =>
            void app.register(async (scope) => {
              installRpcErrors(scope, state.log);
              orgPolicyRoutesV2(scope, state, permitBy(identity));
            });
        },
      },
    ],
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
  /** Loads what policies of earlier processes need, before anybody is asked who he is. */
  prepare(): Promise<void>;
  /** For whoever starts the sandbox, and for nobody else. */
  learnerToken: () => LearnerToken;
}
