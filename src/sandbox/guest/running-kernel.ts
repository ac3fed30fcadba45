import type { Transferable, Worker } from 'node:worker_threads';
import type { FileChange, GuestMachine, GuestRequest, GuestResponse } from './contract.ts';
import { GuestFs } from './fs/guest-fs.ts';
import type { FileView } from './fs/view.ts';
import { ROOT } from './kernel/credentials.ts';
import { mountDevices } from './kernel/devices.ts';
import { NetworkError, SystemError } from './kernel/errors.ts';
import type { Kernel, SessionRecord } from './kernel/kernel.ts';
import { Ports } from './kernel/ports.ts';
import { mountProcesses } from './kernel/proc.ts';
import { ProcessTable } from './kernel/processes.ts';
import type { Program, RunResult } from './kernel/programs.ts';
import type { Userland } from './kernel/userland.ts';
import { Users } from './kernel/users.ts';
import { shellPrograms } from './shell/programs.ts';
import { runCommandLine } from './shell/run.ts';
import { NO_INPUT, type Runtime } from './shell/runtime.ts';

/** What a kernel asks of the thread that it runs on. */
export interface KernelHost {
  now(): number;
  randomBytes(size: number): Uint8Array;
  request(request: GuestRequest): Promise<GuestResponse>;
  serial(text: string): void;
  persist(changes: readonly FileChange[]): void;
  listening(ports: readonly number[]): void;
  power(action: 'off' | 'reboot', reason: string): void;
  startPython(data: object, transfer: Transferable[]): Worker;
  log(line: string): void;
}

export interface KernelOptions {
  readonly machine: GuestMachine;
  readonly host: KernelHost;
  readonly userland: Userland;
  readonly files: Iterable<FileChange>;
  readonly booted: number;
  readonly bootId: string;
  readonly state: Record<string, unknown>;
  readonly hostname: string;
}

/** A kernel that runs in this thread, with an image's files and a disk's. */
export class RunningKernel implements Kernel, Runtime {
  readonly machine: GuestMachine;
  readonly fs: GuestFs;
  readonly root: FileView;
  readonly users: Users;
  readonly processes: ProcessTable;
  readonly ports: Ports;
  readonly booted: number;
  readonly bootId: string;
  readonly sessions = new Set<SessionRecord>();
  readonly state: Record<string, unknown>;
  readonly programs: ReadonlyMap<string, Program>;
  hostname: string;
  readonly #host: KernelHost;

  constructor(options: KernelOptions) {
    const { host, machine, userland } = options;
    this.#host = host;
    this.machine = machine;
    this.booted = options.booted;
    this.bootId = options.bootId;
    this.state = options.state;
    this.hostname = options.hostname;
    this.fs = new GuestFs(() => host.now());
    this.root = this.fs.as(ROOT);
    this.users = new Users(this.root);
    this.processes = new ProcessTable(() => host.now());
    this.ports = new Ports((ports) => host.listening(ports));
    this.programs = new Map(
      [...shellPrograms, ...userland.programs].map((program) => [program.name, program]),
    );
    this.fs.load(userland.image(machine));
    mountDevices(this.fs, (size) => host.randomBytes(size));
    mountProcesses(this);
    userland.mount(this);
    this.fs.restore(options.files);
    this.fs.onChanges = (changes) => host.persist(changes);
  }

  get kernel(): Kernel {
    return this;
  }

  now(): number {
    return this.#host.now();
  }

  randomBytes(size: number): Uint8Array {
    return this.#host.randomBytes(size);
  }

  serial(text: string): void {
    this.#host.serial(text);
  }

  log(line: string): void {
    this.#host.log(line);
  }

  power(action: 'off' | 'reboot', reason: string): void {
    this.fs.flush();
    this.#host.power(action, reason);
  }

  startPython(data: object, transfer: Transferable[]): Worker {
    return this.#host.startPython(data, transfer);
  }

  async request(request: Omit<GuestRequest, 'from'>): Promise<GuestResponse> {
    const { hostname, port, protocol } = new URL(request.url);
    const own = this.machine.interfaces.map((one) => one.address);
    const loopback = hostname === 'localhost' || hostname.startsWith('127.');
    const from = own[0] ?? '127.0.0.1';
    if (!loopback && !own.includes(hostname) && hostname !== this.hostname) {
      return this.#host.request({ ...request, from });
    }
    const listener = this.ports.at(Number(port) || (protocol === 'https:' ? 443 : 80));
    if (!listener?.serve) throw new NetworkError('refused');
    return listener.serve({ ...request, from: loopback ? '127.0.0.1' : from });
  }

  async run(
    command: Parameters<Kernel['run']>[0],
    options: Parameters<Kernel['run']>[1],
  ): Promise<RunResult> {
    const user = this.users.byName(options.user);
    if (!user) throw new SystemError('EINVAL', options.user);
    const { output, parent, env, ...rest } = options;
    const done = await runCommandLine(this, command, {
      ...rest,
      parent: parent ?? this.processes.get(1),
      who: this.users.credentials(user),
      cwd: options.cwd ?? '/',
      env: env ?? {
        HOME: user.home,
        USER: user.name,
        LOGNAME: user.name,
        SHELL: user.shell,
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
      },
      input: NO_INPUT,
      output: (stream, bytes) => output?.(stream, Buffer.from(bytes).toString('utf8')),
    });
    this.fs.flush();
    return done;
  }
}
