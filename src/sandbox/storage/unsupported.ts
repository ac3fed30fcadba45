import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { notImplemented } from '../wire/errors.ts';

/**
 * Methods of the API that the sandbox does not have. Each answers 501 with its name, so
 * that nobody mistakes a gap for a fact about the cloud; paths that the API does not
 * have answer 404.
 *
 * https://cloud.google.com/storage/docs/json_api/v1
 */
const METHODS: readonly [
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT',
  path: string,
  id: string,
][] = [
  ['POST', 'b/:bucket/relocate', 'buckets.relocate'],
  ['GET', 'b/:bucket/o/:object/iam', 'objects.getIamPolicy'],
  ['PUT', 'b/:bucket/o/:object/iam', 'objects.setIamPolicy'],
  ['GET', 'b/:bucket/o/:object/iam/testPermissions', 'objects.testIamPermissions'],
  ['POST', 'b/:bucket/o/bulkRestore', 'objects.bulkRestore'],
  ['POST', 'b/:bucket/o/watch', 'objects.watchAll'],
  ['POST', 'b/:bucket/o', 'objects.insert without an upload'],
  ['POST', 'channels/stop', 'channels.stop'],
  ...collection('b/:bucket/managedFolders', 'managedFolders').filter(
    // Listing them is answered truthfully in bucket-routes.ts: there are none.
    ([, , id]) => id !== 'managedFolders.list',
  ),
  ...collection('b/:bucket/folders', 'folders'),
  ...collection('b/:bucket/anywhereCaches', 'anywhereCaches'),
  ['GET', 'b/:bucket/operations', 'operations.list'],
  ['GET', 'b/:bucket/operations/:id', 'operations.get'],
];

export function unsupportedRoutes(app: FastifyInstance): void {
  for (const [method, path, id] of METHODS) {
    app.route({
      method,
      url: `/storage/v1/${path}`,
      ...apiMethod(`storage.${id}`),
      handler: async () => {
        throw notImplemented(`storage.${id}`);
      },
    });
  }
}

function collection(path: string, id: string): typeof METHODS {
  return [
    ['GET', path, `${id}.list`],
    ['POST', path, `${id}.insert`],
    ['GET', `${path}/:id`, `${id}.get`],
    ['PATCH', `${path}/:id`, `${id}.update`],
    ['DELETE', `${path}/:id`, `${id}.delete`],
  ];
}
