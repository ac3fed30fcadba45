import type { KeyObject } from 'node:crypto';

/**
 * What services may ask about who somebody is. The IAM service answers; it hands this to
 * the server, and the server to the others.
 */
export interface Identity {
  /** A service account by its email address; undefined if there is none. */
  serviceAccount(email: string): ServiceAccount | undefined;
  /**
   * The public keys, neither disabled nor expired, whose private halves sign for a service
   * account. None if there is no such account, or if it is disabled.
   */
  signingKeys(email: string): KeyObject[];
}

export interface ServiceAccount {
  email: string;
  uniqueId: string;
  projectId: string;
  disabled: boolean;
}
