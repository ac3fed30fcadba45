import type { Caller } from '../../identity.ts';
import { findAccount } from '../accounts.ts';
import { GOOGLE } from '../google-account.ts';
import type { IamState } from '../state.ts';
import { accountCaller } from './account-caller.ts';
import { lifetimeFault } from './lifetime.ts';
import { type Jwt, parseJwt, signerOf } from './signed-jwt.ts';

/**
 * Self-signed tokens: a service account's key signs a JWT that is sent as the bearer token
 * itself, without asking anybody for one. Google's libraries do that where they can (Node's for
 * all but Cloud Storage, Go's, Python's with `with_always_use_jwt_access`). It says either what
 * it is for (`scope`) or with whom (`aud`: `https://compute.googleapis.com/`).
 *
 * https://google.aip.dev/auth/4111
 *
 * @param service the API that is asked, such as `compute`; undefined where it has no name
 * @returns who it is; `undefined` for what is not this sandbox's to judge; `false` for what is
 *   and does not hold
 */
export function callerByJwt(
  state: IamState,
  token: string,
  service: string | undefined,
): Caller | false | undefined {
  const jwt = parseJwt(token);
  if (jwt === undefined) return undefined;
  const { iss, sub = iss, aud, scope } = jwt.claims;
  if (typeof iss !== 'string' || !isOurs(state, iss))
    return isIdToken(state, jwt) ? false : undefined;
  const account = findAccount(state, iss);
  if (account === undefined || account.disabled === true || sub !== account.email) return false;
  if (lifetimeFault(jwt.claims, state.wallClock().getTime()) !== undefined) return false;
  if (typeof scope !== 'string' && !isFor(aud, service)) return false;
  const key = signerOf(state, account, jwt);
  if (key === undefined) return false;
  return accountCaller(account.email, {
    keyName: keyName(state, account.email, key.id),
    ...(typeof scope === 'string' ? { scopes: scope.split(' ') } : {}),
  });
}

/** How the audit log names a key. */
export const keyName = ({ projectId }: IamState, email: string, id: string): string =>
  `//iam.googleapis.com/projects/${projectId}/serviceAccounts/${email}/keys/${id}`;

/** True for the address of an account that can only be in this sandbox, if it is at all. */
const isOurs = ({ projectId, projectNumber }: IamState, email: string): boolean =>
  email.endsWith(`@${projectId}.iam.gserviceaccount.com`) ||
  email === `${projectNumber}-compute@developer.gserviceaccount.com`;

/** An ID token says who somebody is to somebody else; Google's APIs do not take it. */
const isIdToken = (state: IamState, jwt: Jwt): boolean =>
  signerOf(state, GOOGLE, jwt) !== undefined;

/** The audience is the API's address on Google Cloud, or this sandbox's. */
function isFor(aud: unknown, service: string | undefined): boolean {
  if (typeof aud !== 'string' || !URL.canParse(aud)) return false;
  const { hostname, pathname } = new URL(aud);
  if (pathname === '/token') return false;
  if (/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return true;
  const [, name] = /^(\w+)\.googleapis\.com$/.exec(hostname) ?? [];
  return name !== undefined && (service === undefined || name === service || name === 'www');
}
