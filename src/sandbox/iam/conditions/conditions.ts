import type { ProtectedResource } from '../../identity.ts';
import type { IamState } from '../state.ts';

/*
 * Conditions: expressions in CEL, by which a binding holds only for some resources or for some
 * time. What understands CEL is loaded once somebody sets a condition, and at the start of a
 * sandbox in which somebody has: asking whether one holds must not wait.
 *
 * https://docs.cloud.google.com/iam/docs/conditions-overview
 */

type Cel = typeof import('./cel.ts');

let cel: Cel | undefined;

async function loaded(): Promise<Cel> {
  cel ??= await import('./cel.ts');
  return cel;
}

/** At the start: makes ready for the conditions that were set before. */
export async function prepareConditions(state: IamState): Promise<void> {
  if (state.conditionsInUse.count() > 0) await loaded();
}

/**
 * Lets a condition into a policy. Whoever keeps policies asks this before keeping one.
 *
 * @throws ApiError 400 for what is none, and 501 for what is about something the sandbox has not
 */
export async function acceptCondition(state: IamState, expression: string): Promise<void> {
  const { checkExpression } = await loaded();
  checkExpression(expression);
  if (state.conditionsInUse.count() > 0) return;
  await state.store.write(() => state.conditionsInUse.put(Buffer.from('yes'), true));
}

/**
 * True where a condition holds now. One that cannot be evaluated does not hold, nor does one
 * that nobody has let in.
 *
 * @param time the sandbox's, in milliseconds since 1970
 */
export function holds(expression: string, resource: ProtectedResource, time: number): boolean {
  return cel?.isTrue(expression, resource, time) ?? false;
}
