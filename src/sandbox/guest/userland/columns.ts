import width from 'fast-string-width';

/** Text in columns: Korean letters take two cells of a terminal each. */

export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - width(text)));
}

export function padStart(text: string, cells: number): string {
  return ' '.repeat(Math.max(0, cells - width(text))) + text;
}

/**
 * Rows under each other, each column as wide as its widest cell.
 *
 * @param right which columns are aligned to the right
 */
export function table(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
  gap = 1,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, width(cell));
    });
  }
  const lines = rows.map((row) =>
    row
      .map((cell, index) => {
        if (right.includes(index)) return padStart(cell, widths[index] ?? 0);
        return index === row.length - 1 ? cell : padEnd(cell, widths[index] ?? 0);
      })
      .join(' '.repeat(gap)),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** Names in columns filled downwards, as `ls` fills a terminal. `shown` may hold colours. */
export function inColumns(
  names: readonly { text: string; shown: string }[],
  terminalWidth: number,
): string {
  if (names.length === 0) return '';
  const widths = names.map((name) => width(name.text));
  for (let rows = 1; rows <= names.length; rows++) {
    const columns = Math.ceil(names.length / rows);
    const columnWidths = Array.from({ length: columns }, (_, column) =>
      Math.max(...widths.slice(column * rows, (column + 1) * rows)),
    );
    const total = columnWidths.reduce((sum, one) => sum + one + 2, -2);
    if (total > terminalWidth && rows < names.length) continue;
    let text = '';
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const index = column * rows + row;
        const name = names[index];
        if (!name) continue;
        const last = (column + 1) * rows + row >= names.length;
        line += last
          ? name.shown
          : name.shown + ' '.repeat((columnWidths[column] ?? 0) + 2 - (widths[index] ?? 0));
      }
      text += `${line}\n`;
    }
    return text;
  }
  return '';
}
