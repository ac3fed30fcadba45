import { dayOf } from './days.ts';
import {
  type Attempt,
  attemptsOf,
  entryOf,
  type LessonProgress,
  lessonOf,
  type Progress,
} from './format.ts';

/**
 * What a learner does, as changes of what is kept. A change is true whatever
 * the clock says: where it went backwards, the later change still counts. Made
 * twice, it is the same (`versions.ts` may do so).
 */

/** The reader has this section before the eyes, and goes on there the next time. */
export function entered(
  progress: Progress,
  lesson: string,
  section: string | null,
  now: Date,
): Progress {
  return withLesson(progress, lesson, (known) => ({
    ...known,
    place: { section, at: now.toISOString() },
  }));
}

/** The reader went on from a section. What was done once stays done. */
export function left(
  progress: Progress,
  lesson: string,
  section: string,
  how: 'done' | 'skipped',
  now: Date,
): Progress {
  const before = entryOf(lessonOf(progress, lesson).sections, section);
  const keeps = before !== undefined && (before.state === 'done' || how === 'skipped');
  const changed = keeps
    ? progress
    : withLesson(progress, lesson, (known) => ({
        ...known,
        sections: { ...known.sections, [section]: { state: how, at: now.toISOString() } },
      }));
  return how === 'done' ? learnedOn(changed, now) : changed;
}

export function answered(
  progress: Progress,
  lesson: string,
  question: string,
  attempt: Attempt,
): Progress {
  const changed = withLesson(progress, lesson, (known) => ({
    ...known,
    attempts: {
      ...known.attempts,
      [question]: attemptsOf([...(entryOf(known.attempts, question) ?? []), attempt]),
    },
  }));
  return learnedOn(changed, new Date(attempt.at));
}

export function missionPassed(progress: Progress, mission: string, now: Date): Progress {
  const before = entryOf(progress.missions, mission) ?? [];
  const times = [...new Set([...before, now.toISOString()])].toSorted();
  return learnedOn({ ...progress, missions: { ...progress.missions, [mission]: times } }, now);
}

export function capSet(progress: Progress, value: number, now: Date): Progress {
  return { ...progress, cap: { value, at: now.toISOString() } };
}

function learnedOn(progress: Progress, now: Date): Progress {
  const day = dayOf(now);
  if (progress.days.includes(day)) return progress;
  return { ...progress, days: [...progress.days, day].toSorted() };
}

function withLesson(
  progress: Progress,
  lesson: string,
  change: (known: LessonProgress) => LessonProgress,
): Progress {
  const changed = change(lessonOf(progress, lesson));
  return { ...progress, lessons: { ...progress.lessons, [lesson]: changed } };
}
