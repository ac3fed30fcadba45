import type { LessonEntry } from '../../content/compiled.ts';
import type { Clock } from '../../context.ts';
import type { Progress } from '../progress/format.ts';
import { type Plan, planReviews } from './plan.ts';

/** What there is to review now; the scheduler is only loaded where something was ever answered. */
export async function planNow(
  progress: Progress,
  lessons: readonly LessonEntry[],
  clock: Clock,
): Promise<Plan> {
  const now = clock.now();
  const nothing = Object.values(progress.lessons).every(
    ({ attempts }) => Object.keys(attempts).length === 0,
  );
  if (nothing) return planReviews(progress, lessons, [], now);
  const { cardsOf } = await import('./cards.ts');
  return planReviews(progress, lessons, cardsOf(progress, lessons, now), now);
}
