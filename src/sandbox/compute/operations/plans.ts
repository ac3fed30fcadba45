import type { ComputeState } from '../state.ts';
import type { OperationRecord } from './records.ts';

/**
 * What an operation does once it was answered, in steps of simulated time. A plan is found
 * by its name (`instances.insert`), so that a sandbox which was stopped in the middle goes
 * on where it was.
 */
export interface Plan {
  /** Real seconds in PENDING, before the first step's time begins; default: none. */
  readonly pending?: number;
  readonly steps: readonly Step[];
}

export interface Step {
  /** How long it takes on GCP, in seconds. */
  readonly seconds: number;
  /**
   * What has happened by its end, inside the transaction that records it. It may throw an
   * ApiError before its first write: then the operation is DONE with that error.
   */
  apply?(state: ComputeState, operation: OperationRecord): void;
  /** What follows once that is on disk. Nobody waits for it. */
  afterwards?(state: ComputeState, operation: OperationRecord): void | Promise<void>;
}

/** For changes that are complete when they are answered. */
export const AT_ONCE: Plan = { steps: [{ seconds: 1 }] };

/**
 * How much faster than GCP the sandbox is, unless it was started with `--realtime`: what
 * takes twenty seconds there takes twenty milliseconds here.
 */
const FAST = 1000;

/** How long something lasts by the sandbox's clock that takes some seconds on GCP. */
export const paced = (state: Pick<ComputeState, 'realtime'>, seconds: number): number =>
  state.realtime ? seconds * 1000 : (seconds * 1000) / FAST;
