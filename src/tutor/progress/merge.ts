import { attemptsOf, entryOf, type LessonProgress, lessonOf, type Progress } from './format.ts';

/**
 * What two computers have kept of the same learner, as one. Nothing of either
 * is lost; the order of the two does not matter, and merging the same again
 * changes nothing. (`place` and `cap` can only have one value: the later one.)
 */
export function merge(one: Progress, other: Progress): Progress {
  const cap = later(one.cap, other.cap);
  return {
    format: one.format,
    lessons: mapOf(one.lessons, other.lessons, (id) =>
      mergeLessons(lessonOf(one, id), lessonOf(other, id)),
    ),
    missions: mapOf(one.missions, other.missions, (id) =>
      union(entryOf(one.missions, id) ?? [], entryOf(other.missions, id) ?? []),
    ),
    days: union(one.days, other.days),
    ...(cap && { cap }),
  };
}

function mergeLessons(one: LessonProgress, other: LessonProgress): LessonProgress {
  const place = later(one.place, other.place);
  return {
    sections: mapOf(one.sections, other.sections, (id) =>
      further(entryOf(one.sections, id), entryOf(other.sections, id)),
    ),
    ...(place && { place }),
    attempts: mapOf(one.attempts, other.attempts, (id) =>
      attemptsOf([...(entryOf(one.attempts, id) ?? []), ...(entryOf(other.attempts, id) ?? [])]),
    ),
  };
}

type SectionProgress = LessonProgress['sections'][string];

/** Done is more than skipped; of two that say the same, the first one was it. */
function further(
  one: SectionProgress | undefined,
  other: SectionProgress | undefined,
): SectionProgress {
  const rank = ({ state, at }: SectionProgress) => `${state === 'done' ? 0 : 1} ${at}`;
  const known = [one, other].filter((section) => section !== undefined);
  return known.toSorted((a, b) => compare(rank(a), rank(b)))[0] as SectionProgress;
}

/** Of two values the one that was set later; of two set at the same moment, either, but always the same. */
function later<Value extends { readonly at: string }>(
  one: Value | undefined,
  other: Value | undefined,
): Value | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const rank = (value: Value) => `${value.at} ${JSON.stringify(Object.entries(value).toSorted())}`;
  return compare(rank(one), rank(other)) >= 0 ? one : other;
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].toSorted();
}

function mapOf<Value>(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  make: (id: string) => Value,
): Record<string, Value> {
  const ids = union(Object.keys(one), Object.keys(other));
  return Object.fromEntries(ids.map((id) => [id, make(id)]));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
