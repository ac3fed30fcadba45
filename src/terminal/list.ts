import type { Terminal } from './terminal.ts';
import { padEnd, widthOf, wrap } from './width.ts';

export interface Row {
  readonly name: string;
  readonly text: string;
}

/**
 * Names with their descriptions: side by side where the window is wide enough,
 * otherwise the description under its name.
 */
export function describeRows(terminal: Terminal, rows: readonly Row[], indent = '  '): string {
  const longest = Math.max(0, ...rows.map((row) => widthOf(row.name)));
  const start = indent.length + longest + 2;
  const beside = terminal.columns - start >= 24;
  return rows
    .map(({ name, text }) => {
      if (beside) {
        const body = wrap(indent.padEnd(start) + text, terminal.columns, ' '.repeat(start));
        return (
          indent +
          terminal.paint.accent(padEnd(name, longest)) +
          body.slice(indent.length + longest)
        );
      }
      const below = `${indent}  `;
      return `${indent}${terminal.paint.accent(name)}\n${wrap(below + text, terminal.columns, below)}`;
    })
    .join('\n');
}
