import type { Caller } from '../../identity.ts';

/** A service account, as what proved it says. */
export function accountCaller(
  email: string,
  more: Pick<Caller, 'scopes' | 'through' | 'keyName'> = {},
): Caller {
  return { member: `serviceAccount:${email}`, sets: [], name: email, unlimited: false, ...more };
}
