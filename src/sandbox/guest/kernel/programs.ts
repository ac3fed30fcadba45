import type { FileView } from '../fs/view.ts';
import type { Credentials } from './credentials.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './processes.ts';

/**
 * A program of the guest, such as `ps`: what runs when a file is executed that is its
 * binary (see binary.ts). Where the file is missing or not executable, the shell says so
 * and the program never runs: installing a package is writing its files.
 */
export interface Program {
  /** The name in its binary, by default also the file's in /usr/bin. */
  readonly name: string;
  /** Returns the exit status; SystemErrors that it throws become `name: message`, status 1. */
  run(io: ProgramIo): Promise<number> | number;
}

/** All that a running program sees. */
export interface ProgramIo {
  readonly kernel: Kernel;
  readonly process: Process;
  /** As typed, `argv[0]`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly who: Credentials;
  /** The files as this user may use them; relative paths count from `cwd`. */
  readonly fs: FileView;
  /** The terminal, where its session has one. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  /** Whether standard output goes to the terminal: `ls` prints columns and colours. */
  readonly toTerminal: boolean;
  /** Whether standard input is the terminal. */
  readonly fromTerminal: boolean;
  /** Reads standard input to its end. */
  stdin(): Promise<Uint8Array>;
  stdinText(): Promise<string>;
  /** Nothing is piped in: reading would ask the person at the terminal. */
  readonly stdinIsTerminal: boolean;
  /** Asks on the terminal for one line, as `sudo` and `apt` do; undefined without a terminal or at its end. */
  ask(prompt: string, options?: { echo?: boolean }): Promise<string | undefined>;
  /** Printed at once where standard output is the session's. Resolves when more may come. */
  out(data: string | Uint8Array): Promise<void> | void;
  err(data: string | Uint8Array): Promise<void> | void;
  /** Aborted by a signal; `sleep` and `run` end by themselves then. */
  readonly signal: AbortSignal;
  sleep(ms: number): Promise<void>;
  /** Runs a command line in a shell of its own and returns when it ended (`sudo`, `xargs`, `watch`...). */
  run(command: string | readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Runs a text as a shell's script, this process being the shell: `bash` and what is like it. */
  script(text: string, args: readonly string[]): Promise<number>;
  /** A shell that asks for lines on the terminal, where standard input is one (`bash`, `sudo -i`). */
  readonly interact:
    | ((options?: { user?: string; login?: boolean }) => Promise<number>)
    | undefined;
  /** Takes the terminal for a screen of its own, until it is closed; undefined without one. */
  readonly openKeys: (() => Keys) | undefined;
  /**
   * How many bytes something endless may print: pipes and files get them all at once, and no
   * reader can say that it has enough. Undefined where the client takes them one by one.
   */
  readonly limit: number | undefined;
  /** The command of this name that just-bash brings along. Undefined where it has none. */
  readonly original: ((args: readonly string[]) => Promise<number>) | undefined;
}

/** A terminal whose line editing is off: for editors, pagers and what else draws. */
export interface Keys {
  /**
   * The next key: a character, a control character, a name as `up` or `page-down`, `resize` when
   * the window has changed, `timeout` when time has run out. Undefined once nobody presses keys.
   */
  next(signal: AbortSignal, timeoutMs?: number): Promise<string | undefined>;
  /** As it is now. */
  readonly window: { readonly columns: number; readonly rows: number };
  /** As it is: no line feed becomes two characters. */
  draw(text: string): void;
  close(): void;
}

export interface RunOptions {
  /** Credentials of somebody else: for `sudo`, `su` and services only. */
  readonly user?: string;
  readonly cwd?: string;
  /** The whole environment; without it the program's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array | string;
  /** Where what it prints goes, if not where the program's own goes. */
  readonly output?: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> | void;
  /** Interrupts it. */
  readonly signal?: AbortSignal;
  /** Collect what it prints instead of passing it on. */
  readonly capture?: boolean;
}

export interface RunResult {
  readonly code: number;
  /** Empty without `capture`. */
  readonly stdout: string;
  readonly stderr: string;
}
