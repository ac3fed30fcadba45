import { statusOf } from '../cloud/resources/kind.ts';
import { Interrupted, reasonOf, UserError } from '../errors.ts';
import type { CheckResult, Inspect, Task } from './define.ts';
import type { TaskResult } from './run.ts';

/** What one look at a task came to. */
export type Outcome = Omit<TaskResult, 'id' | 'calls' | 'milliseconds'>;

/** Changes what is to be changed, where it is to be, and looks. */
export async function attempt(
  world: unknown,
  task: Task<unknown>,
  inspect: Inspect,
  solve: (() => Promise<void>) | undefined,
): Promise<Outcome> {
  try {
    await solve?.();
    return asOutcome(await task.check(world, inspect));
  } catch (error) {
    if (error instanceof Interrupted) return { state: 'interrupted' };
    const reason = reasonOf(error);
    if (error instanceof UserError) return { state: 'error', reason, trouble: error };
    const status = statusOf(error);
    return { state: 'error', reason, ...(status === undefined ? {} : { hint: `http-${status}` }) };
  }
}

function asOutcome(result: CheckResult): Outcome {
  if (result.ok) return { state: 'passed', found: result.found };
  const { expected, found, hint } = result;
  return { state: 'failed', expected, found, hint };
}
