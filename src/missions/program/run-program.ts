import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Host } from '../../context.ts';
import { Interrupted } from '../../errors.ts';
import { programEnvironment } from './environment.ts';
import { limitedCommand } from './limited-command.ts';
import { processesOfUser, processGroup } from './processes.ts';
import {
  type Ending,
  type ProgramLimits,
  type ProgramRequest,
  type ProgramRun,
  type ProgramRuntime,
  programLimits,
} from './program.ts';

/** What running a program takes of the machine that it runs on. */
export type ProgramHost = Pick<
  Host,
  'variables' | 'platform' | 'clock' | 'random' | 'signal' | 'interrupts'
>;

const betweenLooks = 50;
/** How long somebody who was asked to end may take. */
const graceMs = 1500;

export interface ProgramOptions {
  /** Its own home directory; made where it is missing. */
  readonly home: string;
  /** Ends it as Ctrl-C does. */
  readonly signal?: AbortSignal;
  readonly limits?: ProgramLimits;
}

/**
 * Runs a learner's program to its end, which comes by force where it does not
 * come by itself. What it has started ends with it.
 *
 * @throws Interrupted on Ctrl-C, which reaches this process alone; the program is ended
 * @throws the file system's or the operating system's error where it cannot be started at all
 */
export async function runProgram(
  host: ProgramHost,
  runtime: ProgramRuntime,
  { file, variables }: ProgramRequest,
  { home, signal: aborted, limits = programLimits }: ProgramOptions,
): Promise<ProgramRun> {
  const { platform, clock } = host;
  if (aborted?.aborted) throw new Interrupted();
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (runtime.modules !== undefined) linkModules(runtime.modules, dirname(file));
  const mark = ['CLOUDLAB_PROGRAM', Buffer.from(host.random(12)).toString('hex')] as const;
  const env = programEnvironment(host.variables, platform, home, {
    ...runtime.variables,
    ...variables,
    [mark[0]]: mark[1],
  });
  const plain = [runtime.interpreter, ...runtime.options, file];
  const user = platform === 'win32' ? 0 : userInfo().uid;
  const [program = '', ...args] =
    platform === 'win32'
      ? plain
      : limitedCommand(plain, limits, await processesOfUser(platform, user));
  const begun = clock.elapsed();
  const child = spawn(program, args, {
    cwd: dirname(file),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group, and on Unix a session, of its own.
    detached: platform !== 'win32',
    windowsHide: true,
  });
  const id = await started(child);
  const group = processGroup(platform, id, mark.join('='));
  let ending = 'exited' as Ending | 'interrupted';

  async function endAll(): Promise<void> {
    if (platform === 'win32') {
      execFile('taskkill', ['/PID', String(id), '/T', '/F'], () => {});
      return;
    }
    // The group first, and at once: nothing in it can start another after that.
    host.signal(-id, 'SIGKILL');
    const left = await group.look();
    for (const process of left?.processes ?? []) host.signal(process, 'SIGKILL');
  }
  async function stop(why: Ending | 'interrupted'): Promise<void> {
    if (ending !== 'exited') return;
    ending = why;
    if (why === 'time' && platform !== 'win32') {
      host.signal(id, runtime.askingToEnd);
      await Promise.race([ended, clock.sleep(graceMs)]);
    }
    await endAll();
  }

  const printed = collectOutput(child, limits.outputBytes, () => void stop('output'));
  const ended = new Promise<Pick<ProgramRun, 'code' | 'signal'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const timer = setTimeout(() => void stop('time'), limits.milliseconds);
  const interrupt = () => void stop('interrupted');
  const stopListening = host.interrupts.listen(interrupt);
  aborted?.addEventListener('abort', interrupt);
  let running = true;
  const watched = watch();
  async function watch(): Promise<void> {
    while (running) {
      const taken = await group.look();
      if (!running || taken === undefined) return;
      if (taken.processes.length > limits.processes) await stop('processes');
      if (taken.memoryBytes > limits.memoryBytes) await stop('memory');
      await new Promise((resolve) => setTimeout(resolve, betweenLooks));
    }
  }

  const { code, signal } = await ended;
  running = false;
  clearTimeout(timer);
  stopListening();
  aborted?.removeEventListener('abort', interrupt);
  // What it has left behind still has its output open.
  await endAll();
  const { output, errors } = await printed.all();
  await watched;
  if (ending === 'interrupted') throw new Interrupted();
  if (ending === 'exited' && code !== 0 && wasRefusedMemory(errors)) ending = 'memory';
  return { ending, code, signal, output, errors, milliseconds: clock.elapsed() - begun };
}

/** What is there already is left alone: it may be the learner's own. */
function linkModules(modules: string, folder: string): void {
  const link = join(folder, 'node_modules');
  // A junction needs no rights of an administrator on Windows; elsewhere the type means nothing.
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined)
    symlinkSync(modules, link, 'junction');
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
}

/** Python's exception, and what V8 says before it gives up. */
function wasRefusedMemory(errors: string): boolean {
  return /^MemoryError\b|JavaScript heap out of memory|Array buffer allocation failed/m.test(
    errors,
  );
}

/** How long one waits for output of a process that is dead, and has left its end of the pipe to another. */
const outputGraceMs = 500;

/** Keeps what is printed up to a limit, and tells when it is passed. */
function collectOutput(child: ChildProcess, limit: number, tooMuch: () => void) {
  const kept = { output: [] as Buffer[], errors: [] as Buffer[] };
  let bytes = 0;
  const streams = [
    [child.stdout, kept.output],
    [child.stderr, kept.errors],
  ] as const;
  const closed = streams.map(([stream, chunks]) => {
    stream?.on('data', (chunk: Buffer) => {
      const room = Math.max(0, limit - bytes);
      bytes += chunk.length;
      if (room > 0) chunks.push(chunk.subarray(0, room));
      if (bytes > limit) tooMuch();
    });
    return new Promise<void>((resolve) => {
      stream?.once('close', resolve);
      stream?.once('error', () => resolve());
    });
  });
  return {
    async all(): Promise<Pick<ProgramRun, 'output' | 'errors'>> {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, outputGraceMs);
      });
      await Promise.race([Promise.all(closed), patience]);
      clearTimeout(timer);
      for (const [stream] of streams) stream?.destroy();
      const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8');
      return { output: text(kept.output), errors: text(kept.errors) };
    },
  };
}
