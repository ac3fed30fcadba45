import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../context.ts';
import type { ErrorCode, UserError } from '../errors.ts';
import type { ErrorText } from '../i18n/errors.en.ts';
import type { Messages } from '../i18n/messages.ts';
import { makeDirectory } from '../make-directory.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './width.ts';

/** The words for an error in the user's language. */
export function describeError<Code extends ErrorCode>(
  error: UserError<Code>,
  say: Messages,
): ErrorText {
  return say.errors[error.code](error.details);
}

/** The same, laid out: what happened, why, what to do next. */
export function renderError(error: UserError, terminal: Terminal, say: Messages): string {
  const { what, why, next } = describeError(error, say);
  const { bad, faint } = terminal.paint;
  const { error: errorLabel, why: whyLabel, next: nextLabel } = say.errorLabels;
  return [
    `${bad(`${errorLabel}:`)} ${what}`,
    ...(why === undefined ? [] : [`${faint(`${whyLabel}:`)} ${why}`]),
    `${faint(`${nextLabel}:`)} ${next}`,
  ]
    .map((line) => wrap(line, terminal.columns, '  '))
    .join('\n');
}

/** For anything that is not a UserError: our mistake. The trace goes into the log, not onto the screen. */
export function describeBug(error: unknown, log: string, clock: Clock, say: Messages): string {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    makeDirectory(dirname(log));
    appendFileSync(log, `${clock.now().toISOString()} ${trace}\n`, { mode: 0o600 });
  } catch {
    // Nowhere to write it: then the screen is better than nothing.
    return `${say.ourBug('stderr')}\n${trace}`;
  }
  return say.ourBug(log);
}
