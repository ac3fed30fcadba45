import { isDeepStrictEqual } from 'node:util';
import { ApiError, invalid, invalidParameter } from '../../wire/errors.ts';
import { int64, type Query } from '../../wire/query.ts';
import type { ObjectRecord } from '../records.ts';
import { requireBucket, type StorageState } from '../state.ts';
import { isTimedId, newTimedId, weekOldId } from '../timed-ids.ts';

/**
 * Rewrites that take several calls. A rewrite that stays within one location and storage
 * class moves no bytes and ends in one call, whatever the size. One that does not (or that
 * changes the encryption key) and is asked to rewrite at most `maxBytesRewrittenPerCall`
 * answers `done: false` with a token, to be sent in the next call, until the last.
 *
 * What is counted here is how far Google would be: the bytes themselves become the new
 * object in the last call, in one step, so that no call leaves half an object behind. The
 * progress is on disk and survives a restart.
 *
 * A token is good for a week, and for its source generation, destination, metadata and
 * step size.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
 */
export interface RewriteRecord {
  bucket: string;
  name: string;
  /** The source's. */
  generation: number;
  toBucket: string;
  toName: string;
  keySha256?: string;
  maxBytes: number;
  rewritten: number;
  /** The destination's metadata as the first call gave it; later ones may leave it out. */
  body: Record<string, unknown>;
}

/** A rewrite as one call of it asks for. */
export interface RewriteCall extends Omit<RewriteRecord, 'rewritten'> {
  token: string | undefined;
}

const MIB = 1024 * 1024;

/** Reads `maxBytesRewrittenPerCall`: whole MiB, without limit if it is absent. */
export function parseStep(query: Query): number {
  const name = 'maxBytesRewrittenPerCall';
  const bytes = int64(query, name);
  if (bytes === undefined) return Number.MAX_SAFE_INTEGER;
  if (bytes > 0 && bytes % MIB === 0) return bytes;
  throw invalidParameter(name, query[name] ?? '', 'Must be a positive multiple of 1 MiB (1048576)');
}

/** The metadata that a call means: its own, or that of the first call. */
export function rewriteBody(
  state: StorageState,
  token: string | undefined,
  body: Record<string, unknown>,
): Record<string, unknown> {
  if (token === undefined || Object.keys(body).length > 0) return body;
  return requireRewrite(state, token).body;
}

/**
 * Counts a call's share of a rewrite. With bytes left over, answers the token for the next
 * call; undefined means that this call is the last.
 *
 * @param storageClass that was asked for, if any
 */
export async function stepRewrite(
  state: StorageState,
  call: RewriteCall,
  source: ObjectRecord,
  storageClass: string | null | undefined,
): Promise<{ token: string; rewritten: number } | undefined> {
  const { token, ...asked } = call;
  const before = token === undefined ? undefined : requireRewrite(state, token);
  if (before !== undefined) {
    const { rewritten: _, ...started } = before;
    if (!isDeepStrictEqual(started, asked)) throw invalidToken();
  }
  const rewritten = (before?.rewritten ?? 0) + asked.maxBytes;
  if (rewritten >= source.size || !movesBytes(state, call, source, storageClass)) return undefined;
  await sweepRewrites(state);
  const next = token ?? newTimedId(state);
  await state.store.write(() => state.rewrites.put(Buffer.from(next), { ...asked, rewritten }));
  return { token: next, rewritten };
}

/** True if GCS would have to move the bytes: another location, class or key. */
function movesBytes(
  state: StorageState,
  { toBucket, keySha256 }: RewriteCall,
  source: ObjectRecord,
  storageClass: string | null | undefined,
): boolean {
  const [here, there] = [requireBucket(state, source.bucket), requireBucket(state, toBucket)];
  return (
    here.location !== there.location ||
    source.storageClass !== (storageClass ?? there.storageClass) ||
    source.keySha256 !== keySha256
  );
}

/** Inside a change: the rewrite is done, its token void. */
export function endRewrite(state: StorageState, token: string | undefined): void {
  if (token !== undefined) state.rewrites.remove(Buffer.from(token));
}

function requireRewrite(state: StorageState, token: string): RewriteRecord {
  if (!isTimedId(token)) throw invalidToken();
  const rewrite = state.rewrites.get(Buffer.from(token));
  if (rewrite !== undefined && token >= weekOldId(state)) return rewrite;
  throw new ApiError(410, 'gone', 'The rewrite token is no longer available.');
}

async function sweepRewrites(state: StorageState): Promise<void> {
  const end = Buffer.from(weekOldId(state));
  const old = [...state.rewrites.range(Buffer.from('0'), end, 1000)];
  if (old.length === 0) return;
  await state.store.write(() => {
    for (const { key } of old) state.rewrites.remove(key);
  });
}

const invalidToken = () => invalid('Invalid rewrite token.');
