import { createHash } from 'node:crypto';
import { isProject } from '../project.ts';
import { ApiError, invalid } from '../wire/errors.ts';
import { pageOf } from '../wire/paging.ts';
import { removeKeysOf } from './keys.ts';
import { deletedMember } from './policies/members.ts';
import { renameMember } from './policies/stored.ts';
import { type AccountRecord, accountKey } from './records.ts';
import { type IamState, now } from './state.ts';

/**
 * Service accounts. Beside those that people make, a project has the ones that Google
 * makes for it when an API is switched on; of these, Compute Engine's stands here from
 * the start. It is only written down once somebody changes it.
 *
 * https://cloud.google.com/iam/docs/service-account-types#default
 */

/** https://cloud.google.com/iam/quotas: service accounts in a project */
const MAX_ACCOUNTS = 100;
const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;
/** The longest email address there can be. */
const MAX_EMAIL = 320;

/** The account of that email address, if it exists. */
export function findAccount(state: IamState, email: string): AccountRecord | undefined {
  if (Buffer.byteLength(email) > MAX_EMAIL || email === '') return undefined;
  const account =
    state.accounts.get(accountKey(email)) ??
    defaultAccounts(state).find((candidate) => candidate.email === email);
  return account?.timeDeleted === undefined ? account : undefined;
}

/** The account that a path names by email address or unique id, if it exists. */
export function namedAccount(
  state: IamState,
  project: string,
  name: string,
): AccountRecord | undefined {
  if (project !== '-' && !isProject(state, project)) return undefined;
  return /^\d{21}$/.test(name)
    ? allAccounts(state).find(({ uniqueId }) => uniqueId === name)
    : findAccount(state, name);
}

/** The same, or the 404. */
export function requireAccount(state: IamState, project: string, name: string): AccountRecord {
  const account = namedAccount(state, project, name);
  if (account) return account;
  throw new ApiError(404, 'notFound', 'Unknown service account');
}

/** Inside a change: makes a service account of the name `accountId`. */
export function createAccount(
  state: IamState,
  accountId: string,
  settings: Pick<AccountRecord, 'displayName' | 'description'>,
): AccountRecord {
  checkAccountId(accountId);
  const email = `${accountId}@${state.projectId}.iam.gserviceaccount.com`;
  if (findAccount(state, email)) {
    const resource = `projects/${state.projectId}`;
    const message = `Service account ${accountId} already exists within project ${resource}.`;
    throw new ApiError(409, 'alreadyExists', message);
  }
  if (allAccounts(state).length >= MAX_ACCOUNTS) {
    const message = `Service account limit on project is ${MAX_ACCOUNTS}.`;
    throw new ApiError(429, 'resourceExhausted', message);
  }
  const account = { email, uniqueId: uniqueIdOf(Buffer.from(state.randomBytes(16))), ...settings };
  state.accounts.put(accountKey(email), account);
  return account;
}

/** Inside a change: stores an account that was changed. */
export function putAccount(state: IamState, account: AccountRecord): AccountRecord {
  state.accounts.put(accountKey(account.email), account);
  return account;
}

/** Inside a change: deletes an account and, with it, what it could sign with. */
export function deleteAccount(state: IamState, account: AccountRecord): void {
  putAccount(state, { ...account, timeDeleted: now(state) });
  removeKeysOf(state, account.uniqueId);
  const { email, uniqueId } = account;
  renameMember(state, `serviceAccount:${email}`, deletedMember(email, uniqueId));
}

/**
 * Inside a change: takes a deletion back. Policies name the account again as they did.
 *
 * @throws ApiError 404 for an account that was not deleted in the last 30 days
 */
export function undeleteAccount(state: IamState, uniqueId: string): AccountRecord {
  const oldest = now(state) - UNDELETE_DAYS * 24 * 3600_000;
  for (const { value } of [...state.accounts.all()]) {
    const { timeDeleted, ...account } = value;
    if (value.uniqueId !== uniqueId || timeDeleted === undefined || timeDeleted < oldest) continue;
    putAccount(state, account);
    const { email } = account;
    renameMember(state, deletedMember(email, uniqueId), `serviceAccount:${email}`);
    return account;
  }
  throw new ApiError(404, 'notFound', 'Unknown service account');
}

/** https://docs.cloud.google.com/iam/docs/service-accounts-delete-undelete */
const UNDELETE_DAYS = 30;

/** A page of the accounts, in the order of their email addresses. */
export function listAccounts(
  state: IamState,
  pageSize: number,
  pageToken: string | undefined,
): { items: AccountRecord[]; nextPageToken?: string } {
  const size = Math.min(pageSize || DEFAULT_PAGE, MAX_PAGE);
  return pageOf(allAccounts(state), ({ email }) => email, { size, pageToken });
}

/** Every account that exists, by email address. There are at most a hundred or so. */
function allAccounts(state: IamState): AccountRecord[] {
  const byEmail = new Map(defaultAccounts(state).map((account) => [account.email, account]));
  for (const { value } of state.accounts.all()) byEmail.set(value.email, value);
  return [...byEmail.values()]
    .filter(({ timeDeleted }) => timeDeleted === undefined)
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

function defaultAccounts({ projectNumber }: IamState): AccountRecord[] {
  const email = `${projectNumber}-compute@developer.gserviceaccount.com`;
  const uniqueId = uniqueIdOf(createHash('sha256').update(email).digest());
  return [{ email, uniqueId, displayName: 'Compute Engine default service account' }];
}

/** 21 digits from random bytes; Google's begin with a 1. */
function uniqueIdOf(random: Buffer): string {
  const digits = BigInt(`0x${random.toString('hex')}`) % 10n ** 20n;
  return `1${digits.toString().padStart(20, '0')}`;
}

function checkAccountId(id: string): void {
  if (id.length < 6 || id.length > 30) {
    throw invalid(`The account ID "${id}" does not have a length between 6 and 30.`);
  }
  if (!/^[a-z](?:[-a-z0-9]*[a-z0-9])$/.test(id)) {
    const pattern = '[a-z]([-a-z0-9]*[a-z0-9])';
    throw invalid(`The account ID "${id}" does not match the regular expression ${pattern}.`);
  }
}
