import { cellsBefore, cut, graphemes } from './cells.ts';

/** A text that is edited: its lines, and the place in them where the cursor stands. */
export class TextBuffer {
  lines: string[][];
  row = 0;
  column = 0;
  changed = false;
  /** The first line on the screen. */
  top = 0;

  constructor(text: string) {
    this.lines = text.replace(/\n$/, '').split('\n').map(graphemes);
  }

  /** As it is written to a file: the last line ends, too. */
  get text(): string {
    const text = this.lines.map((line) => line.join('')).join('\n');
    return text === '' ? '' : `${text}\n`;
  }

  get line(): string[] {
    return this.lines[this.row] ?? [];
  }

  /** Where the cursor may stand: on the last letter, or behind it. */
  clamp(behind = true): void {
    this.row = Math.max(0, Math.min(this.row, this.lines.length - 1));
    const end = this.line.length - (behind || this.line.length === 0 ? 0 : 1);
    this.column = Math.max(0, Math.min(this.column, end));
  }

  insert(letter: string): void {
    // A letter may join the one before it: Hangul that comes in parts.
    const before = graphemes(this.line.slice(0, this.column).join('') + letter);
    this.lines[this.row] = [...before, ...this.line.slice(this.column)];
    this.column = before.length;
    this.changed = true;
  }

  breakLine(): void {
    const rest = this.line.splice(this.column);
    this.lines.splice(this.row + 1, 0, rest);
    this.row += 1;
    this.column = 0;
    this.changed = true;
  }

  backspace(): void {
    if (this.column > 0) {
      this.column -= 1;
      this.line.splice(this.column, 1);
    } else if (this.row > 0) {
      const [line = []] = this.lines.splice(this.row, 1);
      this.row -= 1;
      this.column = this.line.length;
      this.line.push(...line);
    } else return;
    this.changed = true;
  }

  delete(): void {
    if (this.column < this.line.length) this.line.splice(this.column, 1);
    else if (this.row < this.lines.length - 1) {
      this.line.push(...(this.lines.splice(this.row + 1, 1)[0] ?? []));
    } else return;
    this.changed = true;
  }

  /** @returns the line that was taken out */
  cutLine(): string[] {
    const [line = []] = this.lines.splice(this.row, 1);
    if (this.lines.length === 0) this.lines.push([]);
    this.changed = true;
    this.column = 0;
    this.clamp();
    return line;
  }

  insertLines(lines: readonly (readonly string[])[], row = this.row): void {
    this.lines.splice(row, 0, ...lines.map((line) => [...line]));
    this.changed = true;
  }

  /** Arrows, Home, End, Page Up and Down; false for other keys. */
  move(key: string, page: number): boolean {
    switch (key) {
      case 'up':
        this.row -= 1;
        break;
      case 'down':
        this.row += 1;
        break;
      case 'left':
        if (this.column > 0) this.column -= 1;
        else if (this.row > 0) {
          this.row -= 1;
          this.column = Number.MAX_SAFE_INTEGER;
        }
        break;
      case 'right':
        if (this.column < this.line.length) this.column += 1;
        else if (this.row < this.lines.length - 1) {
          this.row += 1;
          this.column = 0;
        }
        break;
      case 'home':
        this.column = 0;
        break;
      case 'end':
        this.column = this.line.length;
        break;
      case 'page-up':
        this.row -= page;
        break;
      case 'page-down':
        this.row += page;
        break;
      default:
        return false;
    }
    this.clamp();
    return true;
  }

  /** Goes to the next place of a text, around the end. */
  find(text: string): boolean {
    for (let step = 0; step <= this.lines.length; step++) {
      const row = (this.row + step) % this.lines.length;
      const line = (this.lines[row] ?? []).join('');
      const from = step === 0 ? this.line.slice(0, this.column + 1).join('').length : 0;
      const at = line.indexOf(text, from);
      if (at < 0) continue;
      this.row = row;
      this.column = graphemes(line.slice(0, at)).length;
      return true;
    }
    return false;
  }

  /** The rows of a window that shows the cursor, and where in it that is. */
  view(rows: number, columns: number): { rows: string[]; row: number; cell: number } {
    if (this.row < this.top) this.top = this.row;
    if (this.row >= this.top + rows) this.top = this.row - rows + 1;
    const cell = cellsBefore(this.line, this.column);
    const shift = cell < columns - 1 ? 0 : cell - Math.floor(columns / 2);
    const shown = this.lines
      .slice(this.top, this.top + rows)
      .map((line, index) => cut(line, this.top + index === this.row ? shift : 0, columns));
    return { rows: shown, row: this.row - this.top, cell: cell - shift };
  }
}
