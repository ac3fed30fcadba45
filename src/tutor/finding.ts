/**
 * What the player asks of a search. Whoever implements it knows the lessons,
 * the glossary and the commands; the player goes where a hit points.
 */
export type Search = (words: string) => Promise<readonly Hit[]>;

export interface Hit {
  /** The lesson's id. */
  readonly lesson: string;
  /** The section's id. */
  readonly section: string;
  /** What was found, in a line: `Object storage: Storage classes`. */
  readonly title: string;
  /** The words with a little around them. */
  readonly excerpt?: string;
}
