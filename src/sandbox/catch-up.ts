import type { Service } from './services.ts';
import { Turns } from './turns.ts';

/**
 * Lets every service do what its resources are due for by the sandbox's clock: soon
 * after the start, every minute, and whenever the clock was advanced. One pass at a
 * time. The timers do not keep the process alive.
 */
export class CatchUp {
  readonly #services: readonly Service[];
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();
  #timers: NodeJS.Timeout[] = [];
  readonly #turns = new Turns();
  #passes = 0;

  constructor(services: readonly Service[], log: (line: string) => void) {
    this.#services = services;
    this.#log = log;
  }

  /** The first pass waits a moment: the first answers come before it. */
  start(): void {
    const tick = () => {
      if (this.#passes > 0) return;
      this.run().catch((error) => this.#log(`catching up failed: ${error?.stack ?? error}`));
    };
    this.#timers = [setTimeout(tick, SOON_MS).unref(), setInterval(tick, EVERY_MS).unref()];
  }

  /** A whole pass that begins after this call. */
  run(): Promise<void> {
    this.#passes += 1;
    return this.#turns
      .take(() => this.#pass())
      .finally(() => {
        this.#passes -= 1;
      });
  }

  /** Ends the pass under way at its next step, and all to come. */
  async stop(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#turns.idle();
  }

  async #pass(): Promise<void> {
    for (const service of this.#services) {
      if (this.#closing.signal.aborted) return;
      await service.catchUp?.(this.#closing.signal);
    }
  }
}

const SOON_MS = 1000;
const EVERY_MS = 60_000;
