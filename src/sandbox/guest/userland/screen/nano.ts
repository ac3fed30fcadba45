import type { Keys, ProgramIo } from '../../kernel/programs.ts';
import { padEnd } from '../columns.ts';
import { cellsBefore, cut, graphemes } from './cells.ts';
import { EditorFile } from './editor-file.ts';
import { inverse, paint } from './full-screen.ts';

/** GNU nano, as far as a first tutorial goes: its screen, its words, its keys of the two last lines. */

const HELP = [
  ['^O Write Out', '^W Where Is', '^K Cut Line', '^C Location'],
  ['^X Exit', '^V Next Page', '^U Paste', '^Y Prev Page'],
];

export async function nano(io: ProgramIo, keys: Keys, path: string): Promise<number> {
  const file = new EditorFile(io, path);
  const { buffer } = file;
  let status = file.isNew ? 'New File' : `Read ${linesOf(buffer.text)}`;
  if (!file.isWritable) status = `File '${path}' is unwritable`;
  let cuts: string[][] = [];
  let lastWasCut = false;
  let sought = '';
  for (;;) {
    show();
    const key = await keys.next(io.signal);
    if (key === undefined) return 1;
    const page = Math.max(1, keys.window.rows - 5);
    if (key !== 'resize') status = '';
    if (key === '\x0b') {
      if (!lastWasCut) cuts = [];
      cuts.push(buffer.cutLine());
      lastWasCut = true;
      continue;
    }
    lastWasCut = false;
    if (buffer.move(MOVES[key] ?? key, page)) continue;
    if (key === '\x18') {
      if (!buffer.changed || (await leave())) return 0;
    } else if (key === '\x0f') await save();
    else if (key === '\x17') await search();
    else if (key === '\x15') {
      buffer.insertLines(cuts);
      buffer.row += cuts.length;
    } else if (key === '\x03') {
      status = `line ${buffer.row + 1}/${buffer.lines.length}, col ${buffer.column + 1}/${buffer.line.length + 1}`;
    } else if (key === '\r' || key === '\n') buffer.breakLine();
    else if (key === '\x7f' || key === '\b') buffer.backspace();
    else if (key === 'delete' || key === '\x04') buffer.delete();
    else if (key === '\t' || isLetter(key)) buffer.insert(key);
  }

  function show(question?: string, help: readonly (readonly string[])[] = HELP): void {
    const { columns, rows } = keys.window;
    const name = file.path === '' ? 'New Buffer' : file.path;
    const middle = `${name}${buffer.changed ? ' *' : ''}`;
    const left = '  GNU nano 7.2';
    const gap = Math.max(2, Math.floor((columns - middle.length) / 2) - left.length);
    const title = cut(graphemes(left + ' '.repeat(gap) + middle), 0, columns);
    const view = buffer.view(Math.max(1, rows - 4), columns);
    const body = Array.from({ length: Math.max(1, rows - 4) }, (_, at) => view.rows[at] ?? '');
    const told = status === '' ? '' : inverse(`[ ${status} ]`);
    const indent = ' '.repeat(Math.max(0, Math.floor((columns - status.length - 4) / 2)));
    const lines = [
      inverse(padEnd(title, columns)),
      ...body,
      question === undefined ? indent + told : inverse(padEnd(question, columns)),
      ...help.map((items) => helpLine(items, columns)),
    ];
    const asked = question !== undefined;
    const at = asked
      ? { row: rows - 3, cell: cellsBefore(graphemes(question), question.length) }
      : { row: view.row + 1, cell: view.cell };
    paint(keys, lines.slice(0, rows), at);
  }

  /** A line that is typed at the bottom; undefined after Ctrl-C. */
  async function ask(question: string, given: string): Promise<string | undefined> {
    let answer = graphemes(given);
    for (;;) {
      show(question + answer.join(''), [[], ['^C Cancel']]);
      const key = await keys.next(io.signal);
      if (key === undefined || key === '\x03') {
        status = 'Cancelled';
        return undefined;
      }
      if (key === '\r' || key === '\n') return answer.join('');
      if (key === '\x7f' || key === '\b') answer.pop();
      else if (isLetter(key)) answer = graphemes(answer.join('') + key);
    }
  }

  async function save(): Promise<boolean> {
    const name = await ask('File Name to Write: ', file.path);
    if (name === undefined || name === '') return false;
    const trouble = file.save(name);
    status =
      trouble === undefined ? `Wrote ${linesOf(buffer.text)}` : `Error writing ${name}: ${trouble}`;
    return trouble === undefined;
  }

  async function leave(): Promise<boolean> {
    for (;;) {
      show('Save modified buffer? ', [[' Y Yes'], [' N No', '^C Cancel']]);
      const key = await keys.next(io.signal);
      if (key === undefined || key === 'n' || key === 'N') return true;
      if (key === 'y' || key === 'Y') return save();
      if (key === '\x03') {
        status = 'Cancelled';
        return false;
      }
    }
  }

  async function search(): Promise<void> {
    const asked = await ask(sought === '' ? 'Search: ' : `Search [${sought}]: `, '');
    if (asked === undefined) return;
    sought = asked === '' ? sought : asked;
    if (sought !== '' && !buffer.find(sought)) status = `"${sought}" not found`;
  }
}

const MOVES: Readonly<Record<string, string>> = {
  '\x01': 'home',
  '\x05': 'end',
  '\x19': 'page-up',
  '\x16': 'page-down',
  '\x10': 'up',
  '\x0e': 'down',
  '\x02': 'left',
  '\x06': 'right',
};

/** No control character, and no name of a key. */
export function isLetter(key: string): boolean {
  return key.length <= 2 && [...key].length === 1 && key >= ' ' && key !== '\x7f';
}

function helpLine(items: readonly string[], columns: number): string {
  const wide = Math.floor(columns / 4);
  return items
    .map((item) => inverse(item.slice(0, 2)) + item.slice(2, wide - 1).padEnd(wide - 2))
    .join('');
}

function linesOf(text: string): string {
  const lines = text.split('\n').length - 1;
  return `${lines} line${lines === 1 ? '' : 's'}`;
}
