import { type RoleTable, SEE_PROJECT } from './role.ts';

/**
 * The roles of IAM itself: who may make accounts, keys and roles, and act as whom.
 *
 * https://docs.cloud.google.com/iam/docs/roles-permissions/iam
 */
export const iamRoles: RoleTable = {
  'iam.roleAdmin': {
    title: 'Role Administrator',
    description: 'Administer the custom roles of the project.',
    patterns: ['iam.roles.*', 'resourcemanager.projects.get|getIamPolicy'],
  },
  'iam.roleViewer': {
    title: 'Role Viewer',
    description: 'See the custom roles of the project.',
    patterns: ['iam.roles.get|list', 'resourcemanager.projects.get|getIamPolicy'],
  },
  'iam.securityAdmin': {
    title: 'Security Admin',
    description: 'Get and set every IAM policy.',
    patterns: [
      ...['*.*.getIamPolicy|setIamPolicy', 'iam.roles.get|list', 'compute.*.list'],
      ...['iam.serviceAccountKeys.list', 'iam.serviceAccounts.get|list', 'logging.*.list'],
      ...['iam.googleapis.com/workloadIdentityPool*.list', '!logging.logEntries.list'],
      ...['!logging.privateLogEntries.list', 'orgpolicy.constraints|policies.list'],
      ...['storage.buckets.list', 'storage.objects.list', 'storage.hmacKeys.list', SEE_PROJECT],
    ],
  },
  'iam.securityReviewer': {
    title: 'Security Reviewer',
    description: 'List every resource and read every IAM policy.',
    patterns: [
      ...['*.*.getIamPolicy', '*.*.list', '!logging.logEntries.list'],
      ...['!logging.privateLogEntries.list', 'iam.roles.get', 'iam.serviceAccounts.get'],
      'resourcemanager.projects.get',
    ],
  },
  'iam.serviceAccountAdmin': {
    title: 'Service Account Admin',
    description: 'Create and manage service accounts, and say who may act as them.',
    patterns: [
      'iam.serviceAccounts.create*|delete*|disable|enable|get|getIamPolicy|list*|setIamPolicy|undelete|update',
      SEE_PROJECT,
    ],
  },
  'iam.serviceAccountCreator': {
    title: 'Create Service Accounts',
    description: 'Create service accounts.',
    patterns: ['iam.serviceAccounts.create|get|list', SEE_PROJECT],
  },
  'iam.serviceAccountDeleter': {
    title: 'Delete Service Accounts',
    description: 'Delete service accounts.',
    patterns: ['iam.serviceAccounts.delete|get|list', SEE_PROJECT],
  },
  'iam.serviceAccountKeyAdmin': {
    title: 'Service Account Key Admin',
    description: 'Create and manage the keys of service accounts.',
    patterns: ['iam.serviceAccountKeys.*', 'iam.serviceAccounts.get|list', SEE_PROJECT],
  },
  'iam.serviceAccountOpenIdTokenCreator': {
    title: 'Service Account OpenID Connect Identity Token Creator',
    description: 'Create OpenID Connect identity tokens of service accounts.',
    patterns: ['iam.serviceAccounts.getOpenIdToken'],
  },
  'iam.serviceAccountTokenCreator': {
    title: 'Service Account Token Creator',
    description: 'Impersonate service accounts: create tokens, sign blobs and JWTs.',
    patterns: [
      'iam.serviceAccounts.get|getAccessToken|getOpenIdToken|implicitDelegation|list|signBlob|signJwt',
      SEE_PROJECT,
    ],
  },
  'iam.serviceAccountUser': {
    title: 'Service Account User',
    description: 'Run operations as the service account: attach it to machines.',
    patterns: ['iam.serviceAccounts.actAs|get|list', SEE_PROJECT],
  },
  'iam.serviceAccountViewer': {
    title: 'View Service Accounts',
    description: 'See service accounts, their metadata and their keys.',
    patterns: [
      'iam.serviceAccountKeys.get|list',
      'iam.serviceAccounts.get|getIamPolicy|list',
      SEE_PROJECT,
    ],
  },
  'iam.workloadIdentityPoolAdmin': {
    title: 'IAM Workload Identity Pool Admin',
    description: 'Create and manage workload identity pools.',
    patterns: ['iam.googleapis.com/*.*', SEE_PROJECT],
    stage: 'BETA',
  },
  'iam.workloadIdentityPoolViewer': {
    title: 'IAM Workload Identity Pool Viewer',
    description: 'See workload identity pools.',
    patterns: ['iam.googleapis.com/*.get|list', SEE_PROJECT],
    stage: 'BETA',
  },
  'iam.workloadIdentityUser': {
    title: 'Workload Identity User',
    description: 'Impersonate service accounts from workloads outside.',
    patterns: ['iam.serviceAccounts.get|getAccessToken|getOpenIdToken|list'],
  },
};
