import { invalid } from '../../wire/errors.ts';
import { findAccount } from '../accounts.ts';
import type { IamState } from '../state.ts';

/**
 * Whom a binding names: a type, a colon and a name. Only what is in the sandbox can be looked
 * up; whether a person, a group or a domain exists, Google knows.
 *
 * https://docs.cloud.google.com/iam/docs/principal-identifiers
 */

const EMAIL = /^[^\s@/:?]+@[^\s@/:?]+\.[^\s@/:?]+$/;

const FORMS: Readonly<Record<string, RegExp>> = {
  user: EMAIL,
  // A Kubernetes service account has an address of its own: PROJECT.svc.id.goog[NAMESPACE/NAME].
  serviceAccount:
    /^(?:[^\s@/:?]+@[^\s@/:?]+\.[^\s@/:?]+|[\w.:-]+\.svc\.id\.goog\[[\w-]+\/[\w-]+\])$/,
  group: EMAIL,
  domain: /^[^\s@/:]+\.[^\s@/:]+$/,
  principal: /^\/\/iam\.googleapis\.com\/\S+$/,
  principalSet: /^\/\/(?:iam|cloudresourcemanager)\.googleapis\.com\/\S+$/,
  // What a member becomes whose account is deleted: `deleted:serviceAccount:EMAIL?uid=NUMBER`.
  deleted: /^(?:(?:user|serviceAccount|group):[^\s@]+@[^\s@?]+\?uid=\d+|principal:\/\/\S+)$/,
};

const NOUNS: Readonly<Record<string, string>> = {
  user: 'User',
  serviceAccount: 'Service account',
  group: 'Group',
  domain: 'Domain',
};

/** Google does not take longer ones either. */
const MAX_MEMBER = 1024;

/**
 * A member as it is stored: addresses in lower case.
 *
 * @throws ApiError 400 for one that cannot be, in Google's words
 */
export function acceptMember(state: IamState, text: string): string {
  if (text === 'allUsers' || text === 'allAuthenticatedUsers') return text;
  const [, kind = '', name = ''] = /^(\w+):(.+)$/s.exec(text) ?? [];
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  if (form === undefined || text.length > MAX_MEMBER) {
    throw invalid(
      `The member ${text.slice(0, MAX_MEMBER)} is of an unknown type. Please set a valid type ` +
        'prefix for the member.',
    );
  }
  const noun = NOUNS[kind];
  if (!form.test(name)) {
    throw invalid(
      noun === undefined ? `Invalid member: ${text}` : `${noun} ${name} does not exist.`,
    );
  }
  if (noun === undefined) return text;
  const email = name.toLowerCase();
  if (kind === 'serviceAccount' && isOurs(state, email) && !findAccount(state, email)) {
    throw invalid(`Service account ${email} does not exist.`);
  }
  return `${kind}:${email}`;
}

/** What a service account is called in policies once it is deleted. */
export const deletedMember = (email: string, uniqueId: string): string =>
  `deleted:serviceAccount:${email}?uid=${uniqueId}`;

const isOurs = ({ projectId, projectNumber }: IamState, email: string): boolean =>
  email.endsWith(`@${projectId}.iam.gserviceaccount.com`) ||
  email === `${projectNumber}-compute@developer.gserviceaccount.com`;
