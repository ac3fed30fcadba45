import type { Inline } from '../../content/compiled.ts';
import { renderInlines } from '../../terminal/markdown.ts';
import { wrap } from '../../terminal/width.ts';
import type { Page } from '../stage.ts';
import type { Marked, Posed, Reason } from './posed.ts';

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

/** What there is to choose from, with an empty line between groups, and how. */
export function printChoices(page: Page, { choices }: Posed, hint: string | undefined): void {
  const { terminal } = page;
  for (const [index, group] of choices.entries()) {
    if (index > 0) terminal.print();
    for (const { mark, text } of group) printNumbered(page, mark, text);
  }
  if (hint === undefined) return;
  if (choices.length > 0) terminal.print();
  terminal.print(terminal.paint.faint(wrap(hint, terminal.columns)));
}

export function printReason(page: Page, { mark, text, why }: Reason): void {
  if (mark === undefined) {
    if (text !== undefined) printWhy(page, text);
    printWhy(page, why);
    return;
  }
  printNumbered(page, mark, text ?? why);
  if (text !== undefined) printWhyBelow(page, why);
}

/** Why something is not right, with these words before it. */
export function whyNot(mark: string | undefined, words: string, why: readonly Inline[]): Reason {
  return { mark, text: undefined, why: [textOf(`${words} `), ...why] };
}

/** A reason below a numbered line. */
export function printWhyBelow({ terminal }: Page, why: readonly Inline[]): void {
  terminal.print(renderInlines(terminal, why, below));
}

/** A reason below a sentence of ours. */
export function printWhy({ terminal }: Page, why: readonly Inline[]): void {
  terminal.print(renderInlines(terminal, why, '  '));
}

/**
 * `Your answer: 2. That is right.`
 *
 * @param wrong what to say where it is not
 */
export function printVerdict(
  { terminal, say }: Page,
  answer: string,
  isRight: boolean,
  wrong = say.wrong,
): void {
  const { good, bad, strong } = terminal.paint;
  const verdict = isRight ? good(say.right) : bad(wrong);
  terminal.print(wrap(`${say.yourAnswer(answer)} ${strong(verdict)}`, terminal.columns));
}

/** Numbered from 1. */
export function numbered(items: readonly { readonly text: readonly Inline[] }[]): Marked[] {
  return items.map(({ text }, index) => ({ mark: String(index + 1), text }));
}

/** Introduces what would have been right. */
export function printRight({ terminal }: Page, text: string): void {
  terminal.print(terminal.paint.good(wrap(text, terminal.columns)));
}

export function textOf(text: string): Inline {
  return { kind: 'text', text };
}

export function strongOf(children: readonly Inline[]): Inline {
  return { kind: 'strong', children };
}
