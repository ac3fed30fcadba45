import type { AccountRecord } from './records.ts';

/** Whose key signs ID tokens: Google's own. It is kept like those of an account, and is none. */
export const GOOGLE: AccountRecord = {
  email: 'federated-signon@system.gserviceaccount.com',
  uniqueId: 'accounts.google.com',
};
