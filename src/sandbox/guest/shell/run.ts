import { parse } from 'just-bash';
import type { Credentials } from '../kernel/credentials.ts';
import { SystemError } from '../kernel/errors.ts';
import type { Process } from '../kernel/processes.ts';
import type { RunOptions, RunResult } from '../kernel/programs.ts';
import { type Input, inputOf, type Output, type Runtime } from './runtime.ts';
import { FORK_FAILED, isSingleCommand, Shell } from './shell.ts';

export interface RunFrom extends Omit<RunOptions, 'output' | 'signal'> {
  readonly parent: Process | undefined;
  readonly who: Credentials;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly umask?: number;
  readonly input: Input;
  readonly output: Output;
  readonly terminal?: (() => { columns: number; rows: number }) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `$0` and what follows, for `bash script.sh a b`. */
  readonly args?: readonly string[];
  /** The process is there already: that of `bash script.sh` is bash's own. */
  readonly process?: Process;
}

/** Runs a command line, or one command as it is, in a shell of its own. */
export async function runCommandLine(
  runtime: Runtime,
  command: string | readonly string[],
  options: RunFrom,
): Promise<RunResult> {
  const { kernel } = runtime;
  const text = typeof command === 'string' ? command : command.map(quoted).join(' ');
  const user = options.user === undefined ? undefined : kernel.users.byName(options.user);
  if (options.user !== undefined && !user) throw new SystemError('EINVAL', options.user);
  const who = user ? kernel.users.credentials(user) : options.who;
  const held = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const output: Output = options.capture
    ? (stream, bytes) => {
        held[stream].push(bytes.slice());
      }
    : options.output;
  const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
  let process_: Process;
  try {
    process_ = options.process ?? start(runtime, argv, who, options);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    await output('stderr', Buffer.from(FORK_FAILED));
    return { code: 254, stdout: '', stderr: FORK_FAILED };
  }
  const shell = new Shell({
    runtime,
    who,
    process: process_,
    env: options.env,
    cwd: options.cwd,
    ...(options.umask === undefined ? {} : { umask: options.umask }),
    input: options.stdin === undefined ? options.input : inputOf(bytes(options.stdin)),
    output,
    terminal: options.capture ? undefined : options.terminal,
    ...(options.args ? { args: options.args } : {}),
    exact: typeof command !== 'string',
  });
  shell.inPlace = !options.process && single(text);
  const stop = () => process_.deliver('INT');
  options.signal?.addEventListener('abort', stop);
  let code: number;
  try {
    code = await shell.leave(await shell.run(text, options.args?.[0]));
    if (!options.process) process_.exit(code);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    if (!options.process) process_.exit(1);
  }
  return {
    code: process_.end?.code ?? code,
    stdout: Buffer.concat(held.stdout).toString('utf8'),
    stderr: Buffer.concat(held.stderr).toString('utf8'),
  };
}

function start(
  runtime: Runtime,
  command: readonly string[],
  who: Credentials,
  options: RunFrom,
): Process {
  return runtime.kernel.processes.start({
    work: true,
    parent: options.parent,
    who,
    command,
    tty: options.parent?.tty,
    cwd: options.cwd,
    environment: new Map(Object.entries(options.env)),
  });
}

function single(text: string): boolean {
  try {
    return isSingleCommand(parse(text));
  } catch {
    return false;
  }
}

/** A word as the shell reads it back. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function bytes(of: Uint8Array | string): Uint8Array {
  return typeof of === 'string' ? Buffer.from(of, 'utf8') : of;
}
