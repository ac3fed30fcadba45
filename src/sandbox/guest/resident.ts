import type { Transferable, Worker } from 'node:worker_threads';
import type { GuestResponse } from './contract.ts';
import { fileCall } from './files.ts';
import { NetworkError, SystemError } from './kernel/errors.ts';
import type { Userland } from './kernel/userland.ts';
import type { BootMessage, Call, FromWorker, Outcome, ToWorker } from './messages.ts';
import { rehearse } from './rehearsal.ts';
import { RunningKernel } from './running-kernel.ts';
import { knownSignal, Session } from './shell/session.ts';
import { runStartupScript } from './startup-script.ts';
import { Window } from './window.ts';

/** As the guest agent adds people, as far as the image has the groups. */
const GROUPS = ['adm', 'dip', 'docker', 'lxd', 'plugdev', 'video', 'google-sudoers'];

/** How often it looks whether nothing goes on, so that the worker may be ended. */
const QUIET = 1500;

export interface ResidentHost {
  readonly userland: Userland;
  send(message: FromWorker): void;
  /** Milliseconds, monotonic. */
  elapsed(): number;
  randomBytes(size: number): Uint8Array;
  startPython(data: object, transfer: Transferable[]): Worker;
}

/** A guest inside its worker: answers the main thread's messages. */
export class Resident {
  readonly #host: ResidentHost;
  readonly #sessions = new Map<number, { session: Session; window: Window }>();
  readonly #requests = new Map<number, (outcome: Outcome) => void>();
  readonly #serialWindow = new Window();
  #kernel: RunningKernel | undefined;
  #rehearsal: Promise<void> | undefined;
  #clock = { now: 0, at: 0 };
  #request = 0;
  #calls = 0;

  constructor(host: ResidentHost) {
    this.#host = host;
  }

  take(message: ToWorker): void {
    if ('now' in message) this.#clock = { now: message.now, at: this.#host.elapsed() };
    switch (message.kind) {
      case 'rehearse':
        this.#rehearsal = rehearse(this.#host.userland).catch((error: unknown) => {
          this.#host.send({ kind: 'log', line: `rehearsal: ${messageOf(error)}` });
        });
        return;
      case 'boot':
        void this.#boot(message).catch((error: unknown) => this.#panic(error));
        return;
      case 'call':
        void this.#answer(message.id, message.call);
        return;
      case 'session':
        this.#forward(message.id, message.op);
        return;
      case 'response':
        this.#requests.get(message.id)?.(message.result);
        this.#requests.delete(message.id);
        return;
      case 'taken':
        this.#serialWindow.taken(message.bytes);
        return;
      case 'ping':
        this.#host.send({ kind: 'pong' });
    }
  }

  async #boot(boot: BootMessage): Promise<void> {
    await this.#rehearsal;
    const { userland } = this.#host;
    const { asleep } = boot;
    const kernel = new RunningKernel({
      machine: boot.machine,
      userland,
      files: [...boot.files, ...(asleep?.volatile ?? [])],
      booted: asleep?.booted ?? boot.now,
      bootId: asleep?.bootId ?? uuid(this.#host.randomBytes(16)),
      state: asleep?.state ?? {},
      hostname: asleep?.hostname ?? boot.machine.hostname,
      host: {
        now: () => this.#clock.now + this.#host.elapsed() - this.#clock.at,
        randomBytes: (size) => this.#host.randomBytes(size),
        request: (request) => this.#ask(request),
        serial: (text) => {
          void this.#serialWindow.give(text.length);
          this.#host.send({ kind: 'serial', text });
        },
        persist: (changes) => this.#host.send({ kind: 'persist', changes: [...changes] }),
        listening: (ports) => this.#host.send({ kind: 'listening', ports: [...ports] }),
        power: (action, reason) => this.#host.send({ kind: 'power', action, reason }),
        startPython: (data, transfer) => this.#host.startPython(data, transfer),
        log: (line) => this.#host.send({ kind: 'log', line }),
      },
    });
    this.#kernel = kernel;
    if (asleep) await userland.resume(kernel);
    else await userland.boot(kernel);
    this.#addUsers(boot.users.map((user) => user.name));
    kernel.fs.flush();
    if (boot.startupScript !== undefined && !asleep) {
      void runStartupScript(
        kernel,
        boot.startupScript,
        () => this.#serialWindow.open(),
        (pid, message) =>
          userland.log(kernel, {
            unit: 'google-startup-scripts.service',
            identifier: 'google_metadata_script_runner',
            pid,
            message,
          }),
      );
    }
    this.#host.send({ kind: 'up' });
    this.#watch();
  }

  async #answer(id: number, call: Call): Promise<void> {
    this.#calls++;
    let result: Outcome;
    try {
      result = { ok: true, value: await this.#do(call) };
    } catch (error) {
      result = { ok: false, code: codeOf(error), message: messageOf(error) };
    }
    this.#calls--;
    this.#host.send({ kind: 'reply', id, result });
  }

  async #do(call: Call): Promise<unknown> {
    const kernel = this.#kernel as RunningKernel;
    switch (call.method) {
      case 'setUsers':
        this.#addUsers(call.users.map((user) => user.name));
        kernel.fs.flush();
        return undefined;
      case 'setDisks':
        Object.assign(kernel.machine, { disks: call.disks });
        return undefined;
      case 'openSession':
        return this.#open(call.session, call.options);
      case 'serve': {
        const listener = kernel.ports.at(call.port);
        if (!listener?.serve || listener.address === '127.0.0.1') throw new NetworkError('refused');
        const response = await listener.serve(call.request);
        kernel.fs.flush();
        return response;
      }
      case 'file': {
        const done = fileCall(kernel, call.user, call.op, call.args);
        kernel.fs.flush();
        return done;
      }
      case 'shutdown':
        for (const { session } of this.#sessions.values()) session.close();
        await this.#host.userland.shutdown(kernel);
        for (const task of kernel.processes.all()) if (task.work) task.deliver('TERM');
        kernel.fs.flush();
        return undefined;
    }
  }

  #open(id: number, options: (Call & { method: 'openSession' })['options']): void {
    const kernel = this.#kernel as RunningKernel;
    const window = new Window();
    const tty = options.pty ? this.#freeTty() : undefined;
    const session = new Session(kernel, options, tty, {
      output: (stream, bytes) => {
        // What is sent becomes the other thread's: a copy, and no view of a file.
        this.#host.send({ kind: 'output', session: id, stream, bytes: Uint8Array.from(bytes) });
        return window.give(bytes.length);
      },
      consumed: (bytes) => this.#host.send({ kind: 'consumed', session: id, bytes }),
    });
    this.#sessions.set(id, { session, window });
    kernel.sessions.add(session.record);
    const { address, port } = options.from;
    this.#host.userland.log(kernel, {
      unit: 'ssh.service',
      identifier: 'sshd',
      pid: session.record.leader.pid,
      message: `Accepted publickey for ${options.user} from ${address} port ${port} ssh2`,
    });
    void session
      .run()
      .catch((error: unknown) => {
        this.#host.send({ kind: 'log', line: `session: ${messageOf(error)}` });
        return { code: 255 };
      })
      .then((end) => {
        this.#sessions.delete(id);
        kernel.sessions.delete(session.record);
        kernel.fs.flush();
        this.#host.send({ kind: 'ended', session: id, ...end });
      });
  }

  #forward(id: number, op: (ToWorker & { kind: 'session' })['op']): void {
    const found = this.#sessions.get(id);
    if (!found) return;
    const { session, window } = found;
    switch (op.do) {
      case 'write':
        session.write(op.bytes);
        return;
      case 'end':
        session.end();
        return;
      case 'resize':
        session.resize(op.columns, op.rows);
        return;
      case 'signal': {
        const signal = knownSignal(op.name);
        if (signal) session.signal(signal);
        return;
      }
      case 'close':
        window.drop();
        session.close();
        return;
      case 'taken':
        window.taken(op.bytes);
    }
  }

  #addUsers(names: readonly string[]): void {
    const { users, root } = this.#kernel as RunningKernel;
    const wanted = names.filter((name) => /^[a-z_][a-z0-9_-]{0,31}$/.test(name));
    if (wanted.length === 0) return;
    if (!users.groupByName('google-sudoers')) users.addGroup('google-sudoers', { system: true });
    const sudoers = '/etc/sudoers.d/google_sudoers';
    if (!root.exists(sudoers)) {
      root.mkdir('/etc/sudoers.d', { parents: true, mode: 0o755 });
      root.write(sudoers, '%google-sudoers ALL=(ALL:ALL) NOPASSWD:ALL\n', { mode: 0o440 });
    }
    for (const name of wanted) {
      if (users.byName(name)) continue;
      users.add({ name, groups: GROUPS.filter((group) => users.groupByName(group)) });
    }
  }

  async #ask(request: unknown): Promise<GuestResponse> {
    const id = ++this.#request;
    const result = await new Promise<Outcome>((resolve) => {
      this.#requests.set(id, resolve);
      this.#host.send({ kind: 'request', id, request } as FromWorker);
    });
    if (!result.ok) throw new NetworkError(result.code as NetworkError['fault'], result.message);
    return result.value as GuestResponse;
  }

  #freeTty(): string {
    const taken = new Set([...(this.#kernel?.sessions ?? [])].map((record) => record.tty));
    for (let at = 0; ; at++) if (!taken.has(`pts/${at}`)) return `pts/${at}`;
  }

  /** Looks from time to time whether anything goes on, and says so when nothing does. */
  #watch(): void {
    const kernel = this.#kernel as RunningKernel;
    const look = () => {
      const busy =
        this.#calls > 0 ||
        this.#sessions.size > 0 ||
        kernel.processes.all().some((task) => task.work) ||
        this.#host.userland.busy(kernel);
      if (!busy) {
        kernel.fs.flush();
        const { state, hostname, booted, bootId } = kernel;
        const volatile = kernel.fs.volatileFiles();
        this.#host.send({ kind: 'idle', asleep: { state, volatile, hostname, booted, bootId } });
      }
      setTimeout(look, QUIET);
    };
    // Most machines do nothing after their boot.
    setTimeout(look, QUIET / 6);
  }

  #panic(error: unknown): void {
    this.#host.send({ kind: 'log', line: error instanceof Error ? `${error.stack}` : `${error}` });
    this.#host.send({ kind: 'power', action: 'panic', reason: messageOf(error) });
  }
}

function codeOf(error: unknown): string {
  if (error instanceof SystemError) return error.code;
  return error instanceof NetworkError ? error.fault : 'EINVAL';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
