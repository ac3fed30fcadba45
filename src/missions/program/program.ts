/**
 * Programs of the learner, and what came of running one.
 *
 * A program runs on the learner's machine, as the learner, with the learner's
 * file system: it is no prison. What is kept from it is what it could break or
 * leak by mistake: the environment with its credentials, the home directory,
 * the terminal, and this machine's time, memory and processes.
 *
 * | | Linux | macOS | Windows |
 * |---|---|---|---|
 * | ends after a time, or too much output | yes | yes | yes |
 * | everything it has started ends with it | process group, and whatever has its environment | process group | `taskkill /T` |
 * | memory | `ulimit -d`, and counted while it runs | counted while it runs | no |
 * | number of processes | `ulimit -u` (not for root), and counted while it runs | the same | no |
 * | size of files | `ulimit -f` | `ulimit -f` | no |
 * | no core files | `ulimit -c` | `ulimit -c` | |
 */

import type { ProgramLanguage } from '../../errors.ts';

export type { ProgramLanguage } from '../../errors.ts';

/** For whom has not what one of them needs. */
export function otherLanguage(language: ProgramLanguage): ProgramLanguage {
  return language === 'python' ? 'node' : 'python';
}

/** A program to be run, and what it is told. */
export interface ProgramRequest {
  /** Absolute path of the learner's file; it runs in its folder. */
  readonly file: string;
  /** What the mission tells it, such as BUCKET; beside what leads it to the provider. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Why a program is not running any more. */
export type Ending =
  /** By itself, whatever its exit code. */
  | 'exited'
  /** It ran longer than it may. */
  | 'time'
  /** It printed more than it may. */
  | 'output'
  /** It started more processes than it may. */
  | 'processes'
  /** It took more memory than it may, or was refused it. */
  | 'memory';

/** What came of one run. */
export interface ProgramRun {
  readonly ending: Ending;
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed, as far as it is kept. */
  readonly output: string;
  /** What it printed on stderr, such as a traceback. */
  readonly errors: string;
  readonly milliseconds: number;
}

/** What a program may use of this machine. */
export interface ProgramLimits {
  readonly milliseconds: number;
  /** Printed on stdout and stderr together. */
  readonly outputBytes: number;
  readonly memoryBytes: number;
  /** At the same time, the program itself included. */
  readonly processes: number;
  /** Of one file that it writes. */
  readonly fileBytes: number;
}

export const programLimits: ProgramLimits = {
  milliseconds: 60_000,
  outputBytes: 64 * 1024,
  memoryBytes: 512 * 1024 * 1024,
  processes: 32,
  fileBytes: 64 * 1024 * 1024,
};

/** How programs of one language are started. */
export interface ProgramRuntime {
  readonly language: ProgramLanguage;
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  /** What comes before the learner's file. */
  readonly options: readonly string[];
  /** What the interpreter has to be told by its environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** A `node_modules` that is linked beside the learner's file: Node looks for packages there alone. */
  readonly modules?: string;
  /** Sent to one that runs too long, so that it can say where it is. */
  readonly askingToEnd: NodeJS.Signals;
}
