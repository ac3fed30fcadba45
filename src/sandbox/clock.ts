import type { Store, Table } from './disk/store.ts';
import { invalid } from './wire/errors.ts';

/**
 * The sandbox's own time: the real time and what it has been advanced by, so that a
 * learner can see today what a rule does in thirty days. The advance is kept with the
 * data, because resources are dated by it; it never gets smaller, because nothing in a
 * cloud was made in the future. Only a reset, which leaves no resources, takes it back.
 */
export class SandboxClock {
  readonly #store: Store;
  readonly #advances: Table<number>;
  readonly #wallClock: () => Date;
  #advance: number;

  constructor(store: Store, wallClock: () => Date) {
    this.#store = store;
    this.#advances = store.table('clock');
    this.#wallClock = wallClock;
    this.#advance = this.#stored();
  }

  readonly now = (): Date => new Date(this.#wallClock().getTime() + this.#advance);

  /** How far it is ahead of the real time. */
  get aheadSeconds(): number {
    return this.#advance / 1000;
  }

  /** Moves it on; resolves once that outlives a restart. */
  async advance(seconds: number): Promise<void> {
    this.#advance = await this.#store.write(() => {
      const advance = this.#stored() + seconds * 1000;
      if (this.#wallClock().getTime() + advance >= LIMIT) {
        throw invalid(`The sandbox's clock ends at ${new Date(LIMIT).toISOString()}.`);
      }
      this.#advances.put(KEY, advance);
      return advance;
    });
  }

  /** After all data was wiped, the advance among it. */
  reset(): void {
    this.#advance = this.#stored();
  }

  #stored(): number {
    return this.#advances.get(KEY) ?? 0;
  }
}

const KEY = Buffer.from('advance');

/** Generations are microseconds, and numbers are exact to 2^53: the year 2255. */
const LIMIT = Date.UTC(2200, 0, 1);
