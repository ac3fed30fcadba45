import { ApiError } from '../../wire/errors.ts';
import type { ComputeState } from '../state.ts';

/**
 * Thrown by a change that GCP would accept and only then find out to be impossible, as with
 * quotas: the answer is an operation, and that carries the error.
 */
export class FailsLater extends Error {
  override readonly name = 'FailsLater';
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}

/** The plan of an operation that was doomed from the start. */
export const FAILING = 'failing';

export function addFailingPlan(state: Pick<ComputeState, 'plans'>): void {
  state.plans.set(FAILING, {
    steps: [
      {
        seconds: 1,
        apply: (_state, { details }) => {
          const { status, reason, message } = details as unknown as Failure;
          throw new ApiError(status, reason, message);
        },
      },
    ],
  });
}

type Failure = Pick<ApiError, 'status' | 'reason' | 'message'>;

/** What such an operation has to know. */
export const failureOf = ({ error }: FailsLater): Record<string, unknown> & Failure => ({
  status: error.status,
  reason: error.reason,
  message: error.message,
});
