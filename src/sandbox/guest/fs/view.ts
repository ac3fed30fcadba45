import { type Credentials, inGroup } from '../kernel/credentials.ts';
import { SystemError } from '../kernel/errors.ts';
import { bytesOf, type GuestFs } from './guest-fs.ts';
import type { FileStat, FolderInode, Inode, LiveReader, Mode } from './inode.ts';
import { joined, MAX_LINKS, nameChecked } from './paths.ts';

export type Access = 'r' | 'w' | 'x';
const BIT = { r: 4, w: 2, x: 1 } as const;

/** Where a path leads: the folder that holds it, its name there, and what is there by now. */
interface Place {
  readonly folder: FolderInode;
  readonly name: string;
  /** Without links in it. */
  readonly path: string;
  readonly inode: Inode | undefined;
}

/**
 * The files as one user may use them: the system calls, synchronous, with the permission
 * checks of path_resolution(7). Throws SystemErrors. Relative paths count from `cwd`.
 */
export class FileView {
  readonly who: Credentials;
  readonly fs: GuestFs;
  cwd: string;
  umask: number;
  readonly #reader: LiveReader;

  constructor(
    fs: GuestFs,
    who: Credentials,
    options: { cwd?: string; umask?: number; pid?: number } = {},
  ) {
    this.fs = fs;
    this.who = who;
    this.cwd = options.cwd ?? '/';
    this.umask = options.umask ?? 0o022;
    this.#reader = { uid: who.uid, pid: options.pid ?? 1 };
  }

  /** Follows links. */
  stat(path: string): FileStat {
    return this.#statOf(this.#existing(path));
  }

  lstat(path: string): FileStat {
    return this.#statOf(this.#existing(path, { follow: false }));
  }

  exists(path: string): boolean {
    try {
      this.#existing(path);
      return true;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  /** access(2) as a question. Root may execute what anybody may execute. */
  may(access: Access, path: string): boolean {
    try {
      return this.#may(access, this.#existing(path));
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  read(path: string): Uint8Array {
    const inode = this.#existing(path);
    if (inode.type === 'folder') throw new SystemError('EISDIR', path);
    if (!this.#may('r', inode)) throw new SystemError('EACCES', path);
    if (inode.type === 'device') return about(path, () => bytesOf(inode.device.read(this.#reader)));
    if (inode.type === 'file') return this.fs.contentOf(inode);
    throw new SystemError('EIO', path);
  }

  readText(path: string): string {
    return Buffer.from(this.read(path)).toString('utf8');
  }

  /**
   * Creates the file with `mode` less the umask, or replaces its content. On a full disk nothing
   * has changed, as after a program that writes beside the file and renames; with `piecewise` the
   * file keeps what there was room for, as after one that writes as it goes.
   */
  write(
    path: string,
    content: Uint8Array | string,
    options: { mode?: Mode; append?: boolean; exclusive?: boolean; piecewise?: boolean } = {},
  ): void {
    const bytes = bytesOf(content);
    const place = this.#place(path);
    let inode = place.inode;
    if (inode && options.exclusive) throw new SystemError('EEXIST', path);
    if (inode?.type === 'folder') throw new SystemError('EISDIR', path);
    if (inode && !this.#may('w', inode)) throw new SystemError('EACCES', path);
    if (inode?.type === 'file') this.#mayWrite(place.path, path);
    if (inode?.type === 'device') {
      if (!inode.device.write) throw new SystemError('EACCES', path);
      inode.device.write(bytes, this.#reader);
      return;
    }
    if (!inode) {
      this.#mayChange(place.folder, path, place.path);
      const mode = (options.mode ?? 0o666) & ~this.umask;
      const gid = inherited(place.folder);
      inode = about(path, () => this.fs.create({ type: 'file', mode, who: this.who, gid }));
      this.#attach(place, inode);
    }
    if (inode.type !== 'file') throw new SystemError('EIO', path);
    const file = inode;
    const put = (some: Uint8Array) => {
      if (options.append) this.fs.append(file, some);
      else this.fs.fill(file, some.slice());
    };
    try {
      about(path, () => put(bytes));
    } catch (error) {
      const full = error instanceof SystemError && error.code === 'ENOSPC';
      if (!full || !options.piecewise || file.base) throw error;
      const own = options.append ? 0 : this.fs.contentOf(file).length;
      put(bytes.subarray(0, Math.max(0, this.fs.free + own)));
      this.fs.touched(place.path);
      throw error;
    }
    // Who writes to a program takes its setuid bit away, unless it is root.
    if (this.who.uid !== 0) inode.mode &= ~0o6000;
    this.fs.touched(place.path);
  }

  append(path: string, content: Uint8Array | string): void {
    this.write(path, content, { append: true });
  }

  /** Sorted by name. */
  list(path: string): string[] {
    const inode = this.#existing(path);
    if (inode.type !== 'folder') throw new SystemError('ENOTDIR', path);
    if (!this.#may('r', inode)) throw new SystemError('EACCES', path);
    return [...(inode.live?.list() ?? []), ...inode.entries.keys()].sort();
  }

  mkdir(path: string, options: { mode?: Mode; parents?: boolean } = {}): void {
    const place = this.#place(path, { follow: false, parents: options.parents ?? false });
    if (place.inode) {
      const folder =
        place.inode.type === 'link' && this.exists(path) ? this.stat(path) : place.inode;
      if (options.parents && folder.type === 'folder') return;
      throw new SystemError('EEXIST', path);
    }
    this.#mayChange(place.folder, path, place.path);
    const mode = ((options.mode ?? 0o777) & ~this.umask) | (place.folder.mode & 0o2000);
    const gid = inherited(place.folder);
    this.#attach(
      place,
      about(path, () => this.fs.create({ type: 'folder', mode, who: this.who, gid })),
    );
  }

  /** unlink(2). */
  unlink(path: string): void {
    const place = this.#place(path, { follow: false });
    if (!place.inode) throw new SystemError('ENOENT', path);
    if (place.inode.type === 'folder') throw new SystemError('EISDIR', path);
    this.#mayRemove(place, path);
    this.#detach(place);
  }

  rmdir(path: string): void {
    const place = this.#place(path, { follow: false });
    if (!place.inode) throw new SystemError('ENOENT', path);
    if (place.inode.type !== 'folder') throw new SystemError('ENOTDIR', path);
    this.#mayRemove(place, path);
    if (place.inode.live || place.path === '/') throw new SystemError('EBUSY', path);
    if (place.inode.entries.size > 0) throw new SystemError('ENOTEMPTY', path);
    this.#detach(place);
  }

  /** Everything at and below a path; a missing one is fine. Stops at the first error. */
  removeAll(path: string): void {
    const place = this.#place(path, { follow: false });
    if (!place.inode) return;
    if (place.inode.type === 'folder') {
      for (const name of this.list(place.path)) this.removeAll(joined(place.path, name));
      this.rmdir(place.path);
    } else this.unlink(place.path);
  }

  rename(from: string, to: string): void {
    const source = this.#place(from, { follow: false });
    if (!source.inode) throw new SystemError('ENOENT', from);
    const target = this.#place(to, { follow: false });
    if (target.inode === source.inode) return;
    if (source.path === '/' || `${target.path}/`.startsWith(`${source.path}/`)) {
      throw new SystemError('EINVAL', to);
    }
    this.#mayRemove(source, from);
    this.#mayChange(target.folder, to, target.path);
    if (target.inode) {
      if (target.inode.type === 'folder') {
        if (source.inode.type !== 'folder') throw new SystemError('EISDIR', to);
        if (target.inode.entries.size > 0) throw new SystemError('ENOTEMPTY', to);
      } else if (source.inode.type === 'folder') throw new SystemError('ENOTDIR', to);
      this.#mayRemove(target, to);
      this.#detach(target);
    }
    this.#disown(source.inode);
    this.#touchTree(source.path, source.inode);
    source.folder.entries.delete(source.name);
    source.folder.mtime = this.fs.now();
    target.folder.entries.set(target.name, source.inode);
    target.folder.mtime = this.fs.now();
    this.#touchTree(target.path, source.inode);
  }

  symlink(target: string, path: string): void {
    const place = this.#place(path, { follow: false });
    if (place.inode) throw new SystemError('EEXIST', path);
    this.#mayChange(place.folder, path, place.path);
    this.#attach(place, this.fs.create({ type: 'link', target, who: this.who }));
  }

  /** A second name. On the disk it becomes a file of its own once the machine restarts. */
  link(existing: string, path: string): void {
    const inode = this.#existing(existing, { follow: false });
    if (inode.type === 'folder') throw new SystemError('EPERM', existing);
    const place = this.#place(path, { follow: false });
    if (place.inode) throw new SystemError('EEXIST', path);
    this.#mayChange(place.folder, path, place.path);
    inode.links++;
    this.fs.own(inode);
    this.#attach(place, inode);
  }

  readlink(path: string): string {
    const inode = this.#existing(path, { follow: false });
    if (inode.type !== 'link') throw new SystemError('EINVAL', path);
    return typeof inode.target === 'string' ? inode.target : inode.target(this.#reader);
  }

  /** Without links in it; throws where something on the way is missing. */
  realpath(path: string): string {
    const place = this.#place(path);
    if (!place.inode) throw new SystemError('ENOENT', path);
    return place.path;
  }

  chmod(path: string, mode: Mode): void {
    const { inode, path: real } = this.#found(path);
    this.#mustOwn(inode, path);
    this.#mayWrite(real, path);
    this.fs.own(inode);
    // A group that one is not in does not get the setgid bit from them.
    const kept = this.who.uid === 0 || inGroup(this.who, inode.gid) ? mode : mode & ~0o2000;
    inode.mode = kept & 0o7777;
    this.fs.touched(real);
  }

  /** -1 leaves an id as it is. Only root gives files away; owners choose among their groups. */
  chown(path: string, uid: number, gid: number, options: { follow?: boolean } = {}): void {
    const { inode, path: real } = this.#found(path, options);
    if (this.who.uid !== 0) {
      const gives = uid !== -1 && uid !== inode.uid;
      const foreign = gid !== -1 && gid !== inode.gid && !inGroup(this.who, gid);
      if (inode.uid !== this.who.uid || gives || foreign) throw new SystemError('EPERM', path);
    }
    this.#mayWrite(real, path);
    this.fs.own(inode);
    if (uid !== -1) inode.uid = uid;
    if (gid !== -1) inode.gid = gid;
    if (inode.type === 'file') inode.mode &= ~0o6000;
    this.fs.touched(real);
  }

  chownAll(path: string, uid: number, gid: number): void {
    this.chown(path, uid, gid, { follow: false });
    if (this.lstat(path).type !== 'folder') return;
    for (const name of this.list(path)) this.chownAll(joined(path, name), uid, gid);
  }

  utimes(path: string, mtime: number, options: { follow?: boolean } = {}): void {
    const { inode, path: real } = this.#found(path, options);
    if (!this.#may('w', inode)) this.#mustOwn(inode, path);
    this.#mayWrite(real, path);
    this.fs.own(inode);
    inode.mtime = mtime;
    this.fs.touched(real);
  }

  /** A file, or a folder with all below it, into `to` (made where it is missing). Keeps modes. */
  copy(from: string, to: string): void {
    const stat = this.lstat(from);
    if (stat.type === 'link') {
      if (this.#lexists(to)) this.unlink(to);
      this.symlink(this.readlink(from), to);
    } else if (stat.type === 'folder') {
      const source = this.realpath(from);
      const fresh = !this.exists(to);
      if (fresh) this.mkdir(to, { mode: stat.mode | 0o700 });
      if (`${this.realpath(to)}/`.startsWith(`${source}/`)) throw new SystemError('EINVAL', to);
      for (const name of this.list(from)) this.copy(joined(from, name), joined(to, name));
    } else this.write(to, this.read(from), { mode: stat.mode & 0o777 });
  }

  /** The absolute form of a path, without looking. */
  absolute(path: string): string {
    return joined(this.cwd, path);
  }

  #lexists(path: string): boolean {
    return this.#place(path, { follow: false }).inode !== undefined;
  }

  #existing(path: string, options: { follow?: boolean } = {}): Inode {
    return this.#found(path, options).inode;
  }

  #found(path: string, options: { follow?: boolean } = {}): { inode: Inode; path: string } {
    const place = this.#place(path, options);
    if (!place.inode) throw new SystemError('ENOENT', path);
    return { inode: place.inode, path: place.path };
  }

  /** path_resolution(7). */
  #place(path: string, options: { follow?: boolean; parents?: boolean } = {}): Place {
    if (path === '') throw new SystemError('ENOENT', path);
    const { follow = true, parents = false } = options;
    const names = (path.startsWith('/') ? path : `${this.cwd}/${path}`).split('/').reverse();
    const walked: { folder: FolderInode; name: string }[] = [];
    let folder = this.fs.root;
    let followed = 0;
    const mustBeFolder = path.endsWith('/');
    while (names.length > 0) {
      const name = names.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        folder = walked.pop()?.folder ?? this.fs.root;
        continue;
      }
      nameChecked(name, path);
      if (!this.#may('x', folder)) throw new SystemError('EACCES', path);
      let inode = folder.live?.find(name) ?? folder.entries.get(name);
      const last = names.every((rest) => rest === '' || rest === '.');
      if (inode?.type === 'link' && (!last || follow || mustBeFolder)) {
        if (++followed > MAX_LINKS) throw new SystemError('ELOOP', path);
        const target = typeof inode.target === 'string' ? inode.target : inode.target(this.#reader);
        if (target === '') throw new SystemError('ENOENT', path);
        names.push(...target.split('/').reverse());
        if (target.startsWith('/')) {
          folder = this.fs.root;
          walked.length = 0;
        }
        continue;
      }
      const place = () => `/${[...walked.map((step) => step.name), name].join('/')}`;
      if (last) return { folder, name, path: place(), inode };
      if (!inode && parents) {
        this.#mayChange(folder, path, place());
        const mode = 0o777 & ~this.umask;
        inode = this.fs.create({ type: 'folder', mode, who: this.who, gid: inherited(folder) });
        this.#attach({ folder, name, path: place(), inode: undefined }, inode);
      }
      if (!inode) throw new SystemError('ENOENT', path);
      if (inode.type !== 'folder') throw new SystemError('ENOTDIR', path);
      walked.push({ folder, name });
      folder = inode;
    }
    const top = walked.pop();
    if (!top) return { folder: this.fs.root, name: '', path: '/', inode: this.fs.root };
    const real = `/${[...walked.map((step) => step.name), top.name].join('/')}`;
    return { folder: top.folder, name: top.name, path: real, inode: folder };
  }

  #may(access: Access, inode: Inode): boolean {
    const bit = BIT[access];
    if (this.who.uid === 0) {
      return access !== 'x' || inode.type === 'folder' || (inode.mode & 0o111) !== 0;
    }
    if (inode.uid === this.who.uid) return ((inode.mode >> 6) & bit) !== 0;
    if (inGroup(this.who, inode.gid)) return ((inode.mode >> 3) & bit) !== 0;
    return (inode.mode & bit) !== 0;
  }

  #mustOwn(inode: Inode, path: string): void {
    if (this.who.uid !== 0 && inode.uid !== this.who.uid) throw new SystemError('EPERM', path);
  }

  #mayChange(folder: FolderInode, path: string, real: string): void {
    if (folder.live) throw new SystemError('EACCES', path);
    if (!this.#may('w', folder) || !this.#may('x', folder)) throw new SystemError('EACCES', path);
    this.#mayWrite(real, path);
  }

  #mayWrite(real: string, path: string): void {
    if (this.fs.readOnly(real)) throw new SystemError('EROFS', path);
  }

  /** In a folder with the sticky bit (/tmp) only owners remove. */
  #mayRemove(place: Place, path: string): void {
    if (place.name === '') throw new SystemError('EBUSY', path);
    this.#mayChange(place.folder, path, place.path);
    const sticky = (place.folder.mode & 0o1000) !== 0;
    const owns = [place.inode?.uid, place.folder.uid].includes(this.who.uid);
    if (sticky && !owns && this.who.uid !== 0) throw new SystemError('EPERM', path);
  }

  #attach(place: Place, inode: Inode): void {
    place.folder.entries.set(place.name, inode);
    place.folder.mtime = this.fs.now();
    this.fs.touched(place.path);
  }

  #detach(place: Place): void {
    place.folder.entries.delete(place.name);
    place.folder.mtime = this.fs.now();
    if (place.inode) this.fs.drop(place.inode);
    this.fs.touched(place.path);
  }

  /** What moves is kept at its new path, all of it. */
  #disown(inode: Inode): void {
    this.fs.own(inode);
    if (inode.type === 'folder') for (const child of inode.entries.values()) this.#disown(child);
  }

  #touchTree(path: string, inode: Inode): void {
    this.fs.touched(path);
    if (inode.type !== 'folder') return;
    for (const [name, child] of inode.entries) this.#touchTree(`${path}/${name}`, child);
  }

  #statOf(inode: Inode): FileStat {
    const { type, ino, mode, uid, gid, mtime, links } = inode;
    const common = { type, ino, mode, uid, gid, mtime, links };
    if (inode.type === 'file') return { ...common, size: this.fs.contentOf(inode).length };
    if (inode.type === 'link') {
      return { ...common, size: typeof inode.target === 'string' ? inode.target.length : 0 };
    }
    if (inode.type === 'device') return { ...common, size: 0, device: inode.device };
    const folders = [...inode.entries.values()].filter((entry) => entry.type === 'folder').length;
    return { ...common, size: inode.live ? 0 : 4096, links: 2 + folders };
  }
}

/** Below a folder with the setgid bit, files belong to its group. */
function inherited(folder: FolderInode): number | undefined {
  return (folder.mode & 0o2000) === 0 ? undefined : folder.gid;
}

/** Says of which path it is where a call below does not know. */
function about<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof SystemError ? new SystemError(error.code, path) : error;
  }
}
