import { joined } from '../../fs/paths.ts';
import { type Options, parseOptions } from '../options.ts';
import { Failure } from '../program.ts';
import { fatal } from './failure.ts';
import type { Repository } from './repository.ts';

/** What stands on git's command lines: options, paths, and how paths are shown. */

export interface Words extends Options {
  /** After `--`. */
  readonly paths: readonly string[] | undefined;
}

export function wordsOf(command: string, args: readonly string[], spec: string): Words {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  // `-3` is `-n 3`.
  const numbers = before.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const known = spec.includes('n:') || spec.includes('n,') ? numbers : before;
  try {
    const options = parseOptions({ name: command, args: known }, spec, { status: 129, usage: '' });
    return {
      has: options.has,
      value: options.value,
      values: options.values,
      operands: options.operands,
      paths: end < 0 ? undefined : args.slice(end + 1),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${worded(error.message)}\nusage: git ${command} [<options>]`, 129);
  }
}

/** getopt's words in git's. */
function worded(message: string): string {
  const long = /unrecognized option '--([^'=]+)/.exec(message)?.[1];
  if (long !== undefined) return `error: unknown option \`${long}'`;
  const short = /invalid option -- '(.)'/.exec(message)?.[1];
  if (short !== undefined) return `error: unknown switch \`${short}'`;
  const value = /option '--([^']+)' requires/.exec(message)?.[1];
  if (value !== undefined) return `error: option \`${value}' requires a value`;
  const letter = /requires an argument -- '(.)'/.exec(message)?.[1];
  if (letter !== undefined) return `error: switch \`${letter}' requires a value`;
  return `error: ${message.trim()}`;
}

/** The folder that the command runs in, below the root of the working tree: `` or `src/lib`. */
export function prefixOf(repository: Repository): string {
  const { fs, cwd } = repository.io;
  const own = fs.realpath(cwd);
  return own === repository.dir ? '' : own.slice(repository.dir.replace(/\/$/, '').length + 1);
}

/** A path as typed, below the root; `` is the root itself. */
export function pathIn(repository: Repository, typed: string): string {
  const { io, dir } = repository;
  // Of a link it is the link's own place that counts, so only the folder is followed.
  const full = joined(io.fs.realpath(io.cwd), typed);
  const base = dir === '/' ? '' : dir;
  if (full === dir) return '';
  if (!full.startsWith(`${base}/`)) {
    throw fatal(`${typed}: '${typed}' is outside repository at '${dir}'`);
  }
  return full.slice(base.length + 1);
}

/** Whether a path is among those that were named: itself, below a folder, or like a pattern. */
export function matcher(repository: Repository, typed: readonly string[]) {
  const wanted = typed.map((one) => pathIn(repository, one));
  return (path: string): boolean => wanted.some((one) => matches(one, path));
}

export function matches(wanted: string, path: string): boolean {
  if (wanted === '' || path === wanted || path.startsWith(`${wanted}/`)) return true;
  if (!/[*?[]/.test(wanted) || wanted.length > 500) return false;
  const letters = [...wanted].map((one) => {
    if (one === '*') return '.*';
    return one === '?' ? '.' : one.replace(/[.+^${}()|\\[\]]/, '\\$&');
  });
  return new RegExp(`^${letters.join('').replaceAll(/(\.\*)+/g, '.*')}$`, 's').test(path);
}

/** From the folder that the command runs in. */
export function shown(repository: Repository, path: string): string {
  const up = prefixOf(repository);
  if (up === '') return path;
  const from = up.split('/');
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

/**
 * As git prints a path: what is not ASCII in octal, between quotes, unless `core.quotePath` is
 * off, which is the first thing that Korean users of git learn.
 */
export function quoted(repository: Repository, path: string, always = false): string {
  const off = ['false', 'no', 'off', '0'];
  const high = !off.includes(repository.settings.get('core.quotepath') ?? 'true');
  let text = '';
  for (const letter of path) {
    const code = letter.codePointAt(0) as number;
    if (letter === '"' || letter === '\\') text += `\\${letter}`;
    else if (letter === '\n') text += '\\n';
    else if (letter === '\t') text += '\\t';
    else if (code < 32 || code === 127 || (code > 127 && high)) {
      text += [...Buffer.from(letter)]
        .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
        .join('');
    } else text += letter;
  }
  return text !== path || always ? `"${text}"` : path;
}

/** Colours go to terminals only. */
export function painter(repository: { io: Repository['io'] }) {
  return (code: number | string, text: string): string =>
    repository.io.toTerminal ? `\x1b[${code}m${text}\x1b[m` : text;
}
