import { constants, createReadStream, open as openCallback, type ReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BlobFile, syncDir } from './blob-file.ts';
import type { Store, Table } from './store.ts';

/**
 * Large bodies, one immutable file each, under names that nobody can guess.
 *
 * Because a blob is never rewritten and its name is new every time, making a body
 * visible is one metadata commit: before it, no record names the file; after it,
 * the file is complete and on disk. There is no moment at which a reader could see
 * half of it, and a crash leaves either the old object or the new one.
 *
 * What a crash can leave is a file that no record names. Those are known without
 * looking at the directory: the `orphans` table lists every blob nothing refers to.
 * A blob is entered before its file is created and struck off by the commit that
 * refers to it; deleting an object enters it again in the same commit, and the file
 * is unlinked afterwards. Starting up removes what is listed, in time proportional
 * to what was left behind and not to what is stored.
 *
 * All files are below one numbered directory, so that a reset takes effect in its
 * commit (a new number) and removes the old directory at leisure.
 */
export class Blobs {
  readonly #dir: string;
  readonly #store: Store;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #log: (line: string) => void;
  readonly #orphans: Table<true>;
  readonly #meta: Table<number>;
  readonly #knownDirs = new Set<string>();

  constructor(options: BlobsOptions) {
    this.#dir = join(options.dataDir, 'blobs');
    this.#store = options.store;
    this.#randomBytes = options.randomBytes;
    this.#log = options.log;
    this.#orphans = options.store.table('orphans');
    this.#meta = options.store.table('blobs');
  }

  /** Removes what an earlier process left behind. */
  async recover(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const current = String(this.#epoch());
    for (const name of await readdir(this.#dir)) {
      if (name !== current) await rm(join(this.#dir, name), { recursive: true, force: true });
    }
    for (const { key } of [...this.#orphans.all()]) await this.#reclaim(key.toString());
  }

  /** Creates an empty blob that is an orphan until a commit adopts it. */
  async create(): Promise<BlobFile> {
    const id = await this.#reserve();
    try {
      const path = this.#path(id);
      await this.#ensureDir(dirname(path));
      return new BlobFile(id, await open(path, 'wx+'), dirname(path), 0);
    } catch (error) {
      await this.discard(id);
      // Between two of these steps a reset may have taken the directory away.
      if (!this.#isCurrent(id)) return this.create();
      throw error;
    }
  }

  /**
   * Gives a blob's bytes a second name, a blob of its own that is an orphan until a commit
   * adopts it: no byte is read where the file system has hard links, whatever the size.
   * Either may go without the other noticing. Undefined if the blob has been deleted.
   */
  async link(existing: string): Promise<string | undefined> {
    const id = await this.#reserve();
    const [from, to] = [this.#path(existing), this.#path(id)];
    try {
      await this.#ensureDir(dirname(to));
      await link(from, to).catch((error) => this.#copy(error, from, to));
      await syncDir(dirname(to));
      return id;
    } catch (error) {
      await this.discard(id);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Opens a blob that an unfinished upload owns, to go on writing at `offset`. */
  async resume(id: string, offset: number): Promise<BlobFile> {
    const path = this.#path(id);
    return new BlobFile(id, await open(path, 'r+'), dirname(path), offset);
  }

  /**
   * The bytes from `first` to `last` (included) of a blob; undefined if it has been deleted.
   * A plain descriptor under the stream, for a FileHandle makes a promise of every read.
   */
  async read(id: string, first: number, last: number): Promise<ReadStream | undefined> {
    try {
      const fd = await openFile(this.#path(id), 'r');
      return createReadStream('', { fd, start: first, end: last, highWaterMark: READ_BYTES });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Inside a change: false if a reset has taken the blob away since it was created. */
  isAdoptable(id: string): boolean {
    return this.#orphans.get(Buffer.from(id)) === true;
  }

  /** Inside a change: the record being written refers to the blob. */
  adopt(id: string): void {
    this.#orphans.remove(Buffer.from(id));
  }

  /** Inside a change: the last record that referred to the blob is being removed. */
  abandon(id: string): void {
    this.#orphans.put(Buffer.from(id), true);
    this.#store.afterCommit(() => void this.discard(id));
  }

  /** Gives up a blob that was never adopted. A failure leaves it to the next start. */
  async discard(id: string): Promise<void> {
    await this.#reclaim(id).catch((error) => this.#log(`blob ${id} stays until restart: ${error}`));
  }

  /** Inside a change: empties the whole store, blobs included. */
  clear(): void {
    const epoch = this.#epoch();
    this.#store.clear();
    this.#meta.put(EPOCH, epoch + 1);
    this.#store.afterCommit(() => {
      this.#knownDirs.clear();
      const old = join(this.#dir, String(epoch));
      rm(old, { recursive: true, force: true }).catch((error) => this.#log(`${old}: ${error}`));
    });
  }

  /** The id of a blob that is about to be made, on record before it exists. */
  #reserve(): Promise<string> {
    const name = Buffer.from(this.#randomBytes(16)).toString('hex');
    return this.#store.write(() => {
      const fresh = `${this.#epoch()}/${name.slice(0, 2)}/${name}`;
      this.#orphans.put(Buffer.from(fresh), true);
      return fresh;
    });
  }

  /** Where a hard link cannot be made (no such thing there, or too many of them), a copy can. */
  async #copy(why: NodeJS.ErrnoException, from: string, to: string): Promise<void> {
    if (why.code === 'ENOENT' || why.code === 'ENOSPC') throw why;
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const file = await open(to, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #epoch(): number {
    return this.#meta.get(EPOCH) ?? 0;
  }

  #isCurrent(id: string): boolean {
    return id.startsWith(`${this.#epoch()}/`);
  }

  /** Only ids that this class made reach it, so no client's text is ever part of a path. */
  #path(id: string): string {
    return join(this.#dir, id);
  }

  async #reclaim(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
    await this.#store.write(() => this.#orphans.remove(Buffer.from(id)));
  }

  async #ensureDir(dir: string): Promise<void> {
    if (this.#knownDirs.has(dir)) return;
    await mkdir(dir, { recursive: true });
    await syncDir(dirname(dir));
    await syncDir(this.#dir);
    this.#knownDirs.add(dir);
  }
}

export interface BlobsOptions {
  dataDir: string;
  store: Store;
  randomBytes: (size: number) => Uint8Array;
  log: (line: string) => void;
}

/** Read at once: few system calls, little memory. */
const READ_BYTES = 256 * 1024;

const openFile = promisify(openCallback);

const EPOCH = Buffer.from('epoch');
