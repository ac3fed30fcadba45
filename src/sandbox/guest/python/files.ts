import { CallError, type Channel } from './channel.ts';
import {
  type Attributes,
  type EmscriptenFs,
  ERRNO,
  type Node,
  type NodeOps,
  type OpenFile,
  type Stat,
  type Stream,
  type StreamOps,
} from './emscripten.ts';

/** As the guest tells of a file; `mode` with the bits of its type. */
export interface PythonStat {
  readonly mode: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly links: number;
  readonly rdev: number;
}

const S_IFMT = 0o170000;
const S_IFCHR = 0o020000;

/**
 * The guest's files as the only file system that the program sees: every lookup, read and write
 * is a call to the guest, which checks permissions; nothing is remembered between two calls but
 * what an open file has read. Before this, the program has an empty file system in memory; of
 * that the standard library's place alone stays, shown where `kept` says.
 */
export class GuestFiles {
  readonly #fs: EmscriptenFs;
  readonly #channel: Channel;
  readonly #kept: ReadonlyMap<string, Node>;
  readonly #umask: number;
  readonly #guests = new WeakSet<Node>();
  /** Created by an open() that will set the mode in a moment. */
  readonly #fresh = new WeakSet<Node>();
  readonly #open = new Set<OpenFile>();

  constructor(
    fs: EmscriptenFs,
    channel: Channel,
    options: { umask: number; kept: ReadonlyMap<string, Node> },
  ) {
    this.#fs = fs;
    this.#channel = channel;
    this.#kept = options.kept;
    this.#umask = options.umask;
  }

  /** Puts them in the place of what was there. */
  mount(): void {
    const fs = this.#fs;
    // Nodes are made anew at each lookup: other programs change the files too.
    const { hashAddNode, hashRemoveNode } = fs;
    fs.hashAddNode = (node) => {
      if (!this.#guests.has(node.parent)) hashAddNode(node);
    };
    fs.hashRemoveNode = (node) => {
      if (!this.#guests.has(node)) hashRemoveNode(node);
    };
    for (const node of Object.values(fs.root.contents ?? {})) hashRemoveNode(node);
    this.#guests.add(fs.root);
    fs.root.node_ops = this.#nodeOps;
    fs.root.stream_ops = this.#streamOps;
    // The guest decides; the check of this layer knows nothing of users.
    fs.ignorePermissions = true;
  }

  call(op: string, ...args: readonly unknown[]): unknown {
    try {
      return this.#channel.call(op, ...args);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw new this.#fs.ErrnoError(ERRNO[error.errno] ?? ERRNO['EIO'] ?? 29);
    }
  }

  #path(node: Node): string {
    return this.#fs.getPath(node);
  }

  #child(parent: Node, name: string): string {
    const path = this.#path(parent);
    return path === '/' ? `/${name}` : `${path}/${name}`;
  }

  #stat(path: string): PythonStat {
    return this.call('lstat', path) as PythonStat;
  }

  #node(parent: Node, name: string, mode: number): Node {
    const node = this.#fs.createNode(parent, name, mode, 0);
    node.node_ops = this.#nodeOps;
    node.stream_ops = this.#streamOps;
    this.#guests.add(node);
    return node;
  }

  readonly #nodeOps: NodeOps = {
    getattr: (node) => shown(this.#stat(this.#path(node))),
    setattr: (node, attributes) => {
      const path = this.#path(node);
      if (attributes.mode !== undefined && this.#fresh.delete(node)) {
        this.call('chmod', path, attributes.mode & 0o7777 & ~this.#umask);
      } else this.#set(path, attributes);
      if (attributes.mode !== undefined) node.mode = attributes.mode;
    },
    lookup: (parent, name) => {
      const path = this.#child(parent, name);
      const kept = this.#kept.get(path);
      if (kept) return kept;
      return this.#node(parent, name, this.#stat(path).mode);
    },
    mknod: (parent, name, mode) => {
      const path = this.#child(parent, name);
      const folder = (mode & S_IFMT) === 0o040000;
      this.call(folder ? 'mkdir' : 'create', path, mode & 0o7777);
      const node = this.#node(parent, name, mode);
      if (!folder) this.#fresh.add(node);
      return node;
    },
    rename: (node, folder, name) => {
      const from = this.#path(node);
      const to = this.#child(folder, name);
      this.#detach(to);
      this.call('rename', from, to);
      for (const file of this.#open) if (file.path === from) file.path = to;
      node.name = name;
    },
    unlink: (parent, name) => {
      const path = this.#child(parent, name);
      this.#detach(path);
      this.call('unlink', path);
    },
    rmdir: (parent, name) => void this.call('rmdir', this.#child(parent, name)),
    readdir: (node) => ['.', '..', ...(this.call('list', this.#path(node)) as string[])],
    symlink: (parent, name, target) => void this.call('symlink', target, this.#child(parent, name)),
    readlink: (node) => this.call('readlink', this.#path(node)) as string,
  };

  readonly #streamOps: Partial<StreamOps> = {
    open: (stream) => {
      const path = this.#path(stream.node);
      this.call('open', path, stream.flags & 3);
      const file: OpenFile = { path };
      stream.shared.file = file;
      this.#open.add(file);
      if ((stream.node.mode & S_IFMT) === S_IFCHR) stream.seekable = false;
    },
    close: (stream) => {
      const { file } = stream.shared;
      const others = this.#fs.streams.some((one) => one !== stream && one?.shared.file === file);
      if (file && !others) this.#open.delete(file);
    },
    read: (stream, into, offset, length, position) => {
      const file = fileOf(stream);
      if ((stream.node.mode & S_IFMT) === S_IFCHR) {
        const bytes = this.call('device', file.path, length) as Uint8Array;
        into.set(bytes, offset);
        return bytes.length;
      }
      let content = file.removed ?? file.content;
      if (!file.removed && (!content || position >= content.length)) content = this.#read(file);
      const bytes = content?.subarray(position, position + length) ?? new Uint8Array(0);
      into.set(bytes, offset);
      return bytes.length;
    },
    write: (stream, from, offset, length, position) => {
      const file = fileOf(stream);
      const bytes = Uint8Array.from(from.subarray(offset, offset + length));
      if (file.removed) file.removed = patched(file.removed, position, bytes);
      else this.call('write', file.path, (stream.flags & 0o2000) !== 0 ? -1 : position, bytes);
      file.content = undefined;
      return length;
    },
    llseek: (stream, offset, whence) => {
      const size = () => this.#attributes(stream).size;
      const start = whence === 0 ? 0 : whence === 1 ? stream.position : size();
      if (start + offset < 0) throw new this.#fs.ErrnoError(28);
      return start + offset;
    },
    getattr: (stream) => shown(this.#attributes(stream)),
    setattr: (stream, attributes) => {
      const file = fileOf(stream);
      if (file.removed && attributes.size !== undefined) {
        file.removed = patched(file.removed.slice(0, attributes.size), attributes.size, NOTHING);
      } else if (!file.removed) this.#set(file.path, attributes);
      file.content = undefined;
    },
  };

  #set(path: string, { mode, size, atime, mtime }: Attributes): void {
    if (mode !== undefined) this.call('chmod', path, mode & 0o7777);
    if (size !== undefined) this.call('truncate', path, size);
    if (mtime !== undefined || atime !== undefined) this.call('utimes', path, mtime ?? atime);
  }

  #attributes(stream: Stream): PythonStat {
    const file = fileOf(stream);
    if (!file.removed) return this.#stat(file.path);
    const { mode } = stream.node;
    const size = file.removed.length;
    return { mode, ino: 0, uid: 0, gid: 0, size, mtime: file.mtime ?? 0, links: 0, rdev: 0 };
  }

  /** The whole of it, again only where it changed. */
  #read(file: OpenFile): Uint8Array | undefined {
    const { size, mtime } = this.#stat(file.path);
    const same = file.content?.length === size && file.mtime === mtime && size > 0;
    if (!same) {
      file.content = this.call('read', file.path) as Uint8Array;
      file.mtime = mtime;
    }
    return file.content;
  }

  /** Who has a file open goes on with it when its name is gone. */
  #detach(path: string): void {
    for (const file of this.#open) {
      if (file.path !== path || file.removed) continue;
      try {
        file.removed = this.#channel.call('read', path) as Uint8Array;
      } catch {
        file.removed = NOTHING;
      }
    }
  }
}

const NOTHING = new Uint8Array(0);

function fileOf(stream: Stream): OpenFile {
  return stream.shared.file as OpenFile;
}

function patched(content: Uint8Array, position: number, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.max(content.length, position + bytes.length));
  whole.set(content);
  whole.set(bytes, position);
  return whole;
}

function shown({ links, ...stat }: PythonStat): Stat {
  const time = new Date(stat.mtime);
  const blocks = Math.ceil(stat.size / 512);
  const times = { atime: time, mtime: time, ctime: time };
  return { ...stat, ...times, dev: 1, nlink: links, blksize: 4096, blocks };
}
