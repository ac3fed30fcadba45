import { type RoleTable, SEE_PROJECT } from './role.ts';

/**
 * What lets one see, change or govern the project as such, and read its logs.
 *
 * https://docs.cloud.google.com/resource-manager/docs/access-control-proj
 * https://docs.cloud.google.com/logging/docs/access-control
 */
export const projectRoles: RoleTable = {
  browser: {
    title: 'Browser',
    description: 'Browse projects, without what is in them.',
    patterns: ['resourcemanager.projects.get|getIamPolicy|list'],
  },
  'logging.admin': {
    title: 'Logging Admin',
    description: 'All of Cloud Logging.',
    patterns: ['logging.*.*', SEE_PROJECT],
  },
  'logging.logWriter': {
    title: 'Logs Writer',
    description: 'Write log entries.',
    patterns: ['logging.logEntries.create|route'],
  },
  'logging.privateLogViewer': {
    title: 'Private Logs Viewer',
    description: 'View all logs, the data access audit logs included.',
    patterns: [
      'logging.*.get*|list*',
      ...['logging.queries.create|delete|update', 'logging.views.access'],
      'resourcemanager.projects.get',
    ],
  },
  'logging.viewer': {
    title: 'Logs Viewer',
    description: 'View logs, without those with private contents.',
    patterns: [
      ...['logging.*.get|list', '!logging.privateLogEntries.list'],
      ...['logging.queries.create|delete|listShared|update', 'resourcemanager.projects.get'],
    ],
  },
  'orgpolicy.policyAdmin': {
    title: 'Organization Policy Administrator',
    description: 'Set organization policies.',
    patterns: ['orgpolicy.*.*'],
  },
  'orgpolicy.policyViewer': {
    title: 'Organization Policy Viewer',
    description: 'See organization policies.',
    patterns: ['orgpolicy.*.get|list'],
  },
  'resourcemanager.projectDeleter': {
    title: 'Project Deleter',
    description: 'Delete projects.',
    patterns: ['resourcemanager.projects.delete'],
  },
  'resourcemanager.projectIamAdmin': {
    title: 'Project IAM Admin',
    description: 'Read and change the IAM policies of projects.',
    patterns: ['resourcemanager.projects.get|getIamPolicy|setIamPolicy'],
  },
};
