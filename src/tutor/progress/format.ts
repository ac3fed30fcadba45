/**
 * What is kept of a learner, as it stands in the file. Everything in it can be
 * merged with what another computer has kept (`merge.ts`): sets that only grow,
 * and settings of which the later one counts.
 *
 * Cards are not in it: a card is what ts-fsrs makes of a question's attempts
 * (`review/cards.ts`), so that the two can never contradict each other.
 *
 * Ids of lessons, sections, questions and missions that no longer exist stay
 * where they are, and nobody asks for them.
 */
import * as z from 'zod/mini';

/** The format that is written. Whoever changes it raises the number and adds a step to `migrate.ts`. */
export const currentFormat = 1;

const id = z.string().check(z.regex(/^[A-Za-z0-9][\w.-]{0,127}$/));
/** As `toISOString` writes it, and no other way: so texts compare as times do. */
const instant = z.string().check(z.refine(isInstant));
/** A day on the learner's own calendar. */
const day = z.iso.date();

const attemptSchema = z.object({
  at: instant,
  right: z.boolean(),
  /** Ids of what was chosen, in the order in which it was given; a number as it was typed. */
  given: z.array(z.string()),
});

const lessonSchema = z.object({
  /** Sections that were left at least once; done is never taken back by skipping it later. */
  sections: z.record(id, z.object({ state: z.enum(['done', 'skipped']), at: instant })),
  /** Where the reader stopped; null once everything was read. */
  place: z.optional(z.object({ section: z.nullable(id), at: instant })),
  /** By the question's id, in the order of their times. */
  attempts: z.record(id, z.array(attemptSchema)),
});

export const progressSchema = z.object({
  format: z.literal(currentFormat),
  lessons: z.record(id, lessonSchema),
  /** When each mission was passed. */
  missions: z.record(id, z.array(instant)),
  /** Days on which something was learned, ascending. */
  days: z.array(day),
  /** How many cards a day, if the learner has said so. */
  cap: z.optional(z.object({ value: z.int().check(z.minimum(1)), at: instant })),
});

function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

export type Progress = z.infer<typeof progressSchema>;
export type LessonProgress = z.infer<typeof lessonSchema>;
export type Attempt = z.infer<typeof attemptSchema>;

export function emptyProgress(): Progress {
  return { format: currentFormat, lessons: {}, missions: {}, days: [] };
}

/** What a record says of an id; ids come from files, and one may be called `constructor`. */
export function entryOf<Value>(
  record: Readonly<Record<string, Value>>,
  id: string,
): Value | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

/** What is known of a lesson; nothing, where it was never opened. */
export function lessonOf({ lessons }: Progress, lesson: string): LessonProgress {
  return entryOf(lessons, lesson) ?? { sections: {}, attempts: {} };
}

/** The attempts at a question, the earliest first. */
export function attemptsAt(
  progress: Progress,
  lesson: string,
  question: string,
): readonly Attempt[] {
  return entryOf(lessonOf(progress, lesson).attempts, question) ?? [];
}

/**
 * Attempts as they are kept: each once, by time, and where that is the same, by
 * content. Nobody answers a question twice in the same way and the same millisecond.
 */
export function attemptsOf(attempts: readonly Attempt[]): Attempt[] {
  const byKey = new Map(
    attempts.map((attempt) => [
      JSON.stringify([attempt.at, attempt.right, attempt.given]),
      attempt,
    ]),
  );
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, attempt]) => attempt);
}
