import { u64 } from '../disk/store.ts';
import { objectNameFault } from './names.ts';
import { type BucketRecord, type ObjectRecord, versionKey } from './records.ts';
import {
  addBytes,
  type Located,
  noSuchObject,
  now,
  requireBucket,
  type StorageState,
} from './state.ts';

/*
 * Soft-deleted generations: out of sight, listed by `softDeleted=true`, and to be restored
 * until their time is up. A second table has them by the time they expire, so that those
 * that are due are found without a scan. (Those of deleted buckets: deleted-buckets.ts.)
 *
 * https://cloud.google.com/storage/docs/soft-delete
 */

/** Where it says when a generation expires that is kept under `key`. */
export const expiryKey = (hardDeleteTime: number, key: Buffer): Buffer =>
  Buffer.concat([u64(hardDeleteTime), key]);

/** Inside a change: keeps a generation for as long as its bucket's policy says. */
export function softDelete(state: StorageState, bucket: BucketRecord, record: ObjectRecord): void {
  const softDeleteTime = now(state);
  const hardDeleteTime = softDeleteTime + bucket.softDeleteSeconds * 1000;
  const key = versionKey(record.bucket, record.name, record.generation);
  state.deleted.put(key, { ...record, softDeleteTime, hardDeleteTime });
  state.expiry.put(expiryKey(hardDeleteTime, key), true);
}

/** A soft-deleted generation whose time is not up, or the 404. */
export function requireDeletedObject(
  state: StorageState,
  bucketName: string,
  name: string,
  generation: number,
): Located {
  const bucket = requireBucket(state, bucketName);
  const missing = () => noSuchObject(bucketName, name, generation);
  if (objectNameFault(name) !== undefined) throw missing();
  const object = state.deleted.get(versionKey(bucketName, name, generation));
  if (!object || isExpired(object, now(state))) throw missing();
  return { bucket, object };
}

/** True for a generation whose time is up. */
export const isExpired = (object: ObjectRecord, time: number): boolean =>
  object.hardDeleteTime !== undefined && object.hardDeleteTime <= time;

/** How many are removed in one step. */
const STEP = 1000;

/** Removes for good those whose time is up, oldest first; true if there may be more. */
export async function sweepDeletedObjects(state: StorageState): Promise<boolean> {
  const end = u64(now(state) + 1);
  const due = [...state.expiry.range(Buffer.alloc(8), end, STEP)].map(({ key }) => key);
  if (due.length === 0) return false;
  await state.store.write(() => {
    for (const expiry of due) {
      const key = expiry.subarray(8);
      const record = state.deleted.get(key);
      state.expiry.remove(expiry);
      if (!record) continue;
      state.deleted.remove(key);
      forgetObject(state, record);
    }
  });
  return due.length === STEP;
}

/** Inside a change: gives up the bytes of a generation that no table holds any more. */
export function forgetObject(state: StorageState, record: ObjectRecord): void {
  state.bodies.release(record.body);
  addBytes(state, -record.size);
}
