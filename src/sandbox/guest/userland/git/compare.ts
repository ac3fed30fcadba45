import type { Versions } from './repository.ts';
import { LINK } from './repository.ts';

/** How two texts differ, and two trees. */

export interface Line {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
  /** The last one of a text that does not end with a line feed. */
  readonly cut?: boolean;
}

export interface Hunk {
  readonly old: { readonly start: number; readonly count: number };
  readonly now: { readonly start: number; readonly count: number };
  readonly lines: readonly Line[];
  /** The line that the hunk belongs to, such as a function's head. */
  readonly section: string;
}

const CONTEXT = 3;

/** Beyond so many lines that differ, all of the old ones are shown as replaced by the new ones. */
const MOST = 4000;

/** All lines of both texts in order: common, taken out, put in. */
export async function lineDifference(diff: Differ, before: string, after: string): Promise<Line[]> {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, now.length) - head;
  while (tail < most && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const middle = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)] as const;
  const [gone, come] = middle;
  const plain = gone.length === 0 || come.length === 0 || gone.length + come.length > MOST;
  return [
    ...old.slice(0, head).map((line) => lineOf(' ', line)),
    ...(plain
      ? [...gone.map((line) => lineOf('-', line)), ...come.map((line) => lineOf('+', line))]
      : await fewest(diff, gone, come)),
    ...old.slice(old.length - tail).map((line) => lineOf(' ', line)),
  ];
}

/** With their line feeds. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lineOf(kind: Line['kind'], line: string): Line {
  return line.endsWith('\n') ? { kind, text: line.slice(0, -1) } : { kind, text: line, cut: true };
}

/** `diff -u` of two texts. */
export type Differ = (before: string, after: string) => Promise<string>;

/** Which lines of two texts are the same, with the fewest changes. */
async function fewest(
  diff: Differ,
  old: readonly string[],
  now: readonly string[],
): Promise<Line[]> {
  const stdout = await diff(old.join(''), now.join(''));
  const found: Line[] = [];
  let at = 0;
  let put = 0;
  let left = { old: 0, now: 0 };
  const common = (until: number) => {
    for (; at < until; at++, put++) found.push(lineOf(' ', old[at] as string));
  };
  for (const text of stdout.split('\n')) {
    if (left.old === 0 && left.now === 0) {
      const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text);
      if (!head) continue;
      left = { old: Number(head[2] ?? 1), now: Number(head[3] ?? 1) };
      // A hunk that only adds names the line before it.
      common(Number(head[1]) - (left.old === 0 ? 0 : 1));
      continue;
    }
    if (text[0] === '-' || text[0] === ' ') left.old--;
    if (text[0] === '+' || text[0] === ' ') left.now--;
    if (text[0] === ' ') common(at + 1);
    else if (text[0] === '-') found.push(lineOf('-', old[at++] as string));
    else if (text[0] === '+') found.push(lineOf('+', now[put++] as string));
  }
  common(old.length);
  return found;
}

export async function hunksOf(diff: Differ, before: string, after: string): Promise<Hunk[]> {
  const lines = await lineDifference(diff, before, after);
  const changed = lines.flatMap((line, at) => (line.kind === ' ' ? [] : [at]));
  const groups: { from: number; to: number }[] = [];
  for (const at of changed) {
    const last = groups.at(-1);
    if (last && at - last.to <= 2 * CONTEXT + 1) last.to = at;
    else groups.push({ from: at, to: at });
  }
  const count = (some: readonly Line[], not: '+' | '-') =>
    some.filter((line) => line.kind !== not).length;
  return groups.map(({ from, to }) => {
    const begin = Math.max(0, from - CONTEXT);
    const some = lines.slice(begin, to + CONTEXT + 1);
    const above = lines.slice(0, begin);
    const side = (not: '+' | '-') => {
      const own = count(some, not);
      return { start: count(above, not) + (own === 0 ? 0 : 1), count: own };
    };
    const section = above.findLast((line) => line.kind !== '+' && /^[\p{L}_$]/u.test(line.text));
    return { old: side('+'), now: side('-'), lines: some, section: section?.text ?? '' };
  });
}

export type Change = {
  readonly path: string;
  readonly kind: 'A' | 'D' | 'M' | 'T' | 'R';
  /** Of renames: where it was. */
  readonly from?: string;
};

/** What changed from one set of files to another, by path; a file that only moved is a rename. */
export function changesBetween(before: Versions, after: Versions, renames = true): Change[] {
  const found: Change[] = [];
  const gone = new Map<string, string>();
  for (const [path, old] of before) {
    const now = after.get(path);
    if (!now) gone.set(path, old.oid);
    else if (now.oid !== old.oid || now.mode !== old.mode) {
      found.push({ path, kind: (now.mode === LINK) === (old.mode === LINK) ? 'M' : 'T' });
    }
  }
  for (const [path, now] of after) {
    if (before.has(path)) continue;
    const from = renames ? [...gone].find(([, oid]) => oid === now.oid)?.[0] : undefined;
    if (from === undefined) found.push({ path, kind: 'A' });
    else {
      gone.delete(from);
      found.push({ path, kind: 'R', from });
    }
  }
  for (const path of gone.keys()) found.push({ path, kind: 'D' });
  return found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}
