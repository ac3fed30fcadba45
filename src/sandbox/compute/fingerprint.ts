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
  if (isFingerprintOf(current, given)) return;
  throw staleFingerprint(what);
}

/** Compared as bytes: gcloud sends what it got in the other alphabet of base64, with `-` and `_`. */
export function isFingerprintOf(current: unknown, given: string | undefined): boolean {
  const wanted = Buffer.from(fingerprintOf(current), 'base64');
  return given !== undefined && Buffer.from(given, 'base64').equals(wanted);
}
