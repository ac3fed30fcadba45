import type { KeyObject } from 'node:crypto';

/**
 * What services may ask about who somebody is. The IAM service answers; it hands this to
 * the server, and the server to the others.
 */
export interface Identity {
  /**
   * The public keys, not expired, whose private halves sign for a service account.
   * Undefined if there is no such account, or if it is disabled.
   */
  signingKeys(email: string): Promise<KeyObject[] | undefined>;
  /** True if the service account exists. */
  hasServiceAccount(email: string): boolean;
}
