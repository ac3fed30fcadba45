import type { FileChange } from '../../guest/contract.ts';

/**
 * Writes what a guest has changed to its disk. What could not be written, because this
 * machine's own disk is full, is tried again with the next change and when the VM ends:
 * nothing of it is forgotten while the VM runs.
 */
export class DiskWriter {
  readonly #write: (changes: readonly FileChange[]) => Promise<void>;
  readonly #failed: (error: Error) => void;
  /** By path: the newest change, as long as it is not written. */
  readonly #newest = new Map<string, FileChange>();
  #unwritten: FileChange[] = [];
  readonly #writing = new Set<Promise<void>>();

  /** @param write begins writing at once, in the order in which it is called */
  constructor(
    write: (changes: readonly FileChange[]) => Promise<void>,
    failed: (error: Error) => void,
  ) {
    this.#write = write;
    this.#failed = failed;
  }

  add(changes: readonly FileChange[]): void {
    for (const change of changes) this.#newest.set(change.path, change);
    const batch = [...this.#unwritten, ...changes].filter((change) => this.#isNewest(change));
    this.#unwritten = [];
    const writing = this.#try(batch).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when all that was added has been written, or could not be. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing);
    if (this.#unwritten.length === 0) return;
    this.add([]);
    await Promise.all(this.#writing);
  }

  async #try(batch: readonly FileChange[]): Promise<void> {
    try {
      await this.#write(batch);
      for (const change of batch) if (this.#isNewest(change)) this.#newest.delete(change.path);
    } catch (error) {
      this.#unwritten.push(...batch.filter((change) => this.#isNewest(change)));
      this.#failed(error as Error);
    }
  }

  #isNewest(change: FileChange): boolean {
    return this.#newest.get(change.path) === change;
  }
}
