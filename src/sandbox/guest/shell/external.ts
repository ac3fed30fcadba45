import { errorText, SystemError } from '../kernel/errors.ts';
import type { Process } from '../kernel/processes.ts';
import type { Keys, Program, ProgramIo, RunOptions, RunResult } from '../kernel/programs.ts';
import { findProgram } from './find-program.ts';
import { type Call, type Interpreter, type Result, result } from './interpreter.ts';
import { readsInput } from './reads-input.ts';
import { runCommandLine } from './run.ts';
import { inputOf, NO_INPUT, type Stream } from './runtime.ts';
import { bytesOfResult, FORK_FAILED, type Shell } from './shell.ts';
import { pause } from './turns.ts';

/** What a pipe or a file gets of something endless. */
const ENDLESS = 1024 * 1024;

/** Runs what is a file: a program of the guest, one of just-bash, or a script. */
export async function runExternal(
  shell: Shell,
  interpreter: Interpreter,
  call: Call,
): Promise<Result> {
  const path = interpreter.ctx.state.env.get('PATH');
  const found = findProgram(shell.view, shell.runtime.kernel.root, call.name, path);
  if (found.kind === 'missing') return result(found.status, '', `bash: ${found.message}\n`);
  let { args, name } = call;
  let program = found.kind === 'program' ? found.name : '';
  if (found.kind === 'script') {
    // The kernel puts the interpreter in front: `#!/usr/bin/env python3` runs env with it.
    const [interpreterPath = '', ...options] = found.interpreter;
    const loaded = findProgram(shell.view, shell.runtime.kernel.root, interpreterPath);
    if (loaded.kind !== 'program') {
      return result(126, '', `bash: ${call.name}: ${interpreterPath}: bad interpreter\n`);
    }
    program = loaded.name;
    args = [...options, call.name.includes('/') ? call.name : found.path, ...args];
    name = interpreterPath;
  }
  const running = await processFor(shell, interpreter, name, args);
  if (!running) return result(254, '', FORK_FAILED);
  const own = running === shell.process;
  try {
    const done = await runIn(running, shell, interpreter, { ...call, name, args }, program);
    if (!own) running.exit(done.exitCode);
    return done;
  } catch (error) {
    if (!own) running.exit(1);
    throw error;
  }
}

async function processFor(
  shell: Shell,
  interpreter: Interpreter,
  name: string,
  args: string[],
): Promise<Process | undefined> {
  const { stage } = interpreter;
  interpreter.stage = undefined;
  // Somebody may have ended it before its turn came; then that is its end.
  if (stage) {
    stage.command = [name, ...args];
    return stage;
  }
  if (!shell.inPlace) return shell.fork([name, ...args]);
  shell.inPlace = false;
  shell.process.command = [name, ...args];
  return shell.process;
}

async function runIn(
  running: Process,
  shell: Shell,
  interpreter: Interpreter,
  call: Call,
  name: string,
): Promise<Result> {
  const program = shell.runtime.programs.get(name);
  const killed = () => result(running.end?.code ?? 130);
  if (program) {
    const done = await shell.inForeground(
      running,
      runProgram(program, running, shell, interpreter, call),
    );
    return done ?? killed();
  }
  if (!shell.brings(name)) {
    return result(126, '', `bash: ${call.name}: cannot execute: required file not found\n`);
  }
  const stdin = await inputFor(shell, interpreter, call, name);
  const done = await shell.inForeground(running, shell.inside({ ...call, stdin }, name));
  return done ?? killed();
}

/** Standard input of just-bash's commands, which take it whole: read only where they will. */
async function inputFor(
  shell: Shell,
  interpreter: Interpreter,
  call: Call,
  name: string,
): Promise<string> {
  const given = call.stdin !== '' || interpreter.ctx.state.groupStdin !== undefined;
  if (given || (interpreter.fed ?? 1) !== 0 || !readsInput(name, call.args)) return call.stdin;
  return Buffer.from(await shell.input.readAll(shell.stopped)).toString('latin1');
}

async function runProgram(
  program: Program,
  running: Process,
  shell: Shell,
  interpreter: Interpreter,
  call: Call,
): Promise<Result> {
  const held = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const live = (interpreter.captured ?? 1) === 0;
  const write = (stream: Stream, data: string | Uint8Array): Promise<void> | void => {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    if (running.end && running !== shell.process) return;
    if (live) return shell.output(stream, bytes);
    held[stream].push(bytes.slice());
  };
  const signal = AbortSignal.any([running.signal, shell.stopped]);
  const io = ioOf({ running, shell, interpreter, call, live, write, signal });
  let code: number;
  try {
    code = await program.run(io);
  } catch (error) {
    // A command of just-bash that it called may have stopped all: that is not its own error.
    if (!(error instanceof SystemError) && signal.aborted) throw error;
    if (!(error instanceof SystemError)) {
      shell.runtime.kernel.log(`${program.name}: ${error instanceof Error ? error.stack : error}`);
    }
    const about = error instanceof SystemError && error.path ? `${error.path}: ` : '';
    await write('stderr', `${program.name}: ${about}${errorText(error)}\n`);
    code = 1;
  }
  return {
    exitCode: code & 0xff,
    stdout: Buffer.concat(held.stdout).toString('latin1'),
    stderr: Buffer.concat(held.stderr).toString('utf8'),
    stdoutKind: 'bytes',
  };
}

interface Running {
  readonly running: Process;
  readonly shell: Shell;
  readonly interpreter: Interpreter;
  readonly call: Call;
  readonly live: boolean;
  readonly write: (stream: Stream, data: string | Uint8Array) => Promise<void> | void;
  readonly signal: AbortSignal;
}

function ioOf({ running, shell, interpreter, call, live, write, signal }: Running): ProgramIo {
  const { state } = interpreter.ctx;
  const given = call.stdin !== '' ? call.stdin : state.groupStdin;
  const fed = given !== undefined || (interpreter.fed ?? 1) !== 0;
  const input = fed ? inputOf(Buffer.from(given ?? '', 'latin1')) : shell.input;
  const { kernel } = shell.runtime;
  return {
    kernel,
    process: running,
    name: call.name,
    args: call.args,
    env: shell.exported(),
    cwd: state.cwd,
    who: running.who,
    fs: kernel.fs.as(running.who, { cwd: state.cwd, umask: shell.view.umask, pid: running.pid }),
    terminal: shell.terminal?.(),
    toTerminal: live && shell.terminal !== undefined,
    fromTerminal: !fed && shell.input.ask !== undefined,
    stdin: () => input.readAll(signal),
    stdinText: async () => Buffer.from(await input.readAll(signal)).toString('utf8'),
    stdinIsTerminal: !fed && shell.input.ask !== undefined,
    async ask(prompt, options = {}) {
      if (fed) {
        await write('stdout', prompt);
        return (await input.readLine(signal))?.replace(/\n$/, '');
      }
      if (shell.input.ask) return shell.input.ask(prompt, options.echo ?? true, signal);
      await write('stdout', prompt);
      return (await shell.input.readLine(signal))?.replace(/\n$/, '');
    },
    out: (data) => write('stdout', data),
    err: (data) => write('stderr', data),
    signal,
    sleep: (ms) => pause(ms, signal),
    run: (command, options) => runFrom(command, options ?? {}),
    async script(text, args) {
      const done = await runFrom(text, { name: args });
      return done.code;
    },
    interact:
      fed || !live || !shell.interact
        ? undefined
        : (options) => shell.interact?.(running, options ?? {}) ?? Promise.resolve(1),
    openKeys:
      live && shell.terminal && shell.input.openKeys
        ? () => shell.input.openKeys?.() as Keys
        : undefined,
    limit: live ? undefined : ENDLESS,
    original: shell.brings(call.name.split('/').at(-1) ?? '') ? original : undefined,
  };

  async function original(args: readonly string[]): Promise<number> {
    const name = call.name.split('/').at(-1) ?? '';
    const wanted = { ...call, args: [...args] };
    call.args.splice(0, call.args.length, ...args);
    const stdin = await inputFor(shell, interpreter, wanted, name);
    const done = await shell.inside({ ...call, stdin }, name);
    const { stdout, stdoutKind, stdoutEncoding } = done;
    if (stdout !== '') await write('stdout', bytesOfResult(stdout, stdoutKind, stdoutEncoding));
    if (done.stderr !== '') await write('stderr', done.stderr);
    return done.exitCode;
  }

  function runFrom(
    command: string | readonly string[],
    { name, ...options }: RunOptions & { name?: readonly string[] },
  ): Promise<RunResult> {
    return runCommandLine(shell.runtime, command, {
      ...options,
      ...(name ? { args: name, process: running } : {}),
      parent: running,
      who: running.who,
      cwd: options.cwd ?? state.cwd,
      env: options.env ?? Object.fromEntries(shell.exported()),
      umask: shell.view.umask,
      input: options.stdin === undefined ? (fed ? input : shell.input) : NO_INPUT,
      output: options.output ?? write,
      terminal: live ? shell.terminal : undefined,
      signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
    });
  }
}
