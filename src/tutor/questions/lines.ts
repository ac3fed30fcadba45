import type { Inline } from '../../content/compiled.ts';
import { plainText, renderInlines } from '../../terminal/markdown.ts';
import { wrap } from '../../terminal/width.ts';
import type { Page } from '../stage.ts';

/*
 * The lines of which questions and their explanations are made, all at the same margins: what is
 * numbered begins at the third column, what belongs to it below its text.
 */

const below = '     ';

/** `  1. text`, with what belongs to a list item below its text. */
export function printNumbered({ terminal }: Page, mark: string, text: readonly Inline[]): void {
  terminal.print(renderInlines(terminal, text, `  ${mark}. `, below));
}

/** `  1. ` with a few words of ours. */
export function printStatus({ terminal }: Page, mark: string, status: string): void {
  terminal.print(wrap(`  ${mark}. ${status}`, terminal.columns, below));
}

/** A sentence of ours below a numbered line. */
export function printBelow({ terminal }: Page, text: string): void {
  terminal.print(wrap(below + text, terminal.columns, below));
}

/** How to answer, below what there is to choose from. */
export function printHint({ terminal }: Page, text: string): void {
  terminal.print();
  terminal.print(terminal.paint.faint(wrap(text, terminal.columns)));
}

/** A reason below a numbered line. */
export function printWhyBelow({ terminal }: Page, why: readonly Inline[]): void {
  terminal.print(renderInlines(terminal, why, below));
}

/** A reason below a sentence of ours. */
export function printWhy({ terminal }: Page, why: readonly Inline[]): void {
  terminal.print(renderInlines(terminal, why, '  '));
}

/** `Your answer: 2. That is right.` */
export function printVerdict({ terminal, say }: Page, answer: string, isRight: boolean): void {
  const { good, bad, strong } = terminal.paint;
  const verdict = isRight ? good(say.right) : bad(say.wrong);
  terminal.print(wrap(`${say.yourAnswer(answer)} ${strong(verdict)}`, terminal.columns));
}

/** True if both read the same; two things that belong together may be named by the same words. */
export function sameText(one: readonly Inline[], other: readonly Inline[]): boolean {
  return plainText(one) === plainText(other);
}

export function textOf(text: string): Inline {
  return { kind: 'text', text };
}

export function strongOf(children: readonly Inline[]): Inline {
  return { kind: 'strong', children };
}
