import type { ProgramLanguage } from '../../src/missions/define.ts';

/** All that differs between the mission in Python and the one in JavaScript. */
export interface Dialect {
  /** The mission's id. */
  readonly id: string;
  readonly program: ProgramLanguage;
  /** What the client library calls itself in each request. */
  readonly userAgent: RegExp;
  /** Its name, for what was expected. */
  readonly library: string;
  /** File names. */
  readonly files: { readonly repair: string; readonly mean: string };
  /** What the learner finds in them. */
  readonly starters: { readonly repair: string; readonly mean: string };
  readonly solutions: { readonly repair: string; readonly mean: string };
  /** What the interpreter says of each mistake in the broken program: its hint. */
  readonly mistakes: readonly (readonly [RegExp, string])[];
  /** The name of the error that says that a package is not there. */
  readonly missingPackage: RegExp;
  /** Plausible programs that are wrong, by name. */
  readonly wrong: WrongPrograms;
}

export interface WrongPrograms {
  /** One of the three mistakes is still in it. */
  readonly halfRepaired: string;
  /** Writes nothing to the place that it was told. */
  readonly elsewhere: string;
  readonly syntax: string;
  readonly wrongImport: string;
  readonly exits: string;
  readonly silent: string;
  /** Prints without end. */
  readonly chatty: string;
  /** Downloads with an HTTP client of its own. */
  readonly withoutLibrary: string;
  /** Splits lines at commas. */
  readonly splits: string;
  /** Takes a missing score for 0. */
  readonly blanks: string;
  /** Computes from the sandbox's own files, without asking anybody. */
  readonly fromDisk: string;
  /** Downloads and computes, and leaves the result to whoever has uploaded it. */
  readonly readsOnly: string;
  /** Downloads, and writes an answer that stands in it. */
  typed(answer: string, rows: number): string;
  /** The program that works on these names, whatever it is told. */
  fixedNames(source: string, bucket: string, object: string, result: string): string;
}
