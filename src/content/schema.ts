import * as z from 'zod';
import { needs } from './compiled.ts';

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

const httpsUrl = z.string().regex(/^https:\/\/[\x21-\x7e]+$/, { error: 'an https:// address' });

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
  /** What the learner can do afterwards. */
  goals: z.array(text).min(3).max(5),
  /** Pages that a reader can open; facts bring their own. */
  sources: z.array(z.strictObject({ title: text, url: httpsUrl, asOf: day })),
});

/** One answer that can be chosen. */
const option = z.strictObject({
  /** The same in every language; the order too. */
  id,
  /** Inline Markdown. */
  text,
  /** Present on what is right. */
  correct: z.literal(true).optional(),
  /** Inline Markdown: why it is right, or what makes it tempting and where it goes wrong. */
  why: text,
});

/** What is to be put in order, or belongs to nothing. */
const item = z.strictObject({ id, text, why: text });

/** What all questions have. */
const asked = {
  /** The same in every language; the order too. Later versions keep progress by it: never reuse one. */
  id,
  /** The section in which it is taught. */
  section: id,
  /** Inline Markdown: a situation to think about, not a definition to recall. */
  prompt: text,
};

const rightAnswers = (options: readonly { correct?: true | undefined }[]) =>
  options.filter(({ correct }) => correct).length;

const oneIsRight = z
  .array(option)
  .min(3)
  .max(5)
  .refine((options) => rightAnswers(options) === 1, {
    error: 'exactly one option with correct: true',
  });

/** A plain number, or a calculation with facts in double braces. */
const numberOrFacts = z.union([
  z.number(),
  z.string().regex(/^\{\{[^{}]+\}\}$/, { error: 'a number, or "{{a calculation}}"' }),
]);

const question = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('single'), ...asked, options: oneIsRight }),
  z.strictObject({
    type: z.literal('multiple'),
    ...asked,
    options: z
      .array(option)
      .min(4)
      .max(6)
      .refine((options) => rightAnswers(options) >= 2 && rightAnswers(options) < options.length, {
        error: 'two options or more with correct: true, and one without',
      }),
  }),
  z.strictObject({ type: z.literal('order'), ...asked, items: z.array(item).min(3).max(6) }),
  z.strictObject({
    type: z.literal('match'),
    ...asked,
    pairs: z
      .array(z.strictObject({ id, left: text, right: text, why: text }))
      .min(3)
      .max(6),
    extra: z.array(item).max(3).default([]),
  }),
  z.strictObject({
    type: z.literal('number'),
    ...asked,
    answer: numberOrFacts,
    /** Per cent that a prediction may be off. */
    tolerance: z.number().min(0).max(50),
    why: text,
    traps: z.array(z.strictObject({ id, value: numberOrFacts, why: text })).min(1),
  }),
  z.strictObject({
    type: z.literal('experiment'),
    ...asked,
    /** A name in the lesson's `experiments.ts`. */
    experiment: id,
    options: oneIsRight,
  }),
]);

export type QuestionSource = z.infer<typeof question>;

/** `quiz.<lang>.yaml`. */
export const quiz = z.strictObject({
  questions: z.array(question).min(7),
});

const names = z.array(text);

/** `terms.<lang>.yaml`. */
export const termList = z.strictObject({
  terms: z.array(
    z.strictObject({
      id,
      /** As it is written in this language. */
      term: text,
      also: names.default([]),
      /** Inline Markdown. */
      text,
      section: id,
    }),
  ),
  products: z
    .array(
      z.strictObject({
        id,
        concept: text,
        gcp: names,
        aws: names,
        azure: names,
        also: names.default([]),
        formerly: z
          .array(
            z.strictObject({
              name: text,
              now: text,
              /** A day, a month or a year. */
              since: z
                .string()
                .regex(/^20\d\d(-\d\d){0,2}$/, { error: 'a day, a month or a year' })
                .optional(),
            }),
          )
          .default([]),
        text,
        differences: z.array(text).min(1).max(5),
        section: id,
      }),
    )
    .default([]),
});

/** `translation.yaml`: for which English text each Korean part was written. */
export const translationRecord = z.record(z.string(), z.string());

/** Rungs between a nudge and the command itself, for who asks for more advice. */
const ladder = {
  /** What one has to understand here. */
  concept: text.optional(),
  /** The command without its values: `gcloud storage buckets create gs://NAME --location=PLACE`. */
  shape: text.optional(),
};

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
   * What a check's `fail` says, by its id: why what was found is not it, and one next step. The
   * text alone is enough for what an input must be, and for answers of the provider (`http-403`).
   */
  hints: z
    .record(z.string(), z.union([text, z.strictObject({ why: text, next: text, ...ladder })]))
    .default({}),
  /** The names under which a task tells what is `given`: what a learner cannot know. */
  given: z.record(z.string(), text).default({}),
  /** By the id of a task: its own rungs, for a hint that has none. */
  tasks: z.record(z.string(), z.strictObject(ladder)).default({}),
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
  z.strictObject({ language: z.literal('sh'), needs: z.enum(needs) }),
  z.strictObject({ language: z.literal('python'), needs: z.enum(['python', 'python-storage']) }),
  z.strictObject({ language: z.literal('sql'), needs: z.literal('psql') }),
]);

/** The info string of a fence that the learner saves as a file: `yaml file=workflow.yaml`. */
export const fileFence = z.strictObject({
  language: z.string().regex(/^[a-z]+$/),
  file: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, { error: 'a relative path' }),
});
