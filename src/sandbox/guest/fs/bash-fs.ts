import {
  type ByteString,
  type CpOptions,
  type FileContent,
  type FsStat,
  type IFileSystem,
  unsafeBytesFromLatin1,
} from 'just-bash';
import { SystemError } from '../kernel/errors.ts';
import { type FileStat, isEndless } from './inode.ts';
import { joined } from './paths.ts';
import type { FileView } from './view.ts';

type Encoding = string | { encoding?: string | null } | undefined;

/**
 * A FileView as the interface that just-bash's own commands use. `builtin` is a command that
 * bash has inside itself: just-bash looks for a file of every command.
 */
export class BashFs implements IFileSystem {
  readonly view: FileView;
  builtin: string | undefined;
  faults: SystemError[] = [];
  /** `[ -w file ]` looks at the owner's bits: while it does, they say what this user may. */
  effective = false;

  constructor(view: FileView) {
    this.view = view;
  }

  /** The refusals from now on, all but those of files that are missing. */
  watchFaults(): readonly SystemError[] {
    this.faults = [];
    return this.faults;
  }

  #try<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (error instanceof SystemError && error.code !== 'ENOENT') this.faults.push(error);
      throw error;
    }
  }

  async readFile(path: string, options?: Encoding): Promise<string> {
    const encoding = encodingOf(options);
    return Buffer.from(this.#try(() => this.view.read(path))).toString(encoding);
  }

  async readFileBytes(path: string): Promise<ByteString> {
    return unsafeBytesFromLatin1(
      Buffer.from(this.#try(() => this.view.read(path))).toString('latin1'),
    );
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    return this.#try(() => this.view.read(path));
  }

  async writeFile(path: string, content: FileContent, options?: Encoding): Promise<void> {
    this.#try(() => this.view.write(path, encoded(content, options), { piecewise: true }));
  }

  async appendFile(path: string, content: FileContent, options?: Encoding): Promise<void> {
    this.#try(() =>
      this.view.write(path, encoded(content, options), { append: true, piecewise: true }),
    );
  }

  async exists(path: string): Promise<boolean> {
    if (this.#isBuiltin(path)) return true;
    try {
      this.#try(() => this.view.stat(path));
      return true;
    } catch {
      return false;
    }
  }

  async stat(path: string): Promise<FsStat> {
    if (this.#isBuiltin(path)) {
      return { ...statOf(this.view.stat('/')), isFile: true, isDirectory: false, mode: 0o755 };
    }
    const stat = this.#try(() => statOf(this.view.stat(path)));
    if (!this.effective) return stat;
    const bits = (['r', 'w', 'x'] as const).map((access, at) => {
      return this.view.may(access, path) ? 0o400 >> at : 0;
    });
    return { ...stat, mode: (stat.mode & ~0o777) | bits.reduce((all, bit) => all | bit, 0) };
  }

  async lstat(path: string): Promise<FsStat> {
    return this.#try(() => statOf(this.view.lstat(path)));
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    this.#try(() => this.view.mkdir(path, { parents: options?.recursive ?? false }));
  }

  async readdir(path: string): Promise<string[]> {
    return this.#try(() => this.view.list(path));
  }

  async readdirWithFileTypes(path: string) {
    return this.#try(() => this.view.list(path)).map((name) => {
      const { type } = this.view.lstat(joined(this.view.absolute(path), name));
      return {
        name,
        isFile: type === 'file' || type === 'device',
        isDirectory: type === 'folder',
        isSymbolicLink: type === 'link',
      };
    });
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    if (options?.force && !this.#lexists(path)) return;
    const { type } = this.view.lstat(path);
    if (type !== 'folder') this.view.unlink(path);
    else if (options?.recursive) this.view.removeAll(path);
    else this.view.rmdir(path);
  }

  async cp(from: string, to: string, options?: CpOptions): Promise<void> {
    if (this.view.stat(from).type === 'folder' && !options?.recursive) {
      throw new Error(`EISDIR: illegal operation on a directory, cp '${from}'`);
    }
    this.view.copy(options?.recursive ? from : this.view.realpath(from), to);
  }

  async mv(from: string, to: string): Promise<void> {
    this.#try(() => this.view.rename(from, to));
  }

  resolvePath(base: string, path: string): string {
    return joined(base, path);
  }

  getAllPaths(): string[] {
    return [];
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#try(() => this.view.chmod(path, mode));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.view.symlink(target, path);
  }

  async link(existing: string, path: string): Promise<void> {
    this.view.link(existing, path);
  }

  async readlink(path: string): Promise<string> {
    return this.view.readlink(path);
  }

  async realpath(path: string): Promise<string> {
    return this.view.realpath(path);
  }

  async utimes(path: string, _atime: Date, mtime: Date): Promise<void> {
    this.view.utimes(path, mtime.getTime());
  }

  #isBuiltin(path: string): boolean {
    return this.builtin !== undefined && path === `/usr/bin/${this.builtin}`;
  }

  #lexists(path: string): boolean {
    try {
      this.view.lstat(path);
      return true;
    } catch {
      return false;
    }
  }
}

function statOf(stat: FileStat): FsStat {
  return {
    isFile: stat.type === 'file' || (stat.type === 'device' && !isEndless(stat.device)),
    isDirectory: stat.type === 'folder',
    isSymbolicLink: stat.type === 'link',
    mode: stat.mode,
    size: stat.size,
    mtime: new Date(stat.mtime),
    ino: stat.ino,
  };
}

function encodingOf(options: Encoding): BufferEncoding {
  const named = typeof options === 'string' ? options : options?.encoding;
  return named === 'binary' ? 'latin1' : ((named ?? 'utf8') as BufferEncoding);
}

function encoded(content: FileContent, options: Encoding): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, encodingOf(options)) : content;
}
