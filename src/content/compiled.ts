/**
 * The shape of what `compile.ts` writes and `load.ts` reads: the only thing
 * the two share. The build has checked everything in it, so that at run time it
 * is read as it is.
 */

export const languages = ['en', 'ko'] as const;
export type ContentLanguage = (typeof languages)[number];

/** One text in every language. */
type Translated = { readonly [Language in ContentLanguage]: string };

/** Text within a line. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly children: readonly Inline[] }
  | { readonly kind: 'em'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] };

/** What a learner needs in order to run a printed command; the content test runs it there. */
type Needs = 'gcloud' | 'sandbox' | 'python';

export type Block =
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | {
      readonly kind: 'list';
      /** The first number; absent in a list without numbers. */
      readonly start?: number;
      readonly items: readonly (readonly Block[])[];
    }
  | { readonly kind: 'callout'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'table';
      readonly header: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
      /** Columns whose cells end at the same place, as numbers do. */
      readonly right: readonly number[];
    }
  | {
      readonly kind: 'code';
      readonly language: 'sh' | 'python';
      readonly needs: Needs;
      readonly text: string;
    }
  | {
      readonly kind: 'diagram';
      /** Drawn with characters, at most `diagramColumns` wide. */
      readonly text: string;
      /** The same drawing for a web page. */
      readonly mermaid?: string;
    };

/** A diagram fits into half a laptop's screen beside a shell, or a phone's terminal. */
export const diagramColumns = 38;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Option {
  readonly id: string;
  readonly text: readonly Inline[];
  readonly correct: boolean;
  /** Why it is right; or why it tempts, and is wrong all the same. */
  readonly why: readonly Inline[];
}

export interface Question {
  readonly id: string;
  readonly type: 'single';
  readonly prompt: readonly Inline[];
  /** In the author's order; whoever asks shuffles them. */
  readonly options: readonly Option[];
}

/** A lesson in the list of lessons. */
export interface LessonEntry {
  readonly id: string;
  /** The number that the lesson's folder begins with. */
  readonly order: number;
  /** Other names that a learner may type, such as `5` and `05-storage`. */
  readonly aliases: readonly string[];
  readonly title: Translated;
  readonly summary: Translated;
  readonly minutes: number;
  /** The mission in which the lesson is put to use. */
  readonly mission?: string;
  readonly asOf: string;
  /** How many. */
  readonly sections: number;
  /** How many. */
  readonly questions: number;
}

/** One lesson in one language. */
export interface Lesson {
  readonly id: string;
  readonly language: ContentLanguage;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly mission?: string;
  readonly asOf: string;
  readonly sections: readonly Section[];
  readonly questions: readonly Question[];
}

/** A mission in the list of missions. */
export interface MissionEntry {
  readonly id: string;
  readonly title: Translated;
  readonly summary: Translated;
  readonly minutes: number;
  readonly lesson?: string;
}

/** What a mission says, in one language. */
export interface MissionTexts {
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly lesson?: string;
  /** What can be set, by its name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Advice after a failed check, by its id: steps, each telling more than the one before. */
  readonly hints: Readonly<Record<string, readonly string[]>>;
  readonly intro: readonly Block[];
  readonly tasks: Readonly<
    Record<string, { readonly title: string; readonly body: readonly Block[] }>
  >;
}

/** A price or limit, with where it was read and when. */
export interface Fact {
  readonly value: number;
  readonly unit: string;
  /** Where it holds; everywhere if absent. */
  readonly region?: string;
  readonly source: string;
  readonly asOf: string;
}

export type Facts = Readonly<Record<string, Fact>>;
