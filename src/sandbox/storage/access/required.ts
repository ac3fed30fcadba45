import type { Scope } from './scopes.ts';

/**
 * What each method asks for before it does anything: permissions on the resource that its
 * address names, and an OAuth scope. Both APIs are in here, under the JSON API's names.
 *
 * What only some requests of a method need (to replace an object, to change its ACL) its
 * handler asks for once it knows; so does a method whose resource is named in its body.
 *
 * https://docs.cloud.google.com/storage/docs/access-control/iam-json
 * https://docs.cloud.google.com/storage/docs/access-control/iam-xml
 */
export interface Requirement {
  /**
   * Where the permissions have to be had. `objectName` is that of an object which need not be
   * there; `handler`: it asks for all of them itself.
   */
  on: 'project' | 'bucket' | 'deletedBucket' | 'object' | 'objectName' | 'handler';
  permissions: readonly string[];
  scope: Scope;
}

/** What a method requires, by its name. A method that is not here cannot have a route. */
export function requirementOf(apiMethod: string): Requirement {
  const requirement = REQUIRED.get(apiMethod.replace(/^storage\./, ''));
  if (requirement) return requirement;
  throw new Error(`What ${apiMethod} requires is not said in access/required.ts`);
}

const needs =
  (on: Requirement['on']) =>
  (scope: Scope, ...permissions: string[]): Requirement => ({
    on,
    scope,
    permissions: permissions.map((name) => (name.includes('manager.') ? name : `storage.${name}`)),
  });

const project = needs('project');
const bucket = needs('bucket');
const object = needs('object');
const objectName = needs('objectName');
const handler = (scope: Scope) => needs('handler')(scope);

const READ_BUCKET_ACL = ['buckets.get', 'buckets.getIamPolicy'];
const READ_OBJECT_ACL = ['objects.get', 'objects.getIamPolicy'];

const REQUIRED = new Map<string, Requirement>([
  ...named('buckets', {
    insert: handler('write'),
    list: project('read', 'buckets.list'),
    get: bucket('read', 'buckets.get'),
    patch: bucket('full', 'buckets.update'),
    update: bucket('full', 'buckets.update'),
    delete: bucket('write', 'buckets.delete'),
    restore: needs('deletedBucket')('write', 'buckets.restore'),
    relocate: bucket('write', 'buckets.relocate'),
    lockRetentionPolicy: bucket('write', 'buckets.update'),
    getStorageLayout: bucket('read', 'objects.list'),
    getIamPolicy: bucket('read', 'buckets.getIamPolicy'),
    setIamPolicy: bucket('write', 'buckets.setIamPolicy'),
    testIamPermissions: handler('read'),
  }),
  ...named('notifications', {
    insert: bucket('write', 'buckets.update'),
    list: bucket('read', 'buckets.get'),
    get: bucket('read', 'buckets.get'),
    delete: bucket('write', 'buckets.update'),
  }),
  ...accessControls('bucketAccessControls', bucket, READ_BUCKET_ACL, [
    ...['buckets.setIamPolicy', 'buckets.update'],
  ]),
  ...accessControls('defaultObjectAccessControls', bucket, READ_BUCKET_ACL, [
    ...['buckets.setIamPolicy', 'buckets.update'],
  ]),
  ...accessControls('objectAccessControls', object, READ_OBJECT_ACL, [
    ...['objects.setIamPolicy', 'objects.update'],
  ]),
  ...named('objects', {
    // Where the object is named differs: in the query, in the body, or in a form.
    insert: handler('write'),
    'insert without an upload': bucket('write', 'objects.create'),
    list: bucket('read', 'objects.list'),
    get: object('read', 'objects.get'),
    patch: object('full', 'objects.update'),
    update: object('full', 'objects.update'),
    delete: object('write', 'objects.delete'),
    // These have several objects, each with its own permissions.
    copy: handler('write'),
    rewrite: handler('write'),
    compose: handler('write'),
    move: handler('write'),
    restore: objectName('write', 'objects.restore', 'objects.create'),
    bulkRestore: bucket('write', 'buckets.restore'),
    watchAll: bucket('read', 'buckets.update'),
    getIamPolicy: object('read', 'objects.getIamPolicy'),
    setIamPolicy: object('write', 'objects.setIamPolicy'),
    testIamPermissions: handler('read'),
  }),
  ...named('multipartUploads', {
    list: bucket('read', 'multipartUploads.list'),
    create: objectName('write', 'multipartUploads.create'),
    uploadPart: objectName('write', 'multipartUploads.create', 'objects.create'),
    complete: objectName('write', 'multipartUploads.create', 'objects.create'),
    abort: objectName('write', 'multipartUploads.abort'),
    listParts: objectName('read', 'multipartUploads.listParts'),
  }),
  ...named('projects', {
    'hmacKeys.create': project('full', 'hmacKeys.create'),
    'hmacKeys.list': project('read', 'hmacKeys.list'),
    'hmacKeys.get': project('read', 'hmacKeys.get'),
    'hmacKeys.update': project('full', 'hmacKeys.update'),
    'hmacKeys.delete': project('full', 'hmacKeys.delete'),
    'serviceAccount.get': project('read', 'resourcemanager.projects.get'),
  }),
  ...named('managedFolders', {
    ...resources('managedFolders'),
    getIamPolicy: bucket('read', 'managedFolders.getIamPolicy'),
    setIamPolicy: bucket('write', 'managedFolders.setIamPolicy'),
    testIamPermissions: handler('read'),
  }),
  ...named('folders', {
    ...resources('folders'),
    deleteRecursive: bucket('write', 'folders.delete'),
    rename: bucket('write', 'folders.rename', 'folders.create'),
  }),
  ...named('anywhereCaches', caches()),
  ...named('rapidCaches', caches()),
  ...named('operations', {
    list: bucket('read', 'bucketOperations.list'),
    get: bucket('read', 'bucketOperations.get'),
    cancel: bucket('write', 'bucketOperations.cancel'),
    advanceRelocateBucket: bucket('write', 'buckets.relocate'),
  }),
  ...named('channels', { stop: handler('read') }),
]);

function named(
  resource: string,
  methods: Record<string, Requirement>,
): [method: string, Requirement][] {
  return Object.entries(methods).map(([method, requirement]) => [
    `${resource}.${method}`,
    requirement,
  ]);
}

function accessControls(
  resource: string,
  where: typeof bucket,
  read: readonly string[],
  write: readonly string[],
): [method: string, Requirement][] {
  const reading = where('full', ...read);
  const writing = where('full', ...read, ...write);
  return [
    ...named(resource, { list: reading, get: reading }),
    ...named(resource, { insert: writing, patch: writing, update: writing, delete: writing }),
  ];
}

/** Things in a bucket whose permissions are called like their methods. */
function resources(kind: string): Record<string, Requirement> {
  return {
    list: bucket('read', `${kind}.list`),
    get: bucket('read', `${kind}.get`),
    insert: bucket('write', `${kind}.create`),
    update: bucket('write', `${kind}.update`),
    delete: bucket('write', `${kind}.delete`),
  };
}

/** The older of their two names is that of the permissions. */
function caches(): Record<string, Requirement> {
  const actions = ['disable', 'pause', 'resume'].map((verb) => [
    verb,
    bucket('write', `anywhereCaches.${verb}`),
  ]);
  return { ...resources('anywhereCaches'), ...Object.fromEntries(actions) };
}
