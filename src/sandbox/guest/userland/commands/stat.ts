import type { FileStat } from '../../fs/inode.ts';
import { errorText, SystemError } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { human } from '../facts/sizes.ts';
import { parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';
import { blocksOf } from './ls.ts';
import { modeText } from './mode.ts';

/** Programs that say what a file is and how much room it takes. */

const stat = program('stat', async (io) => {
  const options = parseOptions(io, 'L,dereference c:,format: printf: f,file-system t,terse');
  if (options.operands.length === 0) {
    throw new Failure("stat: missing operand\nTry 'stat --help' for more information.");
  }
  let status = 0;
  for (const path of options.operands) {
    try {
      const found = options.has('L') ? io.fs.stat(path) : io.fs.lstat(path);
      const format = options.value('c') ?? options.value('printf');
      if (format === undefined) await io.out(described(io, path, found));
      else await io.out(formatted(io, format, path, found) + (options.has('c') ? '\n' : ''));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      await io.err(`stat: cannot statx '${path}': ${errorText(error)}\n`);
      status = 1;
    }
  }
  return status;
});

const kinds: Readonly<Record<FileStat['type'], string>> = {
  file: 'regular file',
  folder: 'directory',
  link: 'symbolic link',
  device: 'character special file',
};

function kindOf(found: FileStat): string {
  if (found.device?.kind === '-') return 'regular empty file';
  return found.type === 'file' && found.size === 0 ? 'regular empty file' : kinds[found.type];
}

/** Directories say 4096 as ext4 does. */
function described(io: ProgramIo, path: string, found: FileStat): string {
  const { users } = io.kernel;
  const octal = found.mode.toString(8).padStart(4, '0');
  const time = `${timeOf(found.mtime)}`;
  const name = found.type === 'link' ? `${path} -> ${io.fs.readlink(path)}` : path;
  return `  File: ${name}
  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(blocksOf(found) * 2).padEnd(10)} IO Block: 4096   ${kindOf(found)}
Device: 8,1\tInode: ${String(found.ino).padEnd(11)} Links: ${found.links}
Access: (${octal}/${modeText(found)})  Uid: (${String(found.uid).padStart(5)}/${users.nameOf(found.uid).padStart(8)})   Gid: (${String(found.gid).padStart(5)}/${users.groupNameOf(found.gid).padStart(8)})
Access: ${time}
Modify: ${time}
Change: ${time}
 Birth: ${time}
`;
}

function timeOf(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000000 +0000`;
}

function formatted(io: ProgramIo, format: string, path: string, found: FileStat): string {
  const { users } = io.kernel;
  const values: Readonly<Record<string, () => string>> = {
    a: () => found.mode.toString(8),
    A: () => modeText(found),
    u: () => String(found.uid),
    U: () => users.nameOf(found.uid),
    g: () => String(found.gid),
    G: () => users.groupNameOf(found.gid),
    n: () => path,
    N: () => (found.type === 'link' ? `'${path}' -> '${io.fs.readlink(path)}'` : `'${path}'`),
    s: () => String(found.size),
    F: () => kindOf(found),
    h: () => String(found.links),
    i: () => String(found.ino),
    b: () => String(blocksOf(found) * 2),
    B: () => '512',
    y: () => timeOf(found.mtime),
    Y: () => String(Math.floor(found.mtime / 1000)),
    z: () => timeOf(found.mtime),
    Z: () => String(Math.floor(found.mtime / 1000)),
    x: () => timeOf(found.mtime),
    X: () => String(Math.floor(found.mtime / 1000)),
    w: () => '-',
    W: () => '0',
    '%': () => '%',
  };
  return format
    .replaceAll(/%([a-zA-Z%])/g, (whole, letter: string) => values[letter]?.() ?? whole)
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}

const du = program('du', async (io) => {
  const options = parseOptions(
    io,
    's,summarize h,human-readable a,all c,total d:,max-depth: k m b,bytes apparent-size x,one-file-system S exclude: block-size:',
  );
  const depth = options.has('s') ? 0 : Number(options.value('d') ?? Number.POSITIVE_INFINITY);
  if (Number.isNaN(depth)) {
    throw new Failure(
      `du: invalid maximum depth ‘${options.value('d')}’\nTry 'du --help' for more information.`,
    );
  }
  const exact = options.has('b') || options.has('apparent-size');
  const show = (kib: number) => {
    if (options.has('h')) return human(Math.round(kib * 1024));
    if (options.has('b')) return String(Math.round(kib * 1024));
    return String(Math.ceil(options.has('m') ? kib / 1024 : kib));
  };
  let status = 0;
  let total = 0;
  const lines: string[] = [];
  const visit = async (path: string, level: number): Promise<number> => {
    const found = io.fs.lstat(path);
    let kib = exact ? found.size / 1024 : blocksOf(found);
    if (found.type === 'folder') {
      let names: string[] = [];
      try {
        // What the kernel makes up takes no room.
        names = /^\/(proc|sys)(\/|$)/.test(io.fs.absolute(path)) ? [] : io.fs.list(path);
      } catch (error) {
        await io.err(`du: cannot read directory '${path}': ${errorText(error)}\n`);
        status = 1;
      }
      for (const name of names)
        kib += await visit(path === '/' ? `/${name}` : `${path}/${name}`, level + 1);
    }
    const counts = found.type === 'folder' || options.has('a') || level === 0;
    if (counts && level <= depth) lines.push(`${show(kib)}\t${path}\n`);
    return kib;
  };
  for (const path of options.operands.length === 0 ? ['.'] : options.operands) {
    try {
      total += await visit(path, 0);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      await io.err(`du: cannot access '${path}': ${errorText(error)}\n`);
      status = 1;
    }
  }
  await io.out(lines.join(''));
  if (options.has('c')) await io.out(`${show(total)}\ttotal\n`);
  return status;
});

const tree = program('tree', async (io) => {
  const options = parseOptions(io, 'a d L: f p u g h s C n i F dirsfirst noreport I: P:', {
    usage: 'usage: tree [-adfpughsCniF] [-L level] [<directory list>]',
  });
  const limit = Number(options.value('L') ?? Number.POSITIVE_INFINITY);
  if (!(limit > 0)) throw new Failure('tree: Invalid level, must be greater than 0.');
  const colours = options.has('C') || (io.toTerminal && !options.has('n'));
  let folders = 0;
  let files = 0;
  let failed = false;
  const shown = (path: string, name: string, found: FileStat): string => {
    const { users } = io.kernel;
    const facts = [
      options.has('p') ? modeText(found) : '',
      options.has('u') ? users.nameOf(found.uid).padEnd(8) : '',
      options.has('g') ? users.groupNameOf(found.gid).padEnd(8) : '',
      options.has('h')
        ? human(found.size).padStart(4)
        : options.has('s')
          ? String(found.size).padStart(11)
          : '',
    ].filter(Boolean);
    const front = facts.length === 0 ? '' : `[${facts.join(' ')}]  `;
    const label = options.has('f') ? path : name;
    const colour =
      found.type === 'folder'
        ? '01;34'
        : found.type === 'link'
          ? '01;36'
          : found.mode & 0o111
            ? '01;32'
            : '';
    const text = colours && colour !== '' ? `\x1b[${colour}m${label}\x1b[0m` : label;
    return front + text + (found.type === 'link' ? ` -> ${io.fs.readlink(path)}` : '');
  };
  const walk = async (path: string, indent: string, level: number): Promise<void> => {
    let names = io.fs.list(path).filter((name) => options.has('a') || !name.startsWith('.'));
    const statOf = (name: string) => io.fs.lstat(`${path}/${name}`);
    if (options.has('d')) names = names.filter((name) => statOf(name).type === 'folder');
    if (options.has('dirsfirst')) {
      names.sort(
        (a, b) => Number(statOf(b).type === 'folder') - Number(statOf(a).type === 'folder'),
      );
    }
    for (const [index, name] of names.entries()) {
      if (io.signal.aborted) return;
      const last = index === names.length - 1;
      const below = path.endsWith('/') ? path + name : `${path}/${name}`;
      const found = io.fs.lstat(below);
      await io.out(`${indent}${last ? '└── ' : '├── '}${shown(below, name, found)}\n`);
      if (found.type !== 'folder') files++;
      else {
        folders++;
        if (level < limit && io.fs.may('r', below))
          await walk(below, `${indent}${last ? '    ' : '│\u00a0\u00a0 '}`, level + 1);
      }
    }
  };
  for (const path of options.operands.length === 0 ? ['.'] : options.operands) {
    if (!io.fs.exists(path) || io.fs.stat(path).type !== 'folder') {
      await io.out(`${path}  [error opening dir]\n`);
      failed = true;
      continue;
    }
    await io.out(`${shown(path, path, io.fs.stat(path))}\n`);
    folders++;
    await walk(path, '', 1);
  }
  const count = `${folders} director${folders === 1 ? 'y' : 'ies'}`;
  const rest = options.has('d') ? '' : `, ${files} file${files === 1 ? '' : 's'}`;
  if (!options.has('noreport')) await io.out(`\n${count}${rest}\n`);
  return failed ? 2 : 0;
});

export const statPrograms = [stat, du, tree];
