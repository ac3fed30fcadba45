import type { Cipher } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { Gathered } from '../gathered.ts';
import type { BlobFile } from './blob-file.ts';
import type { Blobs } from './blobs.ts';
import { Checksums, type Digest } from './checksums.ts';
import { cipherAt, type Encryption } from './encryption.ts';
import { type Store, type Table, u64 } from './store.ts';

/** Bodies up to this size live in the store, committed together with their metadata. */
export const INLINE_LIMIT = 16 * 1024;

/** Bytes gathered before a file write: few system calls, little memory. */
const BLOCK = 256 * 1024;

/** Where a record's bytes are: a blob's id, or the key of an inline body. */
export type BodyRef = ({ blob: string } | { inline: number }) & {
  /** Encrypted bodies: the initial counter. */
  iv?: string;
};

/** A body that is on disk (or small enough to go there with its record) and not yet referred to. */
export interface PendingBody extends Digest {
  size: number;
  bytes?: Buffer;
  blob?: string;
  /** The blob belongs to an upload session already, so it is no orphan. */
  owned?: boolean;
  /** It was encrypted as it came in; this is its initial counter. */
  iv?: string;
}

/** The bytes of objects, small or large, behind one interface. */
export class Bodies {
  readonly blobs: Blobs;
  readonly #store: Store;
  readonly #inline: Table<Buffer>;

  constructor(store: Store, blobs: Blobs) {
    this.blobs = blobs;
    this.#store = store;
    this.#inline = store.bytesTable('bodies');
  }

  /** Takes in a stream; the result is to be attached or discarded. */
  async receive(chunks: AsyncIterable<Buffer>, encryption?: Encryption): Promise<PendingBody> {
    const sink = new BodySink(this.blobs, await Checksums.create(), encryption);
    try {
      for await (const chunk of chunks) await sink.write(chunk);
      return await sink.finish();
    } catch (error) {
      await sink.discard();
      throw error;
    }
  }

  /** Runs the change that attaches a body; gives the body up if it is refused. */
  async commit<T>(body: PendingBody, change: () => T): Promise<T> {
    try {
      return await this.#store.write(change);
    } catch (error) {
      await this.discard(body);
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
      return body.iv === undefined ? { blob: body.blob } : { blob: body.blob, iv: body.iv };
    }
    if (body.size > 0) this.#inline.put(u64(key), body.bytes ?? Buffer.alloc(0));
    return body.iv === undefined ? { inline: key } : { inline: key, iv: body.iv };
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
   * A second body with the bytes of the first, made without reading them (encrypted ones
   * stay so): to be attached or discarded. Undefined if the first was deleted.
   */
  async duplicate(ref: BodyRef, of: Digest & { size: number }): Promise<PendingBody | undefined> {
    const { size, md5, crc32c } = of;
    const same = { size, md5, crc32c, ...(ref.iv === undefined ? {} : { iv: ref.iv }) };
    if ('blob' in ref) {
      const blob = await this.blobs.link(ref.blob);
      return blob === undefined ? undefined : { ...same, blob };
    }
    const bytes = size === 0 ? Buffer.alloc(0) : this.#inline.get(u64(ref.inline));
    return bytes === undefined ? undefined : { ...same, bytes };
  }

  /**
   * Opens a body, or the bytes from `first` to `last` (included) of it. Undefined if it
   * was deleted since its record was read: the caller has to look at the record again.
   * An encrypted body needs its key.
   */
  async open(
    ref: BodyRef,
    first: number,
    last: number,
    key?: Buffer,
  ): Promise<Readable | undefined> {
    const stored = await this.#open(ref, first, last);
    if (ref.iv === undefined || stored === undefined) return stored;
    if (key === undefined) throw new Error('an encrypted body was opened without its key');
    return pipeline(stored, cipherAt({ key, iv: ref.iv }, first), () => undefined);
  }

  /** The bytes that `open` opens, one chunk after another; fails with `gone` if it was deleted. */
  async *chunks(
    ref: BodyRef,
    { first, last, key }: { first: number; last: number; key?: Buffer | undefined },
    gone: () => Error,
  ): AsyncGenerator<Buffer> {
    const stored = await this.open(ref, first, last, key);
    if (stored === undefined) throw gone();
    for await (const chunk of stored) yield chunk as Buffer;
  }

  /** The same bytes of a small body in the clear, at once; undefined for any other. */
  small(ref: BodyRef, first: number, last: number): Buffer | undefined {
    if (!('inline' in ref) || ref.iv !== undefined) return undefined;
    return this.#inline.get(u64(ref.inline))?.subarray(first, last + 1);
  }

  async #open(ref: BodyRef, first: number, last: number): Promise<Readable | undefined> {
    if ('inline' in ref) {
      const bytes = this.#inline.get(u64(ref.inline));
      if (bytes === undefined && last >= first) return undefined;
      return Readable.from([bytes?.subarray(first, last + 1) ?? Buffer.alloc(0)], {
        objectMode: false,
      });
    }
    return this.blobs.read(ref.blob, first, last);
  }
}

/** Receives a body: in memory while it is small, in a blob from then on. */
class BodySink {
  readonly #blobs: Blobs;
  readonly #checksums: Checksums;
  readonly #encryption: Encryption | undefined;
  readonly #cipher: Cipher | undefined;
  readonly #waiting = new Gathered();
  #size = 0;
  #file: BlobFile | undefined;

  constructor(blobs: Blobs, checksums: Checksums, encryption: Encryption | undefined) {
    this.#blobs = blobs;
    this.#checksums = checksums;
    this.#encryption = encryption;
    if (encryption !== undefined) this.#cipher = cipherAt(encryption, 0);
  }

  async write(chunk: Buffer): Promise<void> {
    this.#checksums.update(chunk);
    this.#waiting.add(this.#cipher?.update(chunk) ?? chunk);
    this.#size += chunk.length;
    if (this.#waiting.size >= BLOCK) await this.#flush();
  }

  async finish(): Promise<PendingBody> {
    const received = {
      ...this.#checksums.digest(),
      size: this.#size,
      ...(this.#encryption === undefined ? {} : { iv: this.#encryption.iv }),
    };
    if (this.#size <= INLINE_LIMIT)
      return { ...received, bytes: Buffer.concat(this.#waiting.take()) };
    const file = await this.#flush();
    await file.sync();
    await file.close();
    return { ...received, blob: file.id };
  }

  async discard(): Promise<void> {
    if (!this.#file) return;
    await this.#file.close().catch(() => undefined);
    await this.#blobs.discard(this.#file.id);
  }

  async #flush(): Promise<BlobFile> {
    const file = this.#file ?? (await this.#blobs.create());
    this.#file = file;
    await file.write(this.#waiting.take());
    return file;
  }
}
