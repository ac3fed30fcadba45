import { ApiError, invalid } from '../wire/errors.ts';
import { accessOf, applyAccess, type BucketAccess } from './access/bucket-access.ts';
import { checkStorageClass, mergeRecord } from './attributes.ts';
import { retireBucket } from './deleted-buckets.ts';
import { locationType, parseWhereabouts } from './locations.ts';
import { isBucketName, labelsFault } from './names.ts';
import { checkWrite, type Preconditions } from './preconditions.ts';
import { type BucketRecord, bucketKey, objectPrefix } from './records.ts';
import { changePolicy } from './retention/policy.ts';
import {
  type BucketMetadata,
  bucketMetadata,
  parse,
  refuseUnsupported,
  UNSUPPORTED_BUCKET_FIELDS,
} from './schema.ts';
import {
  findBucket,
  nextGeneration,
  now,
  requireBucket,
  type StorageState,
  saveBucket,
} from './state.ts';
import { abortMultipartUploads } from './xml/multipart-state.ts';

/** Seven days: what a bucket gets that says nothing about soft delete. */
const DEFAULT_SOFT_DELETE_SECONDS = 7 * 24 * 3600;
const MAX_SOFT_DELETE_SECONDS = 90 * 24 * 3600;

/** Validates the metadata of a bucket as a client sends it. */
export function parseBucketMetadata(body: Record<string, unknown>): BucketMetadata {
  refuseUnsupported(body, UNSUPPORTED_BUCKET_FIELDS);
  const metadata = parse(bucketMetadata, body);
  checkStorageClass(metadata.storageClass);
  return metadata;
}

/** Inside a change: creates a bucket. The name was never, and is not, created by being used. */
export function createBucket(
  state: StorageState,
  metadata: BucketMetadata,
  options: { objectRetention?: boolean; access?: BucketAccess } = {},
): BucketRecord {
  const name = metadata.name ?? '';
  if (!isBucketName(name)) {
    throw invalid(`Invalid bucket name: '${name}'`, { xmlCode: 'InvalidBucketName' });
  }
  const { dataLocations } = metadata.customPlacementConfig ?? {};
  const where = parseWhereabouts(metadata.location ?? 'US', dataLocations);
  if (findBucket(state, name)) {
    const message =
      'Your previous request to create the named bucket succeeded and you already own it.';
    throw new ApiError(409, 'conflict', message, { xmlCode: 'BucketAlreadyOwnedByYou' });
  }
  const time = now(state);
  const blank: BucketRecord = { ...defaults(time), name, ...where, timeCreated: time };
  const configured = applyMetadata(blank, metadata, time);
  applyAccess(state, configured, metadata, { ...options.access, how: 'insert', time });
  const bucket: BucketRecord = {
    ...configured,
    generation: nextGeneration(state),
    ...(options.objectRetention ? { objectRetention: true } : {}),
  };
  state.buckets.put(bucketKey(name), bucket);
  return bucket;
}

/**
 * Inside a change: patches a bucket (only the fields given), or with `replace` sets
 * every field, those not given to their defaults.
 */
export function changeBucket(
  state: StorageState,
  name: string,
  metadata: BucketMetadata,
  options: { replace: boolean; preconditions: Preconditions; access?: BucketAccess },
): BucketRecord {
  const bucket = requireBucket(state, name);
  checkWrite(options.preconditions, bucket);
  // A patch that names nothing leaves even the metageneration alone.
  if (!options.replace && isEmpty(metadata) && isEmpty(options.access ?? {})) return bucket;
  refuseRelocation(bucket, metadata);
  const time = now(state);
  const longest = Math.max(bucket.softDeleteLongest ?? 0, bucket.softDeleteSeconds);
  const next: BucketRecord = {
    ...(options.replace
      ? applyMetadata(blankAgain(bucket, time), whole(metadata), time)
      : applyMetadata(bucket, metadata, time)),
    metageneration: bucket.metageneration,
    softDeleteLongest: longest,
  };
  if (longest <= next.softDeleteSeconds) delete next.softDeleteLongest;
  if (next.softDeleteSeconds === bucket.softDeleteSeconds) {
    next.softDeleteSince = bucket.softDeleteSince;
  }
  const how = options.replace ? 'update' : 'patch';
  applyAccess(state, next, metadata, { ...options.access, how, time });
  return saveBucket(state, next);
}

function refuseRelocation(bucket: BucketRecord, given: BucketMetadata): void {
  const location = given.location ?? bucket.location;
  const regions = given.customPlacementConfig?.dataLocations ?? bucket.dataLocations ?? [];
  const [wanted, current] = [
    [location, ...regions],
    [bucket.location, ...(bucket.dataLocations ?? [])],
  ];
  if (wanted.join().toUpperCase() === current.join()) return;
  throw invalid("A bucket's location cannot be changed.");
}

/** Inside a change: deletes a bucket that has no live and no noncurrent objects. */
export function deleteBucket(state: StorageState, name: string, pre: Preconditions): void {
  const bucket = requireBucket(state, name);
  checkWrite(pre, bucket);
  const prefix = objectPrefix(name);
  if (state.live.hasPrefix(prefix) || state.noncurrent.hasPrefix(prefix)) {
    const message = 'The bucket you tried to delete is not empty.';
    throw new ApiError(409, 'conflict', message, { xmlCode: 'BucketNotEmpty' });
  }
  retireBucket(state, bucket);
  abortMultipartUploads(state, prefix);
}

const isEmpty = (asked: object): boolean =>
  Object.values(asked).every((value) => value === undefined);

function defaults(time: number): Omit<BucketRecord, 'name' | 'location'> {
  return {
    generation: 0,
    metageneration: 1,
    timeCreated: time,
    updated: time,
    storageClass: 'STANDARD',
    publicAccessPrevention: 'inherited',
    softDeleteSeconds: DEFAULT_SOFT_DELETE_SECONDS,
    softDeleteSince: time,
  };
}

/** A bucket whose settings are those of a new one, except for what no update touches. */
function blankAgain(bucket: BucketRecord, time: number): BucketRecord {
  const { name, generation, timeCreated, location, retentionPolicy, objectRetention } = bucket;
  const { notifications, dataLocations } = bucket;
  return {
    ...defaults(time),
    ...accessOf(bucket),
    name,
    generation,
    timeCreated,
    location,
    ...(dataLocations === undefined ? {} : { dataLocations }),
    ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
    ...(objectRetention === undefined ? {} : { objectRetention }),
    ...(notifications === undefined ? {} : { notifications }),
  };
}

/** A replacement that leaves out the retention policy removes it, if it may be removed. */
const whole = (metadata: BucketMetadata): BucketMetadata => ({
  ...metadata,
  retentionPolicy: metadata.retentionPolicy ?? null,
});

function applyMetadata(bucket: BucketRecord, given: BucketMetadata, time: number): BucketRecord {
  const next = { ...bucket };
  applyRetention(next, given, time);
  if (given.storageClass) next.storageClass = given.storageClass;
  if (given.labels === null) delete next.labels;
  else if (given.labels !== undefined) applyLabels(next, given.labels);
  applySoftDelete(next, given.softDeletePolicy, time);
  const versioning = given.versioning?.enabled;
  if (given.versioning === null) delete next.versioning;
  else if (typeof versioning === 'boolean') next.versioning = versioning;
  if (given.rpo) applyRpo(next, given.rpo);
  const requesterPays = given.billing?.requesterPays;
  if (given.billing === null) delete next.requesterPays;
  else if (typeof requesterPays === 'boolean') next.requesterPays = requesterPays;
  if (given.lifecycle === null) delete next.lifecycle;
  else if (given.lifecycle !== undefined) next.lifecycle = given.lifecycle;
  // A list replaces the list, an empty one removes it; an object is merged into the object.
  if (given.cors === null || given.cors?.length === 0) delete next.cors;
  else if (given.cors !== undefined) next.cors = given.cors;
  if (given.website === null) delete next.website;
  else if (given.website !== undefined) applyWebsite(next, given.website);
  return next;
}

function applyRetention(next: BucketRecord, given: BucketMetadata, time: number): void {
  const policy = changePolicy(next.name, next.retentionPolicy, given.retentionPolicy, time);
  if (policy === undefined) delete next.retentionPolicy;
  else next.retentionPolicy = policy;
  if (given.defaultEventBasedHold === null) delete next.defaultEventBasedHold;
  else if (given.defaultEventBasedHold !== undefined) {
    next.defaultEventBasedHold = given.defaultEventBasedHold;
  }
}

/** Turbo replication is between two regions. */
function applyRpo(next: BucketRecord, rpo: string): void {
  const type = locationType(next);
  if (rpo === 'ASYNC_TURBO' && type !== 'dual-region') {
    const kind = type === 'region' ? 'REGION' : 'MULTI_REGION';
    throw invalid(`ASYNC_TURBO cannot be enabled on ${kind} bucket`);
  }
  next.rpo = rpo;
}

function applyWebsite(next: BucketRecord, given: NonNullable<BucketMetadata['website']>): void {
  const kept = Object.entries({ ...next.website, ...given }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const website = Object.fromEntries(kept);
  if (Object.keys(website).length > 0) next.website = website;
  else delete next.website;
}

function applyLabels(next: BucketRecord, given: Record<string, string | null>): void {
  // An empty set removes them all, as null does.
  const labels = Object.keys(given).length === 0 ? {} : mergeRecord(next.labels, given);
  const fault = labelsFault(labels);
  if (fault !== undefined) throw invalid(fault);
  if (Object.keys(labels).length > 0) next.labels = labels;
  else delete next.labels;
}

function applySoftDelete(
  next: BucketRecord,
  given: BucketMetadata['softDeletePolicy'],
  time: number,
): void {
  if (given === undefined) return;
  // Null puts the default back; a policy that says no duration changes nothing.
  const wanted = given === null ? DEFAULT_SOFT_DELETE_SECONDS : given.retentionDurationSeconds;
  if (wanted === undefined || wanted === null) return;
  const seconds = Number(wanted);
  const allowed = seconds === 0 || seconds >= DEFAULT_SOFT_DELETE_SECONDS;
  if (!allowed || seconds > MAX_SOFT_DELETE_SECONDS) {
    throw invalid('Soft delete policy must have a retention duration between 7 days and 90 days.');
  }
  if (seconds !== next.softDeleteSeconds) next.softDeleteSince = time;
  next.softDeleteSeconds = seconds;
}
