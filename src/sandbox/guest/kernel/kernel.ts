import type { Transferable, Worker } from 'node:worker_threads';
import type { GuestMachine, GuestRequest, GuestResponse } from '../contract.ts';
import type { GuestFs } from '../fs/guest-fs.ts';
import type { FileView } from '../fs/view.ts';
import type { Credentials } from './credentials.ts';
import type { Ports } from './ports.ts';
import type { Process, ProcessTable } from './processes.ts';
import type { RunOptions, RunResult } from './programs.ts';
import type { Users } from './users.ts';

/** What programs, services and shells of a guest share. One per running guest. */
export interface Kernel {
  readonly machine: GuestMachine;
  readonly fs: GuestFs;
  /** Root's view of `fs`. */
  readonly root: FileView;
  readonly users: Users;
  readonly processes: ProcessTable;
  readonly ports: Ports;
  /** Milliseconds since 1970, the sandbox's time. */
  now(): number;
  /** When it was booted, the sandbox's time. */
  readonly booted: number;
  /** Differs after each boot: /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  randomBytes(size: number): Uint8Array;
  /** By now: `hostname NAME` changes it until the next boot. */
  hostname: string;
  /** An HTTP request: to this machine's own ports, or out through the VPC network. */
  request(request: Omit<GuestRequest, 'from'>): Promise<GuestResponse>;
  /** A line for the serial console. */
  serial(text: string): void;
  /** Takes what an operator of the sandbox should know. */
  log(line: string): void;
  power(action: 'off' | 'reboot', reason: string): void;
  /** A thread of Python's, which dies with the machine: see python/. */
  startPython(data: object, transfer: Transferable[]): Worker;
  /**
   * Runs a shell as somebody, outside any session, in a process of its own: services and
   * timers. `output` gets what it prints as it comes.
   */
  run(
    command: string | readonly string[],
    options: RunOptions & {
      user: string;
      parent?: Process;
      output?: (stream: 'stdout' | 'stderr', text: string) => Promise<void> | void;
      signal?: AbortSignal;
    },
  ): Promise<RunResult>;
  /** Sessions that are open, for `who`, `w` and `last`. */
  readonly sessions: ReadonlySet<SessionRecord>;
  /**
   * JSON that outlives hibernation (the worker may end while nobody looks and start again
   * later), but not a reboot: which services run, since when, with which pids.
   */
  readonly state: Record<string, unknown>;
}

export interface SessionRecord {
  readonly user: string;
  readonly who: Credentials;
  /** Such as `pts/0`; undefined without a terminal. */
  readonly tty: string | undefined;
  readonly from: string;
  readonly since: number;
  readonly leader: Process;
}
