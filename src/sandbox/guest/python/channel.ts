import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

/**
 * How a program of WebAssembly, which cannot wait for a promise, asks the guest's thread for
 * something: it sends a message and sleeps on a cell of shared memory until the answer is there.
 */

/** What it asks: a system call of the guest, or something of its terminal. */
export interface PythonCall {
  readonly op: string;
  readonly args: readonly unknown[];
}

/** `errno` is a name such as ENOENT. */
export type PythonAnswer = { readonly value: unknown } | { readonly errno: string };

/** What a Python thread is started with. */
export interface PythonStart {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask: number;
  /** Whether file descriptors 0, 1 and 2 are a terminal. */
  readonly terminal: readonly [boolean, boolean, boolean];
  readonly columns: number;
  readonly rows: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly pid: number;
  readonly ppid: number;
  readonly hostname: string;
  /** Of the kernel, as `uname -r` tells it. */
  readonly release: string;
  readonly vcpus: number;
  /** The sandbox's time. */
  readonly now: number;
  /** Bytes that WebAssembly may have. */
  readonly memory: number;
  readonly shared: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** Cells of the shared memory. */
export const ANSWERS = 0;
/** The number of a signal that the program has not seen yet. */
export const SIGNAL = 1;
export const SHARED_BYTES = 8;

/** After so many milliseconds of computing, a pause in each two of these. */
const BURST = 20_000;
const SLICE = 20;

/** A system call failed; `errno` is a name such as ENOENT. */
export class CallError extends Error {
  readonly errno: string;

  constructor(errno: string) {
    super(errno);
    this.name = 'CallError';
    this.errno = errno;
  }
}

/** The Python thread's end. */
export class Channel {
  readonly #port: MessagePort;
  readonly #cells: Int32Array;
  /** Since when it has asked for nothing and slept not at all. */
  #since = performance.now();

  constructor(port: MessagePort, shared: SharedArrayBuffer) {
    this.#port = port;
    this.#cells = new Int32Array(shared);
  }

  call(op: string, ...args: readonly unknown[]): unknown {
    const before = Atomics.load(this.#cells, ANSWERS);
    this.#port.postMessage({ op, args } satisfies PythonCall);
    Atomics.wait(this.#cells, ANSWERS, before);
    this.#since = performance.now();
    const answer = receiveMessageOnPort(this.#port)?.message as PythonAnswer;
    if ('errno' in answer) throw new CallError(answer.errno);
    return answer.value;
  }

  /** Takes the signal that has come. Who computes on and on is slowed down to half. */
  takeSignal(): number {
    const now = performance.now();
    if (now - this.#since > BURST) {
      Atomics.wait(this.#cells, SIGNAL, 0, SLICE);
      this.#since = now + 2 * SLICE - BURST;
    }
    return Atomics.exchange(this.#cells, SIGNAL, 0);
  }

  get interrupted(): boolean {
    return Atomics.load(this.#cells, SIGNAL) !== 0;
  }

  /** Sleeps, at most until a signal comes. */
  sleep(ms: number): void {
    if (ms > 0) Atomics.wait(this.#cells, SIGNAL, 0, ms);
    this.#since = performance.now();
  }
}
