import type { FileStat } from '../../fs/inode.ts';
import { errorText } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { glob } from '../patterns.ts';
import { Failure, program } from '../program.ts';
import { blocksOf } from './ls.ts';
import { changedMode, modeText } from './mode.ts';

/** `find` of findutils: tests joined by and, or, not, and what is done with what fits. */

interface Found {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly stat: FileStat;
}

type Test = (found: Found) => boolean | Promise<boolean>;

interface Plan {
  readonly test: Test;
  readonly acts: boolean;
  readonly least: number;
  readonly most: number;
  /** Folders first by default; `-delete` and `-depth` take what is in them first. */
  readonly deep: boolean;
  finish(): Promise<void>;
}

const find = program('find', async (io) => {
  const args = [...io.args];
  const paths: string[] = [];
  while (args.length > 0 && !/^[-(!]/.test(args[0] as string)) paths.push(args.shift() as string);
  const plan = planOf(io, args);
  let status = 0;
  const visit = async (path: string, name: string, depth: number): Promise<void> => {
    if (io.signal.aborted) return;
    const found: Found = { path, name, depth, stat: io.fs.lstat(path) };
    const here = async () => {
      if (depth < plan.least || !(await plan.test(found)) || plan.acts) return;
      await io.out(`${path}\n`);
    };
    if (!plan.deep) await here();
    if (found.stat.type === 'folder' && depth < plan.most) {
      let names: readonly string[] = [];
      try {
        names = io.fs.list(path);
      } catch (error) {
        await io.err(`find: ‘${path}’: ${errorText(error)}\n`);
        status = 1;
      }
      for (const one of names) {
        try {
          await visit(`${path.replace(/\/$/, '')}/${one}`, one, depth + 1);
        } catch (error) {
          if (error instanceof Failure) throw error;
          await io.err(`find: ‘${path}/${one}’: ${errorText(error)}\n`);
          status = 1;
        }
      }
    }
    if (plan.deep) await here();
  };
  for (const path of paths.length === 0 ? ['.'] : paths) {
    try {
      await visit(path, path.replace(/\/+$/, '').split('/').at(-1) || '/', 0);
    } catch (error) {
      if (error instanceof Failure) throw error;
      await io.err(`find: ‘${path}’: ${errorText(error)}\n`);
      status = 1;
    }
  }
  await plan.finish();
  return status;
});

function planOf(io: ProgramIo, args: string[]): Plan {
  let acts = false;
  let deep = false;
  let [least, most] = [0, Number.POSITIVE_INFINITY];
  const batches: { words: string[]; paths: string[] }[] = [];
  const value = (name: string): string => {
    const next = args.shift();
    if (next === undefined) throw new Failure(`find: missing argument to \`${name}'`);
    return next;
  };
  const count = (name: string): number => {
    const text = value(name);
    if (!/^\d+$/.test(text)) {
      throw new Failure(
        `find: Expected a positive decimal integer argument to ${name}, but got ‘${text}’`,
      );
    }
    return Number(text);
  };
  const now = io.kernel.now();

  const either = (): Test => {
    let left = both();
    while (args[0] === '-o' || args[0] === '-or') {
      args.shift();
      const [a, b] = [left, both()];
      left = async (found) => (await a(found)) || (await b(found));
    }
    return left;
  };
  const both = (): Test => {
    let left: Test = () => true;
    while (args.length > 0 && args[0] !== '-o' && args[0] !== '-or' && args[0] !== ')') {
      if (args[0] === '-a' || args[0] === '-and') args.shift();
      const [a, b] = [left, one()];
      left = async (found) => (await a(found)) && (await b(found));
    }
    return left;
  };
  const one = (): Test => {
    const word = args.shift() ?? '';
    if (word === '!' || word === '-not') {
      const inner = one();
      return async (found) => !(await inner(found));
    }
    if (word === '(') {
      const inner = either();
      if (args.shift() !== ')')
        throw new Failure(
          "find: invalid expression; I was expecting to find a ')' somewhere but did not see one.",
        );
      return inner;
    }
    return primary(word);
  };
  const primary = (word: string): Test => {
    switch (word) {
      case '-name':
      case '-iname': {
        const fits = glob(value(word), { ignoreCase: word === '-iname' });
        return ({ name }) => fits.test(name);
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const fits = glob(value(word), { ignoreCase: word === '-ipath' });
        return ({ path }) => fits.test(path);
      }
      case '-type': {
        const kinds = value(word).split(',');
        const letters = { file: 'f', folder: 'd', link: 'l', device: 'c' } as const;
        if (kinds.some((kind) => !/^[fdlcbps]$/.test(kind)))
          throw new Failure(`find: Unknown argument to -type: ${kinds.join(',')}`);
        return ({ stat }) => kinds.includes(stat.device?.kind === '-' ? 'f' : letters[stat.type]);
      }
      case '-maxdepth':
        most = count(word);
        return () => true;
      case '-mindepth':
        least = count(word);
        return () => true;
      case '-depth':
        deep = true;
        return () => true;
      case '-xdev':
      case '-mount':
        return () => true;
      case '-empty':
        return ({ stat, path }) =>
          stat.type === 'folder'
            ? io.fs.list(path).length === 0
            : stat.type === 'file' && stat.size === 0;
      case '-size': {
        const match = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(value(word));
        if (!match) throw new Failure('find: Invalid argument to -size');
        const unit =
          { c: 1, w: 2, b: 512, '': 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[3] ?? ''] ??
          512;
        return ({ stat }) =>
          compared(match[1] ?? '', Math.ceil(stat.size / unit), Number(match[2]));
      }
      case '-mtime':
      case '-mmin':
      case '-ctime':
      case '-atime': {
        const match = /^([-+]?)(\d+)$/.exec(value(word));
        if (!match) throw new Failure(`find: invalid argument to \`${word}'`);
        const unit = word === '-mmin' ? 60_000 : 86_400_000;
        return ({ stat }) =>
          compared(match[1] ?? '', Math.floor((now - stat.mtime) / unit), Number(match[2]));
      }
      case '-newer': {
        const { mtime } = io.fs.stat(value(word));
        return ({ stat }) => stat.mtime > mtime;
      }
      case '-user': {
        const name = value(word);
        const uid = io.kernel.users.byName(name)?.uid ?? Number(name);
        if (Number.isNaN(uid)) throw new Failure(`find: ‘${name}’ is not the name of a known user`);
        return ({ stat }) => stat.uid === uid;
      }
      case '-group': {
        const name = value(word);
        const gid = io.kernel.users.groupByName(name)?.gid ?? Number(name);
        if (Number.isNaN(gid))
          throw new Failure(`find: ‘${name}’ is not the name of an existing group`);
        return ({ stat }) => stat.gid === gid;
      }
      case '-perm': {
        const text = value(word);
        const how = /^[-/]/.exec(text)?.[0];
        const wanted = changedMode(how ? text.slice(1) : text, { mode: 0, folder: false }, 0);
        return ({ stat }) => {
          if (how === '-') return (stat.mode & wanted) === wanted;
          return how === '/' ? (stat.mode & wanted) !== 0 : stat.mode === wanted;
        };
      }
      case '-readable':
        return ({ path }) => io.fs.may('r', path);
      case '-writable':
        return ({ path }) => io.fs.may('w', path);
      case '-executable':
        return ({ path }) => io.fs.may('x', path);
      case '-print':
      case '-print0':
        acts = true;
        return async ({ path }) => {
          await io.out(path + (word === '-print' ? '\n' : '\0'));
          return true;
        };
      case '-ls':
        acts = true;
        return async (found) => {
          await io.out(longLine(io, found));
          return true;
        };
      case '-delete':
        acts = true;
        deep = true;
        return ({ path, stat }) => {
          if (stat.type === 'folder') io.fs.rmdir(path);
          else io.fs.unlink(path);
          return true;
        };
      case '-exec':
      case '-ok': {
        acts = true;
        const words: string[] = [];
        for (;;) {
          const next = args.shift();
          if (next === undefined) throw new Failure(`find: missing argument to \`${word}'`);
          if (next === ';') break;
          if (next === '+' && words.at(-1) === '{}') {
            const batch = { words: words.slice(0, -1), paths: [] as string[] };
            batches.push(batch);
            return ({ path }) => {
              batch.paths.push(path);
              return true;
            };
          }
          words.push(next);
        }
        return async ({ path }) => {
          const { code } = await io.run(
            words.map((one) => one.replaceAll('{}', path)),
            { stdin: '' },
          );
          return code === 0;
        };
      }
      case '-prune':
        throw new Failure('find: -prune is not known to the find of this sandbox');
      default:
        throw new Failure(
          word.startsWith('-')
            ? `find: unknown predicate \`${word}'`
            : `find: paths must precede expression: \`${word}'`,
        );
    }
  };
  const test = either();
  if (args.length > 0) throw new Failure("find: invalid expression; you have too many ')'");
  return {
    test,
    get acts() {
      return acts;
    },
    least,
    most,
    deep,
    async finish() {
      for (const { words, paths } of batches)
        if (paths.length > 0) await io.run([...words, ...paths], { stdin: '' });
    },
  };
}

function compared(sign: string, value: number, wanted: number): boolean {
  if (sign === '+') return value > wanted;
  return sign === '-' ? value < wanted : value === wanted;
}

function longLine(io: ProgramIo, { path, stat }: Found): string {
  const { users } = io.kernel;
  const date = new Date(stat.mtime)
    .toUTCString()
    .replace(/^\w+, (\d+) (\w+) \d+ (\d+:\d+).*/, '$2 $1 $3');
  return `${String(stat.ino).padStart(9)} ${String(blocksOf(stat)).padStart(6)} ${modeText(stat)} ${String(stat.links).padStart(3)} ${users.nameOf(stat.uid).padEnd(8)} ${users.groupNameOf(stat.gid).padEnd(8)} ${String(stat.size).padStart(8)} ${date} ${path}\n`;
}

export const findPrograms = [find];
