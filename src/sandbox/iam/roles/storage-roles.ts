import { type RoleTable, SEE_PROJECT } from './role.ts';

const SEE_ORG_POLICY = 'orgpolicy.policy.get';

/**
 * Cloud Storage's roles. The legacy ones say what a bucket's or an object's ACL says, and are
 * given on buckets only.
 *
 * https://docs.cloud.google.com/storage/docs/access-control/iam-roles
 */
export const storageRoles: RoleTable = {
  'storage.admin': {
    title: 'Storage Admin',
    description: 'Full control of buckets and objects.',
    patterns: [
      ...['storage.*.*', '!storage.buckets.exemptFromIpFilter', '!storage.hmacKeys.*'],
      ...[SEE_PROJECT, SEE_ORG_POLICY],
    ],
  },
  'storage.bucketViewer': {
    title: 'Storage Bucket Viewer',
    description: 'View buckets and their metadata, without IAM policies.',
    patterns: ['storage.buckets.get|list'],
    stage: 'BETA',
  },
  'storage.expressModeServiceInput': {
    title: 'Storage Express Mode Service Input',
    description: 'Lets service accounts of Express Mode fill input folders that they cannot read.',
    patterns: ['storage.objects.create|delete|list|update'],
    stage: 'BETA',
  },
  'storage.expressModeServiceOutput': {
    title: 'Storage Express Mode Service Output',
    description: 'Lets service accounts of Express Mode read output folders.',
    patterns: ['storage.objects.delete|get|list'],
    stage: 'BETA',
  },
  'storage.expressModeUserAccess': {
    title: 'Storage Express Mode User Access',
    description: 'Lets accounts of Express Mode use any object in their buckets.',
    patterns: [
      ...[SEE_ORG_POLICY, 'storage.buckets.get|list', 'storage.multipartUploads.*'],
      'storage.objects.create|delete|get|list|restore|update',
    ],
    stage: 'BETA',
  },
  'storage.folderAdmin': {
    title: 'Storage Folder Admin',
    description: 'Full control of folders and objects.',
    patterns: [
      ...[SEE_ORG_POLICY, SEE_PROJECT, 'storage.folders.*', 'storage.managedFolders.*'],
      ...['storage.multipartUploads.*', 'storage.objects.*'],
    ],
  },
  'storage.hmacKeyAdmin': {
    title: 'Storage HMAC Key Admin',
    description: 'Full control of HMAC keys.',
    patterns: [SEE_ORG_POLICY, SEE_PROJECT, 'storage.hmacKeys.*'],
  },
  'storage.insightsCollectorService': {
    title: 'Storage Insights Collector Service',
    description: 'Read the metadata of objects for inventory reports.',
    patterns: [SEE_PROJECT, 'storage.buckets.get|getObjectInsights'],
  },
  'storage.legacyBucketOwner': {
    title: 'Storage Legacy Bucket Owner',
    description:
      'Create, replace, delete and list objects; read and edit the bucket with its policy.',
    patterns: [
      ...['storage.anywhereCaches.*', 'storage.bucketOperations.*', 'storage.buckets.*'],
      '!storage.buckets.create|delete|exemptFromIpFilter|getObjectInsights|list|relocate',
      ...['storage.folders.*', 'storage.managedFolders.*', 'storage.multipartUploads.*'],
      'storage.objects.create|createContext|delete|list|restore|setRetention',
    ],
  },
  'storage.legacyBucketReader': {
    title: 'Storage Legacy Bucket Reader',
    description: 'Read the bucket and list its objects.',
    patterns: [
      ...['storage.buckets.get', 'storage.multipartUploads.list', 'storage.objects.list'],
      ...['storage.folders.get|list', 'storage.managedFolders.get|list'],
    ],
  },
  'storage.legacyBucketWriter': {
    title: 'Storage Legacy Bucket Writer',
    description: 'Read the bucket; list, create and delete its objects.',
    patterns: [
      ...['storage.buckets.get', 'storage.multipartUploads.*', 'storage.folders.*'],
      ...['storage.managedFolders.create|delete|get|list'],
      'storage.objects.create|createContext|delete|list|restore|setRetention',
    ],
  },
  'storage.legacyObjectOwner': {
    title: 'Storage Legacy Object Owner',
    description: 'Read and write existing objects, without listing.',
    patterns: [
      'storage.objects.get|getIamPolicy|overrideUnlockedRetention|setIamPolicy|setRetention|update|updateContext',
    ],
  },
  'storage.legacyObjectReader': {
    title: 'Storage Legacy Object Reader',
    description: 'Read existing objects, without listing.',
    patterns: ['storage.objects.get'],
  },
  'storage.objectAdmin': {
    title: 'Storage Object Admin',
    description: 'Full control of objects: list, create, view and delete them.',
    patterns: [
      ...[SEE_ORG_POLICY, SEE_PROJECT, 'storage.folders.*', 'storage.multipartUploads.*'],
      ...['storage.managedFolders.create|delete|get|list', 'storage.objects.*'],
    ],
  },
  'storage.objectCreator': {
    title: 'Storage Object Creator',
    description: 'Create objects; neither view, delete nor replace them.',
    patterns: [
      ...[SEE_ORG_POLICY, SEE_PROJECT, 'storage.folders.create', 'storage.managedFolders.create'],
      'storage.multipartUploads.abort|create|listParts',
      'storage.objects.create|createContext',
    ],
  },
  'storage.objectUser': {
    title: 'Storage Object User',
    description: 'Create, read, update and delete objects and multipart uploads.',
    patterns: [
      ...[SEE_ORG_POLICY, SEE_PROJECT, 'storage.folders.*', 'storage.multipartUploads.*'],
      'storage.managedFolders.create|delete|get|list',
      'storage.objects.create|createContext|delete|deleteContext|get|list|move|restore|update|updateContext',
    ],
  },
  'storage.objectViewer': {
    title: 'Storage Object Viewer',
    description: 'View objects and their metadata, without ACLs; list the objects of a bucket.',
    patterns: [
      ...[SEE_PROJECT, 'storage.folders.get|list', 'storage.managedFolders.get|list'],
      'storage.objects.get|list',
    ],
  },
};
