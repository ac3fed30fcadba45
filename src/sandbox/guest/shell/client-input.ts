import type { Input } from './runtime.ts';

/** Bytes from a client without a terminal, kept until somebody reads them. */
export class ClientInput implements Input {
  #chunks: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(bytes: Uint8Array): void {
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
    if (end < last.length) this.#chunks.unshift(last.subarray(end));
    return Buffer.concat([...taken, last.subarray(0, end)]).toString('utf8');
  }

  #more(signal: AbortSignal): Promise<void> {
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
