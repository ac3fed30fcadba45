/**
 * What audit logs call the methods of the API references. Cloud Storage's log has names of its
 * own, Compute Engine's has the version before them, and what Google builds on gRPC goes by its
 * name there.
 *
 *     storage.objects.insert               storage.objects.create
 *     compute.instances.insert             v1.compute.instances.insert
 *     iam.projects.serviceAccounts.create  google.iam.admin.v1.CreateServiceAccount
 *
 * https://docs.cloud.google.com/storage/docs/audit-logging
 * https://docs.cloud.google.com/compute/docs/logging/audit-logging
 * https://docs.cloud.google.com/iam/docs/audit-logging
 * https://docs.cloud.google.com/logging/docs/audit-logging
 */
export function auditedName(method: string): string {
  const [api = ''] = method.split('.', 1);
  if (api === 'compute') return `v1.${method}`;
  return NAMES.get(method) ?? method;
}

/** The service that a method belongs to: `storage.googleapis.com`. */
export function serviceOf(method: string): string {
  const [api = ''] = method.split('.', 1);
  return `${api}.googleapis.com`;
}

const IAM = 'google.iam.admin.v1.';
const LOGGING = 'google.logging.v2.LoggingServiceV2.';

const NAMES = new Map([
  ...under('storage.buckets.', 'storage.', {
    insert: 'buckets.create',
    patch: 'buckets.update',
    lockRetentionPolicy: 'buckets.update',
    getIamPolicy: 'getIamPermissions',
    setIamPolicy: 'setIamPermissions',
  }),
  // Of a copy's two entries on GCP (what is read, and what is made) this is the second.
  ...under('storage.objects.', 'storage.objects.', {
    insert: 'create',
    compose: 'create',
    copy: 'create',
    rewrite: 'create',
    move: 'create',
    patch: 'update',
    getIamPolicy: 'getIamPolicy',
  }),
  ...under('storage.projects.hmacKeys.', 'storage.hmacKeys.', {
    create: 'create',
    delete: 'delete',
    get: 'get',
    list: 'list',
    update: 'update',
  }),
  ...under('storage.projects.serviceAccount.', 'storage.projects.', {
    get: 'getOrCreateServiceAccount',
  }),
  ...under('iam.projects.serviceAccounts.', IAM, {
    create: 'CreateServiceAccount',
    delete: 'DeleteServiceAccount',
    undelete: 'UndeleteServiceAccount',
    get: 'GetServiceAccount',
    list: 'ListServiceAccounts',
    update: 'UpdateServiceAccount',
    patch: 'PatchServiceAccount',
    enable: 'EnableServiceAccount',
    disable: 'DisableServiceAccount',
    getIamPolicy: 'GetIAMPolicy',
    setIamPolicy: 'SetIAMPolicy',
    testIamPermissions: 'TestIAMPermissions',
    'keys.create': 'CreateServiceAccountKey',
    'keys.delete': 'DeleteServiceAccountKey',
    'keys.upload': 'UploadServiceAccountKey',
    'keys.enable': 'EnableServiceAccountKey',
    'keys.disable': 'DisableServiceAccountKey',
    'keys.get': 'GetServiceAccountKey',
    'keys.list': 'ListServiceAccountKeys',
  }),
  ...under('iam.projects.roles.', IAM, {
    create: 'CreateRole',
    delete: 'DeleteRole',
    undelete: 'UndeleteRole',
    patch: 'UpdateRole',
    get: 'GetRole',
    list: 'ListRoles',
  }),
  ...under('iam.roles.', IAM, {
    get: 'GetRole',
    list: 'ListRoles',
    queryGrantableRoles: 'QueryGrantableRoles',
  }),
  ...under('iamcredentials.projects.serviceAccounts.', '', {
    generateAccessToken: 'GenerateAccessToken',
    generateIdToken: 'GenerateIdToken',
    signBlob: 'SignBlob',
    signJwt: 'SignJwt',
  }),
  ...under('cloudresourcemanager.projects.', '', {
    getIamPolicy: 'GetIamPolicy',
    setIamPolicy: 'SetIamPolicy',
    testIamPermissions: 'TestIamPermissions',
    get: 'GetProject',
    list: 'ListProjects',
    search: 'SearchProjects',
  }),
  ...under('sts.', 'google.identity.sts.v1.SecurityTokenService.', { token: 'ExchangeToken' }),
  ...under('logging.', LOGGING, {
    'entries.list': 'ListLogEntries',
    'entries.write': 'WriteLogEntries',
    'projects.logs.list': 'ListLogs',
    'projects.logs.delete': 'DeleteLog',
  }),
]);

function under(
  api: string,
  audited: string,
  names: Readonly<Record<string, string>>,
): [api: string, audited: string][] {
  return Object.entries(names).map(([method, name]) => [`${api}${method}`, `${audited}${name}`]);
}
