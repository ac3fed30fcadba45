import type { Keys, ProgramIo } from '../../kernel/programs.ts';
import { padEnd } from '../columns.ts';
import { cellsBefore, cut, graphemes } from './cells.ts';
import { EditorFile } from './editor-file.ts';
import { paint } from './full-screen.ts';
import { isLetter } from './nano.ts';

/**
 * vi, as far as a first tutorial goes: its modes, moving, inserting, deleting, copying, undoing,
 * searching, and the commands that write and leave. Everything else is no command.
 */
export async function vi(io: ProgramIo, keys: Keys, path: string): Promise<number> {
  const file = new EditorFile(io, path);
  const { buffer } = file;
  let inserting = false;
  let status = path === '' ? '' : file.isNew ? `"${path}" [New]` : measured();
  let kept: string[][] = [];
  let sought = '';
  let numbers = false;
  let count = '';
  const undos: { lines: string[][]; row: number; column: number }[] = [];
  for (;;) {
    show();
    const key = await keys.next(io.signal);
    if (key === undefined) return 1;
    if (key === 'resize') continue;
    if (inserting) insert(key);
    else {
      const code = await command(key);
      if (code !== undefined) return code;
    }
  }

  function show(line?: string): void {
    const { columns, rows } = keys.window;
    const gutter = numbers ? 4 : 0;
    const view = buffer.view(Math.max(1, rows - 1), columns - gutter);
    const body = Array.from({ length: Math.max(1, rows - 1) }, (_, at) => {
      const text = view.rows[at];
      if (text === undefined) return '~';
      return numbers ? `${String(buffer.top + at + 1).padStart(3)} ${text}` : text;
    });
    const told = line ?? (inserting ? '-- INSERT --' : status);
    const place = line === undefined ? `${buffer.row + 1},${buffer.column + 1}` : '';
    const bottom = padEnd(cut(graphemes(told), 0, columns - 12), columns - 12) + place;
    const at =
      line === undefined
        ? { row: view.row, cell: view.cell + gutter }
        : { row: rows - 1, cell: cellsBefore(graphemes(line), line.length) };
    paint(keys, [...body, bottom], at);
  }

  function measured(): string {
    const text = buffer.text;
    return `"${file.path}" ${text.split('\n').length - 1}L, ${Buffer.byteLength(text)}B`;
  }

  function remember(): void {
    const lines = buffer.lines.map((line) => [...line]);
    undos.push({ lines, row: buffer.row, column: buffer.column });
    if (undos.length > MOST_UNDOS) undos.shift();
  }

  function insert(key: string): void {
    if (key === '\x1b' || key === '\x03') {
      inserting = false;
      buffer.column -= 1;
      buffer.clamp(false);
      status = '';
    } else if (buffer.move(key, keys.window.rows - 2)) return;
    else if (key === '\r' || key === '\n') buffer.breakLine();
    else if (key === '\x7f' || key === '\b') buffer.backspace();
    else if (key === 'delete') buffer.delete();
    else if (key === '\t' || isLetter(key)) buffer.insert(key);
  }

  async function command(key: string): Promise<number | undefined> {
    if (/^[1-9]$/.test(key) || (key === '0' && count !== '')) {
      count += key;
      return undefined;
    }
    const times = Math.min(10_000, Number(count) || 1);
    const counted = count !== '';
    count = '';
    status = '';
    const move = MOVES[key] ?? key;
    const page = Math.max(1, keys.window.rows - 2);
    // h and l stay in their line.
    const stays =
      (move === 'left' && buffer.column === 0) ||
      (move === 'right' && buffer.column >= buffer.line.length - 1);
    if (stays) return undefined;
    if (buffer.move(move, page)) {
      for (let time = 1; time < times; time++) buffer.move(move, page);
      buffer.clamp(false);
      return undefined;
    }
    if ('iIaAoO'.includes(key)) {
      remember();
      if (key === 'I') buffer.column = 0;
      if (key === 'a') buffer.column += 1;
      if (key === 'A') buffer.column = buffer.line.length;
      if (key === 'o' || key === 'O') {
        if (key === 'o') buffer.row += 1;
        buffer.insertLines([[]]);
        buffer.column = 0;
      }
      buffer.clamp();
      inserting = true;
    } else if (key === 'G') {
      buffer.row = counted ? times - 1 : buffer.lines.length - 1;
      buffer.clamp(false);
    } else if (key === 'w' || key === 'b') {
      for (let time = 0; time < times; time++) word(key);
    } else if (key === 'x') {
      remember();
      for (let time = 0; time < times && buffer.column < buffer.line.length; time++) {
        buffer.delete();
      }
      buffer.clamp(false);
    } else if (key === 'D') {
      remember();
      buffer.line.splice(buffer.column);
      buffer.changed = true;
      buffer.clamp(false);
    } else if (key === 'p' || key === 'P') {
      if (kept.length === 0) return undefined;
      remember();
      const row = buffer.row + (key === 'p' ? 1 : 0);
      buffer.insertLines(kept, row);
      buffer.row = row;
      buffer.column = 0;
    } else if (key === 'u') {
      const last = undos.pop();
      if (last === undefined) status = 'Already at oldest change';
      else Object.assign(buffer, last, { changed: true });
    } else if (key === 'n') search(sought);
    else if (key === ':' || key === '/') return ask(key);
    else if ('dygrZ'.includes(key)) return double(key, times);
    return undefined;
  }

  /** Commands of two keys: `dd`, `yy`, `gg`, `r` and a letter, `ZZ`; `dw`, `d$`. */
  async function double(first: string, times: number): Promise<number | undefined> {
    const second = await keys.next(io.signal);
    if (second === undefined) return 1;
    if (first === 'r' && isLetter(second) && buffer.line.length > 0) {
      remember();
      buffer.line[buffer.column] = second;
      buffer.changed = true;
    } else if (first === 'g' && second === 'g') {
      buffer.row = 0;
      buffer.column = 0;
    } else if (first === 'y' && second === 'y') {
      kept = buffer.lines.slice(buffer.row, buffer.row + times).map((line) => [...line]);
    } else if (first === 'd' && second === 'd') {
      remember();
      const last = Math.min(times, buffer.lines.length - buffer.row);
      kept = Array.from({ length: last }, () => buffer.cutLine());
    } else if (first === 'd' && (second === 'w' || second === '$')) {
      remember();
      const end = second === '$' ? buffer.line.length : nextWord();
      buffer.line.splice(buffer.column, end - buffer.column);
      buffer.changed = true;
    } else if (first === 'Z' && second === 'Z') return obey('x');
    buffer.clamp(false);
    return undefined;
  }

  function nextWord(): number {
    const rest = buffer.line.slice(buffer.column).join('');
    const step = /^(\w+|[^\w\s]+|)\s*/u.exec(rest)?.[0].length ?? 0;
    return buffer.column + Math.max(1, graphemes(rest.slice(0, step)).length);
  }

  function word(key: 'w' | 'b'): void {
    if (key === 'w') {
      const next = nextWord();
      if (next < buffer.line.length) buffer.column = next;
      else if (buffer.row < buffer.lines.length - 1) {
        buffer.row += 1;
        buffer.column = 0;
      }
    } else if (buffer.column === 0) {
      buffer.row -= 1;
      buffer.column = Number.MAX_SAFE_INTEGER;
    } else {
      const before = buffer.line.slice(0, buffer.column).join('');
      buffer.column = graphemes(before.replace(/(\w+|[^\w\s]+|)\s*$/u, '')).length;
    }
    buffer.clamp(false);
  }

  /** The line at the bottom, after `:` or `/`. */
  async function ask(sign: string): Promise<number | undefined> {
    let line: string[] = [];
    for (;;) {
      show(sign + line.join(''));
      const key = await keys.next(io.signal);
      if (key === undefined) return 1;
      if (key === '\x1b' || key === '\x03') return undefined;
      if (key === '\x7f' || key === '\b') {
        if (line.length === 0) return undefined;
        line.pop();
      } else if (key === '\r' || key === '\n') break;
      else if (isLetter(key)) line = graphemes(line.join('') + key);
    }
    const text = line.join('');
    if (sign === ':') return obey(text.trim());
    search(text === '' ? sought : text);
    return undefined;
  }

  function search(text: string): void {
    sought = text;
    if (text === '') status = 'E35: No previous regular expression';
    else if (!buffer.find(text)) status = `E486: Pattern not found: ${text}`;
  }

  function obey(text: string): number | undefined {
    if (text === '') return undefined;
    if (/^\d+$/.test(text)) {
      buffer.row = Number(text) - 1;
      buffer.column = 0;
      buffer.clamp(false);
      return undefined;
    }
    const set = /^set? (no)?nu(mber)?$/.exec(text);
    if (set) {
      numbers = set[1] === undefined;
      return undefined;
    }
    const [, verb = '', force, , name] = /^([a-z]+)(!)?(\s+(\S+))?$/.exec(text) ?? [];
    if (!['w', 'q', 'wq', 'x', 'qa', 'wqa'].includes(verb)) {
      status = `E492: Not an editor command: ${text}`;
      return undefined;
    }
    const writes = verb.startsWith('w') || (verb === 'x' && buffer.changed);
    if (writes && !write(name)) return undefined;
    if (!/[qx]/.test(verb)) return undefined;
    if (verb.startsWith('q') && buffer.changed && force === undefined) {
      status = 'E37: No write since last change (add ! to override)';
      return undefined;
    }
    return 0;
  }

  function write(name: string | undefined): boolean {
    const target = name ?? file.path;
    if (target === '') {
      status = 'E32: No file name';
      return false;
    }
    const trouble = file.save(target);
    if (trouble !== undefined) {
      status = `"${target}" E212: Can't open file for writing: ${trouble}`;
      return false;
    }
    status = `${measured()} written`;
    return true;
  }
}

const MOST_UNDOS = 100;

const MOVES: Readonly<Record<string, string>> = {
  ...{ h: 'left', j: 'down', k: 'up', l: 'right', ' ': 'right', '\r': 'down', '\x7f': 'left' },
  ...{ '0': 'home', '^': 'home', $: 'end', '\x06': 'page-down', '\x02': 'page-up' },
};
