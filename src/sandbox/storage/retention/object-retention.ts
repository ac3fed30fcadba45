import { ApiError, invalid } from '../../wire/errors.ts';
import type { BucketRecord } from '../records.ts';
import type { ObjectMetadata } from '../schema.ts';

/*
 * An object's own retention: until when it has to be kept, in a bucket that was created
 * to allow it. `Unlocked`, it can be lengthened by anybody who may change the object, and
 * shortened, locked or removed by who says that this is meant
 * (`overrideUnlockedRetention=true`). `Locked`, it can only be lengthened.
 *
 * https://cloud.google.com/storage/docs/object-lock
 */
export interface ObjectRetention {
  mode: 'Locked' | 'Unlocked';
  until: number;
}

type GivenRetention = ObjectMetadata['retention'];

const MAX_MILLISECONDS = 3_155_760_000_000;

/** The retention that an upload asks for. */
export function newRetention(
  bucket: BucketRecord,
  given: GivenRetention,
  eventBasedHold: boolean | undefined,
  time: number,
): ObjectRetention | undefined {
  if (isRemoval(given) || isEmpty(given)) return undefined;
  const retention = parseRetention(bucket, given, time);
  if (eventBasedHold === true) throw exclusive();
  return retention;
}

/** The retention that a change of an object's metadata leaves it with. */
export function changeRetention(
  bucket: BucketRecord,
  current: ObjectRetention | undefined,
  given: GivenRetention,
  options: { override: boolean; eventBasedHold: boolean | undefined; time: number },
): ObjectRetention | undefined {
  const next = isEmpty(given)
    ? current
    : isRemoval(given)
      ? undefined
      : parseRetention(bucket, given, options.time);
  if (next !== undefined && options.eventBasedHold === true) throw exclusive();
  if (current === undefined || next === current) return next;
  const shortens = next === undefined || next.until < current.until;
  if (current.mode === 'Locked') {
    if (shortens || next.mode !== 'Locked') throw new ApiError(403, 'forbidden', LOCKED);
  } else if ((shortens || next.mode === 'Locked') && !options.override) {
    throw new ApiError(403, 'forbidden', UNLOCKED);
  }
  return next;
}

/** A retention as the API shows it. */
export function showRetention({ mode, until }: ObjectRetention): object {
  return { mode, retainUntilTime: new Date(until).toISOString() };
}

/** `{}` says nothing, and so does leaving it out. */
function isEmpty(given: GivenRetention): given is undefined | Record<string, never> {
  return given === undefined || (given !== null && Object.keys(given).length === 0);
}

/** Removed by `null`, or, as some clients send it, by two nulls. */
function isRemoval(given: GivenRetention): given is null {
  return given === null || (given?.mode === null && given.retainUntilTime === null);
}

function parseRetention(
  bucket: BucketRecord,
  given: NonNullable<GivenRetention>,
  time: number,
): ObjectRetention {
  if (!bucket.objectRetention) throw invalid('Object retention is not enabled on the bucket.');
  const { mode, retainUntilTime } = given;
  if (!mode) throw missing('retention mode');
  if (!retainUntilTime) throw missing('retain until time');
  if (mode !== 'Locked' && mode !== 'Unlocked') {
    throw invalid(`Invalid value for: ${mode} is not a valid value`);
  }
  const until = Date.parse(retainUntilTime);
  if (until <= time) throw invalid('Retain until time cannot be in the past.');
  if (until > time + MAX_MILLISECONDS) {
    throw invalid('Retain until time cannot be more than 100 years from now.');
  }
  return { mode, until };
}

const missing = (what: string): ApiError =>
  invalid(`Missing ${what}. Both mode and retain until time are required.`);

const exclusive = (): ApiError =>
  invalid('Retention and event based holds cannot be configured together.');

const UNLOCKED =
  'The unlocked object retention cannot be removed and its retention period cannot be shortened ' +
  'without overriding unlocked retention intent and permission.';

const LOCKED =
  'The locked object retention cannot be removed. Its retention mode cannot be changed and its ' +
  'retention period cannot be shortened.';
