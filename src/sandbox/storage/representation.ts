import type { FastifyRequest } from 'fastify';
import { baseUrl } from '../wire/urls.ts';
import { UNIFORM_LOCK_MS } from './access/bucket-access.ts';

import { bucketAccess, objectAccess } from './access/entries.ts';
import { may } from './access/permissions.ts';
import type { Projection } from './access/projection.ts';
import { BucketResource, ObjectResource } from './access/resources.ts';
import { showContexts } from './contexts.ts';
import { type CustomerKey, customerKey } from './customer-keys.ts';
import { bucketEtag, objectEtag } from './etag.ts';
import { locationType } from './locations.ts';
import type { BucketRecord, ObjectRecord } from './records.ts';
import { retentionExpiry } from './retention/kept.ts';
import { showRetention } from './retention/object-retention.ts';
import { showPolicy } from './retention/policy.ts';
import { findBucket, type StorageState } from './state.ts';

/*
 * Records as the API shows them. 64-bit numbers are strings. Links lead to the address
 * the client used, because some clients (Python's) download from `mediaLink`.
 */

/**
 * A bucket as the API shows it to whoever asked for a projection of it. Who may not read its
 * ACL gets what is left of a full one.
 */
export function presentBucket(
  state: StorageState,
  request: FastifyRequest,
  bucket: BucketRecord,
  projection: Projection,
): object {
  const base = baseUrl(request);
  const shown = showBucket(bucket, base, state.projectNumber);
  if (projection !== 'full') return shown;
  const deleted = bucket.softDeleteTime === undefined ? undefined : bucket;
  const resource = new BucketResource(state, bucket.name, deleted);
  if (!may(state, request, 'storage.buckets.getIamPolicy', resource)) return shown;
  return { ...shown, ...bucketAccess(state, bucket, base) };
}

/** https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
function showBucket(bucket: BucketRecord, base: string, projectNumber: string): object {
  const since = bucket.uniformAccessSince;
  const access =
    since === undefined
      ? { enabled: false }
      : { enabled: true, lockedTime: iso(since + UNIFORM_LOCK_MS) };
  const softDeleteSince =
    bucket.softDeleteSeconds > 0 ? { effectiveTime: iso(bucket.softDeleteSince) } : {};
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    selfLink: `${base}/storage/v1/b/${bucket.name}`,
    projectNumber,
    generation: String(bucket.generation),
    name: bucket.name,
    location: bucket.location,
    locationType: locationType(bucket),
    storageClass: bucket.storageClass,
    etag: bucketEtag(bucket.metageneration),
    metageneration: String(bucket.metageneration),
    timeCreated: iso(bucket.timeCreated),
    updated: iso(bucket.updated),
    iamConfiguration: {
      bucketPolicyOnly: access,
      uniformBucketLevelAccess: access,
      publicAccessPrevention: bucket.publicAccessPrevention,
    },
    softDeletePolicy: {
      retentionDurationSeconds: String(bucket.softDeleteSeconds),
      ...softDeleteSince,
    },
    ...(locationType(bucket) === 'region' ? {} : { rpo: bucket.rpo ?? 'DEFAULT' }),
    ...(bucket.versioning === undefined ? {} : { versioning: { enabled: bucket.versioning } }),
    ...defined({
      customPlacementConfig: placement(bucket),
      labels: bucket.labels,
      billing:
        bucket.requesterPays === undefined ? undefined : { requesterPays: bucket.requesterPays },
      retentionPolicy: bucket.retentionPolicy && showPolicy(bucket.retentionPolicy),
      defaultEventBasedHold: bucket.defaultEventBasedHold,
      objectRetention: bucket.objectRetention && { mode: 'Enabled' },
      softDeleteTime: time(bucket.softDeleteTime),
      hardDeleteTime: time(bucket.hardDeleteTime),
      lifecycle: bucket.lifecycle,
      cors: bucket.cors,
      website: bucket.website,
    }),
  };
}

/** The regions that were chosen for a bucket, as the API shows them. */
export function placement({ dataLocations }: BucketRecord): object | undefined {
  return dataLocations && { dataLocations };
}

/** What an object's representation depends on besides the object. */
export interface ShownWith {
  /** Its bucket, whose policy says until when it is retained. */
  bucket?: BucketRecord | undefined;
  /** The key that the client sent: the checksums of an encrypted object are for who has it. */
  key?: CustomerKey | undefined;
  /** Who asks for its ACL and its owner: shown if he may read them. */
  accessFor?: { state: StorageState; request: FastifyRequest } | undefined;
}

/**
 * An object as the API shows it to whoever sent a request.
 * @param options.key the customer's key, where it did not come with the request's headers
 */
export function presentObject(
  state: StorageState,
  request: FastifyRequest,
  object: ObjectRecord,
  options: { key?: CustomerKey | undefined; projection?: Projection | undefined } = {},
): object {
  const { key, projection } = options;
  return showObject(object, baseUrl(request), {
    bucket: findBucket(state, object.bucket),
    key: object.keySha256 === undefined ? undefined : (key ?? customerKey(request.headers)),
    accessFor: projection === 'full' ? { state, request } : undefined,
  });
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
export function showObject(object: ObjectRecord, base: string, context: ShownWith = {}): object {
  const { bucket, name, attributes } = object;
  const generation = String(object.generation);
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${base}${path}`,
    mediaLink: `${base}/download${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation,
    metageneration: String(object.metageneration),
    storageClass: object.storageClass,
    size: String(object.size),
    ...(object.keySha256 === undefined ? checksums(object) : encrypted(object, context.key)),
    ...defined({ componentCount: object.componentCount }),
    etag: objectEtag(object.generation, object.metageneration),
    timeCreated: iso(object.timeCreated),
    updated: iso(object.updated),
    timeStorageClassUpdated: iso(object.timeStorageClassUpdated),
    timeFinalized: iso(object.timeCreated),
    ...attributes,
    ...defined({
      timeDeleted: time(object.timeDeleted),
      softDeleteTime: time(object.softDeleteTime),
      hardDeleteTime: time(object.hardDeleteTime),
      contexts: object.contexts && showContexts(object.contexts),
      retention: object.retention && showRetention(object.retention),
      retentionExpirationTime: time(retentionExpiry(object, context.bucket)),
    }),
    ...(context.accessFor && context.bucket
      ? visibleAccess(context.accessFor, context.bucket, object, base)
      : {}),
  };
}

function visibleAccess(
  { state, request }: NonNullable<ShownWith['accessFor']>,
  bucket: BucketRecord,
  object: ObjectRecord,
  base: string,
): object {
  const resource = new ObjectResource(state, object.bucket, object.name, object.generation);
  if (!may(state, request, 'storage.objects.getIamPolicy', resource)) return {};
  return objectAccess(state, bucket, object, base);
}

const checksums = ({ md5, crc32c }: ObjectRecord): object =>
  md5 === undefined ? { crc32c } : { md5Hash: md5, crc32c };

function encrypted(object: ObjectRecord, key: CustomerKey | undefined): object {
  const { keySha256 } = object;
  return {
    ...(key?.sha256 === keySha256 ? checksums(object) : {}),
    customerEncryption: { encryptionAlgorithm: 'AES256', keySha256 },
  };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const time = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : iso(milliseconds);

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
