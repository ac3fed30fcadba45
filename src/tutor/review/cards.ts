/**
 * The cards of a learner: what ts-fsrs (https://github.com/open-spaced-repetition/ts-fsrs)
 * makes of the attempts at each question. A card is computed, never kept, so that
 * it follows from the attempts whatever was merged, and whichever clock they
 * were made by.
 */
import {
  createEmptyCard,
  type FSRS,
  type Card as FsrsCard,
  fsrs,
  GenSeedStrategyWithCardId,
  type Grade,
  Rating,
  StrategyMode,
} from 'ts-fsrs';
import type { LessonEntry } from '../../content/compiled.ts';
import { type Attempt, attemptsAt, type Progress } from '../progress/format.ts';

export interface Card {
  readonly lesson: string;
  readonly question: string;
  readonly due: Date;
  /** The last answer was wrong. */
  readonly wrong: boolean;
  /** How many answers were wrong so far. */
  readonly mistakes: number;
  /** How likely it is known now, from 0 to 1. */
  readonly recall: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** A right answer this soon after the last only shows that one has just read it. */
const tooSoon = 12 * hour;

/** Clocks of two computers may differ by this much; what is dated later was dated by a clock that was wrong. */
const skew = day;

/** What went wrong comes back the next day; steps of minutes would ask for what was just explained. */
const steps = ['1d'] as const;
const settings = { learning_steps: steps, relearning_steps: steps, maximum_interval: 365 };

/** The cards of all questions that were answered and still exist. */
export function cardsOf(progress: Progress, lessons: readonly LessonEntry[], now: Date): Card[] {
  const schedulers = {
    exact: fsrs({ ...settings, enable_fuzz: false }),
    // Who learned ten things in an hour should not meet all ten again in the same hour.
    fuzzed: fsrs({ ...settings, enable_fuzz: true }).useStrategy(
      StrategyMode.SEED,
      GenSeedStrategyWithCardId('id'),
    ),
  };
  return lessons.flatMap(({ id, questionIds }) =>
    questionIds.flatMap((question) => {
      const attempts = attemptsAt(progress, id, question);
      if (attempts.length === 0) return [];
      return [cardOf(schedulers, id, question, attempts, now)];
    }),
  );
}

interface Schedulers {
  readonly exact: FSRS;
  /** Differs in the interval alone, and takes three times as long. */
  readonly fuzzed: FSRS;
}

function cardOf(
  schedulers: Schedulers,
  lesson: string,
  question: string,
  attempts: readonly Attempt[],
  now: Date,
): Card {
  // What was answered by a clock that ran ahead says nothing of when; without it the card is due.
  const dated = attempts.filter(({ at }) => Date.parse(at) <= now.getTime() + skew);
  const card = schedule(schedulers, `${lesson}/${question}`, reviewsIn(dated, now));
  return {
    lesson,
    question,
    due: card?.due ?? now,
    wrong: (dated.at(-1) ?? attempts.at(-1))?.right === false,
    mistakes: attempts.filter(({ right }) => !right).length,
    recall: card === undefined ? 0 : schedulers.exact.get_retrievability(card, now, false),
  };
}

interface Review {
  readonly at: Date;
  readonly grade: Grade;
}

/** The attempts that count, and for how much. */
function reviewsIn(attempts: readonly Attempt[], now: Date): Review[] {
  const reviews: Review[] = [];
  let before: Attempt | undefined;
  for (const attempt of attempts) {
    const at = new Date(Math.min(Date.parse(attempt.at), now.getTime()));
    const since = at.getTime() - (reviews.at(-1)?.at.getTime() ?? Number.NEGATIVE_INFINITY);
    if (attempt.right && since < tooSoon) continue;
    reviews.push({ at, grade: gradeOf(attempt, before) });
    before = attempt;
  }
  return reviews;
}

function schedule(
  { exact, fuzzed }: Schedulers,
  id: string,
  reviews: readonly Review[],
): FsrsCard | undefined {
  let card: FsrsCard | undefined;
  for (const [index, { at, grade }] of reviews.entries()) {
    // What is remembered does not depend on the fuzz, and when it is due only on that of the last.
    const scheduler = index === reviews.length - 1 ? fuzzed : exact;
    const fresh = { ...createEmptyCard(at), id };
    card = scheduler.next(card ?? fresh, at, grade).card;
  }
  return card;
}

/**
 * Nobody is asked how hard it was: that would be a second question after each.
 * The answer says it: wrong, right after it was wrong the last time, or right.
 */
function gradeOf({ right }: Attempt, before: Attempt | undefined): Grade {
  if (!right) return Rating.Again;
  return before?.right === false ? Rating.Hard : Rating.Good;
}
