import { u64 } from '../../disk/store.ts';
import { ApiError } from '../../wire/errors.ts';
import type { ComputeState } from '../state.ts';
import { paced } from './plans.ts';
import { type OperationRecord, operationKey } from './records.ts';
import { operationError } from './start.ts';

type Given = Omit<ComputeState, 'scheduler'>;

/**
 * Carries operations on when their time has come by the sandbox's clock: by a timer, and
 * when the clock was advanced. What is due is kept on disk, in the order in which it is due,
 * so a sandbox that is started again goes on with what it had begun.
 */
export class Scheduler {
  readonly #state: Given;
  #timer: NodeJS.Timeout | undefined;
  #waiting = new Map<string, Set<() => void>>();
  #running: Promise<void> | undefined;
  /** Milliseconds to wait at least: more than none after a failure, such as a full disk. */
  #rest = 0;
  #paused = false;

  constructor(state: Given) {
    this.#state = state;
  }

  /** Goes on with what an earlier process left. */
  start(): void {
    this.#paused = false;
    this.#arm();
  }

  /** Inside a change: the operation is carried on when it is due. */
  enqueue(operation: OperationRecord): void {
    this.#state.pending.put(pendingKey(operation), true);
    this.#state.store.afterCommit(() => this.#arm());
  }

  /** Resolves when the operation is done, and after `milliseconds` whatever became of it. */
  async wait(operation: OperationRecord, milliseconds: number): Promise<void> {
    const key = operationKey(operation).toString();
    const status = this.#state.operations.get(operationKey(operation))?.status ?? 'DONE';
    if (status === 'DONE' || this.#paused) return;
    await new Promise<void>((resolve) => {
      const waiters = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiters);
      const timer = setTimeout(end, milliseconds);
      function end() {
        clearTimeout(timer);
        waiters.delete(end);
        resolve();
      }
      waiters.add(end);
    });
    if (this.#waiting.get(key)?.size === 0) this.#waiting.delete(key);
  }

  /** Does everything that is due, and what becomes due by that. */
  async runDue(signal?: AbortSignal): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#rest = PAUSE_MS;
    this.#running = this.#work(signal)
      .then(() => {
        this.#rest = 0;
      })
      .finally(() => {
        this.#running = undefined;
        this.#arm();
      });
    await this.#running;
  }

  /** Ends the steps under way, and begins no more until it is started. */
  async pause(): Promise<void> {
    this.#paused = true;
    clearTimeout(this.#timer);
    for (const waiters of this.#waiting.values()) for (const end of waiters) end();
    await this.#running;
  }

  async #work(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const due = this.#dueNow();
      if (due.length === 0 || this.#paused || signal?.aborted) return;
      await Promise.all(due.map((key) => this.#advance(key)));
    }
  }

  #dueNow(): Buffer[] {
    const until = u64(Math.floor(this.#state.clock().getTime()) + 1);
    const keys: Buffer[] = [];
    for (const { key } of this.#state.pending.range(Buffer.alloc(0), until, AT_A_TIME)) {
      keys.push(Buffer.from(key));
    }
    return keys;
  }

  async #advance(pending: Buffer): Promise<void> {
    const outcome = await this.#state.store.write(() => this.#step(pending));
    if (outcome === undefined) return;
    const { operation, step } = outcome;
    if (operation.status === 'DONE') {
      for (const end of this.#waiting.get(operationKey(operation).toString()) ?? []) end();
    }
    const state = this.#state as ComputeState;
    state.machines?.recheck();
    if (operation.error !== undefined) return;
    try {
      // Not awaited: a machine that boots must not hold up other operations.
      Promise.resolve(step?.afterwards?.(state, operation)).catch((error) =>
        this.#tell(operation, error),
      );
    } catch (error) {
      this.#tell(operation, error);
    }
  }

  /** Inside a change: one step of one operation. */
  #step(pending: Buffer) {
    const state = this.#state as ComputeState;
    const key = pending.subarray(8);
    const operation = state.operations.get(key);
    const plan = operation && state.plans.get(operation.plan);
    if (operation === undefined || plan === undefined) {
      state.pending.remove(pending);
      return undefined;
    }
    const step = plan.steps[operation.step];
    const due = operation.due;
    const failed = this.#apply(operation, () => step?.apply?.(state, operation));
    state.pending.remove(pending);
    const following = plan.steps[operation.step + 1];
    if (failed !== undefined || following === undefined) {
      operation.status = 'DONE';
      operation.progress = 100;
      operation.endTime = Math.max(due, operation.startTime ?? due);
      if (failed !== undefined) operation.error = failed;
    } else {
      if (operation.status === 'PENDING') operation.startTime = due;
      operation.status = 'RUNNING';
      operation.step += 1;
      operation.progress = Math.floor((100 * operation.step) / plan.steps.length);
      operation.due = due + paced(state, following.seconds);
      state.pending.put(pendingKey(operation), true);
    }
    state.operations.put(key, operation);
    return { operation, step };
  }

  #apply(operation: OperationRecord, change: () => void): OperationRecord['error'] {
    try {
      change();
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#state.log(`${operation.operationType} ${operation.targetLink}: ${error.message}`);
      return operationError(error);
    }
  }

  #tell(operation: OperationRecord, error: unknown): void {
    this.#state.log(`after ${operation.plan}: ${(error as Error).stack ?? error}`);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#paused) return;
    for (const { key } of this.#state.pending.range(Buffer.alloc(0), FOREVER, 1)) {
      const due = Number(Buffer.from(key).readBigUInt64BE());
      const delay = due - this.#state.clock().getTime();
      // No timer is longer; whoever waits longer is armed again.
      this.#timer = setTimeout(
        () => this.#tick(),
        Math.min(Math.max(delay, this.#rest), LONGEST_MS),
      );
      this.#timer.unref();
    }
  }

  #tick(): void {
    this.runDue().catch((error) => {
      this.#state.log(`operations: ${(error as Error).stack ?? error}`);
    });
  }
}

const AT_A_TIME = 500;
const PAUSE_MS = 1000;
const LONGEST_MS = 2 ** 31 - 1;
const FOREVER = Buffer.alloc(8, 0xff);

const pendingKey = (operation: OperationRecord): Buffer =>
  Buffer.concat([u64(Math.ceil(operation.due)), operationKey(operation)]);
