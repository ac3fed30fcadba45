import type { AccessToken } from '../../identity.ts';
import { findAccount } from '../accounts.ts';
import type { IamState } from '../state.ts';
import { accountCaller } from './account-caller.ts';

/**
 * Tokens of machines that act as a service account: what a VM's metadata server hands out. As
 * there, the same one is given again until it has less than five minutes left: a program that
 * asks before each of its requests makes no new one each time.
 *
 * https://docs.cloud.google.com/compute/docs/access/authenticate-workloads#applications
 *
 * @param scopes those of the machine, which limit whatever the account's roles allow
 */
export function machineToken(
  state: IamState,
  email: string,
  scopes: readonly string[],
): AccessToken {
  const now = state.wallClock().getTime();
  const account = findAccount(state, email);
  const uniqueId = account?.uniqueId ?? '';
  const name = JSON.stringify([uniqueId, scopes]);
  const known = state.machineTokens.get(name);
  if (known !== undefined && known.expires - now > RENEWED_MS) {
    return { token: known.token, expiresInSeconds: Math.floor((known.expires - now) / 1000) };
  }
  const expires = now + LIFE_SECONDS * 1000;
  const caller = accountCaller(email, { scopes: [...scopes] });
  const { token, kept } = state.tokens.give({ caller, expires, account: uniqueId });
  kept.catch((error) => state.log(`a machine's token was not kept: ${error}`));
  state.machineTokens.set(name, { token, expires });
  return { token, expiresInSeconds: LIFE_SECONDS };
}

/** Google says one second less than an hour. */
const LIFE_SECONDS = 3599;
const RENEWED_MS = 5 * 60 * 1000;
