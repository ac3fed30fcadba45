import type { LessonEntry } from '../../content/compiled.ts';
import { dayAfter, dayOf } from '../progress/days.ts';
import { attemptsAt, type Progress } from '../progress/format.ts';
import type { Card } from './cards.ts';

/** How many cards a day, where the learner has not said: some five minutes. */
export const usualCap = 10;

/** What there is to review today, and what is not for today. */
export interface Plan {
  readonly cap: number;
  /** Reviewed today already. */
  readonly doneToday: number;
  /** All that are due, the most useful first. */
  readonly due: readonly Card[];
  /** What of it is asked today. */
  readonly today: readonly Card[];
  /** How many are due as well, and moved on: so much a day is enough. */
  readonly later: number;
  /** The last day to which cards were moved on. */
  readonly until: string | undefined;
  /** The day of the next card, where none is due today; undefined where there are no cards. */
  readonly next: string | undefined;
}

/** Cards are due by the day: who learns in the evening may review in the morning. */
export function planReviews(
  progress: Progress,
  lessons: readonly LessonEntry[],
  cards: readonly Card[],
  now: Date,
): Plan {
  const today = dayOf(now);
  const cap = progress.cap?.value ?? usualCap;
  const doneToday = countReviews(progress, lessons, today);
  const left = Math.max(0, cap - doneToday);
  const due = cards.filter((card) => dayOf(card.due) <= today).toSorted(mostUsefulFirst);
  const later = Math.max(0, due.length - left);
  const coming = cards.map((card) => dayOf(card.due)).filter((day) => day > today);
  return {
    cap,
    doneToday,
    due,
    today: due.slice(0, left),
    later,
    until: later > 0 ? dayAfter(today, Math.ceil(later / cap)) : undefined,
    next: later > 0 ? dayAfter(today, 1) : coming.toSorted()[0],
  };
}

/**
 * Own mistakes come first. After them what is most nearly still known: where not
 * everything can be reviewed in time, that keeps the most for the same effort
 * (https://github.com/open-spaced-repetition/fsrs4anki/wiki, "Descending retrievability").
 */
function mostUsefulFirst(one: Card, other: Card): number {
  return (
    Number(other.wrong) - Number(one.wrong) ||
    Math.sign(other.mistakes) - Math.sign(one.mistakes) ||
    other.recall - one.recall ||
    (`${one.lesson}/${one.question}` < `${other.lesson}/${other.question}` ? -1 : 1)
  );
}

/** Questions that were answered on this day and on one before. */
function countReviews(progress: Progress, lessons: readonly LessonEntry[], today: string): number {
  const isReview = (lesson: string, question: string) => {
    const days = attemptsAt(progress, lesson, question).map(({ at }) => dayOf(new Date(at)));
    return days.includes(today) && days.some((day) => day < today);
  };
  return lessons
    .flatMap(({ id, questionIds }) => questionIds.map((question) => isReview(id, question)))
    .filter(Boolean).length;
}
