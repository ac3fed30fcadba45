import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type CustomerKey, checkKey, customerKey } from '../customer-keys.ts';
import type { StorageState } from '../state.ts';
import type { UploadRecord } from './sessions.ts';

/*
 * The customer's encryption key of a resumable upload. Some clients send it with every
 * request (Node's, Python's), some only with the one that opens the session (gcloud): the
 * address of a session has to be enough to go on with it, also after a restart, and yet
 * the key must not be kept. So it is split in two: a random pad, stored with the session
 * until it ends, and the key combined with the pad, which is part of the address. Neither
 * half says anything about the key without the other.
 */

/** For a new session: the stored half of its key, and what its address ends with. */
export function splitKey(
  state: StorageState,
  key: CustomerKey | undefined,
): { pad?: string; suffix: string } {
  if (key === undefined) return { suffix: '' };
  const pad = Buffer.from(state.randomBytes(key.bytes.length));
  return { pad: pad.toString('base64'), suffix: `.${xor(pad, key.bytes).toString('hex')}` };
}

/** An `upload_id`, taken apart into the session's id and its half of the key. */
export function parseUploadId(uploadId: string): { id: string; half: string } {
  const [id = '', half = ''] = uploadId.split('.', 2);
  return { id, half };
}

/** The key of a session: the one that the request brings, or the two halves put together. */
export function sessionCustomerKey(
  request: FastifyRequest,
  { intent, pad }: UploadRecord,
  half: string,
): CustomerKey | undefined {
  const sent = customerKey(request.headers);
  const key = sent ?? (pad === undefined ? undefined : joinKey(pad, half));
  checkKey(intent, key);
  return key;
}

function joinKey(pad: string, half: string): CustomerKey | undefined {
  const [one, other] = [Buffer.from(pad, 'base64'), Buffer.from(half, 'hex')];
  if (one.length !== other.length) return undefined;
  const bytes = xor(one, other);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('base64') };
}

const xor = (one: Buffer, other: Buffer): Buffer =>
  Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
