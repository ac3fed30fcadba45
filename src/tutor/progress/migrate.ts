import * as z from 'zod/mini';
import { currentFormat, emptyProgress, type Progress, progressSchema } from './format.ts';

/** What a text turned out to be. */
export type Reading =
  | { readonly kind: 'read'; readonly progress: Progress; readonly format: number }
  /** A later cloudlab wrote it. */
  | { readonly kind: 'newer'; readonly format: number }
  | { readonly kind: 'damaged' };

/** Lifts a value from the format that is its index to the next; throws where it is not of that format. */
type Step = (value: unknown) => unknown;

/** The format of the first trials: lists of sections, without times, and no questions. */
const format0 = z.object({
  format: z.literal(0),
  lessons: z.record(
    z.string(),
    z.object({ done: z.array(z.string()), skipped: z.array(z.string()) }),
  ),
  days: z.array(z.string()),
});

const steps: readonly Step[] = [
  (value) => {
    const { lessons, days } = z.parse(format0, value);
    // Nobody wrote down when: the first day on which anything was learned is the best guess.
    const at = `${days.toSorted()[0] ?? '2026-01-01'}T00:00:00.000Z`;
    const all = (ids: readonly string[], state: 'done' | 'skipped') =>
      ids.map((section) => [section, { state, at }] as const);
    return {
      ...emptyProgress(),
      format: 1,
      days,
      lessons: Object.fromEntries(
        Object.entries(lessons).map(([lesson, { done, skipped }]) => [
          lesson,
          {
            sections: Object.fromEntries([...all(skipped, 'skipped'), ...all(done, 'done')]),
            attempts: {},
          },
        ]),
      ),
    };
  },
];

const header = z.object({ format: z.int().check(z.minimum(0)) });

/** Reads progress of any format up to today's. */
export function readProgress(value: unknown): Reading {
  const named = z.safeParse(header, value);
  if (!named.success) return { kind: 'damaged' };
  const { format } = named.data;
  if (format > currentFormat) return { kind: 'newer', format };
  try {
    const lifted = steps.slice(format).reduce((older, step) => step(older), value);
    return { kind: 'read', progress: z.parse(progressSchema, lifted), format };
  } catch {
    return { kind: 'damaged' };
  }
}

/** The same of a text; what is no JSON is damaged. Windows' editors put a byte order mark before it. */
export function readProgressText(text: string): Reading {
  try {
    return readProgress(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return { kind: 'damaged' };
  }
}
