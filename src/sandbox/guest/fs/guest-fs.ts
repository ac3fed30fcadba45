import type { FileChange, FileNode } from '../contract.ts';
import { binaryOf } from '../kernel/binary.ts';
import type { Credentials } from '../kernel/credentials.ts';
import { SystemError } from '../kernel/errors.ts';
import type { ImageEntry } from '../kernel/userland.ts';
import type {
  Device,
  DeviceInode,
  FileInode,
  FolderInode,
  Inode,
  LinkInode,
  LiveEntries,
  Mode,
} from './inode.ts';
import { FileView } from './view.ts';

/** What a disk takes beside its image. A learner needs some megabytes; the sandbox has fifty VMs. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_INODES = 20_000;

/** Not on the boot disk: gone at a reboot. */
const VOLATILE = /^\/(proc|sys|dev|run)(\/|$)/;

/**
 * The file system of a guest: inodes in memory, synchronous. Every operation of a program
 * goes through a `FileView`, which checks permissions; this class keeps the tree, counts
 * what the disk holds, and remembers which paths differ from what was last persisted.
 * Nothing in it knows a path of the host.
 */
export class GuestFs {
  readonly root: FolderInode;
  readonly #now: () => number;
  readonly #dirty = new Set<string>();
  /** How much of a buffer with room at its end is a file's. */
  readonly #used = new WeakMap<ArrayBufferLike, number>();
  #ino = 2;
  #bytes = 0;
  #inodes = 0;

  /** Paths on a file system that is mounted read-only, for root too. */
  readOnly: (path: string) => boolean = () => false;

  constructor(now: () => number) {
    this.#now = now;
    this.root = this.#inode({ type: 'folder', mode: 0o755, entries: new Map() }) as FolderInode;
  }

  now(): number {
    return this.#now();
  }

  /** The files as somebody may use them. `pid` is whose /proc/self they see. */
  as(who: Credentials, options: { cwd?: string; umask?: number; pid?: number } = {}): FileView {
    return new FileView(this, who, options);
  }

  /** Lays an image down. */
  load(entries: Iterable<ImageEntry>): void {
    for (const entry of entries) this.#place(entry.path, this.#imageInode(entry));
  }

  /** Applies what a disk holds beside its image. */
  restore(changes: Iterable<FileChange>): void {
    for (const change of changes) {
      if (change.removed) this.#unplace(change.path);
      else this.#place(change.path, this.#diskInode(change.node));
    }
    this.#dirty.clear();
  }

  /** Adds a text of the kernel, such as /proc/cpuinfo. */
  live(path: string, read: Device['read'], mode: Mode = 0o444, write?: Device['write']): void {
    this.device(path, write ? { kind: '-', read, write } : { kind: '-', read }, mode);
  }

  device(path: string, device: Device, mode: Mode): void {
    this.#place(path, this.liveInode({ device, mode }));
  }

  /** A folder whose entries come and go by themselves, such as /proc. */
  liveFolder(path: string, live: LiveEntries, mode: Mode = 0o555): void {
    const folder = this.liveInode({ live, mode });
    this.#place(path, folder);
  }

  /** A link whose target depends on who asks, such as /proc/self. */
  liveLink(path: string, target: LinkInode['target']): void {
    this.#place(path, this.liveInode({ target }));
  }

  /** An inode for `LiveEntries.find`. */
  liveInode(
    of: (
      | { device: Device }
      | { live: LiveEntries }
      | { entries: Map<string, Inode> }
      | { target: LinkInode['target'] }
    ) & { mode?: Mode; uid?: number; gid?: number },
  ): Inode {
    const { mode, uid, gid } = of;
    const common = { mode: mode ?? 0o444, uid: uid ?? 0, gid: gid ?? 0 };
    if ('device' in of) return this.#inode({ ...common, type: 'device', device: of.device });
    if ('target' in of) {
      return this.#inode({ ...common, mode: 0o777, type: 'link', target: of.target });
    }
    const entries = 'entries' in of ? of.entries : new Map<string, Inode>();
    const folder = { ...common, mode: mode ?? 0o555, type: 'folder', entries } as const;
    return this.#inode('live' in of ? { ...folder, live: of.live } : folder);
  }

  /** A new inode of a program's making; throws ENOSPC. */
  create(
    of:
      | { type: 'file'; mode: Mode; who: Credentials; gid?: number | undefined }
      | { type: 'folder'; mode: Mode; who: Credentials; gid?: number | undefined }
      | { type: 'link'; target: string; who: Credentials; gid?: number | undefined },
  ): Inode {
    if (this.#inodes >= MAX_INODES) throw new SystemError('ENOSPC');
    this.#inodes++;
    const owner = { uid: of.who.uid, gid: of.gid ?? of.who.gid, base: false };
    if (of.type === 'link') {
      return this.#inode({ ...owner, type: 'link', mode: 0o777, target: of.target });
    }
    if (of.type === 'folder') {
      return this.#inode({ ...owner, type: 'folder', mode: of.mode, entries: new Map() });
    }
    return this.#inode({ ...owner, type: 'file', mode: of.mode, content: new Uint8Array(0) });
  }

  contentOf(file: FileInode): Uint8Array {
    if (typeof file.content === 'function') file.content = bytesOf(file.content());
    return file.content;
  }

  /** How many bytes the disk still takes. */
  get free(): number {
    return MAX_BYTES - this.#bytes;
  }

  /** Replaces a file's content; throws ENOSPC before anything changed. */
  fill(file: FileInode, content: Uint8Array): void {
    const before = file.base ? 0 : this.contentOf(file).length;
    const growth = content.length - before;
    if (growth > 0 && this.#bytes + growth > MAX_BYTES) throw new SystemError('ENOSPC');
    this.own(file, false);
    this.#bytes += content.length - before;
    file.content = content;
    file.mtime = this.#now();
  }

  /** Adds to a file's end, in room that grows: a log that is written line by line costs its length. */
  append(file: FileInode, bytes: Uint8Array): void {
    const old = this.contentOf(file);
    const length = old.length + bytes.length;
    // Who read the file before keeps a view of its beginning, which stays as it is.
    const fits = old.buffer.byteLength >= length && this.#used.get(old.buffer) === old.length;
    const whole = fits ? new Uint8Array(old.buffer, 0, length) : roomFor(old, length);
    whole.set(bytes, old.length);
    this.fill(file, whole);
    this.#used.set(whole.buffer, length);
  }

  /** An inode of the image that is changed belongs to the disk from then on. */
  own(inode: Inode, count = true): void {
    if (!inode.base) return;
    if (this.#inodes >= MAX_INODES) throw new SystemError('ENOSPC');
    if (count && inode.type === 'file') {
      const { length } = this.contentOf(inode);
      if (this.#bytes + length > MAX_BYTES) throw new SystemError('ENOSPC');
      this.#bytes += length;
    }
    this.#inodes++;
    inode.base = false;
  }

  /** One name of an inode is gone. */
  drop(inode: Inode): void {
    inode.links--;
    if (inode.links > 0 || inode.base) return;
    this.#inodes--;
    if (inode.type === 'file') this.#bytes -= this.contentOf(inode).length;
  }

  /** What differs from the image, for `df`: bytes and inodes. */
  usage(): { bytes: number; inodes: number; maxBytes: number; maxInodes: number } {
    return {
      bytes: this.#bytes,
      inodes: this.#inodes,
      maxBytes: MAX_BYTES,
      maxInodes: MAX_INODES,
    };
  }

  /** A path whose node changed; canonical, without links in it. */
  touched(path: string): void {
    this.#dirty.add(path);
  }

  /** Takes the changes since the last time; set by the machine that the disk belongs to. */
  onChanges: (changes: readonly FileChange[]) => void = () => {};

  /** Hands the changes over: at the end of each command line, of a session, of a job. */
  flush(): void {
    if (this.#dirty.size === 0) return;
    const changes = this.takeChanges();
    if (changes.length > 0) this.onChanges(changes);
  }

  /** The changes since the last call, to be kept with the disk. Volatile folders apart. */
  takeChanges(): FileChange[] {
    const changes: FileChange[] = [];
    for (const path of [...this.#dirty].sort()) {
      if (VOLATILE.test(path)) continue;
      const inode = this.#at(path);
      if (!inode) changes.push({ path, removed: true });
      else if (inode.type !== 'device') changes.push({ path, node: this.#nodeOf(inode) });
    }
    this.#dirty.clear();
    return changes;
  }

  /** What /run holds: kept while the guest hibernates. */
  volatileFiles(): { path: string; node: FileNode }[] {
    const found: { path: string; node: FileNode }[] = [];
    const walk = (path: string, inode: Inode): void => {
      if (inode.type === 'device') return;
      if (!inode.base) found.push({ path, node: this.#nodeOf(inode) });
      if (inode.type !== 'folder') return;
      for (const [name, child] of inode.entries) walk(`${path}/${name}`, child);
    };
    for (const path of ['/run', '/dev/shm']) {
      const inode = this.#at(path);
      if (inode) walk(path, inode);
    }
    return found;
  }

  #nodeOf(inode: FileInode | FolderInode | LinkInode): FileNode {
    const { mode, uid, gid, mtime } = inode;
    const common = { mode, uid, gid, mtime };
    if (inode.type === 'folder') return { ...common, type: 'folder' };
    if (inode.type === 'file')
      return { ...common, type: 'file', content: exactly(this.contentOf(inode)) };
    return {
      ...common,
      type: 'link',
      target: typeof inode.target === 'string' ? inode.target : '',
    };
  }

  #imageInode(entry: ImageEntry): Inode {
    const common = { uid: entry.uid ?? 0, gid: entry.gid ?? 0, mtime: entry.mtime ?? IMAGE_TIME };
    if ('folder' in entry) {
      return this.#inode({
        ...common,
        type: 'folder',
        mode: entry.mode ?? 0o755,
        entries: new Map(),
      });
    }
    if ('link' in entry) {
      return this.#inode({ ...common, type: 'link', mode: 0o777, target: entry.link });
    }
    if ('program' in entry) {
      const { program } = entry;
      const content = () => binaryOf(program);
      return this.#inode({ ...common, type: 'file', mode: entry.mode ?? 0o755, content });
    }
    const { content } = entry;
    return this.#inode({
      ...common,
      type: 'file',
      mode: entry.mode ?? 0o644,
      content: typeof content === 'function' ? content : () => content,
    });
  }

  #diskInode(node: FileNode): Inode {
    const { mode, uid, gid, mtime } = node;
    const common = { mode, uid, gid, mtime, base: false };
    this.#inodes++;
    if (node.type === 'folder') {
      return this.#inode({ ...common, type: 'folder', entries: new Map() });
    }
    if (node.type === 'link') return this.#inode({ ...common, type: 'link', target: node.target });
    this.#bytes += node.content.length;
    return this.#inode({ ...common, type: 'file', content: node.content });
  }

  /** Puts an inode somewhere, over what is there; missing folders are made. */
  #place(path: string, inode: Inode): void {
    const names = path.split('/').filter((name) => name !== '');
    const last = names.pop();
    if (last === undefined) {
      Object.assign(this.root, { mode: inode.mode, uid: inode.uid, gid: inode.gid });
      return;
    }
    let folder = this.root;
    for (const name of names) {
      let next = folder.entries.get(name);
      if (next?.type !== 'folder') {
        next = this.#inode({ type: 'folder', mode: 0o755, entries: new Map() }) as FolderInode;
        folder.entries.set(name, next);
      }
      folder = next;
    }
    const existing = folder.entries.get(last);
    if (existing?.type === 'folder' && inode.type === 'folder') {
      for (const [name, child] of existing.entries) inode.entries.set(name, child);
    }
    if (existing) this.drop(existing);
    folder.entries.set(last, inode);
  }

  #unplace(path: string): void {
    const folder = this.#at(path.slice(0, path.lastIndexOf('/')) || '/');
    if (folder?.type !== 'folder') return;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const existing = folder.entries.get(name);
    if (existing) this.drop(existing);
    folder.entries.delete(name);
  }

  /** By a canonical path, without asking anybody. */
  #at(path: string): Inode | undefined {
    let inode: Inode | undefined = this.root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      if (inode?.type !== 'folder') return undefined;
      inode = inode.entries.get(name);
    }
    return inode;
  }

  #inode(of: NewInode): Inode {
    const { uid = 0, gid = 0, mtime = this.#now(), base = true, ...rest } = of;
    return { ino: this.#ino++, links: 1, uid, gid, mtime, base, ...rest } as Inode;
  }
}

/** When images of the catalogue were made. */
const IMAGE_TIME = Date.UTC(2025, 0, 14, 9, 12, 0);

type NewInode = { mode: Mode; uid?: number; gid?: number; mtime?: number; base?: boolean } & (
  | { type: 'file'; content: FileInode['content'] }
  | { type: 'folder'; entries: Map<string, Inode>; live?: LiveEntries }
  | { type: 'link'; target: LinkInode['target'] }
  | { type: 'device'; device: DeviceInode['device'] }
);

export function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}

function roomFor(old: Uint8Array, length: number): Uint8Array {
  const room = new Uint8Array(
    new ArrayBuffer(Math.min(2 * length, length + 4 * 1024 * 1024)),
    0,
    length,
  );
  room.set(old);
  return room;
}

/** Without what else lies in its buffer: a message to another thread would carry all of that. */
function exactly(content: Uint8Array): Uint8Array {
  return content.length === content.buffer.byteLength ? content : Uint8Array.from(content);
}
