import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { paramsOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { requireProject, type StorageState } from '../state.ts';

/**
 * The service agent of the project: the account in whose name Cloud Storage acts, and to
 * which one grants what it needs (publishing to a topic, using a key).
 *
 * https://cloud.google.com/storage/docs/json_api/v1/projects/serviceAccount/get
 */
export function projectRoutes(app: FastifyInstance, state: StorageState): void {
  app.get(
    '/storage/v1/projects/:project/serviceAccount',
    apiMethod('storage.projects.serviceAccount.get'),
    async (request, reply) => {
      requireProject(state, paramsOf<'project'>(request).project);
      return sendJson(request, reply, {
        kind: 'storage#serviceAccount',
        email_address: `service-${state.projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
      });
    },
  );
}
