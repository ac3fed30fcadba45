import { ApiError } from '../../wire/errors.ts';
import type { BucketRecord, ObjectRecord } from '../records.ts';

/*
 * What keeps an object from being deleted or replaced:
 *   - a hold, temporary or event-based, for as long as it is set;
 *   - the bucket's retention policy, for its period from the object's creation, or from
 *     the release of its event-based hold, whichever came last;
 *   - the object's own retention, until its time.
 * All that apply have to end. Metadata can be changed meanwhile. With versioning on, a
 * retained live generation can still become noncurrent (it is not lost by that), but not
 * one that is held.
 *
 * https://cloud.google.com/storage/docs/bucket-lock
 * https://cloud.google.com/storage/docs/object-lock
 * https://cloud.google.com/storage/docs/object-holds
 */

/**
 * The earliest time at which retention lets go of an object; undefined if nothing retains
 * it, and while an event-based hold keeps the policy's period from starting.
 */
export function retentionExpiry(
  object: ObjectRecord,
  bucket: BucketRecord | undefined,
): number | undefined {
  const own = object.retention?.until;
  const policy = bucket?.retentionPolicy;
  if (policy === undefined || object.attributes.eventBasedHold === true) return own;
  const ends = (object.heldUntil ?? object.timeCreated) + policy.seconds * 1000;
  return own === undefined ? ends : Math.max(own, ends);
}

/**
 * Refuses to let go of an object that is held or retained. Everything that deletes,
 * replaces or archives a generation asks here, after its preconditions.
 * @param becomesNoncurrent the generation stays, as a noncurrent one
 */
export function refuseIfKept(
  bucket: BucketRecord,
  object: ObjectRecord,
  time: number,
  becomesNoncurrent: boolean,
): void {
  refuseIfHeld(object);
  if (becomesNoncurrent) return;
  const until = retentionExpiry(object, bucket);
  if (until === undefined || until <= time) return;
  const message =
    `Object '${object.bucket}/${object.name}' is subject to bucket's retention policy or object ` +
    `retention and cannot be deleted or overwritten until ${new Date(until).toISOString()}`;
  throw new ApiError(403, 'retentionPolicyNotMet', message);
}

function refuseIfHeld(object: ObjectRecord): void {
  const { temporaryHold, eventBasedHold } = object.attributes;
  const kind = temporaryHold ? 'Temporary' : eventBasedHold ? 'Event-Based' : undefined;
  if (kind === undefined) return;
  const message =
    `Object '${object.bucket}/${object.name}' is under active ${kind} hold ` +
    'and cannot be deleted, overwritten or archived until hold is removed.';
  // The documented reason is objectUnderActiveHold; what GCS sends is this one.
  throw new ApiError(403, 'forbidden', message, { xmlCode: 'ObjectUnderActiveHold' });
}
