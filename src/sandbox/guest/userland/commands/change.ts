import { errorText, SystemError } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { type Options, parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';
import { changedMode, modeText } from './mode.ts';

/** Programs of coreutils that change files: their words, where the system refuses, are exact. */

/** Does something for each operand; what fails is said and the others go on. */
async function each(
  io: ProgramIo,
  operands: readonly string[],
  act: (path: string) => Promise<void> | void,
  words: (path: string, error: SystemError) => string,
): Promise<number> {
  let status = 0;
  for (const path of operands) {
    if (io.signal.aborted) return 130;
    try {
      await act(path);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      await io.err(`${io.name.split('/').at(-1)}: ${words(path, error)}\n`);
      status = 1;
    }
  }
  return status;
}

function needed(io: ProgramIo, options: Options, least = 1): readonly string[] {
  const name = io.name.split('/').at(-1);
  const { operands } = options;
  const hint = `\nTry '${name} --help' for more information.`;
  if (operands.length === 0) {
    const what = ['cp', 'mv', 'ln', 'touch'].includes(name ?? '')
      ? 'missing file operand'
      : 'missing operand';
    throw new Failure(`${name}: ${what}${hint}`);
  }
  if (operands.length < least) {
    const what =
      name === 'cp' || name === 'mv'
        ? 'missing destination file operand after'
        : 'missing operand after';
    throw new Failure(`${name}: ${what} '${operands.at(-1)}'${hint}`);
  }
  return operands;
}

const mkdir = program('mkdir', (io) => {
  const options = parseOptions(io, 'p,parents v,verbose m:,mode: Z');
  const mode = options.value('m');
  return each(
    io,
    needed(io, options),
    async (path) => {
      const there = io.fs.exists(path);
      io.fs.mkdir(path, { parents: options.has('p') });
      if (mode !== undefined && !there) {
        io.fs.chmod(path, changedMode(mode, { mode: 0o777, folder: true }, io.fs.umask));
      }
      if (options.has('v') && !there) await io.out(`mkdir: created directory '${path}'\n`);
    },
    (path, error) => `cannot create directory ‘${path}’: ${errorText(error)}`,
  );
});

const rmdir = program('rmdir', (io) => {
  const options = parseOptions(io, 'p,parents v,verbose ignore-fail-on-non-empty');
  return each(
    io,
    needed(io, options),
    (path) => {
      io.fs.rmdir(path);
      for (let up = path; options.has('p') && up.includes('/'); ) {
        up = up.slice(0, up.lastIndexOf('/'));
        if (up !== '') io.fs.rmdir(up);
      }
    },
    (path, error) => `failed to remove '${path}': ${errorText(error)}`,
  );
});

const touch = program('touch', (io) => {
  const options = parseOptions(
    io,
    'a m c,no-create d:,date: r:,reference: t: h,no-dereference time:',
  );
  const reference = options.value('r');
  const date = options.value('d') ?? stamp(options.value('t'));
  let time = io.kernel.now();
  if (reference !== undefined) time = io.fs.stat(reference).mtime;
  if (date !== undefined) {
    time = dateOf(date, io.kernel.now());
    if (Number.isNaN(time)) throw new Failure(`touch: invalid date format ‘${date}’`);
  }
  return each(
    io,
    needed(io, options),
    (path) => {
      if (!io.fs.exists(path)) {
        if (options.has('c')) return;
        io.fs.write(path, '');
        if (date === undefined && reference === undefined) return;
      }
      io.fs.utimes(path, time);
    },
    (path, error) =>
      error.code === 'EPERM'
        ? `setting times of '${path}': ${errorText(error)}`
        : `cannot touch '${path}': ${errorText(error)}`,
  );
});

/** `[[CC]YY]MMDDhhmm` as `touch -t` takes it. */
function stamp(text: string | undefined): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}` : text;
}

/** The part of GNU's date language that people use. NaN for the rest. */
export function dateOf(text: string, now: number): number {
  const ago =
    /^(\d+|a|an|last|next)?\s*(second|sec|minute|min|hour|day|week|month|year)s?( ago)?$/i.exec(
      text.trim(),
    );
  if (/^now$/i.test(text)) return now;
  if (/^today$/i.test(text)) return now;
  if (/^yesterday$/i.test(text)) return now - 86_400_000;
  if (/^tomorrow$/i.test(text)) return now + 86_400_000;
  if (ago) {
    const sizes: Record<string, number> = {
      second: 1e3,
      sec: 1e3,
      minute: 6e4,
      min: 6e4,
      hour: 3.6e6,
      day: 8.64e7,
      week: 6.048e8,
      month: 2.6298e9,
      year: 3.15576e10,
    };
    const back = ago[3] !== undefined || ago[1] === 'last';
    const count = Number(ago[1]) || 1;
    return now + (back ? -1 : 1) * count * (sizes[(ago[2] as string).toLowerCase()] as number);
  }
  if (/^[-+]\d+ /.test(text))
    return dateOf(text.startsWith('-') ? `${text.slice(1)} ago` : text.slice(1), now);
  if (/^@-?\d+$/.test(text)) return Number(text.slice(1)) * 1000;
  if (/^\d{8}$/.test(text))
    return Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00Z`);
  if (/^\d\d?:\d\d(:\d\d)?$/.test(text))
    return Date.parse(`${new Date(now).toISOString().slice(0, 10)}T${text.padStart(5, '0')}Z`);
  const zoned = /(Z|UTC|GMT|[-+]\d\d:?\d\d)$/.test(text);
  return Date.parse(
    zoned
      ? text
      : `${text
          .trim()
          .replace(/^(\d{4}-\d\d-\d\d)$/, '$1T00:00')
          .replace(
            /^(\d{4}-\d\d-\d\d) (\d)/,
            '$1T$2',
          )}${/^\d{4}-/.test(text.trim()) ? 'Z' : ' UTC'}`,
  );
}

const rm = program('rm', async (io) => {
  const options = parseOptions(
    io,
    'r,recursive,R f,force i I v,verbose d,dir interactive? one-file-system preserve-root? no-preserve-root',
  );
  const [recursive, force] = [options.has('r'), options.has('f')];
  if (options.operands.length === 0 && force) return 0;
  const operands = needed(io, options);
  let refused = false;
  const remove = async (path: string): Promise<void> => {
    const found = io.fs.lstat(path);
    if (found.type === 'folder') {
      if (!recursive && !options.has('d')) throw new SystemError('EISDIR', path);
      if (recursive) {
        for (const name of io.fs.list(path)) {
          try {
            await remove(path.endsWith('/') ? path + name : `${path}/${name}`);
          } catch (error) {
            if (!(error instanceof SystemError)) throw error;
            await io.err(`rm: cannot remove '${path}/${name}': ${errorText(error)}\n`);
            refused = true;
          }
        }
        if (refused && io.fs.list(path).length > 0) return;
      }
      io.fs.rmdir(path);
      if (options.has('v')) await io.out(`removed directory '${path}'\n`);
      return;
    }
    if (
      !force &&
      io.terminal &&
      (options.has('i') || (found.type === 'file' && !io.fs.may('w', path)))
    ) {
      const kind = found.size === 0 ? 'regular empty file' : 'regular file';
      const guard = options.has('i') ? '' : 'write-protected ';
      const answer = await io.ask(`rm: remove ${guard}${kind} '${path}'? `);
      if (!/^[yY]/.test(answer ?? '')) return;
    }
    io.fs.unlink(path);
    if (options.has('v')) await io.out(`removed '${path}'\n`);
  };
  const status = await each(
    io,
    operands,
    async (path) => {
      if (io.fs.absolute(path) === '/' && recursive && !options.has('no-preserve-root')) {
        throw new Failure(
          "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe",
        );
      }
      if (/(^|\/)\.\.?\/*$/.test(path)) {
        throw new Failure(`rm: refusing to remove '.' or '..' directory: skipping '${path}'`);
      }
      try {
        await remove(path);
      } catch (error) {
        if (!(force && error instanceof SystemError && ['ENOENT', 'ENOTDIR'].includes(error.code)))
          throw error;
      }
    },
    (path, error) => `cannot remove '${path}': ${errorText(error)}`,
  );
  return refused ? 1 : status;
});

/** Where `cp`, `mv` and `ln` put each source. */
function destinations(
  io: ProgramIo,
  operands: readonly string[],
  folder: string | undefined,
): [from: string, to: string][] {
  const name = io.name.split('/').at(-1);
  const target = folder ?? (operands.at(-1) as string);
  const sources = folder === undefined ? operands.slice(0, -1) : operands;
  const inside = io.fs.exists(target) && io.fs.stat(target).type === 'folder';
  if (!inside && sources.length > 1) {
    throw new Failure(
      `${name}: target '${target}': ${io.fs.exists(target) ? 'Not a directory' : 'No such file or directory'}`,
    );
  }
  return sources.map((from) => {
    const base = from.replace(/\/+$/, '').split('/').at(-1) as string;
    return [from, inside ? `${target.replace(/\/+$/, '')}/${base}` : target];
  });
}

const cp = program('cp', async (io) => {
  const options = parseOptions(
    io,
    'r,recursive,R a,archive p v,verbose f,force i,interactive n,no-clobber u,update d L P t:,target-directory: T preserve? no-preserve: reflink? x',
  );
  const folder = options.value('t');
  const pairs = destinations(io, needed(io, options, folder === undefined ? 2 : 1), folder);
  const recursive = options.has('r') || options.has('a');
  const keeps = options.has('a') || options.has('p') || options.has('preserve');
  const copy = async (from: string, to: string): Promise<void> => {
    const found =
      options.has('a') || options.has('P') || options.has('d')
        ? io.fs.lstat(from)
        : io.fs.stat(from);
    const there = io.fs.exists(to) ? io.fs.stat(to) : undefined;
    if (found.type === 'folder') {
      if (there && there.type !== 'folder')
        throw new Failure(`cp: cannot overwrite non-directory '${to}' with directory '${from}'`);
      const names = io.fs.list(from);
      if (!there) io.fs.mkdir(to, { mode: found.mode | 0o700 });
      for (const name of names) await copy(`${from}/${name}`, `${to}/${name}`);
    } else if (found.type === 'link') {
      if (there) io.fs.unlink(to);
      io.fs.symlink(io.fs.readlink(from), to);
    } else {
      if (there?.type === 'folder')
        throw new Failure(`cp: cannot overwrite directory '${to}' with non-directory`);
      if (there && options.has('n')) return;
      if (there && options.has('u') && there.mtime >= found.mtime) return;
      if (
        there &&
        options.has('i') &&
        !/^[yY]/.test((await io.ask(`cp: overwrite '${to}'? `)) ?? '')
      )
        return;
      if (there && io.fs.realpath(from) === io.fs.realpath(to))
        throw new Failure(`cp: '${from}' and '${to}' are the same file`);
      const content = io.fs.read(from);
      if (there && options.has('f') && !io.fs.may('w', to)) io.fs.unlink(to);
      io.fs.write(to, content, { mode: found.mode & 0o777 });
    }
    if (options.has('v')) await io.out(`'${from}' -> '${to}'\n`);
    if (keeps && found.type !== 'link') {
      if (io.who.uid === 0) io.fs.chown(to, found.uid, found.gid);
      io.fs.chmod(to, found.mode);
      io.fs.utimes(to, found.mtime);
    }
  };
  let status = 0;
  for (const [from, to] of pairs) {
    status = Math.max(
      status,
      await each(
        io,
        [from],
        async () => {
          const found = io.fs.lstat(from);
          if (found.type === 'folder' && !recursive)
            throw new Failure(`cp: -r not specified; omitting directory '${from}'`);
          if (
            found.type === 'folder' &&
            `${io.fs.absolute(to)}/`.startsWith(`${io.fs.absolute(from)}/`)
          ) {
            throw new Failure(`cp: cannot copy a directory, '${from}', into itself, '${to}'`);
          }
          await copy(from, to);
        },
        (_, error) => {
          const source = error.path === from || error.path?.startsWith(`${from}/`);
          const unread = source && error.code === 'EACCES';
          if (error.code === 'ENOENT' && !io.fs.exists(from))
            return `cannot stat '${from}': ${errorText(error)}`;
          if (unread) return `cannot open '${error.path}' for reading: ${errorText(error)}`;
          return `cannot create regular file '${error.path ?? to}': ${errorText(error)}`;
        },
      ),
    );
  }
  return status;
});

const mv = program('mv', async (io) => {
  const options = parseOptions(
    io,
    'f,force i,interactive n,no-clobber v,verbose u,update t:,target-directory: T b',
  );
  const folder = options.value('t');
  const pairs = destinations(io, needed(io, options, folder === undefined ? 2 : 1), folder);
  let status = 0;
  for (const [from, to] of pairs) {
    const one = await each(
      io,
      [from],
      async () => {
        io.fs.lstat(from);
        const there = io.fs.exists(to);
        if (there && options.has('n')) return;
        if (
          there &&
          options.has('i') &&
          !/^[yY]/.test((await io.ask(`mv: overwrite '${to}'? `)) ?? '')
        )
          return;
        if (there && io.fs.realpath(from) === io.fs.realpath(to))
          throw new Failure(`mv: '${from}' and '${to}' are the same file`);
        if (`${io.fs.absolute(to)}/`.startsWith(`${io.fs.absolute(from)}/`)) {
          throw new Failure(`mv: cannot move '${from}' to a subdirectory of itself, '${to}'`);
        }
        io.fs.rename(from, to);
        if (options.has('v')) await io.out(`renamed '${from}' -> '${to}'\n`);
      },
      (_, error) =>
        error.code === 'ENOENT' && !exists(io, from)
          ? `cannot stat '${from}': ${errorText(error)}`
          : `cannot move '${from}' to '${to}': ${errorText(error)}`,
    );
    status = Math.max(status, one);
  }
  return status;
});

function exists(io: ProgramIo, path: string): boolean {
  try {
    io.fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

const ln = program('ln', (io) => {
  const options = parseOptions(
    io,
    's,symbolic f,force n,no-dereference v,verbose r,relative i T t:',
  );
  const operands = needed(io, options);
  const pairs: [string, string][] =
    operands.length === 1
      ? [[operands[0] as string, (operands[0] as string).split('/').at(-1) as string]]
      : options.has('n') || options.has('T')
        ? [[operands[0] as string, operands[1] as string]]
        : destinations(io, operands, options.value('t'));
  const kind = options.has('s') ? 'symbolic link' : 'hard link';
  return each(
    io,
    pairs.map(([from]) => from),
    async (from) => {
      const [, to] = pairs.find(([one]) => one === from) as [string, string];
      if (options.has('f') && exists(io, to)) io.fs.unlink(to);
      if (options.has('s')) io.fs.symlink(from, to);
      else {
        if (io.fs.lstat(from).type === 'folder')
          throw new Failure(`ln: ${from}: hard link not allowed for directory`);
        io.fs.link(from, to);
      }
      if (options.has('v')) await io.out(`'${to}' ${options.has('s') ? '->' : '=>'} '${from}'\n`);
    },
    (from, error) => {
      const [, to] = pairs.find(([one]) => one === from) as [string, string];
      if (!options.has('s') && error.code === 'ENOENT')
        return `failed to access '${from}': ${errorText(error)}`;
      return `failed to create ${kind} '${to}': ${errorText(error)}`;
    },
  );
});

const chmod = program('chmod', async (io) => {
  // A mode such as `-x` looks like an option.
  const args = [...io.args];
  const at = args.findIndex((arg) => /^-[rwxXst]+([-+=,].*)?$/.test(arg) && arg !== '-R');
  const minus = at < 0 ? undefined : args.splice(at, 1)[0];
  const options = parseOptions(
    { name: io.name, args },
    'R,recursive v,verbose c,changes f,silent,quiet reference: preserve-root',
  );
  const reference = options.value('reference');
  const given = [...options.operands];
  const mode =
    reference === undefined ? (minus ?? given.shift()) : io.fs.stat(reference).mode.toString(8);
  if (mode === undefined)
    throw new Failure("chmod: missing operand\nTry 'chmod --help' for more information.");
  if (given.length === 0)
    throw new Failure(
      `chmod: missing operand after ‘${mode}’\nTry 'chmod --help' for more information.`,
    );
  // A wrong mode is said before any file is looked at.
  changedMode(mode, { mode: 0, folder: false }, 0);
  const change = async (path: string): Promise<void> => {
    const found = io.fs.stat(path);
    const wanted = changedMode(
      mode,
      { mode: found.mode, folder: found.type === 'folder' },
      io.fs.umask,
    );
    io.fs.chmod(path, wanted);
    const text = (one: number) =>
      `${one.toString(8).padStart(4, '0')} (${modeText({ type: 'file', mode: one }).slice(1)})`;
    if (options.has('v') || (options.has('c') && wanted !== found.mode)) {
      await io.out(
        wanted === found.mode
          ? `mode of '${path}' retained as ${text(wanted)}\n`
          : `mode of '${path}' changed from ${text(found.mode)} to ${text(wanted)}\n`,
      );
    }
  };
  return each(
    io,
    given,
    (path) => recursively(io, path, options.has('R'), change),
    (path, error) =>
      error.code === 'EPERM'
        ? `changing permissions of '${error.path ?? path}': ${errorText(error)}`
        : `cannot access '${error.path ?? path}': ${errorText(error)}`,
  );
});

async function recursively(
  io: ProgramIo,
  path: string,
  recursive: boolean,
  change: (path: string) => Promise<void> | void,
): Promise<void> {
  await change(path);
  if (!recursive || io.fs.lstat(path).type !== 'folder') return;
  for (const name of io.fs.list(path)) {
    const below = `${path.replace(/\/$/, '')}/${name}`;
    if (io.fs.lstat(below).type !== 'link') await recursively(io, below, true, change);
  }
}

/** `alice:www-data`, `alice`, `:www-data`, `alice:` (her login group), numbers. */
function ownerOf(io: ProgramIo, text: string): { uid: number; gid: number } {
  const { users } = io.kernel;
  const [user = '', group] = text.split(/[:.]/, 2);
  const found = users.byName(user);
  const uid = user === '' ? -1 : (found?.uid ?? number(user));
  if (Number.isNaN(uid)) throw new Failure(`chown: invalid user: ‘${text}’`);
  if (group === undefined) return { uid, gid: -1 };
  if (group === '') return { uid, gid: found?.gid ?? -1 };
  return { uid, gid: groupOf(io, group, 'chown', text) };
}

function groupOf(io: ProgramIo, group: string, name: string, whole = group): number {
  const gid = io.kernel.users.groupByName(group)?.gid ?? number(group);
  if (Number.isNaN(gid)) throw new Failure(`${name}: invalid group: ‘${whole}’`);
  return gid;
}

function number(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function owner(name: 'chown' | 'chgrp') {
  return program(name, async (io) => {
    const options = parseOptions(
      io,
      'R,recursive v,verbose c,changes f,silent h,no-dereference H L P reference:',
    );
    const operands = [...options.operands];
    const reference = options.value('reference');
    const first = reference === undefined ? operands.shift() : '';
    if (first === undefined)
      throw new Failure(`${name}: missing operand\nTry '${name} --help' for more information.`);
    if (operands.length === 0)
      throw new Failure(
        `${name}: missing operand after ‘${first}’\nTry '${name} --help' for more information.`,
      );
    const wanted =
      reference !== undefined
        ? io.fs.stat(reference)
        : name === 'chown'
          ? ownerOf(io, first)
          : { uid: -1, gid: groupOf(io, first, 'chgrp') };
    return each(
      io,
      operands,
      (path) =>
        recursively(io, path, options.has('R'), (one) =>
          io.fs.chown(one, wanted.uid, name === 'chgrp' ? wanted.gid : wanted.gid, {
            follow: !options.has('h'),
          }),
        ),
      (path, error) =>
        error.code === 'EPERM'
          ? `changing ${name === 'chown' && wanted.uid !== -1 ? 'ownership' : 'group'} of '${error.path ?? path}': ${errorText(error)}`
          : `cannot access '${error.path ?? path}': ${errorText(error)}`,
    );
  });
}

export const changePrograms = [
  mkdir,
  rmdir,
  touch,
  rm,
  cp,
  mv,
  ln,
  chmod,
  owner('chown'),
  owner('chgrp'),
];
