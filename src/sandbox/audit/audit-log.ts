import type { Journal } from '../disk/journal.ts';
import { type AuditRecord, isChange } from './record.ts';

/** How many changes, and how many other requests, are kept at hand. */
const KEPT = 10_000;

/**
 * Who did what, request by request: the last ten thousand changes and as many requests that
 * only looked, in memory. Changes are in a journal as well, so that they outlive a restart.
 *
 * No request waits for any of it. What the last fraction of a second has brought may be
 * missing after a crash; after a regular end nothing is.
 */
export class AuditLog {
  readonly #journal: Journal<AuditRecord>;
  readonly #changes = new Ring<AuditRecord>(KEPT);
  readonly #looks = new Ring<AuditRecord>(KEPT);
  readonly #listeners = new Set<(record: AuditRecord | undefined) => void>();
  /** Changes of earlier processes; read when somebody first asks. */
  #earlier: Promise<readonly AuditRecord[]> | undefined;
  /** All numbers of this process are above it. */
  readonly #began: number;
  #last: number;
  /** Whoever has read up to a number below it knows what is not there any more. */
  #forgotten = 0;

  /** @param now the real time, in milliseconds since 1970 */
  constructor(journal: Journal<AuditRecord>, now: number) {
    this.#journal = journal;
    this.#began = now * NUMBERS_A_MILLISECOND;
    this.#last = this.#began;
  }

  /** The number of the last record, or what all to come are above. */
  get last(): number {
    return this.#last;
  }

  /** True if what was there at a number has been forgotten since. */
  forgotSince(seq: number): boolean {
    return seq < this.#forgotten;
  }

  /** The number of the next record, which has to be added at once. */
  next(received: number): number {
    this.#last = Math.max(this.#last + 1, received * NUMBERS_A_MILLISECOND);
    return this.#last;
  }

  /** Takes a record in, and tells it to whoever listens. */
  add(record: AuditRecord): void {
    if (isChange(record)) {
      this.#changes.add(record);
      this.#journal.append(record);
    } else this.#looks.add(record);
    if (this.#listeners.size > 0) for (const listener of this.#listeners) listener(record);
  }

  /**
   * Listens to the records to come, and, as `undefined`, to everything being forgotten. A
   * listener must not throw, and is not waited for.
   *
   * @returns stops listening
   */
  subscribe(listener: (record: AuditRecord | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Everything that is kept, the oldest first. */
  async all(): Promise<readonly AuditRecord[]> {
    this.#earlier ??= this.#journal.read().then((records) => {
      const own = new Set(this.#changes.items().map(({ seq }) => seq));
      return records.filter(({ seq }) => !own.has(seq)).slice(-KEPT);
    });
    const earlier = await this.#earlier;
    const changes = [...earlier, ...this.#changes.items()].slice(-KEPT);
    return inOrder(changes, this.#looks.items());
  }

  /** What is kept behind a number, the oldest first. */
  async since(seq: number): Promise<readonly AuditRecord[]> {
    if (seq >= this.#last) return [];
    const behind = (record: AuditRecord) => record.seq > seq;
    if (seq < this.#began) return (await this.all()).filter(behind);
    return inOrder(this.#changes.items().filter(behind), this.#looks.items().filter(behind));
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    this.#changes.clear();
    this.#looks.clear();
    this.#earlier = Promise.resolve([]);
    await this.#journal.clear();
    this.#last += 1;
    this.#forgotten = this.#last;
    for (const listener of this.#listeners) listener(undefined);
  }

  /** Writes down what is still to be written. */
  async close(): Promise<void> {
    await this.#journal.close();
  }
}

/** Numbers are made of the time, so that no file has to be read for the first one. */
const NUMBERS_A_MILLISECOND = 1000;

function inOrder(...parts: AuditRecord[][]): AuditRecord[] {
  return parts.flat().sort((a, b) => a.seq - b.seq);
}

/** The last so many of what was added. */
class Ring<Item> {
  readonly #size: number;
  #items: Item[] = [];
  /** Where the next one goes once the ring is full. */
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(item: Item): void {
    if (this.#items.length < this.#size) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** In the order in which they were added. */
  items(): Item[] {
    return [...this.#items.slice(this.#next), ...this.#items.slice(0, this.#next)];
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }
}
