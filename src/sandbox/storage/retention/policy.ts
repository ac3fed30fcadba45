import { ApiError, invalid } from '../../wire/errors.ts';
import { checkWrite } from '../preconditions.ts';
import type { BucketRecord } from '../records.ts';
import type { BucketMetadata } from '../schema.ts';
import { requireBucket, type StorageState, saveBucket } from '../state.ts';

/*
 * A bucket's retention policy: how long every object in it, older ones included, has to
 * be kept. It can be changed and removed until it is locked; from then on for as long as
 * the bucket lives it can only be lengthened.
 *
 * https://cloud.google.com/storage/docs/bucket-lock
 */
export interface RetentionPolicy {
  seconds: number;
  /** Since when there is a policy; changing its period does not change this. */
  since: number;
  locked?: true;
}

/** A hundred years. */
const MAX_SECONDS = 3_155_760_000;

/**
 * The policy that a change of a bucket leaves it with; null removes it, a policy without
 * a period changes nothing. `isLocked` and `effectiveTime` are not for clients to set.
 */
export function changePolicy(
  bucket: string,
  current: RetentionPolicy | undefined,
  given: BucketMetadata['retentionPolicy'],
  time: number,
): RetentionPolicy | undefined {
  if (given === null) {
    if (current?.locked) {
      const message = `Bucket '${bucket}' has a locked Retention Policy which cannot be removed.`;
      throw new ApiError(403, 'retentionPolicyNotMet', message);
    }
    return undefined;
  }
  const period = given?.retentionPeriod;
  if (period === undefined || period === null) return current;
  const seconds = Number(period);
  if (seconds < 1 || seconds > MAX_SECONDS) {
    throw invalid(
      'Retention policy must have a retention period greater than 0 and less than 100 years.',
    );
  }
  if (current?.locked && seconds < current.seconds) {
    const what = 'retention duration of a locked Retention Policy';
    throw new ApiError(403, 'forbidden', `Cannot reduce ${what} for bucket '${bucket}'.`);
  }
  return { ...(current ?? { since: time }), seconds };
}

/** Inside a change: locks a bucket's policy for good. */
export function lockPolicy(
  state: StorageState,
  name: string,
  metagenerationMatch: number,
): BucketRecord {
  const bucket = requireBucket(state, name);
  const { retentionPolicy } = bucket;
  if (retentionPolicy === undefined || retentionPolicy.locked) {
    throw invalid(`Bucket '${name}' does not have an unlocked retention policy.`);
  }
  checkWrite({ metagenerationMatch }, bucket);
  return saveBucket(state, { ...bucket, retentionPolicy: { ...retentionPolicy, locked: true } });
}

/** A policy as the API shows it. */
export function showPolicy(policy: RetentionPolicy): object {
  return {
    retentionPeriod: String(policy.seconds),
    effectiveTime: new Date(policy.since).toISOString(),
    ...(policy.locked ? { isLocked: true } : {}),
  };
}
