import type { FileStat } from '../../fs/inode.ts';
import { errorText } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { inColumns, padEnd, padStart } from '../columns.ts';
import { human } from '../facts/sizes.ts';
import { isoDay, month, two } from '../facts/time.ts';
import { type Options, parseOptions } from '../options.ts';
import { program } from '../program.ts';
import { modeText } from './mode.ts';

/** `ls` of coreutils: what beginners type most, so every column is there. */

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
  readonly target: string | undefined;
}

const SPEC =
  'a,all A,almost-all l,format-long h,human-readable t r,reverse R,recursive 1 d,directory S i,inode F,classify p n,numeric-uid-gid s,size g o G,no-group C x m Q,quote-name N,literal X U c u k L,dereference H color? full-time time-style: sort: group-directories-first si format: time: w:,width: block-size: I:,ignore: B,ignore-backups';

/** Half a year, beyond which the year is shown instead of the time. */
const RECENT = 15_778_476_000;

export const ls = program('ls', async (io) => {
  const options = parseOptions(io, SPEC, { status: 2 });
  const { fs } = io;
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  let status = 0;
  const fail = async (text: string, code: number) => {
    await io.err(`ls: ${text}\n`);
    status = Math.max(status, code);
  };
  const files: Entry[] = [];
  const folders: string[] = [];
  for (const path of operands) {
    try {
      const own = fs.lstat(path);
      const long = options.has('l') || options.has('F');
      const followed = own.type === 'link' && !long && !options.has('d') && fs.exists(path);
      const stat = followed || options.has('L') ? fs.stat(path) : own;
      if (stat.type === 'folder' && !options.has('d')) folders.push(path);
      else files.push({ name: path, path, stat, target: targetOf(io, path, stat) });
    } catch (error) {
      await fail(`cannot access ${quoted(path)}: ${errorText(error)}`, 2);
    }
  }
  const printer = new Printer(io, options);
  if (files.length > 0) await io.out(printer.entries(sorted(files, options)));
  let first = files.length === 0;
  const pending = sorted(
    folders.flatMap((path) => {
      const stat = fs.stat(path);
      return [{ name: path, path, stat, target: undefined }];
    }),
    options,
  ).map((entry) => entry.path);
  const titled = operands.length > 1 || options.has('R');
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    if (io.signal.aborted) return 130;
    try {
      const entries = read(io, path, options);
      const title = titled ? `${first ? '' : '\n'}${path}:\n` : '';
      await io.out(title + printer.folder(entries, path));
      first = false;
      if (options.has('R')) {
        const below = entries.filter(
          (one) => one.stat.type === 'folder' && one.name !== '.' && one.name !== '..',
        );
        pending.unshift(...below.map((one) => one.path));
      }
    } catch (error) {
      await fail(
        `cannot open directory ${quoted(path)}: ${errorText(error)}`,
        folders.includes(path) ? 2 : 1,
      );
    }
  }
  return status;
});

function read(io: ProgramIo, folder: string, options: Options): Entry[] {
  const names = io.fs.list(folder);
  const all = options.has('a') ? ['.', '..', ...names] : names;
  const shown = all.filter((name) => !name.startsWith('.') || options.has('a') || options.has('A'));
  const entries = shown.flatMap((name): Entry[] => {
    const path = folder.endsWith('/') ? folder + name : `${folder}/${name}`;
    try {
      const stat = options.has('L') ? io.fs.stat(path) : io.fs.lstat(path);
      return [{ name, path, stat, target: targetOf(io, path, stat) }];
    } catch {
      return [];
    }
  });
  return sorted(entries, options);
}

function targetOf(io: ProgramIo, path: string, stat: FileStat): string | undefined {
  return stat.type === 'link' ? io.fs.readlink(path) : undefined;
}

/** In a UTF-8 locale names are sorted without regard to case and leading dots. */
const collator = new Intl.Collator('en', { ignorePunctuation: true });

function sorted(entries: Entry[], options: Options): Entry[] {
  if (options.has('U')) return entries;
  const key = options.value('sort') ?? (options.has('S') ? 'size' : options.has('t') ? 'time' : '');
  const byName = (a: Entry, b: Entry) =>
    collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
  const dots = (entry: Entry) => (entry.name === '.' ? 0 : entry.name === '..' ? 1 : 2);
  const list = [...entries].sort((a, b) => {
    if (key === 'size' && a.stat.size !== b.stat.size) return b.stat.size - a.stat.size;
    if (key === 'time' && a.stat.mtime !== b.stat.mtime) return b.stat.mtime - a.stat.mtime;
    return dots(a) - dots(b) || byName(a, b);
  });
  if (options.has('r')) list.reverse();
  if (options.has('group-directories-first')) {
    list.sort((a, b) => Number(b.stat.type === 'folder') - Number(a.stat.type === 'folder'));
  }
  return list;
}

class Printer {
  readonly #io: ProgramIo;
  readonly #options: Options;
  readonly #colours: boolean;

  constructor(io: ProgramIo, options: Options) {
    this.#io = io;
    this.#options = options;
    const when = options.value('color');
    this.#colours = when === 'always' || when === '' || (when === 'auto' && io.toTerminal);
  }

  /** With the total of blocks above, as `-l` prints it for a folder. */
  folder(entries: readonly Entry[], _path: string): string {
    const blocks = entries.reduce((sum, { stat }) => sum + blocksOf(stat), 0);
    const total = this.#options.has('h') ? human(blocks * 1024) : String(blocks);
    const long = this.#long() || this.#options.has('s');
    return (long ? `total ${total}\n` : '') + this.entries(entries);
  }

  entries(entries: readonly Entry[]): string {
    if (this.#long()) return this.#longRows(entries);
    const names = entries.map((entry) => {
      const front = this.#front(entry);
      const suffix = this.#suffix(entry);
      const name = this.#name(entry.name);
      return { text: front + name + suffix, shown: front + this.#coloured(entry, name) + suffix };
    });
    if (this.#options.has('m')) return `${names.map((one) => one.shown).join(', ')}\n`;
    const columns = this.#options.has('C') || (this.#io.toTerminal && !this.#options.has('1'));
    if (!columns) return names.map((one) => `${one.shown}\n`).join('');
    return inColumns(names, this.#io.terminal?.columns ?? 80);
  }

  #long(): boolean {
    return ['l', 'n', 'g', 'o', 'full-time'].some((one) => this.#options.has(one));
  }

  #front(entry: Entry): string {
    const ino = this.#options.has('i') ? `${entry.stat.ino} ` : '';
    return ino + (this.#options.has('s') ? `${blocksOf(entry.stat)} ` : '');
  }

  #longRows(entries: readonly Entry[]): string {
    const { users } = this.#io.kernel;
    const numeric = this.#options.has('n');
    const rows = entries.map((entry) => {
      const { stat } = entry;
      const size = stat.device?.numbers
        ? stat.device.numbers.join(', ')
        : this.#options.has('h')
          ? human(stat.size)
          : String(stat.size);
      return {
        entry,
        mode: modeText(stat),
        links: String(stat.links),
        owner: numeric ? String(stat.uid) : users.nameOf(stat.uid),
        group: numeric ? String(stat.gid) : users.groupNameOf(stat.gid),
        size,
      };
    });
    const widest = (of: 'links' | 'owner' | 'group' | 'size') =>
      Math.max(0, ...rows.map((row) => row[of].length));
    const [links, owner, group, size] = [
      widest('links'),
      widest('owner'),
      widest('group'),
      widest('size'),
    ];
    return rows
      .map((row) => {
        const { entry } = row;
        const cells = [row.mode, padStart(row.links, links)];
        if (!this.#options.has('g')) cells.push(padEnd(row.owner, owner));
        if (!this.#options.has('o') && !this.#options.has('G'))
          cells.push(padEnd(row.group, group));
        cells.push(padStart(row.size, size), this.#time(entry.stat.mtime));
        const arrow = entry.target === undefined ? '' : ` -> ${entry.target}`;
        const name = this.#coloured(entry, this.#name(entry.name));
        return `${this.#front(entry)}${cells.join(' ')} ${name}${arrow}${entry.target === undefined ? this.#suffix(entry) : ''}\n`;
      })
      .join('');
  }

  #time(time: number): string {
    const date = new Date(time);
    const iso = date.toISOString();
    const style = this.#options.value('time-style');
    if (this.#options.has('full-time') || style === 'full-iso') {
      return `${isoDay(time)} ${iso.slice(11, 23)}000000 +0000`;
    }
    if (style === 'long-iso') return `${isoDay(time)} ${iso.slice(11, 16)}`;
    if (style?.startsWith('+')) return isoDay(time);
    const now = this.#io.kernel.now();
    const recent = time <= now && now - time < RECENT;
    const day = String(date.getUTCDate()).padStart(2);
    const last = recent
      ? `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
      : ` ${date.getUTCFullYear()}`;
    return `${month(time)} ${day} ${last}`;
  }

  /** On a terminal, names that a shell would part are quoted. */
  #name(name: string): string {
    if (this.#options.has('Q')) return JSON.stringify(name);
    if (this.#options.has('N') || !this.#io.toTerminal) return name;
    return /[\s'"$`\\!*?[\](){}<>|&;#~]/.test(name) ? quoted(name) : name;
  }

  #suffix(entry: Entry): string {
    const { type, mode } = entry.stat;
    if (type === 'folder') return this.#options.has('F') || this.#options.has('p') ? '/' : '';
    if (!this.#options.has('F')) return '';
    if (type === 'link') return '@';
    return (mode & 0o111) !== 0 ? '*' : '';
  }

  #coloured(entry: Entry, name: string): string {
    const colour = this.#colours ? colourOf(entry, this.#io) : '';
    return colour === '' ? name : `\x1b[${colour}m${name}\x1b[0m`;
  }
}

/** As dircolors(1) has them by default. */
function colourOf({ stat, path, name }: Entry, io: ProgramIo): string {
  if (stat.type === 'folder') {
    if ((stat.mode & 0o1002) === 0o1002) return '30;42';
    return stat.mode & 0o002 ? '34;42' : '01;34';
  }
  if (stat.type === 'link') return io.fs.exists(path) ? '01;36' : '40;31;01';
  if (stat.type === 'device') return stat.device?.kind === '-' ? '' : '40;33;01';
  if (stat.mode & 0o4000) return '37;41';
  if (stat.mode & 0o111) return '01;32';
  return /\.(tar|tgz|gz|zip|xz|bz2|zst|deb|rpm|7z)$/.test(name) ? '01;31' : '';
}

/** Kilobytes in blocks of four. */
export function blocksOf(stat: FileStat): number {
  if (stat.type === 'link' || stat.type === 'device') return 0;
  return stat.type === 'folder' ? 4 : Math.ceil(stat.size / 4096) * 4;
}

/** As a shell takes it: `'it'\''s'`. */
export function quoted(name: string): string {
  return name.includes("'") && !name.includes('"')
    ? `"${name}"`
    : `'${name.replaceAll("'", "'\\''")}'`;
}
