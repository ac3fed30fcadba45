import type { Table } from '../disk/store.ts';
import { isProject, type Project } from '../project.ts';
import type { ServiceHost } from '../services.ts';
import { ApiError, invalid } from '../wire/errors.ts';
import type { HmacKeyRecord } from './auth/hmac-keys.ts';
import type { RewriteRecord } from './copies/rewrites.ts';
import { isBucketName, objectNameFault } from './names.ts';
import {
  type BucketRecord,
  bucketKey,
  type ObjectRecord,
  objectKey,
  versionKey,
} from './records.ts';
import type { UploadProgress, UploadRecord } from './uploads/sessions.ts';
import type { MultipartRecord, PartRecord } from './xml/multipart-state.ts';

/** What the storage service is made of: what the server hands to it, and its tables. */
export interface StorageState extends ServiceHost {
  readonly buckets: Table<BucketRecord>;
  /** The live generation of each object. */
  readonly live: Table<ObjectRecord>;
  /** Generations replaced or deleted while versioning was on. */
  readonly noncurrent: Table<ObjectRecord>;
  /** Soft-deleted generations. */
  readonly deleted: Table<ObjectRecord>;
  /** Soft-deleted generations by the time they expire. */
  readonly expiry: Table<true>;
  /** Deleted buckets that can be restored, by name and generation. */
  readonly deletedBuckets: Table<BucketRecord>;
  /** The same by the time they expire. */
  readonly bucketExpiry: Table<true>;
  /** Soft-deleted generations of deleted buckets, by the bucket's generation. */
  readonly interred: Table<ObjectRecord>;
  readonly uploads: Table<UploadRecord>;
  /** What this process knows about uploads beyond what is stored. */
  readonly progress: Map<string, UploadProgress>;
  /** Multipart uploads of the XML API, and what was uploaded of them. */
  readonly multipart: Table<MultipartRecord>;
  readonly parts: Table<PartRecord>;
  /** Rewrites that take more than one call. */
  readonly rewrites: Table<RewriteRecord>;
  readonly totals: Table<Totals>;
  readonly hmacKeys: Table<HmacKeyRecord>;
}

/** Kept up to date in every write, so that nothing has to be counted by scanning. */
interface Totals {
  bytes: number;
  lastGeneration: number;
}

const TOTALS = Buffer.from('totals');

/** Opens the tables of Cloud Storage. */
export function openState(host: ServiceHost): StorageState {
  const { store } = host;
  return {
    ...host,
    buckets: store.table('buckets'),
    live: store.table('objects'),
    noncurrent: store.table('noncurrent'),
    deleted: store.table('deleted'),
    expiry: store.table('expiry'),
    deletedBuckets: store.table('deletedBuckets'),
    bucketExpiry: store.table('bucketExpiry'),
    interred: store.table('interred'),
    uploads: store.table('uploads'),
    progress: new Map(),
    multipart: store.table('multipart'),
    parts: store.table('parts'),
    rewrites: store.table('rewrites'),
    totals: store.table('totals'),
    hmacKeys: store.table('hmac-keys'),
  };
}

/** The sandbox's time, in milliseconds since 1970. */
export const now = (state: StorageState): number => state.clock().getTime();

/** Bytes held by all generations in buckets that exist, deleted ones included until they expire. */
export const storedBytes = (state: StorageState): number => state.totals.get(TOTALS)?.bytes ?? 0;

/** Inside a change: accounts for bytes that appear or go. */
export function addBytes(state: StorageState, bytes: number): void {
  const totals = state.totals.get(TOTALS) ?? { bytes: 0, lastGeneration: 0 };
  state.totals.put(TOTALS, { ...totals, bytes: totals.bytes + bytes });
}

/** Inside a change: a new generation, microseconds of the clock and larger than all before. */
export function nextGeneration(state: StorageState): number {
  const totals = state.totals.get(TOTALS) ?? { bytes: 0, lastGeneration: 0 };
  const generation = Math.max(now(state) * 1000, totals.lastGeneration + 1);
  state.totals.put(TOTALS, { ...totals, lastGeneration: generation });
  return generation;
}

/** Refuses every project but the sandbox's own. */
export function requireProject(project: Project, named: string): void {
  if (!isProject(project, named)) throw invalid(`Unknown project id: ${named}`);
}

/** The bucket, if there is one. The store has no empty keys, and an address may name nothing. */
export const findBucket = (state: StorageState, name: string): BucketRecord | undefined =>
  name === '' ? undefined : state.buckets.get(bucketKey(name));

/** The bucket, or the 404 that a bucket which was never created gets. */
export function requireBucket(state: StorageState, name: string): BucketRecord {
  if (!isBucketName(name)) {
    throw invalid(`Invalid bucket name: '${name}'`, { xmlCode: 'InvalidBucketName' });
  }
  const bucket = findBucket(state, name);
  if (!bucket) throw noSuchBucket();
  return bucket;
}

/** Inside a change: stores a bucket that was changed, as a new version of it. */
export function saveBucket(state: StorageState, bucket: BucketRecord): BucketRecord {
  const changed = {
    ...bucket,
    metageneration: bucket.metageneration + 1,
    updated: now(state),
  };
  state.buckets.put(bucketKey(bucket.name), changed);
  return changed;
}

/** The live object, or the generation asked for whether live or noncurrent. */
export function findObject(
  state: StorageState,
  bucket: string,
  name: string,
  generation?: number,
): ObjectRecord | undefined {
  // No such object can exist, and its key would be longer than the store allows.
  if (objectNameFault(name) !== undefined) return undefined;
  const live = state.live.get(objectKey(bucket, name));
  if (generation === undefined || live?.generation === generation) return live;
  return state.noncurrent.get(versionKey(bucket, name, generation));
}

/** Like findObject, but throws 404 if there is no such bucket or object. */
export function requireObject(
  state: StorageState,
  bucket: string,
  name: string,
  generation?: number,
): ObjectRecord {
  return locateObject(state, bucket, name, generation).object;
}

/** Like requireObject, with the bucket that had to be read anyway. */
export function locateObject(
  state: StorageState,
  bucketName: string,
  name: string,
  generation?: number,
): Located {
  const bucket = requireBucket(state, bucketName);
  const object = findObject(state, bucketName, name, generation);
  if (!object) throw noSuchObject(bucketName, name, generation);
  return { bucket, object };
}

export interface Located {
  bucket: BucketRecord;
  object: ObjectRecord;
}

/** What one gets who names a bucket that is not there. */
export const noSuchBucket = (): ApiError =>
  new ApiError(404, 'notFound', 'The specified bucket does not exist.', {
    xmlCode: 'NoSuchBucket',
  });

/** What one gets who names an object, or a generation of one, that is not there. */
export function noSuchObject(bucket: string, name: string, generation?: number): ApiError {
  const suffix = generation === undefined ? '' : `#${generation}`;
  return new ApiError(404, 'notFound', `No such object: ${bucket}/${name}${suffix}`, {
    xmlCode: 'NoSuchKey',
  });
}
