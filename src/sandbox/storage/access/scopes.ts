import { ApiError } from '../../wire/errors.ts';

/**
 * OAuth scopes say what a token may be used for, whatever roles its owner has: a VM whose
 * scopes are those that Compute Engine gives by default reads Cloud Storage and cannot write
 * to it. Which methods ask for which is in the API's discovery document.
 *
 * https://docs.cloud.google.com/storage/docs/oauth-scopes
 */
export type Scope = keyof typeof ACCEPTED;

const AUTH = 'https://www.googleapis.com/auth/';

const FULL = ['cloud-platform', 'devstorage.full_control'].map((name) => AUTH + name);
const WRITE = [...FULL, `${AUTH}devstorage.read_write`];
const READ = [...WRITE, `${AUTH}devstorage.read_only`, `${AUTH}cloud-platform.read-only`];

const ACCEPTED = {
  /** Reading data, and settings other than ACLs. */
  read: READ,
  /** Writing data, making and deleting buckets. */
  write: WRITE,
  /** Changing settings, reading and changing ACLs. */
  full: FULL,
} as const;

/**
 * Refuses a token that is not good for what is asked.
 *
 * @param scopes of the token; undefined where there are no limits of that kind
 */
export function checkScopes(scopes: readonly string[] | undefined, wanted: Scope): void {
  if (scopes === undefined) return;
  const accepted = ACCEPTED[wanted];
  if (scopes.some((scope) => accepted.includes(scope))) return;
  const challenge = `error=insufficient_scope, scope="${accepted.join(' ')}"`;
  throw new ApiError(403, 'forbidden', 'Provided scope(s) are not authorized', {
    headers: { 'www-authenticate': `Bearer realm="https://accounts.google.com/", ${challenge}` },
  });
}
