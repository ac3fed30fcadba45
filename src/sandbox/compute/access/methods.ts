/**
 * Which permissions a method of the API needs on the resource that its path names, by the rules
 * that Google's reference shows at every method ("IAM Permissions"):
 *
 *     compute.instances.get             compute.instances.get
 *     compute.instances.insert          compute.instances.create
 *     compute.instances.aggregatedList  compute.instances.list, on the project
 *     compute.zoneOperations.wait       compute.zoneOperations.get
 *     compute.regionAutoscalers.patch   compute.autoscalers.get and .update
 *
 * What follows no rule stands in `OTHERWISE`. What a method needs besides, on resources that
 * its body names, stands beside the method's route (`needs`).
 *
 * https://docs.cloud.google.com/compute/docs/reference/rest/v1
 */
export function permissionsOf(method: string): readonly string[] {
  const found = known.get(method);
  if (found !== undefined) return found;
  const made = (OTHERWISE[method.slice('compute.'.length)] ?? byRule(method)).map(
    (name) => `compute.${name}`,
  );
  known.set(method, made);
  return made;
}

const known = new Map<string, readonly string[]>();

function byRule(method: string): string[] {
  const [, resource = '', action = ''] = method.split('.');
  const collection = COLLECTIONS[resource] ?? resource;
  // Whatever is done to a group or to what belongs to it is a change of the group.
  if (collection === 'instanceGroupManagers' && !(action in GROUP_ACTIONS)) {
    return [`${collection}.${/^list./.test(action) ? 'get' : 'update'}`];
  }
  return (ACTIONS[action] ?? [action]).map((name) => `${collection}.${name}`);
}

/** Kinds that exist in regions too have one set of permissions. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  regionAutoscalers: 'autoscalers',
  regionDiskTypes: 'diskTypes',
  regionInstanceGroupManagers: 'instanceGroupManagers',
  regionInstanceGroups: 'instanceGroups',
  regionInstanceTemplates: 'instanceTemplates',
};

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  insert: ['create'],
  aggregatedList: ['list'],
  wait: ['get'],
  patch: ['get', 'update'],
  // Anybody who has shown who he is may ask what he may do.
  testIamPermissions: [],
};

const GROUP_ACTIONS = {
  get: true,
  list: true,
  aggregatedList: true,
  insert: true,
  patch: true,
  update: true,
  delete: true,
  testIamPermissions: true,
};

const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // One inside a subnet needs another permission than one on the internet: see `needs`.
  'addresses.insert': [],
  'globalAddresses.insert': [],
  'imageFamilyViews.get': ['images.getFromFamily'],
  'instanceGroupManagers.delete': ['instanceGroupManagers.delete', 'instanceGroups.delete'],
  'regionInstanceGroupManagers.delete': ['instanceGroupManagers.delete', 'instanceGroups.delete'],
  'instanceGroups.addInstances': ['instanceGroups.update'],
  'instanceGroups.removeInstances': ['instanceGroups.update'],
  'instanceGroups.setNamedPorts': ['instanceGroups.update'],
  'regionInstanceGroups.setNamedPorts': ['instanceGroups.update'],
  'instanceGroups.listInstances': ['instanceGroups.list'],
  'regionInstanceGroups.listInstances': ['instanceGroups.list'],
  'routers.getRouterStatus': ['routers.get'],
  'routers.getNatIpInfo': ['routers.get'],
  'subnetworks.listUsable': ['subnetworks.list'],
};

/**
 * True for methods whose resource only the body names, so that it is asked once that was read.
 * (`autoscalers.patch` takes the name there or in the query.)
 */
export const isNamedByBody = (method: string): boolean =>
  /\.insert$|utoscalers\.(patch|update)$/.test(method);

/** True for methods that are about a whole project, or a part of it: there is no resource to name. */
export const isAboutProject = (method: string): boolean =>
  /\.(list|aggregatedList|listUsable)$|^compute\.projects\./.test(method);

/** True for methods that a token may be used for which is for reading only. */
export const onlyReads = (method: string): boolean =>
  /\.(get|list|aggregatedList|wait|testIamPermissions)[^.]*$/.test(method);
