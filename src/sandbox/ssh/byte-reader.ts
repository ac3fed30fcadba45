import type { Readable } from 'node:stream';

/**
 * Takes bytes from a channel as somebody asks for them. As long as nobody does, the channel's
 * window stays closed and the client waits.
 */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    // A channel that were destroyed at the end of its input could not answer any more.
    this.#chunks = source.iterator({ destroyOnReturn: false });
  }

  /** So many bytes; undefined where the input ended before. */
  async take(size: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      const some = await this.some(missing);
      if (some === undefined) return undefined;
      parts.push(some);
      missing -= some.length;
    }
    return Buffer.concat(parts);
  }

  /** What there is, at most so many bytes; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** A line without its end; undefined where the input ended, or after so many bytes. */
  async line(most: number): Promise<string | undefined> {
    const bytes: number[] = [];
    while (bytes.length < most) {
      const byte = (await this.some(1))?.[0];
      if (byte === undefined) return undefined;
      if (byte === 0x0a) return Buffer.from(bytes).toString();
      bytes.push(byte);
    }
    return undefined;
  }
}
