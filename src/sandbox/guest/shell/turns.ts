import type { Process } from '../kernel/processes.ts';

/** A shell lets others run after this many milliseconds: keys, other sessions, other jobs. */
const SLICE = 12;
/** Who computes for so long without waiting is slowed down to half, as a shared core is. */
const BURST = 3000;

// Taken before anybody can put others in their place.
const immediate = setImmediate;
const timer = setTimeout;
const clock = performance.now.bind(performance);

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(running);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    // Longer than a timer can be is for ever, as far as anybody will wait.
    const running = timer(done, Math.min(ms, 2 ** 31 - 1));
    signal?.addEventListener('abort', done);
  });
}

/** The turns of one shell on the thread that all of them share, and what it computed. */
export class Turns {
  #since = clock();
  #busy = 0;

  /** Called at every statement. */
  async breathe(process_: Process): Promise<void> {
    const passed = clock() - this.#since;
    if (passed < SLICE) return;
    // More than that was waiting for something, not computing.
    if (passed < 20 * SLICE) {
      process_.cpuTime += passed;
      this.#busy += passed;
    } else this.#busy = 0;
    if (this.#busy > BURST) await pause(passed);
    else await new Promise((resolve) => immediate(resolve));
    while (process_.state === 'T' && !process_.end) await pause(100, process_.signal);
    this.#since = clock();
  }
}
