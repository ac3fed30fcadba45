import { findAccount } from '../accounts.ts';
import { GOOGLE } from '../google-account.ts';
import type { IamState } from '../state.ts';
import { oauthError } from './oauth-errors.ts';
import { parseJwt, signerOf } from './signed-jwt.ts';

/**
 * What a token is: whose, with which scopes, for how long.
 *
 * https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint
 */
export async function tokenInfo(
  state: IamState,
  given: Readonly<Record<string, string | undefined>>,
): Promise<object> {
  const { access_token: access, id_token: id } = given;
  if (id !== undefined) return idTokenInfo(state, id);
  const record = access === undefined ? undefined : state.tokens.find(access);
  if (record === undefined) throw oauthError('invalid_token', 'Invalid Value');
  const { caller, expires } = record;
  const account = findAccount(state, caller.name);
  const id21 = account?.uniqueId ?? '';
  return {
    ...(account === undefined ? {} : { azp: id21, aud: id21, sub: id21 }),
    scope: (caller.scopes ?? [CLOUD_PLATFORM]).join(' '),
    exp: String(Math.floor(expires / 1000)),
    expires_in: String(Math.floor((expires - state.wallClock().getTime()) / 1000)),
    ...(caller.name.includes('@') ? { email: caller.name, email_verified: 'true' } : {}),
    access_type: 'online',
  };
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

function idTokenInfo(state: IamState, text: string): object {
  const jwt = parseJwt(text);
  const key = jwt && signerOf(state, GOOGLE, jwt);
  const ended = Number(jwt?.claims['exp']) * 1000 <= state.wallClock().getTime();
  if (jwt === undefined || key === undefined || ended) {
    throw oauthError('invalid_token', 'Invalid Value');
  }
  const shown = Object.entries(jwt.claims).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(shown), alg: 'RS256', kid: key.id, typ: 'JWT' };
}
