import type { Clock } from '../context.ts';

const shortest = 2000;
const longest = 15_000;

/**
 * Calls back again and again: after two seconds, and then in intervals that grow to fifteen,
 * so that somebody who takes long over something does not use up a project's quota.
 *
 * @returns stops it
 */
export function inGrowingIntervals(clock: Pick<Clock, 'sleep'>, callBack: () => void): () => void {
  let stopped = false;
  void (async () => {
    for (let wait = shortest; ; wait = Math.min(wait * 1.5, longest)) {
      await clock.sleep(wait);
      if (stopped) return;
      callBack();
    }
  })();
  return () => {
    stopped = true;
  };
}
