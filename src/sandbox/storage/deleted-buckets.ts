import { afterPrefix, type Table, u64 } from '../disk/store.ts';
import { ApiError, invalid } from '../wire/errors.ts';
import { expiryKey } from './deleted-objects.ts';
import { isBucketName } from './names.ts';
import { type BucketRecord, bucketKey, type ObjectRecord, objectPrefix } from './records.ts';
import { addBytes, findBucket, noSuchBucket, now, type StorageState } from './state.ts';

/*
 * Buckets that were deleted and can be restored. A bucket that ever had soft delete on is
 * kept, when it is deleted, for the longest time that its policy ever said, and its
 * soft-deleted objects with it: restored, it has its settings and no live objects, and
 * they can be restored one by one.
 *
 * Several deleted buckets may have had the same name, and a new one may have it now; a
 * generation tells them apart. What belongs to a deleted bucket is therefore kept by its
 * generation: keys that begin with a bucket's name are the living one's alone.
 *
 * https://cloud.google.com/storage/docs/use-soft-deleted-buckets
 */

const deletedKey = (name: string, generation: number): Buffer =>
  Buffer.concat([objectPrefix(name), u64(generation)]);

/** How many bytes `deletedKey` adds to a bucket's name. */
export const DELETED_KEY_SUFFIX = 9;

const byTime = (bucket: BucketRecord): Buffer =>
  Buffer.concat([u64(bucket.hardDeleteTime ?? 0), deletedKey(bucket.name, bucket.generation)]);

/** Inside a change: a bucket without live and noncurrent objects ends. */
export function retireBucket(state: StorageState, bucket: BucketRecord): void {
  const { name, generation } = bucket;
  const seconds = bucket.softDeleteLongest ?? bucket.softDeleteSeconds;
  state.buckets.remove(bucketKey(name));
  if (seconds > 0) {
    const softDeleteTime = now(state);
    const hardDeleteTime = softDeleteTime + seconds * 1000;
    const deleted: BucketRecord = { ...bucket, softDeleteTime, hardDeleteTime };
    state.deletedBuckets.put(deletedKey(name, generation), deleted);
    state.bucketExpiry.put(byTime(deleted), true);
  }
  moveObjects(state.deleted, objectPrefix(name), (key, record) => {
    state.expiry.remove(expiryKey(record.hardDeleteTime ?? 0, key));
    if (seconds > 0) state.interred.put(Buffer.concat([u64(generation), key]), record);
    else state.bodies.release(record.body);
    addBytes(state, -record.size);
  });
}

/** A deleted bucket whose time is not up, or the 404 that one gets which never was. */
export function requireDeletedBucket(
  state: StorageState,
  name: string,
  generation: number,
): BucketRecord {
  if (!isBucketName(name)) throw invalid(`Invalid bucket name: '${name}'`);
  const bucket = state.deletedBuckets.get(deletedKey(name, generation));
  if (!bucket || (bucket.hardDeleteTime ?? 0) <= now(state)) throw noSuchBucket();
  return bucket;
}

/** Inside a change: a deleted bucket is as it was when it was deleted. */
export function restoreBucket(state: StorageState, name: string, generation: number): BucketRecord {
  const deleted = requireDeletedBucket(state, name, generation);
  if (findBucket(state, name)) {
    const message = 'A bucket with this name exists; the soft-deleted one cannot be restored.';
    throw new ApiError(409, 'conflict', message);
  }
  const { softDeleteTime: _, hardDeleteTime: __, ...bucket } = deleted;
  state.deletedBuckets.remove(deletedKey(name, generation));
  state.bucketExpiry.remove(byTime(deleted));
  state.buckets.put(bucketKey(name), bucket);
  moveObjects(state.interred, u64(generation), (key, record) => {
    const own = key.subarray(8);
    state.deleted.put(own, record);
    state.expiry.put(expiryKey(record.hardDeleteTime ?? 0, own), true);
    addBytes(state, record.size);
  });
  return bucket;
}

/** Removes for good the deleted buckets whose time is up, and what is left of their objects. */
export async function sweepDeletedBuckets(state: StorageState): Promise<void> {
  const end = u64(now(state) + 1);
  const due = [...state.bucketExpiry.range(Buffer.alloc(8), end)].map(({ key }) => key);
  if (due.length === 0) return;
  await state.store.write(() => {
    for (const expiry of due) {
      const key = expiry.subarray(8);
      const bucket = state.deletedBuckets.get(key);
      state.bucketExpiry.remove(expiry);
      if (!bucket) continue;
      state.deletedBuckets.remove(key);
      moveObjects(state.interred, u64(bucket.generation), (_, record) =>
        state.bodies.release(record.body),
      );
    }
  });
}

/** Takes every record below a prefix out of a table and hands it on. */
function moveObjects(
  from: Table<ObjectRecord>,
  prefix: Buffer,
  to: (key: Buffer, record: ObjectRecord) => void,
): void {
  const end = afterPrefix(prefix);
  for (let start = prefix; ; ) {
    // Some at a time: there can be more of them than memory holds.
    const some = [...from.range(start, end, AT_ONCE)];
    for (const { key, value } of some) {
      from.remove(key);
      to(key, value);
    }
    const last = some.at(-1);
    if (last === undefined) return;
    start = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

const AT_ONCE = 1000;
