/**
 * What a lesson that is played tells of its reader, and asks. The player knows
 * nothing of files: whoever implements this keeps it (`progress/`), and where
 * it cannot be kept, says so once and lets the reader go on.
 */
export interface Learning {
  /** The section in which the reader stopped; undefined where it was never begun, or read to the end. */
  stoppedAt(lesson: string): string | undefined;
  stateOf(lesson: string, section: string): SectionState;
  /** The reader has this section before the eyes. */
  enter(lesson: string, section: string): void;
  /** The reader went on from it: after reading, or without. */
  leave(lesson: string, section: string, how: 'done' | 'skipped'): void;
  /** A question of a lesson was answered. */
  answer(lesson: string, question: string, answer: GivenAnswer): void;
}

/** Skipped is not done, and not unseen. */
export type SectionState = 'unseen' | 'skipped' | 'done';

export interface GivenAnswer {
  readonly right: boolean;
  /** Ids of what was chosen, in the order in which it was given; a number as it was typed. */
  readonly given: readonly string[];
}
