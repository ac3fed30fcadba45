import type { Worker } from 'node:worker_threads';
import type { GuestBoot, GuestRequest, GuestUser } from './contract.ts';
import {
  type Asleep,
  type Call,
  type FromWorker,
  fromWorkerSchema,
  type Outcome,
  type SessionOp,
  type ToWorker,
} from './messages.ts';
import { takeWorker } from './spare-worker.ts';

/** A worker that does not answer for so long is stuck: its guest panics. */
const STUCK = 20_000;
const PING = 5_000;
/** A machine that is not up by then never will be: something in its boot waits for ever. */
const BOOT = 60_000;

/** An idle worker is kept for a moment, for whoever comes back... */
const LINGER = 5_000;
/** ...but not when there are more of them: each is some ten megabytes. */
const KEPT = 2;
const alive = new Set<GuestWorker>();

export interface SessionEvents {
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  ended(code: number, signal: string | undefined): void;
  consumed(bytes: number): void;
}

/** A worker thread with a guest in it. */
export class GuestWorker {
  asleep: Asleep | undefined;
  readonly #boot: GuestBoot;
  readonly #worker: Worker;
  readonly #events: { slept(state: Asleep): void; died(reason: string): void };
  readonly #calls = new Map<
    number,
    { resolve(value: unknown): void; reject(error: Error): void }
  >();
  readonly #sessions = new Map<number, SessionEvents>();
  #up: { resolve(): void; reject(error: Error): void } | undefined;
  #call = 0;
  #requests = 0;
  #ended = false;
  #pinged = false;
  #silent = 0;
  #idleSince: number | undefined;
  #pinger: NodeJS.Timeout;

  constructor(boot: GuestBoot, events: { slept(state: Asleep): void; died(reason: string): void }) {
    this.#boot = boot;
    this.#events = events;
    this.#worker = takeWorker(boot.program);
    alive.add(this);
    this.#worker.on('message', (message: unknown) => this.#take(message));
    this.#worker.on('error', (error: Error & { code?: string }) => {
      const out = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#die(out ? 'Out of memory: the kernel killed itself' : error.message);
    });
    this.#worker.on('exit', () => this.#die('the machine stopped by itself'));
    this.#pinger = setInterval(() => this.#ping(), PING);
    this.#pinger.unref();
  }

  /** Resolves when sessions can be opened. */
  boot(users: readonly GuestUser[], asleep: Asleep | undefined): Promise<void> {
    const { machine, startupScript, files } = this.#boot;
    const deadline = setTimeout(() => this.#fail('the machine does not boot'), BOOT);
    deadline.unref();
    const up = new Promise<void>((resolve, reject) => {
      this.#up = { resolve, reject };
      const now = this.#boot.host.now().getTime();
      this.#send({ kind: 'boot', machine, users, files: [...files()], startupScript, asleep, now });
    });
    return up.finally(() => clearTimeout(deadline));
  }

  call(call: Call): Promise<unknown> {
    if (this.#ended) return Promise.reject(new Error('the machine is off'));
    this.#idleSince = undefined;
    const id = ++this.#call;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#send({ kind: 'call', id, call, now: this.#now() });
    });
  }

  listen(session: number, events: SessionEvents): void {
    this.#sessions.set(session, events);
  }

  forget(session: number): void {
    this.#sessions.delete(session);
  }

  session(id: number, op: SessionOp): void {
    this.#send({ kind: 'session', id, op, now: this.#now() });
  }

  /** Pulls the plug. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#close(new Error('the machine is off'));
    await this.#worker.terminate();
  }

  #take(raw: unknown): void {
    if (this.#ended) return;
    const parsed = fromWorkerSchema.safeParse(raw);
    if (!parsed.success) {
      this.#boot.host.log(`guest: a message that is none: ${parsed.error.message}`);
      return;
    }
    this.#handle(parsed.data);
  }

  #handle(message: FromWorker): void {
    const { host } = this.#boot;
    switch (message.kind) {
      case 'up':
        this.#up?.resolve();
        this.#up = undefined;
        return;
      case 'reply':
        this.#settle(message.id, message.result);
        return;
      case 'output':
        this.#sessions.get(message.session)?.output(message.stream, message.bytes);
        return;
      case 'consumed':
        this.#sessions.get(message.session)?.consumed(message.bytes);
        return;
      case 'ended':
        this.#sessions.get(message.session)?.ended(message.code, message.signal);
        this.#sessions.delete(message.session);
        return;
      case 'serial':
        host.serial(message.text);
        this.#send({ kind: 'taken', bytes: message.text.length });
        return;
      case 'persist':
        host.persist(message.changes as Parameters<typeof host.persist>[0]);
        return;
      case 'listening':
        host.listening(message.ports);
        return;
      case 'power':
        if (message.action === 'panic') this.#fail(message.reason);
        else host.power(message.action, message.reason);
        return;
      case 'log':
        host.log(message.line);
        return;
      case 'request':
        void this.#carry(message.id, message.request as GuestRequest);
        return;
      case 'pong':
        this.#pinged = false;
        return;
      case 'idle':
        this.#sleep(message.asleep);
    }
  }

  /** Whoever called in the meantime is not heard of by the worker yet: then it goes on. */
  #sleep(asleep: Asleep): void {
    if (this.#calls.size > 0 || this.#sessions.size > 0 || this.#requests > 0 || this.#up) return;
    this.#idleSince ??= performance.now();
    if (alive.size <= KEPT && performance.now() - this.#idleSince < LINGER) return;
    this.#ended = true;
    this.#close(new Error('the machine sleeps'));
    this.#events.slept(asleep);
    void this.#worker.terminate();
  }

  async #carry(id: number, request: GuestRequest): Promise<void> {
    this.#requests++;
    let result: Outcome;
    try {
      result = { ok: true, value: await this.#boot.host.request(request) };
    } catch (error) {
      const { fault, code, message } = error as Error & { fault?: string; code?: string };
      result = { ok: false, code: fault ?? code ?? 'timeout', message };
    }
    this.#requests--;
    this.#send({ kind: 'response', id, result });
  }

  #settle(id: number, result: Outcome): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (result.ok) call?.resolve(result.value);
    else
      call?.reject(
        Object.assign(new Error(result.message), { code: result.code, fault: result.code }),
      );
  }

  #ping(): void {
    if (this.#ended) return;
    if (this.#pinged && this.#silent >= STUCK) {
      this.#fail('watchdog: the machine is stuck');
      return;
    }
    this.#silent = this.#pinged ? this.#silent + PING : 0;
    this.#pinged = true;
    this.#send({ kind: 'ping', now: this.#now() });
  }

  /** It cannot go on, though its thread could. */
  #fail(reason: string): void {
    this.#die(reason);
    void this.#worker.terminate();
  }

  #die(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#boot.host.log(`guest ${this.#boot.machine.hostname}: ${reason}`);
    this.#close(new Error(reason));
    this.#events.died(reason);
  }

  #close(error: Error): void {
    alive.delete(this);
    clearInterval(this.#pinger);
    this.#up?.reject(error);
    this.#up = undefined;
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
    for (const session of this.#sessions.values()) session.ended(255, 'HUP');
    this.#sessions.clear();
  }

  #now(): number {
    return this.#boot.host.now().getTime();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
