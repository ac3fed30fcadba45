import type { Project } from '../../project.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import { requireProject } from '../state.ts';

/**
 * Whom an ACL entry names, as Cloud Storage spells it:
 *
 *     user-EMAIL  group-EMAIL  domain-DOMAIN
 *     project-owners-NUMBER  project-editors-NUMBER  project-viewers-NUMBER
 *     allUsers  allAuthenticatedUsers
 *
 * Emails and domains are kept in lower case, and a project named by its id is kept by its
 * number. Whether a person or a group exists is not asked: the sandbox has no directory,
 * which is also why nobody can be named by the id that Google has for them.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/bucketAccessControls#resource
 */
export interface AclEntry {
  entity: string;
  role: AclRole;
}

export type AclRole = 'OWNER' | 'WRITER' | 'READER';

/** An entity as it is stored; what is none gets a 400. */
export function canonicalEntity(text: string, project: Project): string {
  if (isPublicEntity(text)) return text;
  const [, team, id] = /^(project-(?:owners|editors|viewers)-)(.+)$/.exec(text) ?? [];
  if (team !== undefined && id !== undefined) {
    requireProject(project, id);
    return `${team}${project.projectNumber}`;
  }
  if (text.length <= MAX_GRANTEE && NAMED.test(text)) return text.toLowerCase();
  throw invalid(`Scope text "${text}" is not valid.`);
}

/** What an entry shows of its entity besides its name. */
export function entityDetails(entity: string): object {
  const [, kind, name = ''] = /^(user|group|domain)-(.+)$/.exec(entity) ?? [];
  if (kind !== undefined) return kind === 'domain' ? { domain: name } : { email: name };
  const [, team, projectNumber] = /^project-(\w+)-(\d+)$/.exec(entity) ?? [];
  return team === undefined ? {} : { projectTeam: { projectNumber, team } };
}

/** True for the two entities that stand for people nobody has chosen. */
export const isPublicEntity = (entity: string): boolean =>
  entity === 'allUsers' || entity === 'allAuthenticatedUsers';

/**
 * The owner of an object, who is whoever wrote it: of one that nobody wrote who showed who he
 * is, somebody who stands for the project's owners.
 *
 * @param written by whom, as ACLs name him
 */
export const objectOwner = (project: Project, written: string | undefined): string =>
  written ?? `user-owner@${project.projectId}.example`;

/** A bucket belongs to the owners of its project, whoever made it. */
export const bucketOwner = (project: Project): string => `project-owners-${project.projectNumber}`;

/** What takes OWNER from an owner gets this. */
export const ownerRequired = (): ApiError =>
  new ApiError(403, 'forbidden', 'The owner of the resource is required to have OWNER access.');

/** Longer than any name of a grantee. */
export const MAX_GRANTEE = 512;

const NAMED = /^(?:(?:user|group)-[^\s@/:]+@|domain-)[^\s@/:]+\.[^\s@/:]+$/;
