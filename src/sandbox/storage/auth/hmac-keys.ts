import { ApiError, invalid } from '../../wire/errors.ts';
import { pageOf } from '../../wire/paging.ts';
import { now, type StorageState } from '../state.ts';

/**
 * HMAC keys: an access id and a secret of a service account, with which clients made for
 * Amazon S3 sign their requests.
 *
 *     ACTIVE <-> INACTIVE -> DELETED
 *
 * The secret is shown once, when the key is made. It has to be kept as it is, because
 * checking an HMAC takes the secret itself; the data directory is closed to other users
 * of the machine. A deleted key loses its secret and stays listed for thirty days.
 *
 * https://cloud.google.com/storage/docs/authentication/hmackeys
 */
export interface HmacKeyRecord {
  accessId: string;
  serviceAccountEmail: string;
  /** Whose key it is: an account made anew under an old name does not get it. */
  account: string;
  /** Absent once the key is deleted. */
  secret?: string;
  state: 'ACTIVE' | 'INACTIVE' | 'DELETED';
  /** Counts the changes; the etag is made of it. */
  version: number;
  timeCreated: number;
  updated: number;
}

/** https://cloud.google.com/storage/quotas: HMAC keys of a service account, deleted ones aside */
const MAX_KEYS = 10;

const SECRET_BYTES = 30;
const DELETED_FOR = 30 * 24 * 3600 * 1000;

/** What access ids are spelled with. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PREFIX = 'GOOG1E';
const ACCESS_ID_LENGTH = 61;

/** Inside a change: a new key of the service account. */
export function createHmacKey(state: StorageState, email: string): HmacKeyRecord {
  const account = state.identity.serviceAccount(email);
  if (!account) throw noSuchAccount(email);
  const living = allKeys(state).filter(
    (key) => key.account === account.uniqueId && key.state !== 'DELETED',
  );
  if (living.length >= MAX_KEYS) {
    throw invalid(`Service account ${email} already has the maximum of ${MAX_KEYS} HMAC keys.`);
  }
  const time = now(state);
  const letters = [...state.randomBytes(ACCESS_ID_LENGTH - PREFIX.length)];
  const key: HmacKeyRecord = {
    accessId: `${PREFIX}${letters.map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`,
    serviceAccountEmail: email,
    account: account.uniqueId,
    secret: Buffer.from(state.randomBytes(SECRET_BYTES)).toString('base64'),
    state: 'ACTIVE',
    version: 1,
    timeCreated: time,
    updated: time,
  };
  putKey(state, key);
  return key;
}

/** A key, deleted ones included, or the 404. */
export function requireHmacKey(state: StorageState, accessId: string): HmacKeyRecord {
  const key = findKey(state, accessId);
  if (key) return key;
  const message = `Access ID not found in project ${state.projectId}.`;
  throw new ApiError(404, 'notFound', message);
}

/** The secret of an access id, if what it signs counts now. */
export function activeSecret(
  state: StorageState,
  accessId: string,
): { secret: string; email: string } | undefined {
  const key = findKey(state, accessId);
  if (key?.state !== 'ACTIVE' || key.secret === undefined) return undefined;
  const account = state.identity.serviceAccount(key.serviceAccountEmail);
  if (!account || account.disabled || account.uniqueId !== key.account) return undefined;
  return { secret: key.secret, email: account.email };
}

/** Inside a change: switches a key on or off. */
export function updateHmacKey(
  state: StorageState,
  accessId: string,
  target: 'ACTIVE' | 'INACTIVE',
  etag: string | undefined,
): HmacKeyRecord {
  const key = requireHmacKey(state, accessId);
  if (key.state === 'DELETED') throw invalid('Cannot update keys in DELETED state.');
  if (etag !== undefined && etag !== hmacEtag(key)) {
    throw new ApiError(412, 'conditionNotMet', 'Etag does not match expected value.');
  }
  return changeKey(state, key, { state: target });
}

/** Inside a change: deletes a key, which has to be switched off before. */
export function deleteHmacKey(state: StorageState, accessId: string): void {
  const key = requireHmacKey(state, accessId);
  if (key.state !== 'INACTIVE') throw invalid(`Cannot delete keys in ${key.state} state.`);
  const { secret, ...rest } = key;
  changeKey(state, rest, { state: 'DELETED' });
}

export interface HmacKeyListing {
  email: string | undefined;
  showDeleted: boolean;
  maxResults: number;
  pageToken: string | undefined;
}

/** A page of keys, in the order of their access ids. */
export function listHmacKeys(
  state: StorageState,
  options: HmacKeyListing,
): { items: HmacKeyRecord[]; nextPageToken?: string } {
  const { email, showDeleted, maxResults, pageToken } = options;
  if (email !== undefined && !state.identity.serviceAccount(email)) throw noSuchAccount(email);
  const matching = allKeys(state).filter(
    (key) =>
      (email === undefined || key.serviceAccountEmail === email) &&
      (showDeleted || key.state !== 'DELETED'),
  );
  return pageOf(matching, ({ accessId }) => accessId, { size: maxResults, pageToken });
}

/** The base64 of the version number. */
export function hmacEtag({ version }: HmacKeyRecord): string {
  return Buffer.from(String(version)).toString('base64');
}

/** At most ten of each of a hundred accounts, and those deleted within a month. */
function allKeys(state: StorageState): HmacKeyRecord[] {
  return [...state.hmacKeys.all()]
    .map(({ value }) => value)
    .filter((key) => !isForgotten(state, key));
}

function findKey(state: StorageState, accessId: string): HmacKeyRecord | undefined {
  if (!accessId.startsWith(PREFIX) || accessId.length !== ACCESS_ID_LENGTH) return undefined;
  const key = state.hmacKeys.get(Buffer.from(accessId));
  return key && !isForgotten(state, key) ? key : undefined;
}

const isForgotten = (state: StorageState, key: HmacKeyRecord): boolean =>
  key.state === 'DELETED' && key.updated + DELETED_FOR <= now(state);

function changeKey(
  state: StorageState,
  key: HmacKeyRecord,
  change: Pick<HmacKeyRecord, 'state'>,
): HmacKeyRecord {
  const changed = { ...key, ...change, version: key.version + 1, updated: now(state) };
  putKey(state, changed);
  return changed;
}

function putKey(state: StorageState, key: HmacKeyRecord): void {
  state.hmacKeys.put(Buffer.from(key.accessId), key);
}

const noSuchAccount = (email: string): ApiError =>
  new ApiError(404, 'notFound', `Service Account '${email}' not found.`);
