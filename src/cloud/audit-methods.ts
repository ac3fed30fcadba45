/**
 * Audit logs call methods otherwise than the API references do: `storage.objects.insert` is
 * `storage.objects.create` there, and what Google builds on gRPC goes by that name. The
 * sandbox writes the same names as GCP (its own table is src/sandbox/logging/method-names.ts).
 *
 * https://docs.cloud.google.com/storage/docs/audit-logging#audited_operations
 * https://docs.cloud.google.com/iam/docs/audit-logging#permission-type
 */
const iamNames: Readonly<Record<string, string>> = {
  'iam.projects.serviceAccounts.create': 'CreateServiceAccount',
  'iam.projects.serviceAccounts.delete': 'DeleteServiceAccount',
  'iam.projects.serviceAccounts.undelete': 'UndeleteServiceAccount',
  'iam.projects.serviceAccounts.get': 'GetServiceAccount',
  'iam.projects.serviceAccounts.list': 'ListServiceAccounts',
  'iam.projects.serviceAccounts.update': 'UpdateServiceAccount',
  'iam.projects.serviceAccounts.patch': 'PatchServiceAccount',
  'iam.projects.serviceAccounts.enable': 'EnableServiceAccount',
  'iam.projects.serviceAccounts.disable': 'DisableServiceAccount',
  'iam.projects.serviceAccounts.getIamPolicy': 'GetIAMPolicy',
  'iam.projects.serviceAccounts.setIamPolicy': 'SetIAMPolicy',
  'iam.projects.serviceAccounts.keys.create': 'CreateServiceAccountKey',
  'iam.projects.serviceAccounts.keys.delete': 'DeleteServiceAccountKey',
  'iam.projects.serviceAccounts.keys.upload': 'UploadServiceAccountKey',
  'iam.projects.serviceAccounts.keys.enable': 'EnableServiceAccountKey',
  'iam.projects.serviceAccounts.keys.disable': 'DisableServiceAccountKey',
  'iam.projects.serviceAccounts.keys.get': 'GetServiceAccountKey',
  'iam.projects.serviceAccounts.keys.list': 'ListServiceAccountKeys',
  'iam.projects.roles.create': 'CreateRole',
  'iam.projects.roles.delete': 'DeleteRole',
  'iam.projects.roles.undelete': 'UndeleteRole',
  'iam.projects.roles.patch': 'UpdateRole',
  'iam.projects.roles.get': 'GetRole',
  'iam.projects.roles.list': 'ListRoles',
};

const otherNames: Readonly<Record<string, string>> = {
  'storage.buckets.insert': 'storage.buckets.create',
  'storage.buckets.patch': 'storage.buckets.update',
  'storage.buckets.setIamPolicy': 'storage.setIamPermissions',
  'storage.buckets.getIamPolicy': 'storage.getIamPermissions',
  'storage.objects.insert': 'storage.objects.create',
  'storage.objects.patch': 'storage.objects.update',
  'cloudresourcemanager.projects.setIamPolicy': 'SetIamPolicy',
  'cloudresourcemanager.projects.getIamPolicy': 'GetIamPolicy',
  'iamcredentials.projects.serviceAccounts.generateAccessToken': 'GenerateAccessToken',
  'iamcredentials.projects.serviceAccounts.generateIdToken': 'GenerateIdToken',
  'iamcredentials.projects.serviceAccounts.signBlob': 'SignBlob',
  'iamcredentials.projects.serviceAccounts.signJwt': 'SignJwt',
  'sts.token': 'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
};

const auditNames = new Map([
  ...Object.entries(iamNames).map(([api, name]) => [api, `google.iam.admin.v1.${name}`] as const),
  ...Object.entries(otherNames),
]);
const apiNames = new Map([...auditNames].map(([api, audit]) => [audit, api]));

/**
 * What audit logs call a method of the API reference. Compute Engine's lack the version that
 * stands before them there (`v1.compute.instances.insert`).
 */
export function auditMethodOf(apiMethod: string): string {
  return auditNames.get(apiMethod) ?? apiMethod;
}

/** The other way. Where several methods share a name, it is the one that clients use most. */
export function apiMethodOf(auditMethod: string): string {
  const name = auditMethod.replace(/^(?:v1|beta|alpha)\.(?=compute\.)/, '');
  return apiNames.get(name) ?? name;
}
