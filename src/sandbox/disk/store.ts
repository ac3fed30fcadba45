import { statfsSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';

/**
 * The ordered key-value store: LMDB, one environment, one named table per kind of
 * record. Keys are bytes and sort as bytes, so a listing by prefix is a range scan.
 *
 * Writes are group-committed. `write(change)` queues a synchronous function; all
 * functions queued in one turn of the event loop run in one LMDB transaction, which
 * is on disk (fsync) when their promises resolve. Each sees what those before it
 * did, so a precondition checked inside `change` cannot be overtaken. The cost of
 * the fsync is shared by everybody who wrote in that turn.
 *
 * A `change` that refuses must throw before its first put or remove: then only that
 * one fails. One that throws later would leave half of itself behind, so it takes
 * the whole transaction down with it.
 *
 * Why not lmdb's own asynchronous `transaction(callback)`: its callback never runs
 * on Node 20 with lmdb 3.5.6 (seen on Linux x64), and its queued form resolves before
 * the data is on disk.
 */
export class Store {
  readonly #root: RootDatabase;
  readonly #path: string;
  readonly #tables: Table<unknown>[] = [];
  #queue: QueuedWrite[] = [];
  #scheduled = false;
  #afterCommit: (() => void)[] = [];
  /** Set while a transaction runs; `dirty` once the current change has written something. */
  #running: { dirty: boolean } | undefined;
  #closed = false;
  /** The tables that there were when it was opened. */
  readonly #found: ReadonlySet<unknown>;

  constructor(path: string) {
    this.#path = path;
    // Without overlappingSync a commit returns when it is durable: no second state to track.
    this.#root = open({
      path,
      overlappingSync: false,
      maxDbs: 64,
    });
    this.#found = new Set(this.#root.getKeys());
  }

  /** True if an earlier process has opened that table. */
  had(table: string): boolean {
    return this.#found.has(table);
  }

  /** Opens (creating it at need) a table of JSON records. */
  table<V>(name: string): Table<V> {
    return this.#open(name, 'json');
  }

  /** Opens (creating it at need) a table of byte strings. */
  bytesTable(name: string): Table<Buffer> {
    return this.#open(name, 'binary');
  }

  /**
   * Opens several tables in one transaction: on a new data directory each would be one of its
   * own, with an fsync of its own.
   */
  openTables<T>(open: () => T): T {
    return this.#root.transactionSync(open, SYNCHRONOUS_COMMIT);
  }

  /** Runs `change` in a transaction; resolves with its result once that is on disk. */
  write<T>(change: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ change, resolve: resolve as (value: unknown) => void, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#commit());
    });
  }

  /** Inside a change: `action` runs once the change is on disk, and never if it fails. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** Inside a change: empties every table. */
  clear(): void {
    for (const table of this.#tables) table.clear();
  }

  async close(): Promise<void> {
    if (this.#queue.length > 0) this.#commit();
    this.#closed = true;
    await this.#root.close();
  }

  #open<V>(name: string, encoding: 'json' | 'binary'): Table<V> {
    const db = this.#root.openDB<V, Buffer>({ name, encoding, keyEncoding: 'binary' });
    const table = new Table<V>(db, (write) => {
      // Handlers can outlive the server by a moment, and lmdb does not survive use after close.
      if (this.#closed) throw new Error(`table ${name}: the store is closed`);
      if (!write) return;
      if (!this.#running) throw new Error(`table ${name}: written to outside Store.write`);
      this.#running.dirty = true;
    });
    this.#tables.push(table as Table<unknown>);
    return table;
  }

  #commit(): void {
    if (this.#closed) {
      for (const write of this.#queue.splice(0)) write.reject(new Error('the store is closed'));
      return;
    }
    const batch = this.#queue;
    this.#queue = [];
    this.#scheduled = false;
    const outcomes: (() => void)[] = [];
    try {
      this.#root.transactionSync(() => {
        for (const write of batch) outcomes.push(this.#run(write));
      }, SYNCHRONOUS_COMMIT);
    } catch (error) {
      this.#afterCommit = [];
      const reason = this.#reasonOf(error);
      for (const write of batch) write.reject(reason);
      return;
    } finally {
      this.#running = undefined;
    }
    const actions = this.#afterCommit;
    this.#afterCommit = [];
    for (const settle of outcomes) settle();
    for (const action of actions) action();
  }

  /** LMDB reports a full disk as EIO or not at all; the file system knows better. */
  #reasonOf(error: unknown): unknown {
    const { bavail, bsize } = statfsSync(this.#path);
    if (bavail * bsize > FULL) return error;
    return Object.assign(new Error('no space left on the disk', { cause: error }), {
      code: 'ENOSPC',
    });
  }

  #run({ change, resolve, reject }: QueuedWrite): () => void {
    const running = { dirty: false };
    this.#running = running;
    try {
      const result = change();
      return () => resolve(result);
    } catch (error) {
      if (running.dirty) throw error;
      return () => reject(error);
    }
  }
}

/** One table. Reads are allowed anywhere, writes only inside `Store.write`. */
export class Table<V> {
  readonly #db: Database<V, Buffer>;
  readonly #access: (write: boolean) => void;

  constructor(db: Database<V, Buffer>, access: (write: boolean) => void) {
    this.#db = db;
    this.#access = access;
  }

  get(key: Buffer): V | undefined {
    this.#access(false);
    return this.#db.get(key);
  }

  put(key: Buffer, value: V): void {
    this.#access(true);
    this.#db.putSync(key, value);
  }

  remove(key: Buffer): void {
    this.#access(true);
    this.#db.removeSync(key);
  }

  clear(): void {
    this.#access(true);
    this.#db.clearSync();
  }

  /** Records with `start <= key < end`, in key order, read as they are asked for. */
  range(start: Buffer, end: Buffer, limit?: number): Iterable<{ key: Buffer; value: V }> {
    this.#access(false);
    return this.#db.getRange({ start, end, ...(limit === undefined ? {} : { limit }) });
  }

  /**
   * Records whose keys begin with a prefix, in key order, read as they are asked for.
   *
   * @param from the key to begin at, one that begins with the prefix
   */
  below(prefix: Buffer, from = prefix): Iterable<{ key: Buffer; value: V }> {
    return this.range(from, afterPrefix(prefix));
  }

  /** Every record, in key order, read as they are asked for. */
  all(): Iterable<{ key: Buffer; value: V }> {
    return this.range(Buffer.alloc(0), afterPrefix(Buffer.alloc(0)));
  }

  /** The same records as `range`, from the last to the first. */
  backwards(start: Buffer, end: Buffer, limit?: number): Iterable<{ key: Buffer; value: V }> {
    this.#access(false);
    return this.#db.getRange({
      start: end,
      end: start,
      exclusiveStart: true,
      inclusiveEnd: true,
      reverse: true,
      ...(limit === undefined ? {} : { limit }),
    });
  }

  /** True if some key begins with `prefix`. */
  hasPrefix(prefix: Buffer): boolean {
    for (const _ of this.range(prefix, afterPrefix(prefix), 1)) return true;
    return false;
  }

  /** How many records there are; LMDB keeps the number, nothing is scanned. */
  count(): number {
    this.#access(false);
    return (this.#db.getStats() as { entryCount: number }).entryCount;
  }
}

interface QueuedWrite {
  change: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** A transaction that failed with less room than this failed for want of room. */
const FULL = 1024 * 1024;

/** lmdb's TransactionFlags.SYNCHRONOUS_COMMIT (a const enum, which isolated modules cannot use). */
const SYNCHRONOUS_COMMIT = 2;

/**
 * The first key after all keys that begin with `prefix`. Keys are UTF-8 text with zero
 * bytes and big-endian numbers between, so no 0xff byte follows a text prefix.
 */
export function afterPrefix(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.from([0xff])]);
}

/** A number as eight big-endian bytes, which sort as the numbers do. */
export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
