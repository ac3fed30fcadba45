import type { FileView } from '../../fs/view.ts';
import { fatal } from './failure.ts';

/**
 * The index (`.git/index`), version 2: what the next commit will hold, and the sides of a
 * conflict. https://git-scm.com/docs/index-format
 */

export interface IndexEntry {
  readonly path: string;
  readonly oid: string;
  readonly mode: number;
  /** 0; of a conflict 1 is the base, 2 ours and 3 theirs. */
  readonly stage: number;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
}

const FIXED = 62;

export class Index {
  readonly #view: FileView;
  readonly #file: string;
  /** By stage and path. */
  readonly #entries = new Map<string, IndexEntry>();

  constructor(view: FileView, gitdir: string) {
    this.#view = view;
    this.#file = `${gitdir}/index`;
    if (view.exists(this.#file)) this.#read(Buffer.from(view.read(this.#file)));
  }

  /** What is not in conflict, by path. */
  get files(): Map<string, IndexEntry> {
    return new Map(this.all().flatMap((one) => (one.stage === 0 ? [[one.path, one]] : [])));
  }

  /** Paths in conflict, with the stages that each has. */
  get conflicts(): Map<string, IndexEntry[]> {
    const found = new Map<string, IndexEntry[]>();
    for (const one of this.all()) {
      if (one.stage > 0) found.set(one.path, [...(found.get(one.path) ?? []), one]);
    }
    return found;
  }

  all(): IndexEntry[] {
    return [...this.#entries.values()].sort((a, b) => {
      return a.path === b.path
        ? a.stage - b.stage
        : Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
    });
  }

  has(path: string): boolean {
    return [0, 1, 2, 3].some((stage) => this.#entries.has(`${stage} ${path}`));
  }

  /** Takes the place of the sides of a conflict, too. */
  put(entry: Omit<IndexEntry, 'stage'>): void {
    this.remove(entry.path);
    this.#entries.set(`0 ${entry.path}`, { ...entry, stage: 0 });
  }

  remove(path: string): void {
    for (const stage of [0, 1, 2, 3]) this.#entries.delete(`${stage} ${path}`);
  }

  async save(): Promise<void> {
    const entries = this.all().map((one) => {
      const name = Buffer.from(one.path);
      const length = FIXED + name.length;
      const bytes = Buffer.alloc(length + 8 - (length % 8));
      const seconds = Math.floor(one.mtime / 1000);
      const nanoseconds = Math.floor((one.mtime % 1000) * 1e6);
      for (const at of [0, 8]) {
        bytes.writeUInt32BE(seconds >>> 0, at);
        bytes.writeUInt32BE(nanoseconds, at + 4);
      }
      bytes.writeUInt32BE(one.mode, 24);
      bytes.writeUInt32BE(one.size >>> 0, 36);
      bytes.write(one.oid, 40, 'hex');
      bytes.writeUInt16BE((one.stage << 12) | Math.min(name.length, 0xfff), 60);
      name.copy(bytes, FIXED);
      return bytes;
    });
    const head = Buffer.alloc(12);
    head.write('DIRC', 'latin1');
    head.writeUInt32BE(2, 4);
    head.writeUInt32BE(entries.length, 8);
    const content = Buffer.concat([head, ...entries]);
    const sum = await crypto.subtle.digest('SHA-1', content);
    this.#view.write(this.#file, Buffer.concat([content, Buffer.from(sum)]));
  }

  #read(bytes: Buffer): void {
    if (bytes.length < 32 || bytes.toString('latin1', 0, 4) !== 'DIRC') {
      throw fatal('index file corrupt');
    }
    if (bytes.readUInt32BE(4) !== 2) throw fatal(`unknown index version ${bytes.readUInt32BE(4)}`);
    let at = 12;
    for (let left = bytes.readUInt32BE(8); left > 0; left--) {
      const end = bytes.indexOf(0, at + FIXED);
      if (end < 0 || end > bytes.length - 20) throw fatal('index file corrupt');
      const entry = {
        path: bytes.toString('utf8', at + FIXED, end),
        oid: bytes.toString('hex', at + 40, at + 60),
        mode: bytes.readUInt32BE(at + 24),
        stage: (bytes.readUInt16BE(at + 60) >> 12) & 3,
        size: bytes.readUInt32BE(at + 36),
        mtime: bytes.readUInt32BE(at + 8) * 1000 + bytes.readUInt32BE(at + 12) / 1e6,
      };
      this.#entries.set(`${entry.stage} ${entry.path}`, entry);
      const length = end - at;
      at += length + 8 - (length % 8);
    }
  }
}
