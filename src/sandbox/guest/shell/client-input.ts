import type { Input } from './runtime.ts';

/**
 * Bytes from a client without a terminal, kept until somebody reads them. `taken` is told of those
 * that were read, or that somebody waits beyond: the client may send as many more.
 */
export class ClientInput implements Input {
  readonly #taken: (bytes: number) => void;
  /** Kept, and not told. */
  #untold = 0;
  #chunks: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken;
  }

  push(bytes: Uint8Array): void {
    this.#untold += bytes.length;
    this.#chunks.push(Buffer.from(bytes));
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async readAll(signal: AbortSignal): Promise<Uint8Array> {
    while (!this.#ended && !signal.aborted) await this.#more(signal);
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#tell(this.#untold);
    return all;
  }

  async readLine(signal: AbortSignal): Promise<string | undefined> {
    let seen = 0;
    for (;;) {
      for (; seen < this.#chunks.length; seen++) {
        const end = this.#chunks[seen]?.indexOf(10) ?? -1;
        if (end >= 0) return this.#take(seen, end + 1);
      }
      if (signal.aborted) return undefined;
      if (this.#ended) {
        const rest = this.#chunks.length - 1;
        return rest < 0 ? undefined : this.#take(rest, this.#chunks[rest]?.length ?? 0);
      }
      await this.#more(signal);
    }
  }

  /** All up to a place in one of the chunks. */
  #take(chunk: number, end: number): string {
    const taken = this.#chunks.splice(0, chunk + 1);
    const last = taken.pop() as Buffer;
    this.#tell(taken.reduce((sum, one) => sum + one.length, end));
    if (end < last.length) this.#chunks.unshift(last.subarray(end));
    return Buffer.concat([...taken, last.subarray(0, end)]).toString('utf8');
  }

  #tell(bytes: number): void {
    const told = Math.min(bytes, this.#untold);
    this.#untold -= told;
    if (told > 0) this.#taken(told);
  }

  #more(signal: AbortSignal): Promise<void> {
    // A line may be longer than what is kept for nobody.
    this.#tell(this.#untold);
    return new Promise((resolve) => {
      const done = () => {
        this.#wake = undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done);
    });
  }
}
