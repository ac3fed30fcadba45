import type { BodyRef } from '../disk/bodies.ts';
import { u64 } from '../disk/store.ts';
import type { AclEntry } from './access/entities.ts';
import type { IamBinding } from './access/policy.ts';
import type { ObjectContexts } from './contexts.ts';
import type { NotificationConfig } from './events/notifications.ts';
import type { Lifecycle } from './lifecycle/config.ts';
import type { ObjectRetention } from './retention/object-retention.ts';
import type { RetentionPolicy } from './retention/policy.ts';

/** A bucket as it is stored. Times are milliseconds since 1970. */
export interface BucketRecord {
  name: string;
  generation: number;
  metageneration: number;
  timeCreated: number;
  updated: number;
  location: string;
  /** The two regions of the location that it is in, where they were chosen. */
  dataLocations?: string[];
  storageClass: string;
  labels?: Record<string, string>;
  /** Since when uniform bucket-level access is on; absent while it is off. */
  uniformAccessSince?: number;
  publicAccessPrevention: 'inherited' | 'enforced';
  /** Its own ACL; absent while it is `projectPrivate`. */
  acl?: AclEntry[];
  /** The ACL of its new objects, besides their owner; absent while it is `projectPrivate`. */
  defaultObjectAcl?: AclEntry[];
  /**
   * Its IAM policy: all of it with uniform access, otherwise what the ACL does not say.
   * Absent while nobody has granted anything.
   */
  iam?: IamBinding[];
  requesterPays?: boolean;
  /** 0 means that soft delete is off. */
  softDeleteSeconds: number;
  softDeleteSince: number;
  /** The longest it ever was, where that is more: what a deleted bucket is kept for. */
  softDeleteLongest?: number;
  /** When the bucket was deleted; deleted buckets only, as is the next. */
  softDeleteTime?: number;
  hardDeleteTime?: number;
  versioning?: boolean;
  retentionPolicy?: RetentionPolicy;
  /** New objects get an event-based hold, unless they say otherwise. */
  defaultEventBasedHold?: boolean;
  /** Objects may have a retention of their own; decided when the bucket is created. */
  objectRetention?: true;
  rpo?: string;
  notifications?: NotificationConfig[];
  lifecycle?: Lifecycle;
  /** As it was given; acted upon by xml/cors.ts. */
  cors?: unknown;
  /** Kept and shown, not acted upon. */
  website?: Record<string, string>;
}

/** An object's generation as it is stored. */
export interface ObjectRecord {
  bucket: string;
  name: string;
  generation: number;
  metageneration: number;
  timeCreated: number;
  updated: number;
  timeStorageClassUpdated: number;
  size: number;
  crc32c: string;
  /** Absent for composed objects, as on GCS. */
  md5?: string;
  componentCount?: number;
  /** For an object made by a multipart upload: the MD5 of its parts' MD5s and their number. */
  multipartMd5?: string;
  storageClass: string;
  /** Of the customer's key that the body is encrypted with, base64. */
  keySha256?: string;
  body: BodyRef;
  attributes: ObjectAttributes;
  /** Who wrote it, as ACLs name him; absent if nobody had to say who he is. */
  owner?: string;
  /** Its ACL, the owner included; absent while it is `projectPrivate`. */
  acl?: AclEntry[];
  contexts?: ObjectContexts;
  retention?: ObjectRetention;
  /** When its event-based hold was released: the bucket's retention period starts there. */
  heldUntil?: number;
  /** When it stopped being live: noncurrent and soft-deleted generations. */
  timeDeleted?: number;
  softDeleteTime?: number;
  hardDeleteTime?: number;
}

/** What a client may set and change on an object. */
export interface ObjectAttributes {
  contentType?: string;
  contentEncoding?: string;
  contentDisposition?: string;
  contentLanguage?: string;
  cacheControl?: string;
  customTime?: string;
  metadata?: Record<string, string>;
  temporaryHold?: boolean;
  eventBasedHold?: boolean;
}

/*
 * Keys. A zero byte ends the bucket's name (which cannot contain one), so that all
 * objects of a bucket are one range, in the UTF-8 order of their names. Generations that
 * are not live add a zero byte and eight bytes of generation.
 */

/** Of a bucket. */
export const bucketKey = (bucket: string): Buffer => Buffer.from(bucket);

/** What the keys of all objects of a bucket begin with. */
export const objectPrefix = (bucket: string): Buffer => Buffer.from(`${bucket}\0`);

/** Of a live generation. */
export const objectKey = (bucket: string, name: string): Buffer =>
  Buffer.from(`${bucket}\0${name}`);

/** Of a generation that is not live. */
export const versionKey = (bucket: string, name: string, generation: number): Buffer =>
  Buffer.concat([Buffer.from(`${bucket}\0${name}\0`), u64(generation)]);

/** How many bytes `versionKey` adds to an object's name. */
export const VERSION_SUFFIX = 9;
