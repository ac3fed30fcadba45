import { isEndless } from '../fs/inode.ts';
import { SystemError } from '../kernel/errors.ts';
import type { Program, ProgramIo } from '../kernel/programs.ts';

/** The programs that are about shells and processes; userland has all others. */
export const shellPrograms: readonly Program[] = [
  { name: 'bash', run: bash },
  { name: 'sh', run: bash },
  { name: 'dash', run: bash },
  { name: 'nohup', run: nohup },
  { name: 'sleep', run: sleep },
  { name: 'yes', run: yes },
  { name: 'cat', run: cat },
  { name: 'timeout', run: timeout },
];

/** `bash`, `bash script arguments`, `bash -c text name arguments`, `bash` with a text as its input. */
async function bash(io: ProgramIo): Promise<number> {
  const args = [...io.args];
  let options = '';
  while (args[0] !== undefined && /^[-+]./.test(args[0])) {
    const option = args.shift() as string;
    if (option === '--') break;
    if (option === '--version') {
      await io.out('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n');
      return 0;
    }
    if (option === '-o' || option === '-O') options += `set ${option} ${args.shift() ?? ''}\n`;
    else if (!option.startsWith('--')) {
      const letters = option.slice(1).replaceAll(/[^euxvfnaC]/g, '');
      if (letters !== '') options += `set -${letters}\n`;
      if (option.includes('c')) {
        const text = options + (args.shift() ?? '');
        return io.script(text, args.length > 0 ? args : [io.name]);
      }
    }
  }
  const [file] = args;
  if (file === undefined) {
    // Without a file it reads what it is given; on a terminal, line by line.
    if (io.interact) return io.interact();
    return io.script(options + (await io.stdinText()), [io.name]);
  }
  let text: string;
  try {
    text = io.fs.readText(file);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    await io.err(`${io.name}: ${file}: ${error.text}\n`);
    return error.code === 'ENOENT' ? 127 : 126;
  }
  if (text.includes('\0')) {
    await io.err(`${file}: ${file}: cannot execute binary file\n`);
    return 126;
  }
  return io.script(options + text, args);
}

/** Goes on when the terminal does not; what it prints there goes to nohup.out. */
async function nohup(io: ProgramIo): Promise<number> {
  if (io.args.length === 0) {
    await io.err("nohup: missing operand\nTry 'nohup --help' for more information.\n");
    return 125;
  }
  io.process.ignored.add('HUP');
  if (!io.toTerminal) return (await io.run(io.args)).code;
  await io.err("nohup: ignoring input and appending output to 'nohup.out'\n");
  const file = io.fs.absolute('nohup.out');
  io.fs.append(file, '');
  const done = await io.run(io.args, {
    stdin: '',
    output: (_stream, bytes) => io.fs.append(file, bytes),
  });
  return done.code;
}

async function sleep(io: ProgramIo): Promise<number> {
  if (io.args.length === 0) {
    await io.err("sleep: missing operand\nTry 'sleep --help' for more information.\n");
    return 1;
  }
  let seconds = 0;
  for (const arg of io.args) {
    const [, number, unit] = /^(\d+\.?\d*|\.\d+|infinity)([smhd]?)$/.exec(arg) ?? [];
    if (number === undefined) {
      await io.err(
        `sleep: invalid time interval '${arg}'\nTry 'sleep --help' for more information.\n`,
      );
      return 1;
    }
    const factor = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ''] ?? 1;
    seconds += (number === 'infinity' ? 1e9 : Number(number)) * factor;
  }
  await io.sleep(seconds * 1000);
  return 0;
}

async function yes(io: ProgramIo): Promise<number> {
  const line = `${io.args.length === 0 ? 'y' : io.args.join(' ')}\n`;
  const piece = Buffer.from(line.repeat(Math.max(1, Math.floor(8192 / line.length))));
  return endless(io, () => piece);
}

async function cat(io: ProgramIo): Promise<number> {
  const source = io.args.find((arg) => {
    return arg.startsWith('/dev/') && io.fs.exists(arg) && isEndless(io.fs.stat(arg).device);
  });
  if (source === undefined) return (await io.original?.(io.args)) ?? 127;
  return endless(io, () => io.fs.read(source).subarray(0, 65_536));
}

async function endless(io: ProgramIo, piece: () => Uint8Array): Promise<number> {
  const start = io.limit ?? Number.POSITIVE_INFINITY;
  for (let written = 0; written < start && !io.signal.aborted; ) {
    const bytes = piece();
    await io.out(bytes);
    // Even where nothing holds it back, others have their turn.
    await io.sleep(0);
    written += bytes.length;
  }
  return io.signal.aborted ? 130 : 0;
}

async function timeout(io: ProgramIo): Promise<number> {
  const args = [...io.args];
  while (args[0]?.startsWith('-')) if (/^-[ks]$/.test(args.shift() as string)) args.shift();
  const [, number, unit] = /^(\d+\.?\d*)([smhd]?)$/.exec(args.shift() ?? '') ?? [];
  if (number === undefined || args.length === 0) {
    await io.err("timeout: missing operand\nTry 'timeout --help' for more information.\n");
    return 125;
  }
  const ms = Number(number) * ({ '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ''] ?? 1) * 1000;
  const over = new AbortController();
  const first = io.run(args, { signal: over.signal });
  const done = await Promise.race([first, io.sleep(ms)]);
  if (done) return done.code;
  over.abort();
  await first;
  return 124;
}
