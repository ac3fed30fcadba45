import { Readable } from 'node:stream';
import type { BlobFile, Blobs } from './blobs.ts';
import { Checksums, type Digest } from './checksums.ts';
import { type Store, type Table, u64 } from './store.ts';

/** Bodies up to this size live in the store, committed together with their metadata. */
export const INLINE_LIMIT = 16 * 1024;

/** Bytes gathered before a file write: few system calls, little memory. */
const BLOCK = 256 * 1024;

/** Where a record's bytes are: a blob's id, or the key of an inline body. */
export type BodyRef = { blob: string } | { inline: number };

/** A body that is on disk (or small enough to go there with its record) and not yet referred to. */
export interface PendingBody extends Digest {
  size: number;
  bytes?: Buffer;
  blob?: string;
  /** The blob belongs to an upload session already, so it is no orphan. */
  owned?: boolean;
}

/** The bytes of objects, small or large, behind one interface. */
export class Bodies {
  readonly blobs: Blobs;
  readonly #inline: Table<Buffer>;

  constructor(store: Store, blobs: Blobs) {
    this.blobs = blobs;
    this.#inline = store.bytesTable('bodies');
  }

  /** Takes in a stream; the result is to be attached or discarded. */
  async receive(chunks: AsyncIterable<Buffer>): Promise<PendingBody> {
    const sink = new BodySink(this.blobs, await Checksums.create());
    try {
      for await (const chunk of chunks) await sink.write(chunk);
      return await sink.finish();
    } catch (error) {
      await sink.discard();
      throw error;
    }
  }

  /** Inside a change: false if a reset has taken the body away. */
  isAttachable(body: PendingBody): boolean {
    return body.blob === undefined || body.owned === true || this.blobs.isAdoptable(body.blob);
  }

  /** Inside a change: the record being written owns the body. `key` is unique, such as a generation. */
  attach(body: PendingBody, key: number): BodyRef {
    if (body.blob !== undefined) {
      this.blobs.adopt(body.blob);
      return { blob: body.blob };
    }
    if (body.size > 0) this.#inline.put(u64(key), body.bytes ?? Buffer.alloc(0));
    return { inline: key };
  }

  /** Inside a change: the record that owned the body is going away. */
  release(ref: BodyRef): void {
    if ('blob' in ref) this.blobs.abandon(ref.blob);
    else this.#inline.remove(u64(ref.inline));
  }

  /** Gives up a body that was received but not attached. */
  async discard(body: PendingBody): Promise<void> {
    if (body.blob !== undefined) await this.blobs.discard(body.blob);
  }

  /**
   * Opens a body, or the bytes from `first` to `last` (included) of it. Undefined if it
   * was deleted since its record was read: the caller has to look at the record again.
   */
  async open(ref: BodyRef, first: number, last: number): Promise<Readable | undefined> {
    if ('inline' in ref) {
      const bytes = this.#inline.get(u64(ref.inline));
      if (bytes === undefined && last >= first) return undefined;
      return Readable.from([bytes?.subarray(first, last + 1) ?? Buffer.alloc(0)], {
        objectMode: false,
      });
    }
    const file = await this.blobs.open(ref.blob);
    return file?.createReadStream({ start: first, end: last, highWaterMark: BLOCK });
  }
}

/** Receives a body: in memory while it is small, in a blob from then on. */
class BodySink {
  readonly #blobs: Blobs;
  readonly #checksums: Checksums;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #size = 0;
  #file: BlobFile | undefined;

  constructor(blobs: Blobs, checksums: Checksums) {
    this.#blobs = blobs;
    this.#checksums = checksums;
  }

  async write(chunk: Buffer): Promise<void> {
    this.#checksums.update(chunk);
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    this.#size += chunk.length;
    if (this.#waitingBytes >= BLOCK) await this.#flush();
  }

  async finish(): Promise<PendingBody> {
    const digest = this.#checksums.digest();
    if (this.#size <= INLINE_LIMIT) {
      return { ...digest, size: this.#size, bytes: Buffer.concat(this.#waiting) };
    }
    await this.#flush();
    const file = this.#file as BlobFile;
    await file.sync();
    await file.close();
    return { ...digest, size: this.#size, blob: file.id };
  }

  async discard(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close().catch(() => undefined);
    await this.#blobs.discard(this.#file.id);
  }

  async #flush(): Promise<void> {
    this.#file ??= await this.#blobs.create();
    const block = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#file.write(block);
  }
}
