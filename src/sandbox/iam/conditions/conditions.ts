import type { ProtectedResource } from '../../identity.ts';

/**
 * True where a condition holds now. One that cannot be evaluated does not hold.
 *
 * @param expression in CEL, accepted by `checkCondition` before
 * @param time the sandbox's, in milliseconds since 1970
 */
export function holds(_expression: string, _resource: ProtectedResource, _time: number): boolean {
  return false;
}
