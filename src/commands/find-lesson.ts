import type { LessonEntry } from '../content/compiled.ts';
import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/**
 * The lesson that a learner has named: by its id, its number or another of its names.
 *
 * @throws UserError `unknown-lesson`
 */
export function findLesson(entries: readonly LessonEntry[], name: string): LessonEntry {
  const wanted = name.normalize('NFC').toLowerCase();
  const entry = entries.find((one) => namesOf(one).some((known) => known.toLowerCase() === wanted));
  if (entry !== undefined) return entry;
  // A number is at most one letter away from any other.
  const names = entries.flatMap(namesOf).filter((known) => !/^\d+$/.test(known));
  throw new UserError('unknown-lesson', { id: name, nearest: nearest(wanted, names) });
}

function namesOf({ id, aliases }: LessonEntry): string[] {
  return [id, ...aliases];
}
