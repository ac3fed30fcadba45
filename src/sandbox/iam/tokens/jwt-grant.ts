import { findAccount } from '../accounts.ts';
import type { AccountRecord, KeyRecord } from '../records.ts';
import type { IamState } from '../state.ts';
import { accountCaller } from './account-caller.ts';
import { keyName } from './account-jwt.ts';
import { idToken } from './id-token.ts';
import { lifetimeFault } from './lifetime.ts';
import { oauthError } from './oauth-errors.ts';
import { isScope } from './scopes.ts';
import { type Jwt, parseJwt, signerOf } from './signed-jwt.ts';

/**
 * A service account's key is exchanged for an access token: the client signs what it wants with
 * the key of its key file and sends that to the file's `token_uri`.
 *
 *     POST /token
 *     grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=<JWT>
 *     JWT: {iss: <email>, aud: <token_uri>, scope: "...", iat, exp}, signed with RS256
 *     -> {"access_token": "ya29.c...", "expires_in": 3599, "token_type": "Bearer"}
 *
 * With `target_audience` instead of `scope` the answer is an ID token. The key is not asked
 * again: a token outlives the deletion of the key that it was got with, and ends with its
 * account's.
 *
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 *
 * @param address where this request was sent to, without a path
 * @returns whose token it is, and what the client is answered
 * @throws ApiError in OAuth's words
 */
export async function exchangeJwt(
  state: IamState,
  assertion: string,
  address: string,
): Promise<{ email: string; answer: object }> {
  const jwt = parseJwt(assertion);
  if (jwt === undefined) throw refused('Invalid JWT: the assertion is not a signed JWT.');
  const { account, key } = proven(state, jwt);
  checkTimes(state, jwt);
  checkAudience(jwt, address);
  const { scope, sub, target_audience: audience } = jwt.claims;
  if (sub !== undefined && sub !== account.email) throw UNAUTHORIZED();
  if (typeof audience === 'string' && audience !== '') {
    const token = await idToken(state, account, audience, { email: true });
    return { email: account.email, answer: { id_token: token } };
  }
  const scopes = typeof scope === 'string' ? scope.split(/\s+/).filter((one) => one !== '') : [];
  if (scopes.length === 0 || !scopes.every(isScope)) {
    throw oauthError('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  }
  const caller = accountCaller(account.email, {
    scopes,
    keyName: keyName(state, account.email, key.id),
  });
  const expires = state.wallClock().getTime() + LIFE_SECONDS * 1000;
  const { token, kept } = state.tokens.give({ caller, expires, account: account.uniqueId });
  await kept;
  const answer = { access_token: token, expires_in: LIFE_SECONDS, token_type: 'Bearer' };
  return { email: account.email, answer };
}

/** Google says one second less than an hour. */
const LIFE_SECONDS = 3599;

const refused = (description: string) => oauthError('invalid_grant', description);

function proven(state: IamState, jwt: Jwt): { account: AccountRecord; key: KeyRecord } {
  const { iss } = jwt.claims;
  const account = typeof iss === 'string' ? findAccount(state, iss) : undefined;
  if (account === undefined) throw refused('Invalid grant: account not found');
  const key = signerOf(state, account, jwt);
  if (key === undefined) throw refused('Invalid JWT Signature.');
  if (account.disabled === true) {
    throw oauthError('disabled_client', 'The OAuth client was disabled.', 401);
  }
  return { account, key };
}

/** In Google's words, and then what Google leaves to be found out: which clock is wrong. */
function checkTimes(state: IamState, { claims }: Jwt): void {
  const fault = lifetimeFault(claims, state.wallClock().getTime());
  if (fault !== undefined) throw refused(`${NOT_SHORT_LIVED} (${fault})`);
}

const NOT_SHORT_LIVED =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
  'Check your iat and exp values in the JWT claim.';

/** Where Google's libraries believe that they are sending it, whatever they were told. */
const GOOGLES = [
  'https://oauth2.googleapis.com/token',
  'https://accounts.google.com/o/oauth2/token',
  'https://www.googleapis.com/oauth2/v4/token',
];

function checkAudience({ claims: { aud } }: Jwt, address: string): void {
  const right = `${address}/token`;
  const sameHere = (url: string) =>
    /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/token$/.test(url) &&
    new URL(url).port === new URL(right).port;
  if (typeof aud === 'string' && (GOOGLES.includes(aud) || sameHere(aud) || aud === right)) return;
  throw refused(`Invalid JWT: Failed audience check. The right audience is ${right}`);
}

const UNAUTHORIZED = () =>
  oauthError(
    'unauthorized_client',
    'Client is unauthorized to retrieve access tokens using this method, or client not ' +
      'authorized for any of the scopes requested.',
    401,
  );
