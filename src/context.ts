import type { Home } from './home.ts';
import type { Messages } from './i18n/messages.ts';
import type { Settings } from './settings.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Time as the program sees it. `elapsed` never goes backwards; `now` may. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some fixed moment, for durations. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** `bytes` unpredictable bytes. */
export type Random = (bytes: number) => Uint8Array;

/** Ctrl-C (SIGINT), a request to end (SIGTERM), a terminal that has gone (SIGHUP). */
export type Interrupt = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Ctrl-C and its relatives, counted by whoever listens. */
export interface Interrupts {
  /** Replaces the default (leave with 130) until the returned function is called. */
  listen(handler: (interrupt: Interrupt) => void): () => void;
}

/** The program as a job of the shell: Ctrl-Z stops it, and `fg` lets it go on. */
export interface Job {
  /** Stops until somebody lets it go on; returns at once where nobody could. */
  suspend(): void;
  /** Calls `handler` each time it goes on, until the returned function is called. */
  onResumed(handler: () => void): () => void;
}

/** What the program is given by the operating system; `main.ts` takes it from `process`. */
export interface Host {
  readonly argv: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home directory. */
  readonly userDirectory: string;
  /** The platform's directory for this user's data of this program. */
  readonly dataDirectory: string;
  /** The root of the installed package: package.json, dist/content and the rest. */
  readonly packageRoot: string;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly pid: number;
  readonly hostname: string;
  readonly streams: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
  };
  readonly clock: Clock;
  readonly random: Random;
  readonly interrupts: Interrupts;
  readonly job: Job;
  /** True while the process that had this id at that time still runs. */
  isAlive(pid: number, since: Date): boolean;
  /**
   * Sends a signal to a process, or with a negative id to its whole group; nothing where there is
   * none, or none but dead ones.
   */
  signal(pid: number, signal: NodeJS.Signals): void;
}

/** All that a command may touch. */
export interface Context {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly home: Home;
  readonly say: Messages;
}
