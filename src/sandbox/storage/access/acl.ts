import * as z from 'zod';
import type { Project } from '../../project.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import type { BucketRecord, ObjectRecord } from '../records.ts';
import {
  type AclEntry,
  type AclRole,
  bucketOwner,
  canonicalEntity,
  objectOwner,
  ownerRequired,
} from './entities.ts';
import { projectPrivate } from './predefined.ts';

/**
 * Access control lists. A bucket has two, its own and the one that its new objects get;
 * an object has one. What nobody has set is `projectPrivate`, and that is not stored: an
 * object without a list of its own costs nothing for having one.
 *
 * The owner of a bucket or an object always has OWNER: a list that leaves it out comes
 * back with it, one that gives it less is refused. An empty list is no list, and is
 * ignored. All of this as GCS does it.
 *
 * https://cloud.google.com/storage/docs/access-control/lists
 */
export type AclKind = 'bucket' | 'defaultObject' | 'object';

/** Who may do what with a bucket. */
export const bucketAcl = (project: Project, bucket: BucketRecord): AclEntry[] =>
  bucket.acl ?? projectPrivate(project);

/** The list that new objects of a bucket get, besides their owner. */
export const defaultObjectAcl = (project: Project, bucket: BucketRecord): AclEntry[] =>
  bucket.defaultObjectAcl ?? projectPrivate(project);

/** Who may do what with an object. */
export const objectAcl = (project: Project, object: ObjectRecord): AclEntry[] =>
  object.acl ?? [...projectPrivate(project), ownerEntry(objectOwner(project))];

/** The owner of such a list; a default list has none. */
export function ownerOf(kind: AclKind, project: Project): string | undefined {
  if (kind === 'defaultObject') return undefined;
  return kind === 'bucket' ? bucketOwner(project) : objectOwner(project);
}

/** The entry that an owner has in every list. */
export const ownerEntry = (entity: string): AclEntry => ({ entity, role: 'OWNER' });

/** An entry as clients send it; everything else in it is output, and ignored. */
export const givenEntry = z.object({
  entity: z.string().nullish(),
  role: z.string().nullish(),
});

export type GivenEntry = z.infer<typeof givenEntry>;

/** A whole list as a client sends it; undefined if there is nothing to apply. */
export function readAcl(
  given: readonly GivenEntry[] | null | undefined,
  kind: AclKind,
  project: Project,
): AclEntry[] | undefined {
  if (!given || given.length === 0) return undefined;
  if (given.length > MAX_ENTRIES) throw tooMany();
  // Of two entries for one entity, the last holds.
  const roles = new Map<string, AclRole>();
  for (const { entity, role } of given) {
    if (!entity) throw new ApiError(400, 'required', 'Required: entity');
    if (!role) throw new ApiError(400, 'required', 'Access control must contain a role');
    roles.set(canonicalEntity(entity, project), readRole(role, kind));
  }
  const owner = ownerOf(kind, project);
  if (owner !== undefined) {
    if ((roles.get(owner) ?? 'OWNER') !== 'OWNER') throw ownerRequired();
    roles.set(owner, 'OWNER');
  }
  return [...roles].map(([entity, role]) => ({ entity, role }));
}

/** A role, in capitals; WRITER is for buckets only. */
export function readRole(role: string, kind: AclKind): AclRole {
  if (role === 'OWNER' || role === 'READER') return role;
  if (role === 'WRITER' && kind === 'bucket') return role;
  throw invalid(`Invalid value for: ${role} is not a valid value`);
}

/** The list with one entry put in or replaced. */
export function withEntry(list: readonly AclEntry[], entry: AclEntry): AclEntry[] {
  const at = list.findIndex(({ entity }) => entity === entry.entity);
  if (at === -1 && list.length >= MAX_ENTRIES) throw tooMany();
  return at === -1 ? [...list, entry] : list.with(at, entry);
}

const MAX_ENTRIES = 100;

const tooMany = (): ApiError =>
  new ApiError(
    400,
    'tooManyAccessControlEntries',
    `An access control list can contain at most ${MAX_ENTRIES} entries.`,
  );
