import * as z from 'zod';

/**
 * What authors write, field by field. Only the build reads this; at run time
 * there is nothing left to check.
 */

/** Lower case, digits and single dashes: safe in a file name, a URL and a shell. */
const id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, { error: 'an id: lower case, digits, single dashes' });

const text = z.string().trim().min(1, { error: 'some text' });

const day = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { error: 'a day such as 2026-07-30' });

const minutes = z.int().min(1).max(120);

/** The front matter of `lesson.<lang>.md`. */
export const lessonFrontMatter = z.strictObject({
  /** The name that a learner types; the folder's name without its number. */
  id,
  /** A few words, without a full stop. */
  title: text,
  /** One line for the list of lessons: what the learner will understand afterwards. */
  summary: text,
  /** Reading and answering, for someone who meets the subject for the first time. */
  minutes,
  /** The mission that puts it to use; omitted where there is none. */
  mission: id.optional(),
  /** The day on which everything in the lesson was last looked up. */
  asOf: day,
  /** Other names that a learner may type for it. */
  aliases: z.array(text).optional(),
});

/** One answer that can be chosen. */
const option = z.strictObject({
  /** The same in every language; the order too. */
  id,
  /** Inline Markdown. */
  text,
  /** Present on exactly one option of a question. */
  correct: z.literal(true).optional(),
  /** Inline Markdown: why it is right, or what makes it tempting and where it goes wrong. */
  why: text,
});

const question = z.strictObject({
  /** The same in every language; the order too. Later versions keep progress by it: never reuse one. */
  id,
  /** One right answer. The only type so far. */
  type: z.literal('single'),
  /** Inline Markdown: a situation to think about, not a definition to recall. */
  prompt: text,
  options: z
    .array(option)
    .min(3)
    .max(4)
    .refine((options) => options.filter(({ correct }) => correct).length === 1, {
      error: 'exactly one option with correct: true',
    }),
});

/** `quiz.<lang>.yaml`. */
export const quiz = z.strictObject({
  questions: z.array(question).min(5),
});

/** The front matter of `missions/<id>/<lang>.md`. */
export const missionFrontMatter = z.strictObject({
  /** What the learner will have done. */
  title: text,
  /** One line for the list of missions. */
  summary: text,
  /** Playing it, reading included. */
  minutes,
  /** The lesson that explains what happens here, where there is one. */
  lesson: id.optional(),
  /** What each input of `mission.ts` means, by its name. */
  inputs: z.record(z.string(), text).default({}),
  /**
   * Advice, by the id with which a check in `mission.ts` fails: one sentence or two, or several
   * steps from a nudge to the command itself.
   */
  hints: z.record(z.string(), z.union([text, z.array(text).min(2)])).default({}),
});

const fact = z.strictObject({
  /** What lessons write between double braces. The place comes last. */
  id,
  value: z.number().nonnegative(),
  /** Money where it starts with USD, such as USD/GB-month; otherwise a word such as days. */
  unit: text,
  /** Where it holds; omitted where it holds everywhere. */
  region: text.optional(),
  /** A page that a reader can open, or what was read and where. */
  source: text,
  /** The day of that page, or of our look-up if it has none. */
  asOf: day,
  /** For authors: a doubt or a caution. */
  note: text.optional(),
});

/** `lessons/facts/*.yaml`. */
export const factList = z.array(fact);

/** The info string of a code fence that the learner can run: `sh needs=gcloud`. */
export const codeFence = z.discriminatedUnion('language', [
  z.strictObject({ language: z.literal('sh'), needs: z.enum(['gcloud', 'sandbox', 'python']) }),
  z.strictObject({ language: z.literal('python'), needs: z.literal('python') }),
]);
