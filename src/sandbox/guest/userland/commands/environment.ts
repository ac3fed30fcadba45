import { cpuOf } from '../facts/cpu.ts';
import { parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';

/** Programs that run others (`env`, `xargs`), and small ones about what surrounds a program. */

const env = program('env', async (io) => {
  const options = parseOptions(io, 'i,ignore-environment u:,unset: 0,null C:,chdir: S:', {
    operandsFirst: true,
    status: 125,
  });
  const variables = new Map(options.has('i') || options.operands[0] === '-' ? [] : io.env);
  for (const name of options.values('u')) variables.delete(name);
  const operands = options.operands.filter((one, index) => !(index === 0 && one === '-'));
  while (/^[^=]+=/.test(operands[0] ?? '')) {
    const [name = '', ...value] = (operands.shift() as string).split('=');
    variables.set(name, value.join('='));
  }
  const split = options.value('S');
  const command = [...(split?.split(/\s+/) ?? []), ...operands];
  if (command.length === 0) {
    const end = options.has('0') ? '\0' : '\n';
    await io.out([...variables].map(([name, value]) => `${name}=${value}${end}`).join(''));
    return 0;
  }
  const folder = options.value('C');
  const { code } = await io.run(command, {
    env: Object.fromEntries(variables),
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  return code;
});

const printenv = program('printenv', async (io) => {
  if (io.args.length === 0) {
    await io.out([...io.env].map(([name, value]) => `${name}=${value}\n`).join(''));
    return 0;
  }
  let status = 0;
  for (const name of io.args) {
    const value = io.env.get(name);
    if (value === undefined) status = 1;
    else await io.out(`${value}\n`);
  }
  return status;
});

/** So many words a command gets at most, as ARG_MAX bounds it. */
const MAX_WORDS = 20_000;

const xargs = program('xargs', async (io) => {
  const options = parseOptions(
    io,
    'n:,max-args: I:,replace: i 0,null d:,delimiter: r,no-run-if-empty t,verbose L:,max-lines: P:,max-procs: p a:,arg-file: s: x E:',
    { operandsFirst: true },
  );
  const file = options.value('a');
  const text = file === undefined ? await io.stdinText() : io.fs.readText(file);
  const mark = options.value('I') ?? (options.has('i') ? '{}' : undefined);
  const delimiter = options.has('0')
    ? '\0'
    : options.value('d')?.replace('\\n', '\n').replace('\\t', '\t');
  const words =
    delimiter !== undefined
      ? text
          .replace(
            new RegExp(
              `${delimiter === '\0' ? '\\0' : delimiter.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`,
            ),
            '',
          )
          .split(delimiter)
      : mark !== undefined || options.has('L')
        ? text
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean)
        : wordsOf(text);
  const list = text === '' ? [] : words;
  const command = options.operands.length === 0 ? ['echo'] : options.operands;
  const size = Number(options.value('n') ?? options.value('L') ?? MAX_WORDS);
  if (!(size > 0))
    throw new Failure(`xargs: value ${options.value('n')} for -n option should be >= 1`);
  let status = 0;
  const run = async (one: readonly string[]) => {
    if (options.has('t')) await io.err(`${one.join(' ')}\n`);
    const { code } = await io.run(one, { stdin: '' });
    if (code === 127 || code === 126) status = code;
    else if (code !== 0) status = 123;
  };
  if (mark !== undefined) {
    for (const word of list) {
      if (io.signal.aborted) return 130;
      await run(command.map((one) => one.replaceAll(mark, word)));
    }
    return status;
  }
  if (list.length === 0) {
    if (!options.has('r')) await run(command);
    return status;
  }
  for (let at = 0; at < list.length && !io.signal.aborted; at += size) {
    const some = list.slice(at, at + size);
    await run([...command, ...(options.has('L') ? some.flatMap(wordsOf) : some)]);
  }
  return status;
});

/** Words parted by blanks; quotes and backslashes keep them together. */
function wordsOf(text: string): string[] {
  const found = text.match(/(?:"[^"\n]*"|'[^'\n]*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'|\\(.)/g, (_, a, b, c) => a ?? b ?? c ?? ''),
  );
}

const arch = program('arch', (io) => {
  io.out(`${cpuOf(io.kernel.machine).architecture}\n`);
  return 0;
});

const getent = program('getent', async (io) => {
  const [database = '', ...keys] = io.args;
  const path = {
    passwd: '/etc/passwd',
    group: '/etc/group',
    hosts: '/etc/hosts',
    shadow: '/etc/shadow',
  }[database];
  if (path === undefined)
    throw new Failure(
      `Unknown database: ${database}\nTry \`getent --help' for more information.`,
      1,
    );
  const lines = io.fs
    .readText(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0) {
    await io.out(`${lines.join('\n')}\n`);
    return 0;
  }
  let status = 0;
  for (const key of keys) {
    const found = lines.find((line) => fieldsOf(database, line).includes(key));
    if (found === undefined) status = 2;
    else await io.out(`${found}\n`);
  }
  return status;
});

function fieldsOf(database: string, line: string): string[] {
  if (database === 'hosts') return line.replace(/#.*$/, '').split(/\s+/);
  const fields = line.split(':');
  return [fields[0] ?? '', fields[2] ?? ''];
}

export const environmentPrograms = [env, printenv, xargs, arch, getent];
