import type { BodyRef } from '../../disk/bodies.ts';
import { afterPrefix } from '../../disk/store.ts';
import { objectNameFault } from '../names.ts';
import type { StorageState } from '../state.ts';
import { isTimedId } from '../timed-ids.ts';
import type { UploadIntent } from '../uploads/upload.ts';
import { xmlError } from './errors.ts';

/**
 * Multipart uploads as they are stored. An upload is named by its bucket, its object's name
 * and an id that begins with the time it was started, so that uploads of one object are in
 * the order of their starts. Parts are kept apart from it, below its id. Both are on disk
 * before a client hears of them, and stay until the upload is completed or aborted: Cloud
 * Storage never aborts one by itself, unless a lifecycle rule tells it to.
 */
export interface MultipartRecord {
  id: string;
  /** When it was started, in milliseconds since 1970. */
  started: number;
  intent: UploadIntent;
}

export interface PartRecord {
  number: number;
  size: number;
  /** base64 */
  md5: string;
  crc32c: string;
  updated: number;
  body: BodyRef;
}

/** Parts are numbered from 1 to this. */
export const MAX_PARTS = 10_000;

/** What a part's ETag is; clients hand it back to complete the upload. */
export const partTag = (part: PartRecord): string =>
  `"${Buffer.from(part.md5, 'base64').toString('hex')}"`;

/** Where an upload is kept: those of one object in the order of their starts. */
export const multipartKey = (bucket: string, name: string, id: string): Buffer =>
  Buffer.from(`${bucket}\0${name}\0${id}`);

/** Where a part is kept: those of one upload in the order of their numbers. */
export function partKey(id: string, part: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(part);
  return Buffer.concat([Buffer.from(id), number]);
}

/** The upload, or the 404 that one gets which never was, is completed or was aborted. */
export function requireMultipart(
  state: StorageState,
  bucket: string,
  name: string,
  id: string,
): MultipartRecord {
  const possible = isTimedId(id) && objectNameFault(name) === undefined;
  const upload = possible ? state.multipart.get(multipartKey(bucket, name, id)) : undefined;
  if (!upload) throw xmlError(404, 'NoSuchUpload');
  return upload;
}

/** The parts of an upload in order, behind the one of a number. */
export function* partsOf(
  state: StorageState,
  id: string,
  behind = 0,
): Generator<PartRecord, undefined> {
  const end = afterPrefix(Buffer.from(id));
  for (const { value } of state.parts.range(partKey(id, behind + 1), end)) yield value;
  return undefined;
}

/** A bucket's unfinished uploads, by name and then by start. `prefix` is of the names. */
export function* multipartUploads(
  state: StorageState,
  bucket: string,
  prefix = '',
): Generator<MultipartRecord, undefined> {
  const start = Buffer.from(`${bucket}\0${prefix}`);
  for (const { value } of state.multipart.below(start)) yield value;
  return undefined;
}

/** Inside a change: forgets an upload and all that was uploaded of it. */
export function abortMultipart(state: StorageState, upload: MultipartRecord): void {
  const { bucket, name } = upload.intent;
  for (const part of [...partsOf(state, upload.id)]) {
    state.bodies.release(part.body);
    state.parts.remove(partKey(upload.id, part.number));
  }
  state.multipart.remove(multipartKey(bucket, name, upload.id));
}

/** Inside a change: aborts all uploads of a bucket that is being deleted. */
export function abortMultipartUploads(state: StorageState, bucketPrefix: Buffer): void {
  const range = state.multipart.below(bucketPrefix);
  for (const { value } of [...range]) abortMultipart(state, value);
}
