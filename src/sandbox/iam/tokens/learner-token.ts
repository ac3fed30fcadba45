import type { IamState } from '../state.ts';
import { LEARNER } from './callers.ts';

/** What whoever knows the control token is given; the sandbox's command line keeps it. */
export interface LearnerToken {
  accessToken: string;
  /** In seconds. */
  expiresIn: number;
  email: string;
}

/**
 * The token with which the learner's own tools say who is there, instead of a sign-in with a
 * browser. One for as long as the sandbox runs, and none after that: unlike Google's it does
 * not end in the middle of an afternoon, and whoever starts a sandbox asks for a new one.
 */
export function learnerToken(state: IamState): LearnerToken {
  const now = state.wallClock().getTime();
  // It may have been revoked.
  if (state.learner.token === undefined || !state.tokens.find(state.learner.token)) {
    const record = { caller: LEARNER, expires: now + LIFE_SECONDS * 1000 };
    const { token, kept } = state.tokens.give(record, false);
    kept.catch((error) => state.log(`the secret of tokens was not kept: ${error}`));
    state.learner.token = token;
  }
  return { accessToken: state.learner.token, expiresIn: LIFE_SECONDS, email: LEARNER.name };
}

/** Ten years: longer than any process. */
const LIFE_SECONDS = 10 * 365 * 24 * 3600;
