import { type FileHandle, open } from 'node:fs/promises';

/**
 * A blob being written. Writes run behind: while one is on its way to the file, the next
 * bytes are received and their checksums computed. A failure shows at the next call.
 */
export class BlobFile {
  readonly id: string;
  readonly #file: FileHandle;
  readonly #dir: string;
  #position: number;
  #behind: Promise<void> = Promise.resolve();

  constructor(id: string, file: FileHandle, dir: string, position: number) {
    this.id = id;
    this.#file = file;
    this.#dir = dir;
    this.#position = position;
  }

  /** Appends the bytes, which must not be changed afterwards. */
  async write(bytes: Buffer[]): Promise<void> {
    await this.#behind;
    this.#behind = this.#append(bytes);
    // Whoever calls next gets the failure; until then it is not unhandled.
    this.#behind.catch(() => undefined);
  }

  /** Puts everything written, and the file's name, on disk. */
  async sync(): Promise<void> {
    await this.#behind;
    // An interrupted write may have left bytes beyond the position that was acknowledged.
    await this.#file.truncate(this.#position);
    await this.#file.sync();
    await syncDir(this.#dir);
  }

  async close(): Promise<void> {
    await this.#behind.catch(() => undefined);
    await this.#file.close();
  }

  async #append(bytes: Buffer[]): Promise<void> {
    let left = bytes;
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left, this.#position);
      this.#position += bytesWritten;
      left = behind(left, bytesWritten);
    }
  }
}

/** What is left of the buffers behind their first `count` bytes. */
function behind(buffers: Buffer[], count: number): Buffer[] {
  let skip = count;
  let at = 0;
  for (const buffer of buffers) {
    if (buffer.length > skip) break;
    skip -= buffer.length;
    at++;
  }
  const [first, ...rest] = buffers.slice(at);
  return first === undefined ? [] : [first.subarray(skip), ...rest];
}

/** A new file's name is durable only once its directory is. */
export async function syncDir(dir: string): Promise<void> {
  try {
    const handle = await open(dir, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A reset has taken it away, and what was in it: whoever refers to that is told so.
    if (code === 'ENOENT') return;
    // Windows has no such call, needs none, and says so with one of these.
    if (code !== 'EISDIR' && code !== 'EPERM') throw error;
  }
}
