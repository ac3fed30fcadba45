import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Encryption } from '../disk/encryption.ts';
import { ApiError, notImplemented } from '../wire/errors.ts';
import type { Query } from '../wire/query.ts';
import type { ObjectRecord } from './records.ts';
import type { StorageState } from './state.ts';

/**
 * Customer-supplied encryption keys. A client that sends three headers with an upload
 *
 *     x-goog-encryption-algorithm: AES256
 *     x-goog-encryption-key: the 32 bytes, in base64
 *     x-goog-encryption-key-sha256: their SHA-256, in base64
 *
 * has the object encrypted with that key, and has to send them again to read it: the key
 * is not kept, only its hash. Without the key an object's metadata can be seen, but
 * neither its bytes nor their checksums. Copying takes two keys, the source's in
 * `x-goog-copy-source-encryption-*` and the destination's in `x-goog-encryption-*`, which
 * is how a key is changed, added or dropped.
 *
 * https://cloud.google.com/storage/docs/encryption/customer-supplied-keys
 */
export interface CustomerKey {
  bytes: Buffer;
  /** base64 */
  sha256: string;
}

/** The key that a request brings for what it reads or writes, if it brings one. */
export function customerKey(headers: IncomingHttpHeaders): CustomerKey | undefined {
  return keyOf(headers, 'x-goog-encryption');
}

/** The key that a request brings for the object it copies from, if it brings one. */
export function copySourceKey(headers: IncomingHttpHeaders): CustomerKey | undefined {
  return keyOf(headers, 'x-goog-copy-source-encryption');
}

/** Refuses keys of Cloud KMS, which a request would name instead of bringing one. */
export function refuseKmsKey(query: Query): void {
  const { kmsKeyName, destinationKmsKeyName } = query;
  if (kmsKeyName || destinationKmsKeyName) throw notImplemented('keys of Cloud KMS');
}

/** How a new body is to be encrypted: not at all without a key. */
export function encryptionWith(
  state: StorageState,
  key: CustomerKey | undefined,
): Encryption | undefined {
  if (key === undefined) return undefined;
  return { key: key.bytes, iv: Buffer.from(state.randomBytes(16)).toString('base64') };
}

/** Refuses a key that is not the one a resource was encrypted with, or the lack of it. */
export function checkKey(
  resource: Pick<ObjectRecord, 'keySha256'>,
  key: CustomerKey | undefined,
): void {
  if (resource.keySha256 === key?.sha256) return;
  if (key === undefined) {
    throw refused(
      'resourceIsEncryptedWithCustomerEncryptionKey',
      'The target object is encrypted by a customer-supplied encryption key.',
    );
  }
  if (resource.keySha256 === undefined) {
    throw refused(
      'resourceNotEncryptedWithCustomerEncryptionKey',
      'The target object is not encrypted by a customer-supplied encryption key.',
    );
  }
  throw refused('customerEncryptionKeyIsIncorrect', 'The provided encryption key is incorrect.');
}

function keyOf(headers: IncomingHttpHeaders, prefix: string): CustomerKey | undefined {
  const algorithm = headers[`${prefix}-algorithm`];
  const key = headers[`${prefix}-key`];
  const hash = headers[`${prefix}-key-sha256`];
  if (algorithm === undefined && key === undefined && hash === undefined) return undefined;
  if (algorithm !== 'AES256') {
    throw refused(
      'customerEncryptionAlgorithmIsInvalid',
      'Missing an encryption algorithm, or the provided algorithm is not "AES256."',
    );
  }
  const bytes = Buffer.from(String(key), 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== key) {
    throw refused(
      'customerEncryptionKeyFormatIsInvalid',
      'Missing an encryption key, or it is not base64 encoded, or it does not meet the ' +
        'required length of the encryption algorithm.',
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('base64');
  if (hash !== sha256) {
    throw refused(
      'customerEncryptionKeySha256IsInvalid',
      'Missing a SHA256 hash of the encryption key, or it is not base64 encoded, or it does ' +
        'not match the encryption key.',
    );
  }
  return { bytes, sha256 };
}

const refused = (reason: string, message: string) => new ApiError(400, reason, message);
