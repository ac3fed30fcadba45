import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ApiError } from '../wire/errors.ts';
import { makeKeyPair } from './key-pair.ts';
import { type AccountRecord, type KeyRecord, keyKey, keysOf } from './records.ts';
import { type IamState, now } from './state.ts';

/**
 * Keys of service accounts: RSA pairs, whose private halves sign tokens and URLs.
 *
 * - A user-managed key is made here and handed out once; its public half stays, to verify
 *   with. It is valid until it is disabled or deleted.
 * - A system-managed key never leaves: `signBlob` and `signJwt` sign with it. Google
 *   replaces it from time to time; here one is made when it is first needed, because
 *   making one takes a while and most accounts never sign.
 *
 * https://cloud.google.com/iam/docs/service-account-creds#key-types
 */

/** https://cloud.google.com/iam/quotas: user-managed keys of a service account */
const MAX_USER_KEYS = 10;

/** 9999-12-31T23:59:59Z, which is how IAM says "never". */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

const SYSTEM_KEY_LIFE = 2 * 365 * 24 * 3600 * 1000;

/** What Google promises of a key it has just signed with: so long it will still verify. */
const SYSTEM_KEY_REST = 12 * 3600 * 1000;

/** The keys of an account, in the order of their ids. */
export function listKeys(state: IamState, { uniqueId }: AccountRecord): KeyRecord[] {
  const prefix = keysOf(uniqueId);
  return [...state.keys.below(prefix)].map(({ value }) => value);
}

/** A key, or the 404. */
export function requireKey(state: IamState, account: AccountRecord, id: string): KeyRecord {
  const known = /^[0-9a-f]{40}$/.test(id);
  const key = known ? state.keys.get(keyKey(account.uniqueId, id)) : undefined;
  if (!key) throw new ApiError(404, 'notFound', `Service account key ${id} does not exist.`);
  return key;
}

/** Makes a user-managed key. Its private half is in the result and nowhere else. */
export function createUserKey(
  state: IamState,
  account: AccountRecord,
  keyAlgorithm: KeyRecord['keyAlgorithm'],
): Promise<{ key: KeyRecord; privateKey: string }> {
  return state.keyTurns.take(() => makeUserKey(state, account, keyAlgorithm));
}

async function makeUserKey(
  state: IamState,
  account: AccountRecord,
  keyAlgorithm: KeyRecord['keyAlgorithm'],
): Promise<{ key: KeyRecord; privateKey: string }> {
  checkUserKeys(state, account);
  const validity = { validAfter: wholeSecond(now(state)), validBefore: NEVER };
  const pair = await makeKeyPair(account.uniqueId, keyAlgorithm, validity, state.randomBytes);
  const key: KeyRecord = {
    ...newKey(state, account),
    keyType: 'USER_MANAGED',
    keyAlgorithm,
    certificate: pair.certificate,
    ...validity,
  };
  await state.store.write(() => {
    checkUserKeys(state, account);
    state.keys.put(keyKey(key.account, key.id), key);
  });
  return { key, privateKey: pair.privateKey };
}

/** The key with which Google signs for an account, made if there is none that will last. */
export async function systemKey(
  state: IamState,
  account: AccountRecord,
): Promise<{ id: string; privateKey: KeyObject }> {
  const lasting = () => lastingSystemKey(state, account);
  const key =
    lasting() ??
    (await state.keyTurns.take(async () => lasting() ?? makeSystemKey(state, account)));
  return { id: key.id, privateKey: createPrivateKey(key.privateKey ?? '') };
}

/** The public keys whose signatures count as the account's. */
export function signingKeys(state: IamState, account: AccountRecord): KeyObject[] {
  const time = now(state);
  return listKeys(state, account)
    .filter(({ disabled, validBefore }) => disabled !== true && validBefore > time)
    .map(({ certificate }) => new X509Certificate(certificate).publicKey);
}

/** Inside a change: stores a key that was changed. */
export function putKey(state: IamState, key: KeyRecord): void {
  state.keys.put(keyKey(key.account, key.id), key);
}

/** Inside a change: what the key signed no longer counts. */
export function deleteKey(state: IamState, key: KeyRecord): void {
  state.keys.remove(keyKey(key.account, key.id));
}

/** Inside a change: deletes all keys of an account. */
export function removeKeysOf(state: IamState, uniqueId: string): void {
  const prefix = keysOf(uniqueId);
  const keys = [...state.keys.below(prefix)];
  for (const { value } of keys) deleteKey(state, value);
}

async function makeSystemKey(state: IamState, account: AccountRecord): Promise<KeyRecord> {
  const validAfter = wholeSecond(now(state));
  const validity = { validAfter, validBefore: validAfter + SYSTEM_KEY_LIFE };
  const keyAlgorithm = 'KEY_ALG_RSA_2048';
  const pair = await makeKeyPair(account.uniqueId, keyAlgorithm, validity, state.randomBytes);
  const key: KeyRecord = {
    ...newKey(state, account),
    keyType: 'SYSTEM_MANAGED',
    keyAlgorithm,
    ...pair,
    ...validity,
  };
  await state.store.write(() => putKey(state, key));
  return key;
}

function lastingSystemKey(state: IamState, account: AccountRecord): KeyRecord | undefined {
  const until = now(state) + SYSTEM_KEY_REST;
  return listKeys(state, account).find(
    ({ keyType, validBefore }) => keyType === 'SYSTEM_MANAGED' && validBefore > until,
  );
}

function checkUserKeys(state: IamState, account: AccountRecord): void {
  const keys = listKeys(state, account).filter(({ keyType }) => keyType === 'USER_MANAGED');
  if (keys.length < MAX_USER_KEYS) return;
  throw new ApiError(400, 'failedPrecondition', 'Precondition check failed.');
}

function newKey(state: IamState, account: AccountRecord): Pick<KeyRecord, 'id' | 'account'> {
  return { id: Buffer.from(state.randomBytes(20)).toString('hex'), account: account.uniqueId };
}

const wholeSecond = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;
