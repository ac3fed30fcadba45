import type { Credentials } from './credentials.ts';
import { SystemError } from './errors.ts';

/** RLIMIT_NPROC: so many a user may have; root's are not counted. */
const MAX_OF_USER = 256;
/** And so many there may be at all, root's too. */
const MAX_PROCESSES = 1024;
const PID_MAX = 32_768;

/** As `kill -l` numbers them. */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
} as const;

export type Signal = keyof typeof SIGNALS;

export interface ProcessOptions {
  readonly parent: Process | undefined;
  readonly who: Credentials;
  /** argv. */
  readonly command: readonly string[];
  /** Shown in brackets: a thread of the kernel such as [kthreadd]. */
  readonly kernelThread?: boolean;
  /** Such as `pts/0`; undefined is `?`. */
  readonly tty?: string | undefined;
  readonly cwd?: string;
  readonly environment?: ReadonlyMap<string, string>;
  /** Resident memory in KiB. */
  readonly rssKib?: number;
  /** After hibernation: when it was started, milliseconds since 1970. By default now. */
  readonly started?: number | undefined;
  /** Started with the machine: this one takes the pid. */
  readonly pid?: number;
  /** The first one of a session: somebody who has filled the table may still come in and clear it. */
  readonly login?: boolean;
  /** Something that a user or a script runs: the guest does not hibernate while there is any. */
  readonly work?: boolean;
  /**
   * What the process does with a signal other than KILL. True: it was dealt with (a service
   * that reloads at HUP); otherwise the default action follows.
   */
  readonly onSignal?: (signal: Signal) => boolean;
}

/** An entry of the process table. */
export class Process {
  readonly pid: number;
  readonly who: Credentials;
  readonly kernelThread: boolean;
  readonly work: boolean;
  readonly tty: string | undefined;
  /** Milliseconds since 1970, sandbox time. */
  readonly started: number;
  parent: Process | undefined;
  command: readonly string[];
  cwd: string;
  environment: ReadonlyMap<string, string>;
  /** As in /proc/pid/stat. */
  state: 'R' | 'S' | 'T' | 'Z' = 'S';
  /** Milliseconds of CPU. */
  cpuTime = 0;
  rssKib: number;
  nice = 0;
  /** Signals that do nothing, as nohup(1) sets it; children inherit them. */
  readonly ignored: Set<Signal>;
  /** What a shell's `trap` does with a signal; children do not have it. */
  readonly traps = new Map<Signal, () => void>();
  /** Exit status, or the signal that ended it, once it has ended. */
  end: { code: number; signal?: Signal } | undefined;
  readonly ended: Promise<{ code: number; signal?: Signal }>;
  /** As in ProcessOptions; programs that handle signals set it. */
  onSignal: ((signal: Signal) => boolean) | undefined;
  readonly #abort = new AbortController();
  readonly #table: ProcessTable;
  #resolve!: (end: { code: number; signal?: Signal }) => void;

  constructor(table: ProcessTable, pid: number, started: number, options: ProcessOptions) {
    this.#table = table;
    this.pid = pid;
    this.started = started;
    this.parent = options.parent;
    this.who = options.who;
    this.command = options.command;
    this.kernelThread = options.kernelThread ?? false;
    this.work = options.work ?? false;
    this.tty = options.tty;
    this.cwd = options.cwd ?? '/';
    this.environment = options.environment ?? new Map();
    this.rssKib = options.rssKib ?? 2048;
    this.onSignal = options.onSignal;
    this.ignored = new Set(options.parent?.ignored);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** `sleep` for `/usr/bin/sleep`; a title such as `nginx: worker process` is that of nginx. */
  get name(): string {
    const [first = ''] = this.command;
    const title = /^([\w-]+): /.exec(first)?.[1];
    const name = this.kernelThread ? first : (title ?? first.replace(/^-/, '').split('/').at(-1));
    return name?.slice(0, 15) ?? '';
  }

  /** Aborted when a signal ends the process. Its reason is the signal's name. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  deliver(signal: Signal): void {
    // Signals that init does not wait for do nothing to it, KILL among them.
    if (this.end || this.kernelThread || this.pid === 1) return;
    if (signal !== 'KILL' && signal !== 'STOP' && this.onSignal?.(signal)) return;
    const trap = this.traps.get(signal);
    if (trap && signal !== 'KILL' && signal !== 'STOP') {
      trap();
      return;
    }
    if (signal === 'CHLD' || (this.ignored.has(signal) && signal !== 'KILL')) return;
    if (signal === 'STOP' || signal === 'TSTP') this.state = 'T';
    else if (signal === 'CONT') this.state = 'S';
    else this.exit(128 + SIGNALS[signal], signal);
  }

  exit(code: number, signal?: Signal): void {
    if (this.end) return;
    this.end = signal === undefined ? { code } : { code, signal };
    this.#table.remove(this);
    this.#abort.abort(signal ?? 'EXIT');
    this.#resolve(this.end);
  }
}

/** The processes of the guest: what `ps`, `top`, `kill` and /proc are about. */
export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  readonly #now: () => number;
  #next = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws EAGAIN when there are too many, as fork(2) does. */
  start(options: ProcessOptions): Process {
    const { uid } = options.who;
    const own = options.login ? 0 : this.all().filter((task) => task.who.uid === uid).length;
    if ((uid !== 0 && own >= MAX_OF_USER) || this.#processes.size >= MAX_PROCESSES) {
      throw new SystemError('EAGAIN');
    }
    const task = new Process(
      this,
      options.pid ?? this.#freePid(),
      options.started ?? this.#now(),
      options,
    );
    this.#processes.set(task.pid, task);
    return task;
  }

  get(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  /** By pid. */
  all(): Process[] {
    return [...this.#processes.values()].sort((a, b) => a.pid - b.pid);
  }

  childrenOf(parent: Process): Process[] {
    return this.all().filter((task) => task.parent === parent);
  }

  /** kill(2): throws ESRCH or EPERM. */
  kill(pid: number, signal: Signal | 0, who: Credentials): void {
    const task = this.#processes.get(pid);
    if (!task) throw new SystemError('ESRCH');
    if (who.uid !== 0 && who.uid !== task.who.uid) throw new SystemError('EPERM');
    if (signal !== 0) task.deliver(signal);
  }

  /** kill(2) of -1: all but init and the kernel's own, as far as one may. */
  killAll(signal: Signal, who: Credentials, but: Process): void {
    for (const task of this.all()) {
      if (task.pid === 1 || task === but || task.kernelThread) continue;
      if (who.uid === 0 || who.uid === task.who.uid) task.deliver(signal);
    }
  }

  /** Orphans go to init. */
  remove(task: Process): void {
    this.#processes.delete(task.pid);
    const init = this.#processes.get(1);
    for (const child of this.#processes.values()) {
      if (child.parent === task) child.parent = init;
    }
  }

  /** Pids go up and begin again after the last one. */
  #freePid(): number {
    while (this.#processes.has(this.#next)) this.#next++;
    const pid = this.#next++;
    if (this.#next >= PID_MAX) this.#next = 300;
    return pid;
  }

  /** From which pid on programs are counted; the kernel's threads have the lower ones. */
  countFrom(pid: number): void {
    this.#next = Math.max(this.#next, pid);
  }
}
