import type { LessonEntry } from '../../content/compiled.ts';
import { attemptsAt, entryOf, lessonOf, type Progress } from './format.ts';

/** The section that the build adds to every lesson: to look something up, not to be read through. */
export const sourcesSection = 'sources';

/** The sections that are meant to be read; none of a lesson that does not exist. */
export function taughtSections(entry: Pick<LessonEntry, 'sectionIds'> | undefined): string[] {
  return (entry?.sectionIds ?? []).filter((id) => id !== sourcesSection);
}

/** How far a learner is with one lesson; all are numbers of sections or questions. */
export interface LessonState {
  readonly id: string;
  readonly sections: {
    readonly all: number;
    readonly done: number;
    readonly skipped: number;
  };
  readonly questions: {
    readonly all: number;
    readonly answered: number;
    /** Right the last time. */
    readonly right: number;
  };
  /** The section in which the reader stopped, and since when. */
  readonly stopped: { readonly section: string; readonly at: string } | undefined;
  /** Every section was read or skipped. */
  readonly finished: boolean;
  /** Nothing of it was ever opened. */
  readonly unseen: boolean;
}

export function stateOfLesson(progress: Progress, entry: LessonEntry): LessonState {
  const { sections: kept, place } = lessonOf(progress, entry.id);
  const ids = taughtSections(entry);
  const states = ids.flatMap((id) => entryOf(kept, id)?.state ?? []);
  const attempts = entry.questionIds.map((id) => attemptsAt(progress, entry.id, id));
  const section = place?.section ?? undefined;
  const stopped =
    place !== undefined && section !== undefined && ids.includes(section)
      ? { section, at: place.at }
      : undefined;
  return {
    id: entry.id,
    sections: {
      all: ids.length,
      done: states.filter((state) => state === 'done').length,
      skipped: states.filter((state) => state === 'skipped').length,
    },
    questions: {
      all: attempts.length,
      answered: attempts.filter((made) => made.length > 0).length,
      right: attempts.filter((made) => made.at(-1)?.right === true).length,
    },
    stopped,
    finished: states.length === ids.length,
    unseen: states.length === 0 && stopped === undefined,
  };
}
