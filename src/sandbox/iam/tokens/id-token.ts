import { GOOGLE } from '../google-account.ts';
import { systemKey } from '../keys.ts';
import type { AccountRecord } from '../records.ts';
import type { IamState } from '../state.ts';
import { LEARNER } from './callers.ts';
import { signJwt } from './signed-jwt.ts';

/**
 * An ID token: Google's word, signed by its own key, that its bearer is this account, for one
 * audience only. Who gets it verifies it by the keys at `/oauth2/v3/certs`.
 *
 * https://docs.cloud.google.com/docs/authentication/token-types#id
 *
 * @param more what it says besides who it is: the address, or more than that
 */
export async function idToken(
  state: IamState,
  { email, uniqueId }: Pick<AccountRecord, 'email' | 'uniqueId'>,
  audience: string,
  more: { email: boolean },
): Promise<string> {
  const iat = Math.floor(state.wallClock().getTime() / 1000);
  const claims = {
    aud: audience,
    azp: more.email ? email : uniqueId,
    ...(more.email ? { email, email_verified: true } : {}),
    exp: iat + 3600,
    iat,
    iss: 'https://accounts.google.com',
    sub: uniqueId,
  };
  return signJwt(claims, await systemKey(state, GOOGLE));
}

/** The same for who learns here. */
export const learnerIdToken = (state: IamState, audience: string): Promise<string> =>
  idToken(state, { email: LEARNER.name, uniqueId: LEARNER_ID }, audience, { email: true });

/** People have 21 digits, too. */
const LEARNER_ID = '100000000000000000001';
