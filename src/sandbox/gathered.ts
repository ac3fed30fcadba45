/**
 * Bytes put by until there are enough of them. A client may send them one by one, and a
 * Buffer takes hundreds of times the memory of the byte in it: so of many parts one is made.
 */
export class Gathered {
  #parts: Buffer[] = [];
  /** How many of the last parts were not put together yet. */
  #loose = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
    if (++this.#loose < MANY) return;
    this.#parts.push(Buffer.concat(this.#parts.splice(-MANY)));
    this.#loose = 0;
  }

  /** Everything, in order; nothing is left. */
  take(): Buffer[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#loose = 0;
    this.#size = 0;
    return parts;
  }
}

const MANY = 256;
