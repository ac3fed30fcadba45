import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Host, Interrupt } from '../context.ts';

export interface Child {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the child gets when this process is to end; undefined: nothing, for the terminal tells it. */
  passOn(interrupt: Interrupt): NodeJS.Signals | undefined;
  readonly stdio?: SpawnOptions['stdio'];
  /** Sees the process once it runs. */
  started?(process: ChildProcess): void;
}

/**
 * Runs a program on this process's own streams and waits for its end.
 *
 * @returns its exit code; 128 and the signal's number where a signal ended it, as shells say it
 * @throws what kept it from being started
 */
export function runChild(
  host: Pick<Host, 'interrupts' | 'platform'>,
  child: Child,
): Promise<number> {
  const { path, args, environment, passOn, stdio = 'inherit' } = child;
  return new Promise((resolve, reject) => {
    // On Windows gcloud and npm are .cmd files, which only a shell starts.
    const byShell = host.platform === 'win32' && /\.(cmd|bat)$/i.test(path);
    // Listened to before there is a child: one can already be told to go while it is started,
    // and whoever ended then would leave it behind.
    let running: ChildProcess | undefined;
    const stopListening = host.interrupts.listen((interrupt) => {
      const signal = passOn(interrupt);
      if (signal !== undefined) running?.kill(signal);
    });
    running = spawn(
      byShell ? quotedForCmd(path) : path,
      byShell ? args.map(quotedForCmd) : [...args],
      { env: environment as NodeJS.ProcessEnv, stdio, shell: byShell },
    );
    running.on('error', (error) => {
      stopListening();
      reject(error);
    });
    running.on('close', (code, signal) => {
      stopListening();
      resolve(code ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0)));
    });
    child.started?.(running);
  });
}

/** https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/cmd */
function quotedForCmd(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
