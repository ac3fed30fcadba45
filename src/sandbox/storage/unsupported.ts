import type { FastifyInstance, HTTPMethods } from 'fastify';
import { unsupportedMethod } from '../wire/unsupported.ts';

/**
 * Methods of the JSON API that the sandbox does not have.
 *
 * https://cloud.google.com/storage/docs/json_api/v1
 */
type Method = readonly [method: HTTPMethods, path: string, id: string];

const METHODS: readonly Method[] = [
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
  ['GET', 'b/:bucket/managedFolders/:id/iam', 'managedFolders.getIamPolicy'],
  ['PUT', 'b/:bucket/managedFolders/:id/iam', 'managedFolders.setIamPolicy'],
  ['GET', 'b/:bucket/managedFolders/:id/iam/testPermissions', 'managedFolders.testIamPermissions'],
  ...collection('b/:bucket/folders', 'folders'),
  ['POST', 'b/:bucket/folders/:id/deleteRecursive', 'folders.deleteRecursive'],
  ['POST', 'b/:bucket/folders/:id/renameTo/folders/:to', 'folders.rename'],
  ...caches('anywhereCaches'),
  ...caches('rapidCaches'),
  ['GET', 'b/:bucket/operations', 'operations.list'],
  ['GET', 'b/:bucket/operations/:id', 'operations.get'],
  ['POST', 'b/:bucket/operations/:id/cancel', 'operations.cancel'],
  ['POST', 'b/:bucket/operations/:id/advanceRelocateBucket', 'operations.advanceRelocateBucket'],
];

/** Adds a route for each. */
export function unsupportedRoutes(app: FastifyInstance): void {
  for (const [method, path, id] of METHODS) {
    unsupportedMethod(app, method, `/storage/v1/${path}`, `storage.${id}`);
  }
}

function collection(path: string, id: string): Method[] {
  return [
    ['GET', path, `${id}.list`],
    ['POST', path, `${id}.insert`],
    ['GET', `${path}/:id`, `${id}.get`],
    ['PATCH', `${path}/:id`, `${id}.update`],
    ['DELETE', `${path}/:id`, `${id}.delete`],
  ];
}

/** A cache in a zone, by the old name of the method's resource or by its new one. */
function caches(id: string): Method[] {
  return [
    ...collection(`b/:bucket/${id}`, id),
    ...['disable', 'pause', 'resume'].map(
      (verb): Method => ['POST', `b/:bucket/${id}/:id/${verb}`, `${id}.${verb}`],
    ),
  ];
}
