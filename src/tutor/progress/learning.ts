import type { LessonEntry } from '../../content/compiled.ts';
import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import type { Learning } from '../learning.ts';
import { answered, entered, left } from './changes.ts';
import { entryOf, lessonOf } from './format.ts';
import { type Keeper, openKeeper } from './keep.ts';
import { sourcesSection, taughtSections } from './lessons.ts';

type Use = Pick<Context, 'home' | 'host' | 'terminal' | 'say'>;

/** Opens what is kept of the learner, for whoever plays lessons and asks questions. */
export function openLearning(context: Use): Learning {
  return learningOf(context, openKeeper(context));
}

export function learningOf({ host }: Pick<Context, 'host'>, keeper: Keeper): Learning {
  const { clock } = host;
  let entries: readonly LessonEntry[] | undefined;
  const lessonEntry = (lesson: string) => {
    entries ??= loadContent(host.packageRoot).lessons();
    return entries.find(({ id }) => id === lesson);
  };
  /** Where to go on after this section; null where everything was read. */
  const after = (lesson: string, section: string): string | null => {
    const ids = taughtSections(lessonEntry(lesson));
    const at = ids.indexOf(section);
    return at < 0 ? null : (ids[at + 1] ?? null);
  };
  const stoppedAt = (lesson: string) =>
    lessonOf(keeper.progress, lesson).place?.section ?? undefined;
  return {
    stoppedAt,
    stateOf: (lesson, section) =>
      entryOf(lessonOf(keeper.progress, lesson).sections, section)?.state ?? 'unseen',
    enter(lesson, section) {
      // Shown once more is no news, and need not wait for the disk.
      if (stoppedAt(lesson) === section) return;
      // Whoever looks at the sources has read the lesson.
      const place = section === sourcesSection ? null : section;
      keeper.change((progress) => entered(progress, lesson, place, clock.now()));
    },
    leave(lesson, section, how) {
      const next = after(lesson, section);
      keeper.change((progress) => {
        const now = clock.now();
        return entered(left(progress, lesson, section, how, now), lesson, next, now);
      });
    },
    answer(lesson, question, { right, given }) {
      const attempt = { at: clock.now().toISOString(), right, given: [...given] };
      keeper.change((progress) => answered(progress, lesson, question, attempt));
    },
  };
}
