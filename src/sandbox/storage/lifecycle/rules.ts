import type { ObjectRecord } from '../records.ts';
import type { Action, Condition, Rule } from './config.ts';

/**
 * What the rules of a bucket make of one generation of an object. Of several rules that
 * apply, one that deletes goes before one that sets a storage class, and of those the one
 * with the class that costs least at rest.
 *
 * https://cloud.google.com/storage/docs/lifecycle#behavior
 */
export interface Subject {
  object: ObjectRecord;
  /** How many generations of its name are newer; 0 for a live one. */
  newerVersions: number;
}

/** What is to be done with a generation now; undefined for nothing. */
export function actionFor(
  rules: readonly Rule[],
  subject: Subject,
  time: number,
): Action | undefined {
  let chosen: Action | undefined;
  for (const { action, condition } of rules) {
    if (action.type === 'AbortIncompleteMultipartUpload') continue;
    if (action.type === 'SetStorageClass' && !lowers(action, subject.object, chosen)) continue;
    if (!applies(condition, subject, time)) continue;
    if (action.type === 'Delete') return action;
    chosen = action;
  }
  return chosen;
}

/** True if the rules abort an upload of that name, started at that time. */
export function abortsUpload(
  rules: readonly Rule[],
  name: string,
  started: number,
  time: number,
): boolean {
  return rules.some(
    ({ action, condition }) =>
      action.type === 'AbortIncompleteMultipartUpload' &&
      matchesName(condition, name) &&
      isPast(started, condition.age, time),
  );
}

/**
 * Storage classes from the dearest at rest. A rule moves an object only towards the cheaper
 * ones; DURABLE_REDUCED_AVAILABILITY, which is history, may become any of the others.
 */
const RANK: Readonly<Record<string, number>> = {
  DURABLE_REDUCED_AVAILABILITY: 0,
  STANDARD: 1,
  MULTI_REGIONAL: 1,
  REGIONAL: 1,
  NEARLINE: 2,
  COLDLINE: 3,
  ARCHIVE: 4,
};

const rank = (storageClass: string): number => RANK[storageClass] ?? 0;

/** True if the action lowers the object's class, and below that of the action chosen so far. */
function lowers(
  action: { storageClass: string },
  object: ObjectRecord,
  chosen: Action | undefined,
): boolean {
  const current = chosen?.type === 'SetStorageClass' ? chosen.storageClass : object.storageClass;
  return rank(action.storageClass) > rank(current);
}

function applies(condition: Condition, { object, newerVersions }: Subject, time: number): boolean {
  const { timeCreated, timeDeleted, size, attributes } = object;
  const custom =
    attributes.customTime === undefined ? undefined : Date.parse(attributes.customTime);
  const { isLive, matchesStorageClass, numNewerVersions, sizeAboveBytes, sizeBelowBytes } =
    condition;
  return (
    matchesName(condition, object.name) &&
    isPast(timeCreated, condition.age, time) &&
    isBefore(timeCreated, condition.createdBefore) &&
    isPast(custom, condition.daysSinceCustomTime, time) &&
    isBefore(custom, condition.customTimeBefore) &&
    isPast(timeDeleted, condition.daysSinceNoncurrentTime, time) &&
    isBefore(timeDeleted, condition.noncurrentTimeBefore) &&
    (isLive === undefined || isLive === (timeDeleted === undefined)) &&
    (matchesStorageClass === undefined || matchesStorageClass.includes(object.storageClass)) &&
    (numNewerVersions === undefined || newerVersions >= numNewerVersions) &&
    (sizeAboveBytes === undefined || size > Number(sizeAboveBytes)) &&
    (sizeBelowBytes === undefined || size < Number(sizeBelowBytes))
  );
}

const DAY = 24 * 3600 * 1000;

/** True if so many days have gone by since then; never of what has no such time. */
function isPast(since: number | undefined, days: number | undefined, time: number): boolean {
  return days === undefined || (since !== undefined && time >= since + days * DAY);
}

/** True if it was before midnight of that date, in UTC. */
function isBefore(moment: number | undefined, date: string | undefined): boolean {
  return date === undefined || (moment !== undefined && moment < Date.parse(date));
}

function matchesName({ matchesPrefix, matchesSuffix }: Condition, name: string): boolean {
  return (
    (matchesPrefix?.some((prefix) => name.startsWith(prefix)) ?? true) &&
    (matchesSuffix?.some((suffix) => name.endsWith(suffix)) ?? true)
  );
}
