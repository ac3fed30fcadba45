import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import { flag, int64, paramsOf, queryOf } from '../../wire/query.ts';
import { requireDeletedBucket } from '../deleted-buckets.ts';
import { requireGeneration } from '../preconditions.ts';
import type { StorageState } from '../state.ts';
import { type Target, targetOf } from '../xml/address.ts';
import {
  requireOnBucket,
  requireOnExisting,
  requireOnObject,
  requireOnProject,
} from './permissions.ts';
import { type Requirement, requirementOf } from './required.ts';
import { BucketResource } from './resources.ts';
import { checkScopes } from './scopes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route does not ask for what its method requires: its address was given to somebody
     * who was asked before (an upload session), or its body names what it is about.
     */
    asksItself?: boolean;
  }
}

/**
 * Puts in front of every method of Cloud Storage what it requires (`required.ts`). A method
 * of which that is not said cannot have a route: none can forget to ask.
 */
export function installGate(app: FastifyInstance, state: StorageState): void {
  app.addHook('onRoute', (route) => {
    const { apiMethod, asksItself } = route.config ?? {};
    if (!apiMethod?.startsWith('storage.') || asksItself) return;
    const gate = gateOf(state, requirementOf(apiMethod));
    // Behind what the route has already: a signature tells who it is.
    route.onRequest = [route.onRequest ?? [], gate].flat() as onRequestHookHandler[];
  });
}

function gateOf(state: StorageState, requirement: Requirement): onRequestHookHandler {
  return (request, _reply, done) => {
    try {
      pass(state, request, requirement);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

function pass(state: StorageState, request: FastifyRequest, requirement: Requirement): void {
  const { on, permissions, scope } = requirement;
  const { scopes, unlimited } = state.identity.callerOf(request);
  checkScopes(scopes, scope);
  if (on === 'handler') return;
  const { bucket, object } = on === 'project' ? NOTHING : namedBy(request);
  // Which generation it is about matters to who may see one and not the other.
  const query = unlimited ? {} : queryOf(request);
  const softDeleted = !unlimited && (on === 'deletedBucket' || flag(query, 'softDeleted'));
  const generation = int64(query, 'generation') ?? int64(query, 'versionId');
  for (const permission of permissions) {
    if (on === 'project') requireOnProject(state, request, permission);
    else if (on === 'object' || on === 'objectName') {
      const ask = on === 'objectName' || softDeleted ? requireOnObject : requireOnExisting;
      ask(state, request, permission, { bucket, name: object, generation });
    } else if (softDeleted && permission.startsWith('storage.buckets.')) {
      const deleted = requireDeletedBucket(state, bucket, requireGeneration(query));
      const resource = new BucketResource(state, bucket, deleted);
      requireOnBucket(state, request, permission, bucket, resource);
    } else requireOnBucket(state, request, permission, bucket);
  }
}

const NOTHING: Target = { bucket: '', object: '' };

/** What the address of a request names, in either API. */
function namedBy(request: FastifyRequest): Target {
  if (request.routeOptions.config.errorBody !== undefined) return targetOf(request);
  return paramsOf<'bucket' | 'object'>(request);
}
