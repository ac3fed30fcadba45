import type { Block } from '../content/compiled.ts';
import { type Look, layOut } from './inline.ts';
import { padEnd, widthOf } from './width.ts';

/**
 * A bar a line beside its label, or below it where the window is narrow; the
 * longest fills the room. What it stands for is written behind it, so that in
 * plain output it can be left out.
 */
export function renderBars(
  look: Look,
  { title, bars }: Extract<Block, { kind: 'bars' }>,
  indent: string,
): string {
  const line = (text: string, first: string, rest: string) =>
    layOut(look, [{ kind: 'text', text }], { first, rest });
  const head = line(title, indent, indent);
  const inner = `${indent}  `;
  if (look.plain) {
    const values = bars.map(({ label, text }) => line(`${label}: ${text}`, inner, `${inner}  `));
    return [head, ...values].join('\n');
  }
  const widest = (texts: readonly string[]) => Math.max(...texts.map(widthOf));
  const labelWidth = widest(bars.map(({ label }) => label));
  const most = Math.max(...bars.map(({ value }) => value));
  const room = look.columns - widthOf(inner) - widest(bars.map(({ text }) => text)) - 1;
  const isBeside = room - labelWidth - 2 >= leastBar;
  const longest = Math.min(isBeside ? room - labelWidth - 2 : room - 2, longestBar);
  const lines = bars.map(({ label, value, text }) => {
    const bar = barOf(most === 0 ? 0 : (value / most) * Math.max(longest, 1));
    const drawn = bar === '' ? text : `${look.paint.accent(bar)} ${text}`;
    return isBeside
      ? `${inner}${padEnd(label, labelWidth)}  ${drawn}`
      : `${line(label, inner, inner)}\n${inner}  ${drawn}`;
  });
  return [head, ...lines].join('\n');
}

/** A bar shorter than this says nothing beside its label; then it stands below. */
const leastBar = 12;
/** A longer one is no easier to compare. */
const longestBar = 44;

/** To half a column; what there is of anything has a bar, however short. */
function barOf(length: number): string {
  if (length <= 0) return '';
  const halves = Math.max(Math.round(length * 2), 1);
  return '█'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▌' : '');
}
