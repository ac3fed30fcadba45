import { MessageChannel, type Worker } from 'node:worker_threads';
import { SystemError } from '../kernel/errors.ts';
import { SIGNALS, type Signal } from '../kernel/processes.ts';
import type { ProgramIo } from '../kernel/programs.ts';
import { fileAnswers } from './answers.ts';
import {
  ANSWERS,
  type PythonAnswer,
  type PythonCall,
  type PythonStart,
  SHARED_BYTES,
  SIGNAL,
} from './channel.ts';

/** So many Python programs of a machine run at a time; another one waits for so long, then gives up. */
const AT_A_TIME = 3;
const PATIENCE = 15_000;
/** What one may have: less than the machine says that it has, for the host has to give it. */
const MEMORY = 256 * 1024 * 1024;
const running = new WeakMap<object, number>();

/** Runs CPython in a thread of its own, its system calls answered here, until it ends. */
export async function runPython(io: ProgramIo, args: readonly string[]): Promise<number> {
  const { kernel } = io;
  const until = kernel.now() + PATIENCE;
  while ((running.get(kernel) ?? 0) >= AT_A_TIME && !io.signal.aborted) {
    if (kernel.now() > until) throw new SystemError('EAGAIN');
    await io.sleep(100);
  }
  if (io.signal.aborted) return 130;
  running.set(kernel, (running.get(kernel) ?? 0) + 1);
  try {
    return await new PythonThread(io, args).ended;
  } finally {
    running.set(kernel, (running.get(kernel) ?? 1) - 1);
  }
}

/** One program: its thread, and the calls that come from there. */
class PythonThread {
  readonly ended: Promise<number>;
  readonly #io: ProgramIo;
  readonly #thread: Worker;
  readonly #cells: Int32Array;
  readonly #answers: Readonly<Record<string, (...args: never[]) => unknown>>;
  readonly #input: AsyncGenerator<Uint8Array>;
  #end!: (code: number) => void;

  constructor(io: ProgramIo, args: readonly string[]) {
    this.#io = io;
    this.#answers = { ...fileAnswers(io.fs), ...this.#calls() };
    this.#input = this.#lines();
    const shared = new SharedArrayBuffer(SHARED_BYTES);
    this.#cells = new Int32Array(shared);
    const { port1, port2 } = new MessageChannel();
    const { uid, gid, groups } = io.who;
    const tty = io.toTerminal;
    const start: PythonStart = {
      args,
      env: Object.fromEntries(io.env),
      cwd: io.cwd,
      umask: io.fs.umask,
      terminal: [io.fromTerminal, tty, tty],
      columns: io.terminal?.columns ?? 80,
      rows: io.terminal?.rows ?? 24,
      uid,
      gid,
      groups,
      pid: io.process.pid,
      ppid: io.process.parent?.pid ?? 1,
      hostname: io.kernel.hostname,
      release: io.kernel.root.readText('/proc/sys/kernel/osrelease').trim(),
      vcpus: io.kernel.machine.vcpus,
      now: io.kernel.now(),
      memory: MEMORY,
      shared,
      port: port2,
    };
    this.#thread = io.kernel.startPython(start, [port2]);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    port1.on('message', (call: PythonCall) => void this.#take(port1, call));
    this.#thread.on('error', (error: Error) => void this.#crash(error));
    this.#thread.on('exit', () => this.#end(1));
    const stop = () => this.#end(128 + (SIGNALS[io.signal.reason as Signal] ?? SIGNALS.INT));
    io.signal.addEventListener('abort', stop);
    const { process: task } = io;
    const before = task.onSignal;
    task.onSignal = (signal) => signal === 'INT' && this.#interrupt();
    void this.ended.then(() => {
      task.onSignal = before;
      io.signal.removeEventListener('abort', stop);
      port1.close();
      void this.#thread.terminate();
    });
  }

  /** CPython makes a KeyboardInterrupt of it; if it did not by the next one, that ends it. */
  #interrupt(): boolean {
    if (Atomics.exchange(this.#cells, SIGNAL, SIGNALS.INT) !== 0) return false;
    Atomics.notify(this.#cells, SIGNAL);
    return true;
  }

  async #take(port: { postMessage(answer: PythonAnswer): void }, call: PythonCall): Promise<void> {
    const { process: task } = this.#io;
    let answer: PythonAnswer;
    try {
      const found = Object.hasOwn(this.#answers, call.op) ? this.#answers[call.op] : undefined;
      answer = { value: await found?.(...(call.args as never[])) };
    } catch (error) {
      if (!(error instanceof SystemError)) this.#io.kernel.log(`python3: ${error}`);
      answer = { errno: error instanceof SystemError ? error.code : 'EIO' };
    }
    // One that was stopped (kill -STOP) does not come back from its call.
    while (task.state === 'T' && !task.end) await this.#io.sleep(100);
    port.postMessage(answer);
    Atomics.add(this.#cells, ANSWERS, 1);
    Atomics.notify(this.#cells, ANSWERS);
  }

  #calls(): Record<string, (...args: never[]) => unknown> {
    const io = this.#io;
    return {
      print: (fd: number, bytes: Uint8Array) => (fd === 2 ? io.err(bytes) : io.out(bytes)),
      input: async () => {
        const interrupted = () => Atomics.load(this.#cells, SIGNAL) !== 0;
        const line = interrupted() ? undefined : (await this.#input.next()).value;
        if (interrupted()) throw new SystemError('EINTR');
        return line ?? new Uint8Array(0);
      },
      system: async (command: string) => {
        io.kernel.fs.flush();
        return (await io.run(['sh', '-c', command])).code;
      },
      exit: (code: number) => this.#end(code & 0xff),
      crash: (why: string) => this.#crash(new Error(why)),
    };
  }

  /** Standard input: a line at a time from a terminal, otherwise all of it. */
  async *#lines(): AsyncGenerator<Uint8Array> {
    const io = this.#io;
    if (!io.fromTerminal) {
      yield await io.stdin();
      return;
    }
    for (;;) {
      const line = await io.ask('');
      yield line === undefined ? new Uint8Array(0) : Buffer.from(`${line}\n`);
    }
  }

  /** What happened in there is for the operator of the sandbox: it may name places of the host. */
  async #crash(error: Error): Promise<void> {
    this.#io.kernel.log(`python3: ${error.stack ?? error.message}`);
    const memory = /memory|stack/i.exec(error.message)?.[0] ?? 'internal error';
    await this.#io.err(`Fatal Python error: ${memory.toLowerCase()}\n`);
    this.#end(134);
  }
}
