import type { Clock } from '../context.ts';

/** Milliseconds for what follows at once: a tool seldom sends one request alone. */
const pause = 100;

/** Calls `act` a moment after it is called itself, and once however often it is called until then. */
export function soon(clock: Pick<Clock, 'sleep'>, act: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    void clock.sleep(pause).then(() => {
      waiting = false;
      act();
    });
  };
}
