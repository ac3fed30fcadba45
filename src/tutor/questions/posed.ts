import type { Inline, Question } from '../../content/compiled.ts';
import type { GivenAnswer } from '../learning.ts';
import type { Choice, Page } from '../stage.ts';
import { poseChoice } from './choice.ts';
import { poseMatch } from './match.ts';
import { poseMultiple } from './multiple.ts';
import { poseNumber } from './number.ts';
import { poseOrder } from './order.ts';

/**
 * A question as it is put to somebody: with what can be chosen in one certain
 * order. A file for each type knows how it is shown, answered, judged and
 * explained; whoever asks knows none of that.
 */
export interface Posed {
  /** What there is to choose from, in groups. */
  readonly choices: readonly (readonly Marked[])[];
  /** How to answer at a keyboard, where that needs to be said. */
  hint(page: Page): string | undefined;
  /** What is asked for, where nobody types. */
  hintOnPaper(page: Page): string | undefined;
  /** What can be typed as an answer, as the prompt line and its help say it. */
  answerKey(page: Page): Choice;
  /** One key is the whole answer; otherwise it is written and ended with Enter. */
  readonly oneKey: boolean;
  /** What a key makes of an answer that is being written; see `Entry`. */
  type(written: string, typed: string): string | undefined;
  /** What was answered, in ids (a number as it was typed); undefined where it is no answer. */
  read(written: string): readonly string[] | undefined;
  /** What to say of something written that is no answer. */
  complaint(page: Page): string;
  isRight(given: readonly string[]): boolean;
  /** Says whether it was right, and why each part of it is so. */
  explain(page: Page, answer: GivenAnswer): void;
  /** Why what was neither chosen nor right tempts, and is wrong; nothing where all has been said. */
  others?(page: Page, answer: GivenAnswer): readonly Reason[];
  /** The right answer, and why the others are not, for whom nobody asked. */
  solution(page: Page): readonly Reason[];
}

/** Something with the number or letter by which it is called. */
export interface Marked {
  readonly mark: string;
  readonly text: readonly Inline[];
}

export interface Reason {
  /** The number or letter of what it is about; undefined for a number that was to be found. */
  readonly mark: string | undefined;
  /** What is right; undefined for a reason why something is not. */
  readonly text: readonly Inline[] | undefined;
  readonly why: readonly Inline[];
}

/** @param seed decides the order of what can be chosen */
export function pose(question: Question, seed: number): Posed {
  switch (question.type) {
    case 'single':
    case 'experiment':
      return poseChoice(question, seed);
    case 'multiple':
      return poseMultiple(question, seed);
    case 'order':
      return poseOrder(question, seed);
    case 'match':
      return poseMatch(question, seed);
    case 'number':
      return poseNumber(question);
  }
}
