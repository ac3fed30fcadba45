/**
 * Open files and folders of one SFTP session. A guest's file is read and written whole, so an
 * open file is its content in memory, up to a bound for all that are open together; what was
 * written goes to the guest when the file is closed, and when the session ends without that.
 */
import { randomUUID } from 'node:crypto';
import type { GuestFiles, GuestStat } from '../../guest/contract.ts';

export interface OpenFile {
  readonly kind: 'file';
  readonly path: string;
  readonly append: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  content: Buffer;
  /** How much of `content` is the file's; the rest is room to grow. */
  size: number;
  changed: boolean;
  mode: number | undefined;
}

export interface OpenFolder {
  readonly kind: 'folder';
  readonly path: string;
  rest: { name: string; stat: GuestStat }[];
}

export class Handles {
  readonly #files: GuestFiles;
  readonly #open = new Map<string, OpenFile | OpenFolder>();

  constructor(files: GuestFiles) {
    this.#files = files;
  }

  /** @throws HandleError where too many are open, or too much is in them */
  add(opened: OpenFile | OpenFolder): string {
    if (this.#open.size >= MOST_HANDLES) throw new HandleError('Too many open files');
    if (opened.kind === 'file') this.#checkRoom(opened.content.length);
    const handle = randomUUID();
    this.#open.set(handle, opened);
    return handle;
  }

  file(handle: string): OpenFile {
    const found = this.#open.get(handle);
    if (found?.kind !== 'file') throw new HandleError('Invalid handle');
    return found;
  }

  folder(handle: string): OpenFolder {
    const found = this.#open.get(handle);
    if (found?.kind !== 'folder') throw new HandleError('Invalid handle');
    return found;
  }

  write(file: OpenFile, offset: number, bytes: Uint8Array): void {
    const at = file.append ? file.size : offset;
    this.resize(file, Math.max(file.size, at + bytes.length));
    file.content.set(bytes, at);
  }

  resize(file: OpenFile, size: number): void {
    if (size > file.content.length) {
      const room = Math.min(Math.max(size, file.content.length * 2), Math.max(size, MOST_BYTES));
      this.#checkRoom(size - file.content.length);
      const grown = Buffer.alloc(room);
      grown.set(file.content.subarray(0, file.size));
      file.content = grown;
    } else if (size < file.size) {
      file.content.fill(0, size, file.size);
    }
    file.size = size;
    file.changed = true;
  }

  async flush(file: OpenFile): Promise<void> {
    if (!file.changed) return;
    file.changed = false;
    const content = Uint8Array.from(file.content.subarray(0, file.size));
    await this.#files.write(file.path, content, file.mode);
  }

  async close(handle: string): Promise<void> {
    const found = this.#open.get(handle);
    if (found === undefined) throw new HandleError('Invalid handle');
    this.#open.delete(handle);
    if (found.kind === 'file') await this.flush(found);
  }

  /** The session is over: what was written stays, as on a real disk. */
  async closeAll(): Promise<void> {
    for (const handle of [...this.#open.keys()]) await this.close(handle).catch(() => undefined);
  }

  #checkRoom(more: number): void {
    let held = more;
    for (const one of this.#open.values()) if (one.kind === 'file') held += one.size;
    if (held > MOST_BYTES) throw new HandleError('No space left on device');
  }
}

export class HandleError extends Error {
  override readonly name = 'HandleError';
}

const MOST_HANDLES = 100;
const MOST_BYTES = 128 * 1024 * 1024;
