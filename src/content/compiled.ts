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
export const needs = [
  'sandbox',
  'gcloud',
  'python',
  'python-storage',
  'psql',
  'git',
  'gcp',
] as const;
export type Needs = (typeof needs)[number];

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
      readonly language: 'sh' | 'python' | 'sql';
      readonly needs: Needs;
      readonly text: string;
    }
  | {
      readonly kind: 'file';
      /** The name under which the learner saves it. */
      readonly name: string;
      readonly language: string;
      readonly text: string;
    }
  | {
      readonly kind: 'bars';
      readonly title: string;
      readonly bars: readonly Bar[];
    }
  | {
      readonly kind: 'diagram';
      /** Drawn with characters, at most `diagramColumns` wide. */
      readonly text: string;
      /** The same drawing for a web page. */
      readonly mermaid?: string;
    };

/** One quantity in a picture of several; all of a picture have one unit. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as it is written: `$7.84`. */
  readonly text: string;
}

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

/** What all questions have. */
interface Asked {
  /** The same in every language, and for ever: progress is kept by it. */
  readonly id: string;
  /** The section of the lesson in which it is taught. */
  readonly section: string;
  readonly prompt: readonly Inline[];
}

/** One right answer. Options are in the author's order; whoever asks shuffles them. */
export interface SingleQuestion extends Asked {
  readonly type: 'single';
  readonly options: readonly Option[];
}

/** Several right answers, and at least one wrong. */
export interface MultipleQuestion extends Asked {
  readonly type: 'multiple';
  readonly options: readonly Option[];
}

/** "What happens if": predicted first, then run on the sandbox, whose outcome is an option's id. */
export interface ExperimentQuestion extends Asked {
  readonly type: 'experiment';
  /** Its name in the lesson's `experiments.ts`. */
  readonly experiment: string;
  /** `correct` is what the author saw; a test runs the experiment and compares. */
  readonly options: readonly Option[];
}

export interface OrderQuestion extends Asked {
  readonly type: 'order';
  /** In the right order. */
  readonly items: readonly OrderItem[];
}

export interface OrderItem {
  readonly id: string;
  readonly text: readonly Inline[];
  /** Why it stands there and not elsewhere. */
  readonly why: readonly Inline[];
}

export interface MatchQuestion extends Asked {
  readonly type: 'match';
  readonly pairs: readonly Pair[];
  /** What stands on the right and belongs to nothing. */
  readonly extra: readonly OrderItem[];
}

export interface Pair {
  readonly id: string;
  readonly left: readonly Inline[];
  readonly right: readonly Inline[];
  readonly why: readonly Inline[];
}

/** A prediction. */
export interface NumberQuestion extends Asked {
  readonly type: 'number';
  readonly answer: NumberValue;
  /** Per cent of the answer that a prediction may be off. */
  readonly tolerance: number;
  readonly why: readonly Inline[];
  /** Where usual mistakes lead to. */
  readonly traps: readonly (NumberValue & {
    readonly id: string;
    readonly why: readonly Inline[];
  })[];
}

export interface NumberValue {
  readonly value: number;
  /** As it is written: `$20.00`, `1,825`. */
  readonly text: string;
}

export type Question =
  | SingleQuestion
  | MultipleQuestion
  | ExperimentQuestion
  | OrderQuestion
  | MatchQuestion
  | NumberQuestion;

/** A word of the glossary, in one language. */
export interface Term {
  readonly id: string;
  readonly term: string;
  /** Other spellings. */
  readonly also: readonly string[];
  readonly text: readonly Inline[];
  readonly lesson: string;
  readonly section: string;
}

/** A product beside its equivalents, in one language. */
export interface Product {
  readonly id: string;
  /** What it is, whoever sells it. */
  readonly concept: string;
  /** Today's names, the main one first; none where a cloud has no such thing. */
  readonly gcp: readonly string[];
  readonly aws: readonly string[];
  readonly azure: readonly string[];
  /** What people also type. */
  readonly also: readonly string[];
  readonly formerly: readonly {
    readonly name: string;
    readonly now: string;
    readonly since?: string;
  }[];
  readonly text: readonly Inline[];
  /** Where they truly differ. */
  readonly differences: readonly (readonly Inline[])[];
  readonly lesson: string;
  readonly section: string;
}

/** All words and products of all lessons, in one language. */
export interface Terms {
  readonly terms: readonly Term[];
  readonly products: readonly Product[];
}

/** Something that can be found, in both languages: whoever asks in one reads it in the other. */
export interface SearchEntry {
  /** Commands are added by whoever searches. */
  readonly kind: 'lesson' | 'section' | 'term' | 'product' | 'mission' | 'command';
  /** Of the lesson, section, term, product, mission or command. */
  readonly id: string;
  /** Where it is read; a mission without a lesson has none, and a lesson itself no section. */
  readonly lesson?: string;
  readonly section?: string;
  readonly text: { readonly [Language in ContentLanguage]: SearchText };
}

export interface SearchText {
  readonly title: string;
  /** Other names of the same thing, one a line. */
  readonly names: string;
  readonly body: string;
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
  readonly sectionIds: readonly string[];
  readonly questionIds: readonly string[];
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
  /** What the reader can do afterwards. */
  readonly goals: readonly string[];
  /** The last one, `sources`, is made by the build from the front matter and the facts used. */
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
  /** Advice after a failed check, by its id. */
  readonly hints: Readonly<Record<string, Hint>>;
  /** What a task gives the learner, by the name that `Task.given` has for it. */
  readonly given: Readonly<Record<string, string>>;
  readonly intro: readonly Block[];
  readonly tasks: Readonly<Record<string, TaskTexts>>;
}

/** Rungs of the ladder of hints between a nudge and the command itself. */
export interface Rungs {
  /** What one has to understand here. */
  readonly concept?: string;
  /** The command without its values. */
  readonly shape?: string;
}

export interface Hint extends Rungs {
  /** Why what was found is not it. */
  readonly why: string;
  /** One next step; undefined where `why` says all there is to say. */
  readonly next?: string;
}

export interface TaskTexts extends Rungs {
  readonly title: string;
  readonly body: readonly Block[];
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
