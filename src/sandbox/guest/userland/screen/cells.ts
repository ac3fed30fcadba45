import width from 'fast-string-width';

/** Text on a terminal's cells: a Hangul syllable takes two, a tab goes to the next multiple of 8. */

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** What one press of an arrow key steps over. */
export function graphemes(text: string): string[] {
  if (/^[\x00-\x7f]*$/.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** As it is shown: control characters as `^X`. */
function shown(grapheme: string, at: number): string {
  if (grapheme === '\t') return ' '.repeat(8 - (at % 8));
  const code = grapheme.charCodeAt(0);
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  return code === 127 ? '^?' : grapheme;
}

/** The cells before a place in a line. */
export function cellsBefore(line: readonly string[], column: number): number {
  let cells = 0;
  for (const grapheme of line.slice(0, column)) cells += width(shown(grapheme, cells));
  return cells;
}

/** The part of a line that fits between two cells. */
export function cut(line: readonly string[], from: number, cells: number): string {
  let at = 0;
  let text = '';
  for (const grapheme of line) {
    const piece = shown(grapheme, at);
    const wide = width(piece);
    if (at + wide > from + cells) break;
    if (at >= from) text += piece;
    else if (at + wide > from) text += ' '.repeat(at + wide - from);
    at += wide;
  }
  return text;
}

/** A line over as many rows as it takes. */
export function rowsOf(text: string, columns: number): string[] {
  const rows: string[] = [];
  let row = '';
  let cells = 0;
  for (const grapheme of graphemes(text)) {
    const piece = shown(grapheme, cells);
    const wide = width(piece);
    if (cells + wide > columns) {
      rows.push(row);
      row = '';
      cells = 0;
    }
    row += piece;
    cells += wide;
  }
  return [...rows, row];
}
