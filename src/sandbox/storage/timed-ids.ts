import { u64 } from '../disk/store.ts';
import { now, type StorageState } from './state.ts';

/*
 * Ids of what is begun in one request and gone on with in others: resumable uploads,
 * multipart uploads, rewrites. One begins with the time it was made at, so that ids sort
 * by age and old ones are found without a scan; the rest of it is random, because whoever
 * knows an id may go on with what it names.
 */

export function newTimedId(state: StorageState): string {
  return Buffer.concat([u64(now(state)), state.randomBytes(16)]).toString('hex');
}

/** False for what no client can have from here. */
export const isTimedId = (text: string): boolean => /^[0-9a-f]{48}$/.test(text);

/** Sorts before all ids that were made within the last week. */
export const weekOldId = (state: StorageState): string =>
  u64(Math.max(0, now(state) - WEEK_MS)).toString('hex');

const WEEK_MS = 7 * 24 * 3600 * 1000;
