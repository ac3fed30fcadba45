import type { Cipher } from 'node:crypto';
import type { BlobFile } from '../../disk/blob-file.ts';
import { INLINE_LIMIT, type PendingBody } from '../../disk/bodies.ts';
import { Checksums } from '../../disk/checksums.ts';
import { cipherAt, type Encryption } from '../../disk/encryption.ts';
import { Gathered } from '../../gathered.ts';
import { ApiError, invalid } from '../../wire/errors.ts';
import type { ObjectRecord } from '../records.ts';
import type { StorageState } from '../state.ts';
import {
  progressOf,
  requireSession,
  sessionKey,
  type UploadProgress,
  type UploadRecord,
} from './sessions.ts';

/** Requests that are not the last one are kept in multiples of this. */
const QUANTUM = 256 * 1024;

/**
 * Writes the bytes of one request of a resumable upload. Whole quanta go to the blob as
 * they arrive; the ragged end is held in memory until it is known whether the object
 * ends with it (then it counts) or not (then it is dropped, and the client told so by
 * the `Range` of the answer).
 */
export class SessionWriter {
  readonly #state: StorageState;
  readonly #id: string;
  readonly #session: UploadRecord;
  readonly #progress: UploadProgress;
  readonly #encryption: Encryption | undefined;
  #cipher: Cipher | undefined;
  #file: BlobFile | undefined;
  #checksums: Checksums | undefined;
  #written: number;
  readonly #tail = new Gathered();

  /** @param key the customer's key, if the session has one */
  constructor(state: StorageState, id: string, session: UploadRecord, key: Buffer | undefined) {
    this.#state = state;
    this.#id = id;
    this.#session = session;
    this.#progress = progressOf(state, id);
    this.#written = session.received;
    const { iv } = session;
    if (key !== undefined && iv !== undefined) this.#encryption = { key, iv };
  }

  /** How many bytes of the object are here, the held-back ones included. */
  get position(): number {
    return this.#written + this.#tail.size;
  }

  /** Takes in a request body that begins at byte `first`; false if it was cut short. */
  async take(
    chunks: AsyncIterable<Buffer>,
    first: number,
    total: number | undefined,
  ): Promise<boolean> {
    let skip = this.position - first;
    const iterator = chunks[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<Buffer>;
      try {
        next = await iterator.next();
      } catch (error) {
        if (error instanceof ApiError) throw error;
        // The client is gone. What it sent counts, as far as it fills quanta.
        return false;
      }
      if (next.done) return true;
      const fresh = next.value.subarray(Math.min(skip, next.value.length));
      skip -= next.value.length - fresh.length;
      if (total !== undefined && this.position + fresh.length > total) {
        throw invalid(`The upload was announced with ${total} bytes and more came.`);
      }
      this.#tail.add(fresh);
      if (this.#tail.size >= QUANTUM) await this.#flush(this.#tail.size % QUANTUM);
    }
  }

  /** Ends a request that is not the last: what it brought is on disk and in the session. */
  async save(total: number | undefined): Promise<void> {
    const file = this.#file;
    if (!file) return;
    await file.sync();
    await file.close();
    await this.#state.store.write(() => {
      // Gone if the sandbox was reset meanwhile, and then so are the bytes.
      requireSession(this.#state, this.#id);
      if (this.#session.blob === undefined) this.#state.bodies.blobs.adopt(file.id);
      const session = { ...this.#session, blob: file.id, received: this.#written };
      if (total !== undefined) session.total = total;
      this.#state.uploads.put(sessionKey(this.#id), session);
    });
    this.#file = undefined;
    this.#remember();
  }

  /** The complete body, on disk. */
  async finish(): Promise<PendingBody> {
    if (this.#written === 0 && this.#tail.size <= INLINE_LIMIT) {
      const bytes = Buffer.concat(this.#tail.take());
      const checksums = await Checksums.create();
      checksums.update(bytes);
      const digest = checksums.digest();
      return { ...digest, ...this.#iv(), size: bytes.length, bytes: this.#encrypt(bytes) };
    }
    const file = await this.#flush(0);
    await file.sync();
    await file.close();
    const digest = (await this.#hasher()).digest();
    this.#progress.hashed = 0;
    delete this.#progress.checksums;
    const owned = this.#session.blob !== undefined;
    return { ...digest, ...this.#iv(), size: this.#written, blob: file.id, owned };
  }

  /** Makes the body an object and the session a finished one, in one transaction. */
  async commit(body: PendingBody, create: () => ObjectRecord): Promise<ObjectRecord> {
    const object = await this.#state.store.write(() => {
      // As in `save`.
      requireSession(this.#state, this.#id);
      const created = create();
      const { blob: _, pad: __, ...rest } = this.#session;
      this.#state.uploads.put(sessionKey(this.#id), {
        ...rest,
        received: body.size,
        state: 'done',
        generation: created.generation,
      });
      return created;
    });
    this.#file = undefined;
    this.#state.progress.delete(this.#id);
    return object;
  }

  /** After a failure: closes the file, and removes it unless the session already owned it. */
  async abandon(): Promise<void> {
    this.#progress.hashed = 0;
    delete this.#progress.checksums;
    const file = this.#file;
    if (!file) return;
    await file.close().catch(() => undefined);
    if (this.#session.blob === undefined) await this.#state.bodies.blobs.discard(file.id);
  }

  /** Writes all but the last `keep` bytes. */
  async #flush(keep: number): Promise<BlobFile> {
    const { blobs } = this.#state.bodies;
    const { blob, received } = this.#session;
    const file =
      this.#file ?? (await (blob === undefined ? blobs.create() : blobs.resume(blob, received)));
    this.#file = file;
    const bytes = Buffer.concat(this.#tail.take());
    const block = bytes.subarray(0, bytes.length - keep);
    (await this.#hasher()).update(block);
    await file.write([this.#encrypt(block)]);
    this.#written += block.length;
    if (keep > 0) this.#tail.add(Buffer.from(bytes.subarray(block.length)));
    return file;
  }

  /** The next bytes, as they are to be stored. */
  #encrypt(bytes: Buffer): Buffer {
    if (this.#encryption === undefined) return bytes;
    this.#cipher ??= cipherAt(this.#encryption, this.#written);
    return this.#cipher.update(bytes);
  }

  #iv(): { iv?: string } {
    return this.#encryption === undefined ? {} : { iv: this.#encryption.iv };
  }

  /** The running checksums, computed again from disk if this process does not have them. */
  async #hasher(): Promise<Checksums> {
    if (this.#checksums) return this.#checksums;
    const { checksums, hashed } = this.#progress;
    const known = checksums && hashed === this.#session.received ? checksums : undefined;
    this.#checksums = known ?? (await this.#rehash());
    return this.#checksums;
  }

  async #rehash(): Promise<Checksums> {
    const checksums = await Checksums.create();
    const { blob, received } = this.#session;
    if (blob === undefined || received === 0) return checksums;
    const ref = { blob, ...this.#iv() };
    const range = { first: 0, last: received - 1, key: this.#encryption?.key };
    const gone = () => new Error(`upload ${this.#id}: its blob is missing`);
    for await (const chunk of this.#state.bodies.chunks(ref, range, gone)) checksums.update(chunk);
    return checksums;
  }

  #remember(): void {
    if (this.#checksums) this.#progress.checksums = this.#checksums;
    this.#progress.hashed = this.#written;
  }
}
