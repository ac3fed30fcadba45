import { createHash, type Hash } from 'node:crypto';

/** Both checksums of an object's bytes, as the API shows them. */
export interface Digest {
  /** base64 */
  md5: string;
  /** base64 of the four bytes, big-endian */
  crc32c: string;
}

/** MD5 and CRC32C of a stream, computed as it passes. */
export class Checksums {
  readonly #md5: Hash = createHash('md5');
  readonly #crc32c: Crc32c;
  #crc = 0;

  private constructor(crc32c: Crc32c) {
    this.#crc32c = crc32c;
  }

  /** Loads the native CRC32C on first use: it costs a fifth of the sandbox's start-up time. */
  static async create(): Promise<Checksums> {
    const { crc32c } = await import('@node-rs/crc32');
    return new Checksums(crc32c);
  }

  update(bytes: Buffer): void {
    this.#md5.update(bytes);
    this.#crc = this.#crc32c(bytes, this.#crc);
  }

  /** Ends the computation. */
  digest(): Digest {
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(this.#crc >>> 0);
    return { md5: this.#md5.digest('base64'), crc32c: crc.toString('base64') };
  }
}

type Crc32c = (bytes: Uint8Array, previous?: number) => number;
