/**
 * What is used of the JavaScript that emcc makes around a program: its file system layer
 * (https://emscripten.org/docs/api_reference/Filesystem-API.html) and its imports.
 */

export interface Stat {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  atime: Date;
  mtime: Date;
  ctime: Date;
  blksize: number;
  blocks: number;
}

export interface Node {
  name: string;
  mode: number;
  parent: Node;
  node_ops: Partial<NodeOps>;
  stream_ops: Partial<StreamOps>;
  /** Of a folder in memory. */
  contents?: Record<string, Node>;
}

export interface Stream {
  fd: number;
  node: Node;
  path: string;
  flags: number;
  position: number;
  seekable: boolean;
  tty?: unknown;
  stream_ops: Partial<StreamOps>;
  /** Shared by copies that dup() makes. */
  shared: { file?: OpenFile };
}

/** What is kept of a file while it is open. */
export interface OpenFile {
  path: string;
  /** What was read of it. */
  content?: Uint8Array | undefined;
  mtime?: number;
  /** It was removed, and lives on until it is closed. */
  removed?: Uint8Array;
}

export interface Attributes {
  mode?: number;
  size?: number;
  atime?: number;
  mtime?: number;
  dontFollow?: boolean;
}

export interface NodeOps {
  getattr(node: Node): Stat;
  setattr(node: Node, attributes: Attributes): void;
  lookup(parent: Node, name: string): Node;
  mknod(parent: Node, name: string, mode: number, dev: number): Node;
  rename(node: Node, folder: Node, name: string): void;
  unlink(parent: Node, name: string): void;
  rmdir(parent: Node, name: string): void;
  readdir(node: Node): string[];
  symlink(parent: Node, name: string, target: string): void;
  readlink(node: Node): string;
}

export interface StreamOps {
  open(stream: Stream): void;
  close(stream: Stream): void;
  read(s: Stream, into: Int8Array, offset: number, length: number, position: number): number;
  write(s: Stream, from: Int8Array, offset: number, length: number, position: number): number;
  llseek(stream: Stream, offset: number, whence: number): number;
  getattr(stream: Stream): Stat;
  setattr(stream: Stream, attributes: Attributes): void;
  poll(stream: Stream, timeout: number): number;
}

export interface EmscriptenFs {
  root: Node;
  streams: (Stream | null)[];
  ErrnoError: new (errno: number) => Error;
  createNode(parent: Node | null, name: string, mode: number, rdev: number): Node;
  createStream(stream: Partial<Stream>): Stream;
  hashAddNode(node: Node): void;
  hashRemoveNode(node: Node): void;
  lookupPath(path: string): { node: Node };
  mkdirTree(path: string): void;
  writeFile(path: string, content: string | Uint8Array): void;
  getPath(node: Node): string;
  cwd(): string;
  chdir(path: string): void;
  ignorePermissions: boolean;
}

// WebAssembly's functions take numbers, and bigint where an i64 is meant.
export type WasmFunction = (...args: never[]) => unknown;
export type WasmImports = Record<string, Record<string, WasmFunction>>;

export interface Emscripten {
  FS: EmscriptenFs;
  ENV: Record<string, string | undefined>;
  Py_EmscriptenSignalBuffer?: unknown;
  _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  callMain(args: string[]): number;
}

export interface EmscriptenOptions {
  noInitialRun: true;
  thisProgram: string;
  /** How far memory may grow; scripts/build.mjs puts it in the place of a constant. */
  heapMax: number;
  print(line: string): void;
  printErr(line: string): void;
  preRun: ((module: Emscripten) => void)[];
  instantiateWasm(
    imports: WasmImports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}

/** The codes of errno in this C library, which are WASI's. */
export const ERRNO: Readonly<Record<string, number>> = {
  EACCES: 2,
  EADDRINUSE: 3,
  EAFNOSUPPORT: 5,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  ECONNREFUSED: 14,
  ECONNRESET: 15,
  EEXIST: 20,
  EFBIG: 22,
  EHOSTUNREACH: 23,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  ENAMETOOLONG: 37,
  ENETUNREACH: 40,
  ENOENT: 44,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTCONN: 53,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENXIO: 60,
  EPERM: 63,
  EPIPE: 64,
  EROFS: 69,
  ESRCH: 71,
  ETIMEDOUT: 73,
  EXDEV: 75,
};
