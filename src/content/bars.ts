import { widthOf } from '../terminal/width.ts';
import type { Bar, Block } from './compiled.ts';

/** A label that is longer leaves no room for its bar in half a screen. */
const labelColumns = 24;

/**
 * A picture of quantities: `title: …`, then a line `label: value` for each bar. The
 * facts are already in it, so that a value is money, or a number and its unit.
 */
export function readBars(
  source: string,
  report: (expected: string, received: string) => void,
): Extract<Block, { kind: 'bars' }> {
  const [first = '', ...lines] = source.split('\n').filter((line) => line.trim() !== '');
  const title = /^title:\s*(\S.*)$/.exec(first)?.[1];
  if (title === undefined) report('title: … in the first line', `"${first}"`);
  const units = new Set<string>();
  const bars = lines.map((line): Bar => {
    const [, label = '', text = ''] = /^(.*\S)\s*:\s*(.*\S)\s*$/.exec(line) ?? [];
    const [, dollar = '', digits = '', unit = ''] = /^(\$?)([\d,]*\.?\d+)(.*)$/.exec(text) ?? [];
    if (digits === '') report('label: number', `"${line}"`);
    if (widthOf(label) > labelColumns) {
      report(`labels of at most ${labelColumns} columns`, `${widthOf(label)}: "${label}"`);
    }
    units.add(dollar + unit);
    return { label, value: Number(digits.replaceAll(',', '')), text };
  });
  if (bars.length < 2 || bars.length > 10) report('two to ten bars', String(bars.length));
  if (units.size > 1) report('bars of one unit', [...units].join(', '));
  return { kind: 'bars', title: title ?? '', bars };
}
