import type { RoleTable } from './role.ts';

/** What nobody has by a basic role: to act in another's name by a token or a signature. */
const NOT_AS_OTHERS =
  '!iam.serviceAccounts.getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt';

const VIEW = [
  ...['compute.*.get*|list*', 'iam.roles.get|list', 'iam.serviceAccountKeys.get|list'],
  ...['iam.serviceAccounts.get|getIamPolicy|list*', 'iam.googleapis.com/*.get|list'],
  ...['logging.*.get|list', '!logging.privateLogEntries.list', 'logging.queries.listShared'],
  ...['orgpolicy.policy.get', 'resourcemanager.projects.get|getIamPolicy|list'],
  ...['storage.bucketOperations.get|list', 'storage.buckets.getIpFilter|list'],
  'storage.hmacKeys.get|list',
];

const EDIT = [
  ...VIEW,
  ...['compute.*.*', '!compute.*.setIamPolicy'],
  ...['iam.serviceAccountKeys.*', 'iam.serviceAccounts.*', '!iam.serviceAccounts.setIamPolicy'],
  ...[NOT_AS_OTHERS, 'logging.*.*', '!logging.privateLogEntries.list', '!logging.views.access'],
  ...['resourcemanager.projects.update', 'storage.bucketOperations.*'],
  ...['storage.buckets.create|delete', 'storage.hmacKeys.*'],
];

/**
 * The basic roles, which are too broad for nearly everything. What they allow on buckets is
 * little: the rest comes from what the bucket's own policy gives to the project's owners,
 * editors and viewers.
 *
 * https://docs.cloud.google.com/iam/docs/roles-overview#basic
 * https://docs.cloud.google.com/storage/docs/access-control/iam-roles#basic-roles
 */
export const basicRoles: RoleTable = {
  viewer: {
    title: 'Viewer',
    description: 'View most Google Cloud resources.',
    patterns: VIEW,
  },
  editor: {
    title: 'Editor',
    description: 'View, create, update and delete most Google Cloud resources.',
    patterns: EDIT,
  },
  owner: {
    title: 'Owner',
    description: 'Full access to most Google Cloud resources, and to who has access to them.',
    patterns: [
      ...[...EDIT, 'compute.*.*', 'iam.*.*', NOT_AS_OTHERS, 'logging.*.*'],
      ...['resourcemanager.projects.*', '!resourcemanager.projects.create|move'],
      'storage.buckets.createTagBinding|deleteTagBinding|listEffectiveTags|listTagBindings|setIpFilter',
    ],
  },
};
