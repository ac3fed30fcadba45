import type { Keys, ProgramIo } from '../../kernel/programs.ts';
import { rowsOf } from './cells.ts';
import { inverse, paint } from './full-screen.ts';

/** `less`: a text that is longer than the window, a page at a time, with searching. */
export async function less(io: ProgramIo, keys: Keys, name: string, text: string): Promise<number> {
  const lines = text.replace(/\n$/, '').split('\n');
  let folded: string[] = [];
  let columns = 0;
  let top = 0;
  let sought = '';
  let told = '';
  for (;;) {
    const { window } = keys;
    if (window.columns !== columns) {
      columns = window.columns;
      folded = lines.flatMap((line) => rowsOf(line, columns));
    }
    const page = Math.max(1, window.rows - 1);
    const last = Math.max(0, folded.length - page);
    top = Math.max(0, Math.min(top, last));
    show(page, told);
    told = '';
    const key = await keys.next(io.signal);
    if (key === undefined || key === 'q' || key === 'Q') return 0;
    if (key === ' ' || key === 'f' || key === 'page-down' || key === '\x06') top += page;
    else if (key === 'b' || key === 'page-up' || key === '\x02') top -= page;
    else if (['j', 'e', '\r', '\n', 'down'].includes(key)) top += 1;
    else if (['k', 'y', 'up'].includes(key)) top -= 1;
    else if (key === 'd') top += Math.ceil(page / 2);
    else if (key === 'u') top -= Math.ceil(page / 2);
    else if (key === 'g' || key === '<' || key === 'home') top = 0;
    else if (key === 'G' || key === '>' || key === 'end') top = last;
    else if (key === 'h') told = 'SPACE next page, b back, / search, n again, q quit';
    else if (key === '/') {
      const asked = await ask(page);
      if (asked !== undefined && asked !== '') sought = asked;
      if (asked !== undefined) find(top);
    } else if (key === 'n') find(top + 1);
    else if (key === 'N') findBack();
  }

  function show(page: number, bottom: string): void {
    const shown = folded.slice(top, top + page).map((row) => marked(row));
    const body = Array.from({ length: page }, (_, at) => shown[at] ?? '~');
    const ends = top + page >= folded.length;
    const state = bottom !== '' ? bottom : ends ? '(END)' : top === 0 && name ? name : ':';
    const prompt = state === ':' || state.startsWith('/') ? state : inverse(state);
    paint(keys, [...body, prompt], { row: page, cell: Math.min(state.length, columns - 1) });
  }

  function marked(row: string): string {
    return sought === '' ? row : row.replaceAll(sought, inverse(sought));
  }

  async function ask(page: number): Promise<string | undefined> {
    let answer = '';
    for (;;) {
      show(page, `/${answer}`);
      const key = await keys.next(io.signal);
      if (key === undefined || key === '\x03' || key === '\x1b') return undefined;
      if (key === '\r' || key === '\n') return answer;
      if (key === '\x7f' || key === '\b') answer = [...answer].slice(0, -1).join('');
      else if ([...key].length === 1 && key >= ' ') answer += key;
    }
  }

  function find(from: number): void {
    const at = sought === '' ? -1 : folded.findIndex((row, i) => i >= from && row.includes(sought));
    if (at < 0) told = sought === '' ? 'No previous search pattern' : 'Pattern not found';
    else top = at;
  }

  function findBack(): void {
    const at =
      sought === '' ? -1 : folded.findLastIndex((row, i) => i < top && row.includes(sought));
    if (at < 0) told = 'Pattern not found';
    else top = at;
  }
}
