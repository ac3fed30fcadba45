import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { planNow } from '../review/now.ts';
import type { Plan } from '../review/plan.ts';
import { dayOf } from './days.ts';
import { entryOf } from './format.ts';
import { type LessonState, stateOfLesson } from './lessons.ts';
import type { ProgressStore } from './store.ts';
import { type Learned, learnedDays } from './week.ts';

/** Where a learner stands, as `cloudlab progress` tells it. */
export interface Overview {
  readonly today: string;
  readonly lessons: readonly (LessonState & {
    readonly title: string;
    /** Cards of its questions that are due, moved on or not. */
    readonly due: number;
  })[];
  readonly missions: readonly {
    readonly id: string;
    readonly title: string;
    /** When it was passed, the first time first. */
    readonly passed: readonly string[];
  }[];
  readonly plan: Plan;
  readonly learned: Learned;
  /** Files that were damaged, and are kept. */
  readonly setAside: readonly string[];
}

export async function makeOverview(
  { host, say }: Pick<Context, 'host' | 'say'>,
  store: ProgressStore,
): Promise<Overview> {
  const progress = store.read();
  const content = loadContent(host.packageRoot);
  const entries = content.lessons();
  const plan = await planNow(progress, entries, host.clock);
  const today = dayOf(host.clock.now());
  return {
    today,
    lessons: entries.map((entry) => ({
      ...stateOfLesson(progress, entry),
      title: entry.title[say.language],
      due: plan.due.filter(({ lesson }) => lesson === entry.id).length,
    })),
    missions: content.missions().map(({ id, title }) => ({
      id,
      title: title[say.language],
      passed: entryOf(progress.missions, id) ?? [],
    })),
    plan,
    learned: learnedDays(progress, today),
    setAside: store.setAside(),
  };
}
