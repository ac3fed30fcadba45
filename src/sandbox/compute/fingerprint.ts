import { createHash } from 'node:crypto';
import { staleFingerprint } from './errors.ts';

/**
 * A fingerprint stands for a state of something that several people change: who changes it
 * sends the fingerprint of what they saw, and is refused if that is no longer so.
 */
export function fingerprintOf(value: unknown): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest();
  return digest.subarray(0, 8).toString('base64');
}

/**
 * @param what such as `metadata`
 * @param given by the client; undefined or empty where it did not look before
 */
export function checkFingerprint(what: string, current: unknown, given: string | undefined): void {
  if (given === fingerprintOf(current)) return;
  throw staleFingerprint(what);
}
