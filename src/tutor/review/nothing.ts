import type { Messages } from '../../i18n/messages.ts';
import type { Plan } from './plan.ts';

/** What to say, and a command that goes with it. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

/** Why there is nothing to review today, and when there will be. */
export function whyNothing(
  words: Messages['progress']['review'],
  { next, later, doneToday }: Plan,
  today: string,
): Advice {
  if (next === undefined) return { text: words.none };
  if (later === 0) return { text: words.notToday(next, today) };
  const more = doneToday + Math.min(later, 10);
  const command = `cloudlab review --cap ${more}`;
  return { text: words.enough(doneToday, later, today, next), command };
}
