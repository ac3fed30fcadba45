/**
 * Audit logs call methods otherwise than the API references do: `storage.objects.insert` is
 * `storage.objects.create` there, and what Google builds on gRPC goes by that name. The
 * sandbox writes the same names as GCP (its own table is src/sandbox/logging/method-names.ts; a test holds the two together).
 *
 * https://docs.cloud.google.com/storage/docs/audit-logging#audited_operations
 * https://docs.cloud.google.com/iam/docs/audit-logging#permission-type
 */
const auditNames = new Map([
  ...under('storage.buckets.', 'storage.', {
    insert: 'buckets.create',
    patch: 'buckets.update',
    lockRetentionPolicy: 'buckets.update',
    getIamPolicy: 'getIamPermissions',
    setIamPolicy: 'setIamPermissions',
  }),
  ...under('storage.objects.', 'storage.objects.', {
    insert: 'create',
    compose: 'create',
    copy: 'create',
    rewrite: 'create',
    move: 'create',
    patch: 'update',
  }),
  ...under('storage.projects.', 'storage.', {
    'hmacKeys.create': 'hmacKeys.create',
    'hmacKeys.delete': 'hmacKeys.delete',
    'hmacKeys.get': 'hmacKeys.get',
    'hmacKeys.list': 'hmacKeys.list',
    'hmacKeys.update': 'hmacKeys.update',
    'serviceAccount.get': 'projects.getOrCreateServiceAccount',
  }),
  ...under('iam.projects.serviceAccounts.', 'google.iam.admin.v1.', {
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
  ...under('iam.', 'google.iam.admin.v1.', {
    'projects.roles.create': 'CreateRole',
    'projects.roles.delete': 'DeleteRole',
    'projects.roles.undelete': 'UndeleteRole',
    'projects.roles.patch': 'UpdateRole',
    'projects.roles.get': 'GetRole',
    'projects.roles.list': 'ListRoles',
    'roles.get': 'GetRole',
    'roles.list': 'ListRoles',
    'roles.queryGrantableRoles': 'QueryGrantableRoles',
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
  ...under('logging.', 'google.logging.v2.LoggingServiceV2.', {
    'entries.list': 'ListLogEntries',
    'entries.write': 'WriteLogEntries',
    'projects.logs.list': 'ListLogs',
    'projects.logs.delete': 'DeleteLog',
  }),
]);

/** Of methods that share a name the first, which is the one that clients use most. */
const apiNames = new Map([...auditNames].reverse().map(([api, audit]) => [audit, api]));

/**
 * What audit logs call a method of the API reference; of Compute Engine's, without the version that
 * stands before it there (`v1.compute.instances.insert`).
 */
export function auditMethodOf(apiMethod: string): string {
  return auditNames.get(apiMethod) ?? apiMethod;
}

/** The other way. */
export function apiMethodOf(auditMethod: string): string {
  const name = withoutVersion(auditMethod);
  return apiNames.get(name) ?? name;
}

export const withoutVersion = (auditMethod: string): string =>
  auditMethod.replace(/^(?:v1|beta|alpha)\.(?=compute\.)/, '');

function under(
  api: string,
  audited: string,
  names: Readonly<Record<string, string>>,
): [api: string, audited: string][] {
  return Object.entries(names).map(([method, name]) => [`${api}${method}`, `${audited}${name}`]);
}
