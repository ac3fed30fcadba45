import type { Project } from '../../project.ts';
import { ApiError } from '../../wire/errors.ts';
import type { AclEntry } from './entities.ts';

/**
 * The lists that have names. `predefinedAcl` and its relatives take them in camel case,
 * the XML API's `x-goog-acl` with hyphens.
 *
 * https://cloud.google.com/storage/docs/access-control/lists#predefined-acl
 */
export type PredefinedObjectAcl = keyof typeof OBJECT_LISTS;
export type PredefinedBucketAcl = keyof typeof BUCKET_LISTS;

/** Owners and editors of the project own, its viewers read: what is there by default. */
export const projectPrivate = (project: Project): AclEntry[] => [
  ...owners(project, 'OWNER'),
  { entity: `project-editors-${project.projectNumber}`, role: 'OWNER' },
  { entity: `project-viewers-${project.projectNumber}`, role: 'READER' },
];

/** The list of a bucket, whose owners are in it. */
export const predefinedBucketAcl = (name: PredefinedBucketAcl, project: Project): AclEntry[] =>
  BUCKET_LISTS[name](project);

/** The list of an object (or for new objects), without the object's owner. */
export const predefinedObjectAcl = (name: PredefinedObjectAcl, project: Project): AclEntry[] =>
  OBJECT_LISTS[name](project);

/** Reads the name of an object's list from a query parameter. */
export const readPredefinedObjectAcl = (
  parameter: string,
  value: string | undefined,
): PredefinedObjectAcl | undefined => readName(parameter, value, OBJECT_LISTS);

/** Reads the name of a bucket's list from a query parameter. */
export const readPredefinedBucketAcl = (
  parameter: string,
  value: string | undefined,
): PredefinedBucketAcl | undefined => readName(parameter, value, BUCKET_LISTS);

/** Refuses a parameter whose value is not one of a few words, as Google words it. */
export function notAllowed(parameter: string, value: string, allowed: string[]): ApiError {
  const message = `Invalid string value: '${value}'. Allowed values: [${allowed.join(', ')}]`;
  return new ApiError(400, 'invalidParameter', message, {
    location: parameter,
    locationType: 'parameter',
  });
}

function readName<T extends object>(
  parameter: string,
  value: string | undefined,
  lists: T,
): keyof T | undefined {
  if (value === undefined || value === '') return undefined;
  if (Object.hasOwn(lists, value)) return value as keyof T;
  throw notAllowed(parameter, value, Object.keys(lists));
}

function owners(project: Project, role: AclEntry['role']): AclEntry[] {
  return [{ entity: `project-owners-${project.projectNumber}`, role }];
}

const everybody = (role: AclEntry['role']): AclEntry => ({ entity: 'allUsers', role });
const signedIn: AclEntry = { entity: 'allAuthenticatedUsers', role: 'READER' };

const OBJECT_LISTS = {
  authenticatedRead: () => [signedIn],
  bucketOwnerFullControl: (project: Project) => owners(project, 'OWNER'),
  bucketOwnerRead: (project: Project) => owners(project, 'READER'),
  private: () => [],
  projectPrivate,
  publicRead: () => [everybody('READER')],
} satisfies Record<string, (project: Project) => AclEntry[]>;

const BUCKET_LISTS = {
  authenticatedRead: (project: Project) => [...owners(project, 'OWNER'), signedIn],
  private: (project: Project) => owners(project, 'OWNER'),
  projectPrivate,
  publicRead: (project: Project) => [...owners(project, 'OWNER'), everybody('READER')],
  publicReadWrite: (project: Project) => [...owners(project, 'OWNER'), everybody('WRITER')],
} satisfies Record<string, (project: Project) => AclEntry[]>;
