import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../identity.ts';
import { decodedChunks, readJson } from '../../wire/body.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import { headerOf } from '../../wire/header-text.ts';
import type { Query } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { baseUrl } from '../../wire/urls.ts';
import { type CustomerKey, customerKey, encryptionWith } from '../customer-keys.ts';
import type { ObjectRecord } from '../records.ts';
import { presentObject } from '../representation.ts';
import { findObject, type StorageState } from '../state.ts';
import { newTimedId } from '../timed-ids.ts';
import { type ContentRange, parseContentRange } from './content-range.ts';
import { parseUploadId, sessionCustomerKey, splitKey } from './session-keys.ts';
import { SessionWriter } from './session-writer.ts';
import {
  dropSession,
  progressOf,
  requireSession,
  sessionKey,
  sweepSessions,
  type UploadRecord,
} from './sessions.ts';
import { checkHashes, commitUpload, type UploadIntent, uploadIntent } from './upload.ts';

/**
 * Resumable uploads. A POST with the metadata opens a session, whose address comes back
 * in `Location` (made from the request's Host: the client may know us by another name).
 * PUTs to it bring the bytes, in one request or many, each saying in `Content-Range`
 * which they are. The answer is 308 with what is stored so far (`Range: bytes=0-N`,
 * absent while that is nothing) until the last byte is in, and then the object.
 *
 * After an interruption the client asks with an empty PUT how far we got, and goes on
 * from there. What a 308 has acknowledged survives a restart: the bytes are on disk and
 * the session is in the store. Requests that are not the last are kept in multiples of
 * 256 KiB, as on GCS; bytes sent twice are skipped.
 *
 * A DELETE cancels and answers 499. `X-GUploader-No-308: yes` asks for 200 with the
 * status in a header instead of 308, which browsers take for a redirect.
 *
 * https://cloud.google.com/storage/docs/resumable-uploads
 */
export async function startSession(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  bucket: string,
  query: Query,
): Promise<FastifyReply> {
  const contentType = headerOf(request, 'x-upload-content-type');
  const key = customerKey(request.headers);
  const body = await readJson(request);
  const intent = uploadIntent(state, request, bucket, query, body, contentType, key);
  const size = headerOf(request, 'x-upload-content-length');
  const id = await openSession(state, request, intent, size, key);
  // What was asked of the answer (`fields`, `userProject`...) holds for the last one, too.
  const parameters = new URLSearchParams(request.url.split('?')[1]);
  parameters.set('upload_id', id);
  return reply
    .header('location', `${baseUrl(request)}/upload/storage/v1/b/${bucket}/o?${parameters}`)
    .header('x-guploader-uploadid', id)
    .send();
}

/**
 * Opens a session for an upload whose size may have been announced.
 *
 * @returns its id, by which the client goes on
 */
export async function openSession(
  state: StorageState,
  request: FastifyRequest,
  intent: UploadIntent,
  size: string | undefined,
  key: CustomerKey | undefined,
): Promise<string> {
  if (size !== undefined && !/^\d{1,15}$/.test(size)) {
    throw invalid(`Invalid X-Upload-Content-Length header: ${size}`);
  }
  request.isPart = true;
  const id = newTimedId(state);
  const iv = encryptionWith(state, key)?.iv;
  const { pad, suffix } = splitKey(state, key);
  const caller = state.identity.callerOf(request);
  const isNobody = caller.unlimited && caller.member === undefined;
  const session: UploadRecord = {
    intent,
    ...(isNobody ? {} : { caller }),
    received: 0,
    state: 'open',
    ...(iv === undefined || pad === undefined ? {} : { iv, pad }),
    ...(size === undefined ? {} : { total: Number(size) }),
  };
  await sweepSessions(state);
  await state.store.write(() => state.uploads.put(sessionKey(id), session));
  return id + suffix;
}

/** How an API talks about a session's bytes and its object. */
export interface SessionDialect {
  /** The checksums that this request promises, in the form of `X-Goog-Hash`. */
  hashes: string | undefined;
  /** Answers with the object that is complete now. */
  send(object: ObjectRecord, session: UploadRecord, key?: CustomerKey): FastifyReply;
}

const jsonDialect = (
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
): SessionDialect => ({
  hashes: headerOf(request, 'x-goog-hash'),
  send: (object, { intent }, key) => {
    const options = { key, projection: intent.projection };
    return sendJson(request, reply, presentObject(state, request, object, options));
  },
});

/** A PUT to a session: bytes, or a question how far it is. */
export function continueSession(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  uploadId: string,
  dialect: SessionDialect = jsonDialect(state, request, reply),
): Promise<FastifyReply> {
  const { id, half } = parseUploadId(uploadId);
  const range = parseContentRange(headerOf(request, 'content-range'));
  return inTurn(state, id, async () => {
    const session = requireSession(state, id);
    actAsStarter(request, session);
    if (session.state === 'done') {
      // Asked again after an answer was lost: that was the upload.
      request.isPart = true;
      return dialect.send(finishedObject(state, id, session), session);
    }
    const declared = range.total ?? session.total;
    if (session.total !== undefined && declared !== session.total) {
      throw invalid(`The upload was announced with ${session.total} bytes, not ${declared}.`);
    }
    checkLength(request, range);
    const key = sessionCustomerKey(request, session, half);
    const object = await receive(state, request, id, session, range, key, dialect.hashes);
    if (object) return dialect.send(object, session, key);
    return sendIncomplete(request, reply, requireSession(state, id).received);
  });
}

/**
 * The address of a session is all that its requests need: each is its starter's, with what he
 * was allowed to do when he opened it.
 */
function actAsStarter(request: FastifyRequest, { intent, caller }: UploadRecord): void {
  const resource = `projects/_/buckets/${intent.bucket}/objects/${intent.name}`;
  request.access = {
    caller: caller ?? NOBODY,
    checks: [{ permission: 'storage.objects.create', resource, granted: true }],
  };
}

/** Who did not have to say who he is. */
const NOBODY: Caller = { member: undefined, sets: [], name: 'anonymous', unlimited: true };

/** A DELETE on a session. */
export function cancelSession(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  uploadId: string,
): Promise<FastifyReply> {
  const { id } = parseUploadId(uploadId);
  request.isPart = true;
  return inTurn(state, id, async () => {
    const session = requireSession(state, id);
    actAsStarter(request, session);
    await state.store.write(() => {
      dropSession(state, id, session);
      const { blob: _, pad: __, ...rest } = session;
      state.uploads.put(sessionKey(id), { ...rest, received: 0, state: 'cancelled' });
    });
    state.progress.delete(id);
    return reply.code(499).send();
  });
}

/** Takes in what a request carries; the object if that completes it. */
async function receive(
  state: StorageState,
  request: FastifyRequest,
  id: string,
  session: UploadRecord,
  range: ContentRange,
  key: CustomerKey | undefined,
  hashes: string | undefined,
): Promise<ObjectRecord | undefined> {
  const total = range.total ?? session.total;
  const first = range.first ?? session.received;
  if (first > session.received) {
    throw invalid(`The upload has ${session.received} bytes; byte ${first} cannot come next.`);
  }
  const writer = new SessionWriter(state, id, session, key?.bytes);
  try {
    const whole =
      range.first === undefined || (await writer.take(decodedChunks(request), first, total));
    const open = range.length === undefined && range.first !== undefined;
    const complete = whole && (total === undefined ? open : writer.position === total);
    if (!complete) {
      await writer.save(total);
      return undefined;
    }
    const body = await writer.finish();
    checkHashes(body, session.intent.metadata, hashes);
    return await writer.commit(body, () => commitUpload(state, request, session.intent, body));
  } catch (error) {
    await writer.abandon();
    // If a reset has taken the session away, that is what is wrong, and not a missing file.
    if (!(error instanceof ApiError)) requireSession(state, id);
    // What is wrong with the upload itself stays wrong; a full disk may not.
    if (error instanceof ApiError && error.status < 500) {
      await state.store.write(() => dropSession(state, id, session));
      state.progress.delete(id);
    }
    throw error;
  }
}

/** A request that announces other bytes than it carries is refused before it is read. */
function checkLength(request: FastifyRequest, range: ContentRange): void {
  const length = headerOf(request, 'content-length');
  // What is compressed for the way has another length on the way.
  if (headerOf(request, 'content-encoding') !== undefined) return;
  if (length === undefined || range.length === undefined || Number(length) === range.length) return;
  const first = range.first ?? 0;
  throw invalid(
    `Invalid request. There were ${length} byte(s) in the request body. There should have been ` +
      `${range.length} byte(s) (starting at offset ${first} and ending at offset ` +
      `${first + range.length - 1}) according to the Content-Range header.`,
  );
}

function finishedObject(state: StorageState, id: string, session: UploadRecord): ObjectRecord {
  const { bucket, name } = session.intent;
  state.progress.delete(id);
  const object = findObject(state, bucket, name, session.generation);
  if (!object) throw new ApiError(410, 'gone', 'The uploaded object has been replaced since.');
  return object;
}

function sendIncomplete(
  request: FastifyRequest,
  reply: FastifyReply,
  received: number,
): FastifyReply {
  request.isPart = true;
  if (received > 0) reply.header('range', `bytes=0-${received - 1}`);
  if (headerOf(request, 'x-guploader-no-308')?.toLowerCase() === 'yes') {
    return reply.code(200).header('x-http-status-code-override', '308').send();
  }
  return reply.code(308).send();
}

/** Runs the requests of one session one after another. */
async function inTurn<T>(state: StorageState, id: string, work: () => Promise<T>): Promise<T> {
  requireSession(state, id);
  const progress = progressOf(state, id);
  state.progress.set(id, progress);
  return progress.turns.take(work);
}
