import { type Change, changesBetween, hunksOf } from './compare.ts';
import type { Repository, Version, Versions } from './repository.ts';
import { painter, quoted } from './words.ts';

/** What `git diff`, `git show` and `git log -p` print of changes. */

/** Where the content of a side comes from: the objects, or the working tree. */
export type Contents = (path: string, version: Version) => Promise<Uint8Array>;

export interface PatchOptions {
  readonly nameOnly?: boolean;
  readonly nameStatus?: boolean;
  readonly stat?: boolean;
  readonly only?: (path: string) => boolean;
}

export function patchOptions(words: { has(name: string): boolean }): PatchOptions {
  return {
    nameOnly: words.has('name-only'),
    nameStatus: words.has('name-status'),
    stat: words.has('stat') || words.has('shortstat'),
  };
}

export const PATCH_OPTIONS =
  'name-only name-status stat shortstat color? no-color no-pager w,ignore-all-space M U:,unified:';

export async function printPatch(
  repository: Repository,
  before: Versions,
  after: Versions,
  options: PatchOptions = {},
  contents: Contents = (_path, { oid }) => repository.blob(oid),
): Promise<boolean> {
  const { io } = repository;
  const { only = () => true } = options;
  const all = changesBetween(before, after).filter(
    ({ path, from }) => only(path) || (from !== undefined && only(from)),
  );
  if (options.stat) await io.out(await statText(repository, all, before, after, contents));
  else {
    for (const change of all) {
      const name = quoted(repository, change.path);
      if (options.nameOnly) await io.out(`${name}\n`);
      else if (options.nameStatus) {
        const from = change.from === undefined ? '' : `100\t${quoted(repository, change.from)}\t`;
        await io.out(`${change.kind}${from || '\t'}${name}\n`);
      } else await io.out(await fileText(repository, change, before, after, contents));
      await repository.client.turn();
    }
  }
  return all.length > 0;
}

const octal = (mode: number) => mode.toString(8).padStart(6, '0');

async function fileText(
  repository: Repository,
  change: Change,
  before: Versions,
  after: Versions,
  contents: Contents,
): Promise<string> {
  const paint = painter(repository);
  const { path, from = path } = change;
  const old = before.get(from);
  const now = after.get(path);
  const label = (side: 'a' | 'b', name: string) => quoted(repository, `${side}/${name}`);
  const head = [`diff --git ${label('a', from)} ${label('b', path)}`];
  if (!old && now) head.push(`new file mode ${octal(now.mode)}`);
  if (old && !now) head.push(`deleted file mode ${octal(old.mode)}`);
  if (old && now && old.mode !== now.mode) {
    head.push(`old mode ${octal(old.mode)}`, `new mode ${octal(now.mode)}`);
  }
  if (change.kind === 'R') {
    head.push(
      'similarity index 100%',
      `rename from ${quoted(repository, from)}`,
      `rename to ${quoted(repository, path)}`,
    );
  }
  const lines = () => `${head.map((line) => paint(1, line)).join('\n')}\n`;
  if (old?.oid === now?.oid) return lines();
  const short = (version: Version | undefined) => (version?.oid ?? '0'.repeat(40)).slice(0, 7);
  const mode = old && now && old.mode === now.mode ? ` ${octal(now.mode)}` : '';
  head.push(`index ${short(old)}..${short(now)}${mode}`);
  const texts = await sidesOf(change, before, after, contents);
  const end = (name: string) => (name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name);
  const names = [old ? label('a', from) : '/dev/null', now ? label('b', path) : '/dev/null'];
  if (!texts) return `${lines()}Binary files ${names.join(' and ')} differ\n`;
  const hunks = await hunksOf(repository.diff, texts.before, texts.after);
  if (hunks.length === 0) return lines();
  head.push(`--- ${end(names[0] as string)}`, `+++ ${end(names[1] as string)}`);
  const range = ({ start, count }: { start: number; count: number }) =>
    count === 1 ? `${start}` : `${start},${count}`;
  const body = hunks.map((hunk) => {
    const at = paint(36, `@@ -${range(hunk.old)} +${range(hunk.now)} @@`);
    const section = hunk.section === '' ? '' : ` ${hunk.section.slice(0, 80)}`;
    const text = hunk.lines.map((line) => {
      const code = { ' ': 0, '+': 32, '-': 31 }[line.kind];
      const whole = `${line.kind}${line.text}`;
      return `${code === 0 ? whole : paint(code, whole)}\n${line.cut ? '\\ No newline at end of file\n' : ''}`;
    });
    return `${at}${section}\n${text.join('')}`;
  });
  return `${lines()}${body.join('')}`;
}

/** Both texts; undefined where one of them is none. */
async function sidesOf(change: Change, before: Versions, after: Versions, contents: Contents) {
  const { path, from = path } = change;
  const read = async (version: Version | undefined, name: string) =>
    version ? Buffer.from(await contents(name, version)) : Buffer.alloc(0);
  const old = await read(before.get(from), from);
  const now = await read(after.get(path), path);
  if ([old, now].some((bytes) => bytes.subarray(0, 8000).includes(0))) return undefined;
  return { before: old.toString('utf8'), after: now.toString('utf8') };
}

async function sizes(
  { path, from = path }: Change,
  before: Versions,
  after: Versions,
  contents: Contents,
) {
  const old = before.get(from);
  const now = after.get(path);
  const size = async (name: string, version: Version | undefined) =>
    version ? (await contents(name, version)).length : 0;
  return `${await size(from, old)} -> ${await size(path, now)} bytes`;
}

/** `--stat`: a line a file and the sum. */
export async function statText(
  repository: Repository,
  changes: readonly Change[],
  before: Versions,
  after: Versions,
  contents: Contents = (_path, { oid }) => repository.blob(oid),
): Promise<string> {
  const rows: { name: string; plus: number; minus: number; binary: string | undefined }[] = [];
  for (const change of changes) {
    const texts = await sidesOf(change, before, after, contents);
    const lines = texts
      ? (await hunksOf(repository.diff, texts.before, texts.after)).flatMap((hunk) => hunk.lines)
      : [];
    const moved = change.from === undefined ? '' : `${change.from} => `;
    rows.push({
      name: quoted(repository, moved + change.path),
      plus: lines.filter((line) => line.kind === '+').length,
      minus: lines.filter((line) => line.kind === '-').length,
      binary: texts ? undefined : await sizes(change, before, after, contents),
    });
    await repository.client.turn();
  }
  if (rows.length === 0) return '';
  const paint = painter(repository);
  const width = Math.max(...rows.map((row) => row.name.length));
  const most = Math.max(...rows.map((row) => row.plus + row.minus));
  const digits = Math.max(String(most).length, ...rows.map((row) => (row.binary ? 3 : 1)));
  const room = Math.max(10, 80 - width - digits - 6);
  const scale = (count: number) =>
    most <= room || count === 0 ? count : Math.max(1, Math.round((count * room) / most));
  const text = rows.map(({ name, plus, minus, binary }) => {
    if (binary !== undefined)
      return ` ${name.padEnd(width)} | ${'Bin'.padStart(digits)} ${binary}\n`;
    const graph = `${paint(32, '+'.repeat(scale(plus)))}${paint(31, '-'.repeat(scale(minus)))}`;
    const count = String(plus + minus).padStart(digits);
    return ` ${name.padEnd(width)} | ${count}${plus + minus === 0 ? '' : ` ${graph}`}\n`;
  });
  const sum = (of: 'plus' | 'minus') => rows.reduce((total, row) => total + row[of], 0);
  return text.join('') + sumText(rows.length, sum('plus'), sum('minus'));
}

export function sumText(files: number, plus: number, minus: number): string {
  const parts = [` ${files} file${files === 1 ? '' : 's'} changed`];
  if (plus > 0 || minus === 0) parts.push(`${plus} insertion${plus === 1 ? '' : 's'}(+)`);
  if (minus > 0 || plus === 0) parts.push(`${minus} deletion${minus === 1 ? '' : 's'}(-)`);
  return `${parts.join(', ')}\n`;
}

/** What `git commit` and `git merge` print of files that came, went or moved. */
export function summary(
  repository: Repository,
  changes: readonly Change[],
  before: Versions,
  after: Versions,
): string {
  return changes
    .map(({ kind, path, from }) => {
      const name = quoted(repository, path);
      if (kind === 'A') return ` create mode ${octal(after.get(path)?.mode ?? 0)} ${name}\n`;
      if (kind === 'D') return ` delete mode ${octal(before.get(path)?.mode ?? 0)} ${name}\n`;
      if (kind === 'R') return ` rename ${quoted(repository, from ?? '')} => ${name} (100%)\n`;
      const modes = [before.get(path)?.mode ?? 0, after.get(path)?.mode ?? 0];
      return modes[0] === modes[1]
        ? ''
        : ` mode change ${octal(modes[0] ?? 0)} => ${octal(modes[1] ?? 0)} ${name}\n`;
    })
    .join('');
}
