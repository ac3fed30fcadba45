import type { BucketResource } from '../resource.ts';
import type { Target } from '../target.ts';
import { isNotFound, type ResourceKind, runLabel, statusOf } from './kind.ts';

/** An object that slips in between emptying and deleting makes the bucket "not empty" again. */
const attempts = 3;

export const bucketKind: ResourceKind<BucketResource> = {
  async find(target, { name }, run) {
    try {
      const [metadata] = await target.storage.bucket(name).getMetadata();
      return metadata.labels?.[runLabel] === run ? 'ours' : 'foreign';
    } catch (error) {
      if (isNotFound(error)) return 'absent';
      if (statusOf(error) === 403) return 'forbidden';
      throw error;
    }
  },

  async remove(target, { name }) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await empty(target, name);
        await target.storage.bucket(name).delete();
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (statusOf(error) !== 409 || attempt === attempts) throw error;
      }
    }
  },
};

/**
 * Deletes every generation of every object: noncurrent ones keep a bucket from
 * being deleted. Soft delete is turned off first, or all of it would be kept,
 * and billed, for days.
 */
async function empty(target: Target, name: string): Promise<void> {
  const bucket = target.storage.bucket(name);
  const [{ softDeletePolicy }] = await bucket.getMetadata();
  if (Number(softDeletePolicy?.retentionDurationSeconds ?? 0) > 0) {
    await bucket.setMetadata({ softDeletePolicy: { retentionDurationSeconds: 0 } });
  }
  const [files] = await bucket.getFiles({ versions: true });
  for (const file of files) {
    await file.delete({ ignoreNotFound: true });
  }
}

/** All buckets of the project that carry the run's label, whatever the ledger says. */
export async function bucketsOfRun(target: Target, run: string): Promise<BucketResource[]> {
  const [buckets] = await target.storage.getBuckets();
  return buckets
    .filter((bucket) => bucket.metadata.labels?.[runLabel] === run)
    .map(({ name, metadata }) => ({ kind: 'bucket', name, location: metadata.location ?? '' }));
}
