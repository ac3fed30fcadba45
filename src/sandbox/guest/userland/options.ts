import type { ProgramIo } from '../kernel/programs.ts';
import { Failure } from './program.ts';

/** What was asked for on a command line, read as getopt_long(3) does. */
export interface Options {
  has(name: string): boolean;
  /** The last value given for it. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  readonly operands: readonly string[];
}

interface Spec {
  readonly names: readonly string[];
  readonly takes: 'none' | 'value' | 'maybe';
}

/**
 * @param spec words such as `l`, `a,all`, `n:,lines:` (takes a value) and `color?` (may take one
 *   after `=`), parted by spaces. The first name of a word is the one to ask for.
 * @param how `operandsFirst` stops at the first operand, as `sudo` does; `status` is that of a
 *   wrong option
 */
export function parseOptions(
  io: Pick<ProgramIo, 'name' | 'args'>,
  spec: string,
  how: { operandsFirst?: boolean; status?: number; usage?: string } = {},
): Options {
  const known = spec.split(' ').filter(Boolean).map(readSpec);
  const found = new Map<string, string[]>();
  const operands: string[] = [];
  const name = io.name.split('/').at(-1) ?? io.name;
  const wrong = (text: string): Failure =>
    new Failure(
      `${name}: ${text}\n${how.usage ?? `Try '${name} --help' for more information.`}`,
      how.status ?? 1,
    );
  const note = (one: Spec, value: string) => {
    const key = one.names[0] as string;
    found.set(key, [...(found.get(key) ?? []), value]);
  };
  const args = [...io.args];
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (arg === '--') {
      operands.push(...args);
      break;
    }
    if (arg.startsWith('--')) {
      const [word, ...rest] = arg.slice(2).split('=');
      const value = rest.length > 0 ? rest.join('=') : undefined;
      const one = findLong(known, word as string);
      if (!one) throw wrong(`unrecognized option '${arg}'`);
      if (one.takes === 'none' && value !== undefined) {
        throw wrong(`option '--${word}' doesn't allow an argument`);
      }
      if (one.takes !== 'value') note(one, value ?? '');
      else {
        const given = value ?? args.shift();
        if (given === undefined) throw wrong(`option '--${word}' requires an argument`);
        note(one, given);
      }
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at] as string;
        const one = known.find((each) => each.names.includes(letter));
        if (!one) throw wrong(`invalid option -- '${letter}'`);
        if (one.takes === 'maybe' && /^[-+]?\d+$/.test(arg.slice(at + 1))) {
          note(one, arg.slice(at + 1));
          break;
        }
        if (one.takes !== 'value') {
          note(one, '');
          continue;
        }
        const given = at + 1 < arg.length ? arg.slice(at + 1) : args.shift();
        if (given === undefined) throw wrong(`option requires an argument -- '${letter}'`);
        note(one, given);
        break;
      }
    } else {
      operands.push(arg);
      if (how.operandsFirst) {
        operands.push(...args);
        break;
      }
    }
  }
  return {
    has: (key) => found.has(key),
    value: (key) => found.get(key)?.at(-1),
    values: (key) => found.get(key) ?? [],
    operands,
  };
}

function readSpec(word: string): Spec {
  const takes = word.includes(':') ? 'value' : word.includes('?') ? 'maybe' : 'none';
  return { names: word.replaceAll(/[:?]/g, '').split(','), takes };
}

/** Long options may be shortened as long as they stay unique. */
function findLong(known: readonly Spec[], word: string): Spec | undefined {
  const exact = known.find((one) => one.names.includes(word) && word.length > 1);
  if (exact) return exact;
  const near = known.filter((one) =>
    one.names.some((each) => each.length > 1 && each.startsWith(word)),
  );
  return near.length === 1 ? near[0] : undefined;
}
