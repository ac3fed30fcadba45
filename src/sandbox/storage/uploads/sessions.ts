import type { Checksums } from '../../disk/checksums.ts';
import type { Caller } from '../../identity.ts';
import { Turns } from '../../turns.ts';
import { ApiError } from '../../wire/errors.ts';
import type { StorageState } from '../state.ts';
import { isTimedId, weekOldId } from '../timed-ids.ts';
import type { UploadIntent } from './upload.ts';

/** A resumable upload as it is stored. */
export interface UploadRecord {
  intent: UploadIntent;
  /** Who has opened it, and goes on in it; absent if nobody had to say who he is. */
  caller?: Caller;
  /** How many bytes the object has, if it was said. */
  total?: number;
  /** How many bytes are on disk and acknowledged. */
  received: number;
  /** Where they are; absent while there are none. */
  blob?: string;
  /** The initial counter that they are encrypted with, if a customer's key was given. */
  iv?: string;
  /** One half of that key; the other is in the session's address. */
  pad?: string;
  state: 'open' | 'done' | 'cancelled';
  /** The generation that came of it. */
  generation?: number;
}

/**
 * Kept in memory while a session is open. Losing it (a restart) costs time, not data:
 * the checksums are then computed again from the bytes on disk.
 */
export interface UploadProgress {
  /** Its requests, one at a time. */
  turns: Turns;
  /** The checksums of the first `hashed` bytes. */
  checksums?: Checksums;
  hashed: number;
}

/** How many old sessions are dropped in one step. */
const SWEEP = 1000;

/** What this process knows of a session, if only that it knows nothing. */
export const progressOf = (state: StorageState, id: string): UploadProgress =>
  state.progress.get(id) ?? { turns: new Turns(), hashed: 0 };

/** Where a session is kept, by its id. */
export const sessionKey = (id: string): Buffer => Buffer.from(id);

/** The session, or what GCS says about one that never was, is over, or was cancelled. */
export function requireSession(state: StorageState, id: string): UploadRecord {
  const isOne = isTimedId(id);
  const session = isOne ? state.uploads.get(sessionKey(id)) : undefined;
  if (isOne && id < weekOldId(state)) {
    throw new ApiError(410, 'gone', 'The upload session is no longer available.', {
      xmlCode: 'NoSuchUpload',
    });
  }
  if (!session) {
    throw new ApiError(404, 'notFound', 'No such upload session.', { xmlCode: 'NoSuchUpload' });
  }
  if (session.state === 'cancelled') {
    throw new ApiError(499, 'clientClosedRequest', 'The upload was cancelled.');
  }
  return session;
}

/** Inside a change: forgets a session and what it had received. */
export function dropSession(state: StorageState, id: string, session: UploadRecord): void {
  state.uploads.remove(sessionKey(id));
  if (session.blob !== undefined && session.state === 'open') {
    state.bodies.blobs.abandon(session.blob);
  }
}

/** Drops sessions older than a week, finished or not; true if there may be more. */
export async function sweepSessions(state: StorageState): Promise<boolean> {
  const end = Buffer.from(weekOldId(state));
  const old = [...state.uploads.range(Buffer.from('0'), end, SWEEP)];
  if (old.length === 0) return false;
  await state.store.write(() => {
    for (const { key, value } of old) {
      dropSession(state, key.toString(), value);
      state.progress.delete(key.toString());
    }
  });
  return old.length === SWEEP;
}
