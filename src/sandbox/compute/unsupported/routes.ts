import type { FastifyInstance } from 'fastify';
import { ApiError, notImplemented } from '../../wire/errors.ts';
import { paramsOf } from '../../wire/query.ts';
import type { ComputeState } from '../state.ts';

/**
 * What no other route answers: methods of IAM, which all kinds have alike; methods that Compute Engine has and the sandbox does not say
 * so by their name, with 501; paths that Compute Engine does not have either are 404.
 */
export function unsupportedRoutes(app: FastifyInstance, state: ComputeState): void {
  app.all(
    '/compute/v1/projects/:project/*',
    { config: { severalMethods: true } },
    async (request, reply) => {
      const { '*': path } = paramsOf<'*'>(request);
      // Loaded when it is needed: a table of a thousand names.
      const { methodAt } = await import('./find.ts');
      const method = methodAt(request.method, path);
      if (method !== undefined) {
        const { answerPolicyMethod } = await import('../access/policy-methods.ts');
        const answer = answerPolicyMethod(state, request, reply, { method, path });
        if (answer !== undefined) return answer;
        throw notImplemented(method);
      }
      throw new ApiError(404, 'notFound', 'Not Found');
    },
  );
}
