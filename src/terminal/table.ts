import type { Block, Inline } from '../content/compiled.ts';
import { type Look, layOut, type Margin, withColumns } from './inline.ts';
import { padEnd, widthOf } from './width.ts';

type Table = Extract<Block, { kind: 'table' }>;
type Row = readonly (readonly Inline[])[];

const gap = '  ';

/** In a narrower window wrapped columns are ladders of single words. */
const leastWindow = 60;
const leastColumn = 10;
/** A cell of more lines is read better on its own. */
const mostLines = 4;

const none: Margin = { first: '', rest: '' };

/**
 * Columns side by side, wrapped where they do not fit as they are. Where that would not be readable, and
 * for a screen reader, one record a row: a table read from left to right says nothing
 * about its columns.
 */
export function renderTable(look: Look, table: Table, indent: string): string {
  const room = look.columns - widthOf(indent);
  const widths = look.plain ? undefined : widthsWithin(room, look, table);
  if (widths === undefined) return renderRecords(look, table, indent);
  const rows = [table.header, ...table.rows].map((row, index) =>
    row.map((cell, column) => {
      const lines = layOut(withColumns(look, widths[column] ?? 0), cell, none).split('\n');
      return index === 0 ? lines.map((line) => look.paint.strong(line)) : lines;
    }),
  );
  const heights = rows.map((row) => Math.max(...row.map((lines) => lines.length)));
  if (Math.max(...heights) > mostLines) return renderRecords(look, table, indent);
  const [header = '', ...lines] = rows.map((row, index) =>
    joinLines(row, heights[index] ?? 1, widths, table.right, indent),
  );
  const rule = indent + look.paint.faint(widths.map((width) => '-'.repeat(width)).join(gap));
  // Rows of several lines would run into one another.
  const between = Math.max(...heights.slice(1)) > 1 ? '\n\n' : '\n';
  return `${header}\n${rule}\n${lines.join(between)}`;
}

/** How wide each column is; undefined where they cannot stand side by side. */
function widthsWithin(room: number, look: Look, { header, rows }: Table): number[] | undefined {
  const endless = withColumns(look, Number.POSITIVE_INFINITY);
  const texts = [header, ...rows].map((row) => row.map((cell) => layOut(endless, cell, none)));
  const widest = (measure: (text: string) => number) =>
    header.map((_, column) => Math.max(...texts.map((row) => measure(row[column] ?? ''))));
  const natural = widest(widthOf);
  const free = room - gap.length * (header.length - 1);
  if (sum(natural) <= free) return natural;
  if (room < leastWindow) return undefined;
  const longestWord = (text: string) => Math.max(...text.split(' ').map(widthOf));
  const least = widest(longestWord).map((word, column) =>
    Math.min(Math.max(word, leastColumn), natural[column] ?? word),
  );
  return sum(least) > free ? undefined : share(free - sum(least), least, natural);
}

/** Gives what is free, column by column, to whichever lacks most. */
function share(free: number, least: readonly number[], natural: readonly number[]): number[] {
  const widths = [...least];
  for (let left = free; left > 0; left -= 1) {
    const lacks = widths.map((width, column) => (natural[column] ?? 0) / width);
    const neediest = lacks.indexOf(Math.max(...lacks));
    widths[neediest] = (widths[neediest] ?? 0) + 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function joinLines(
  row: readonly (readonly string[])[],
  height: number,
  widths: readonly number[],
  right: readonly number[],
  indent: string,
): string {
  return Array.from({ length: height }, (_, line) => {
    const padded = row.map((lines, column) => {
      const width = widths[column] ?? 0;
      const text = lines[line] ?? '';
      return right.includes(column) ? padStart(text, width) : padEnd(text, width);
    });
    return indent + padded.join(gap).trimEnd();
  }).join('\n');
}

function renderRecords(look: Look, { header, rows }: Table, indent: string): string {
  const below: Margin = { first: `${indent}  `, rest: `${indent}    ` };
  const record = ([title = [], ...cells]: Row) =>
    [
      layOut(look, [{ kind: 'strong', children: title }], { first: indent, rest: indent }),
      ...cells.map((cell, index) => {
        const name: Inline[] = [...(header[index + 1] ?? []), { kind: 'text', text: ': ' }];
        return layOut(look, [...name, ...cell], below);
      }),
    ].join('\n');
  return rows.map(record).join('\n');
}

function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(columns - widthOf(text), 0)) + text;
}
