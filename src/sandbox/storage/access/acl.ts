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
  object.acl ?? [...projectPrivate(project), ownerEntry(objectOwner(project, object.owner))];

/** The entry that an owner has in every list. */
export const ownerEntry = (entity: string): AclEntry => ({ entity, role: 'OWNER' });

/** An entry as clients send it; everything else in it is output, and ignored. */
export const givenEntry = z.object({
  entity: z.string().nullish(),
  role: z.string().nullish(),
});

export type GivenEntry = z.infer<typeof givenEntry>;

/**
 * A whole list as a client sends it; undefined if there is nothing to apply. The owner of an
 * object is put into it when that is known (`withOwner`).
 */
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
  const list = [...roles].map(([entity, role]) => ({ entity, role }));
  return kind === 'bucket' ? withOwner(list, bucketOwner(project)) : list;
}

/** The list with the owner in it, from whom it must not take anything. */
export function withOwner(list: AclEntry[], owner: string): AclEntry[] {
  const given = list.find(({ entity }) => entity === owner);
  if (given === undefined) return [...list, ownerEntry(owner)];
  if (given.role !== 'OWNER') throw ownerRequired();
  return list;
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
