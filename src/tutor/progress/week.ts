import { dayAfter } from './days.ts';
import type { Progress } from './format.ts';

/** Days on which something was learned, seen from today; what was not done is not counted. */
export interface Learned {
  /** The last four weeks, the last day is today. */
  readonly days: readonly { readonly day: string; readonly learned: boolean }[];
  /** How many of them. */
  readonly count: number;
  /** How many in a row up to today, or up to yesterday while today is not over. */
  readonly inARow: number;
  /** Nothing was ever learned. */
  readonly never: boolean;
}

/** @param today on the learner's calendar; days after it come from a clock that ran ahead, and wait */
export function learnedDays({ days }: Pick<Progress, 'days'>, today: string): Learned {
  const known = new Set(days);
  const last = Array.from({ length: 28 }, (_, index) => dayAfter(today, index - 27));
  let day = known.has(today) ? today : dayAfter(today, -1);
  let inARow = 0;
  for (; known.has(day); day = dayAfter(day, -1)) inARow += 1;
  return {
    days: last.map((one) => ({ day: one, learned: known.has(one) })),
    count: last.filter((one) => known.has(one)).length,
    inARow,
    never: days.length === 0,
  };
}
