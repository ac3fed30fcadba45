import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterPrefix, type Table } from '../../disk/store.ts';
import { ApiError } from '../../wire/errors.ts';
import { deleteObject, saveObject } from '../objects.ts';
import { type ObjectRecord, objectKey, objectPrefix } from '../records.ts';
import { findBucket, findObject, now, type StorageState } from '../state.ts';
import { abortMultipart } from '../xml/multipart-state.ts';
import { type Action, parseLifecycle, type Rule } from './config.ts';
import { abortsUpload, actionFor } from './rules.ts';

/**
 * Carries out the lifecycle rules of all buckets that have some, by the sandbox's clock.
 * Generations are looked at in steps of a thousand, between which requests are served;
 * what a step finds due is done in one transaction, which looks again, because the object
 * may have changed meanwhile. Rules are read anew in each step.
 *
 * A rule deletes as a request does: a live generation becomes noncurrent with versioning
 * on, and soft delete keeps what it keeps. What a hold or a retention keeps is left alone
 * until it no longer does. Setting the storage class makes no new generation.
 *
 * https://cloud.google.com/storage/docs/lifecycle
 */
export async function applyLifecycle(state: StorageState, signal: AbortSignal): Promise<void> {
  for (const bucket of bucketsWithRules(state)) {
    await throughLive(state, { bucket, signal });
    await throughNoncurrent(state, { bucket, signal });
    await throughUploads(state, { bucket, signal });
  }
}

/** How many records are looked at in one turn of the event loop. */
const STEP = 1000;

interface Due {
  object: ObjectRecord;
  action: Action;
}

function bucketsWithRules(state: StorageState): string[] {
  return [...state.buckets.all()]
    .filter(({ value }) => value.lifecycle !== undefined)
    .map(({ value }) => value.name);
}

/** Undefined once there is nothing more to do in this bucket. */
function rulesNow(state: StorageState, bucket: string, signal: AbortSignal): Rule[] | undefined {
  if (signal.aborted) return undefined;
  try {
    return parseLifecycle(findBucket(state, bucket)?.lifecycle)?.rule;
  } catch {
    // Kept by an earlier version, which did not look at rules: nobody was promised anything.
    return undefined;
  }
}

/**
 * The records of a bucket in one table, a step at a time, each step with the rules of its
 * moment. Ends early where there is nothing more to do.
 *
 * @param backwards from the last record to the first
 */
async function* steps<V>(
  state: StorageState,
  table: Table<V>,
  { bucket, signal, backwards = false }: Walk,
): AsyncGenerator<{ rules: Rule[]; page: { key: Buffer; value: V }[] }> {
  let start: Buffer = objectPrefix(bucket);
  let end = afterPrefix(start);
  for (;;) {
    const rules = rulesNow(state, bucket, signal);
    if (rules === undefined) return;
    const page = [
      ...(backwards ? table.backwards(start, end, STEP) : table.range(start, end, STEP)),
    ];
    yield { rules, page };
    const last = page.at(-1);
    if (page.length < STEP || last === undefined) return;
    if (backwards) end = last.key;
    else start = Buffer.concat([last.key, Buffer.of(0)]);
    await nextTurn();
  }
}

interface Walk {
  bucket: string;
  signal: AbortSignal;
  backwards?: boolean;
}

async function throughLive(state: StorageState, walk: Walk): Promise<void> {
  for await (const { rules, page } of steps(state, state.live, walk)) {
    const subjects = page.map(({ value: object }) => ({ object, newerVersions: 0 }));
    await carryOut(state, walk.bucket, due(rules, subjects, now(state)));
  }
}

/** From the last generation of each name to its first, counting those that are newer. */
async function throughNoncurrent(state: StorageState, walk: Walk): Promise<void> {
  const { bucket } = walk;
  let newer = { name: '', count: 0 };
  const newerThan = ({ name }: ObjectRecord): number => {
    const known = newer.name === name && newer.count > 0;
    const isLive = known || state.live.get(objectKey(bucket, name)) !== undefined;
    const count = known ? newer.count : isLive ? 1 : 0;
    newer = { name, count: count + 1 };
    return count;
  };
  const backwards = { ...walk, backwards: true };
  for await (const { rules, page } of steps(state, state.noncurrent, backwards)) {
    const subjects = page.map(({ value: object }) => ({
      object,
      newerVersions: newerThan(object),
    }));
    await carryOut(state, bucket, due(rules, subjects, now(state)));
  }
}

/** Multipart uploads that were started and never completed. */
async function throughUploads(state: StorageState, walk: Walk): Promise<void> {
  for await (const { rules, page } of steps(state, state.multipart, walk)) {
    if (!rules.some(({ action }) => action.type === 'AbortIncompleteMultipartUpload')) return;
    const time = now(state);
    const old = page.filter(({ value: { intent, started } }) =>
      abortsUpload(rules, intent.name, started, time),
    );
    if (old.length === 0) continue;
    await state.store.write(() => {
      for (const { key } of old) {
        const upload = state.multipart.get(key);
        if (upload) abortMultipart(state, upload);
      }
    });
  }
}

function due(
  rules: Rule[],
  subjects: { object: ObjectRecord; newerVersions: number }[],
  time: number,
): Due[] {
  return subjects.flatMap((subject) => {
    const action = actionFor(rules, subject, time);
    return action === undefined ? [] : [{ object: subject.object, action }];
  });
}

async function carryOut(state: StorageState, bucket: string, found: Due[]): Promise<void> {
  if (found.length === 0) return;
  await state.store.write(() => {
    // Deleted meanwhile, and its objects with it.
    if (!findBucket(state, bucket)) return;
    for (const { object, action } of found) {
      const { name, generation, metageneration } = object;
      const current = findObject(state, bucket, name, generation);
      // Changed since the rules were asked: they are asked again in the next pass.
      if (current?.metageneration !== metageneration) continue;
      if (current.timeDeleted !== object.timeDeleted) continue;
      if (action.type === 'SetStorageClass') setStorageClass(state, current, action.storageClass);
      else remove(state, current);
    }
  });
}

function remove(state: StorageState, object: ObjectRecord): void {
  const { bucket, name, generation, timeDeleted } = object;
  const which = timeDeleted === undefined ? {} : { generation };
  try {
    deleteObject(state, bucket, name, { ...which, preconditions: { generationMatch: generation } });
  } catch (error) {
    // Held or retained: refused before anything was written.
    if (!(error instanceof ApiError)) throw error;
  }
}

function setStorageClass(state: StorageState, object: ObjectRecord, storageClass: string): void {
  saveObject(state, { ...object, storageClass, timeStorageClassUpdated: now(state) });
}
