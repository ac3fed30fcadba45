/** A service account as it is stored, by its email address. */
export interface AccountRecord {
  email: string;
  /** 21 digits; never given to another account, not even to one of the same name. */
  uniqueId: string;
  displayName?: string;
  description?: string;
  disabled?: boolean;
  /** When it was deleted, in milliseconds since 1970; absent while it exists. */
  timeDeleted?: number;
}

/** A key of a service account as it is stored. Times are milliseconds since 1970. */
export interface KeyRecord {
  id: string;
  /** The account's `uniqueId`: an account made anew under an old name does not get its keys. */
  account: string;
  /** `USER_MANAGED`: downloaded once, only the public half is here. */
  keyType: 'USER_MANAGED' | 'SYSTEM_MANAGED';
  keyAlgorithm: 'KEY_ALG_RSA_1024' | 'KEY_ALG_RSA_2048';
  /** The public half, as an X.509 certificate in PEM. */
  certificate: string;
  /** PKCS #8 in PEM, of system-managed keys only: Google signs with them for the account. */
  privateKey?: string;
  validAfter: number;
  validBefore: number;
  disabled?: boolean;
}

/** Where an account is kept, by its email address. */
export const accountKey = (email: string): Buffer => Buffer.from(email);

/** All keys of an account are one range. */
export const keysOf = (uniqueId: string): Buffer => Buffer.from(`${uniqueId}\0`);

/** Where a key is kept, by its account's unique id and its own. */
export const keyKey = (uniqueId: string, id: string): Buffer => Buffer.from(`${uniqueId}\0${id}`);
