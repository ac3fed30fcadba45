import * as git from 'isomorphic-git';
import type { FileStat } from '../../fs/inode.ts';
import { joined } from '../../fs/paths.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { type FileClient, fileClient } from './client.ts';
import type { Differ } from './compare.ts';
import { normalKey, readSettings, type Setting, withSetting } from './config.ts';
import { fatal } from './failure.ts';
import { Index } from './index-file.ts';

/** What a tree, the index or the working tree has at a path. */
export interface Version {
  readonly oid: string;
  readonly mode: number;
}

export type Versions = Map<string, Version>;

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Minutes, positive west of Greenwich. */
  readonly timezoneOffset: number;
}

export const FILE = 0o100644;
export const PROGRAM = 0o100755;
export const LINK = 0o120000;

/** Configuration of a command line: the repository's on top of the user's. */
export class Settings {
  readonly io: ProgramIo;
  readonly local: string | undefined;
  /** `-c name=value` */
  given: readonly Setting[] = [];

  constructor(io: ProgramIo, local: string | undefined) {
    this.io = io;
    this.local = local;
  }

  get global(): string {
    return `${this.io.env.get('HOME') ?? '/'}/.gitconfig`;
  }

  all(): Setting[] {
    const local = this.local === undefined ? [] : readSettings(this.io.fs, this.local);
    return [...readSettings(this.io.fs, this.global), ...local, ...this.given];
  }

  get(key: string): string | undefined {
    return this.all().findLast((one) => one.key === normalKey(key))?.value;
  }

  set(file: string, key: string, value: string | undefined): void {
    const { fs } = this.io;
    fs.write(file, withSetting(fs.exists(file) ? fs.readText(file) : '', key, value));
  }
}

/** The repository that a command works in: files, index, objects and references. */
export class Repository {
  readonly io: ProgramIo;
  /** The root of the working tree. */
  readonly dir: string;
  readonly gitdir: string;
  readonly bare: boolean;
  readonly client: FileClient;
  readonly settings: Settings;
  readonly cache = {};
  /** Set by whoever prints changes. */
  diff: Differ = async () => '';

  constructor(io: ProgramIo, dir: string, gitdir: string, bare = false) {
    this.io = io;
    this.dir = dir;
    this.gitdir = gitdir;
    this.bare = bare;
    this.client = fileClient(io);
    this.settings = new Settings(io, `${gitdir}/config`);
  }

  /** The one that a folder is in. */
  static find(io: ProgramIo, cwd: string): Repository {
    const found = Repository.around(io, cwd);
    if (!found) {
      throw fatal('not a git repository (or any of the parent directories): .git');
    }
    return found;
  }

  static around(io: ProgramIo, cwd: string): Repository | undefined {
    let folder = io.fs.exists(cwd) ? io.fs.realpath(cwd) : cwd;
    for (;;) {
      const gitdir = joined(folder, '.git');
      if (isGitDir(io, gitdir)) {
        const owner = io.fs.stat(folder).uid;
        if (owner !== io.who.uid && owner !== sudoer(io)) throw dubious(folder);
        return new Repository(io, folder, gitdir);
      }
      if (isGitDir(io, folder)) return new Repository(io, folder, folder, true);
      if (folder === '/') return undefined;
      folder = joined(folder, '..');
    }
  }

  /** What isomorphic-git's functions are called with. */
  get at() {
    return { fs: this.client, dir: this.dir, gitdir: this.gitdir, cache: this.cache };
  }

  index(): Index {
    return new Index(this.io.fs, this.gitdir);
  }

  // References.

  /** The branch that HEAD names, whether it has a commit or not. */
  get branch(): string | undefined {
    const text = this.io.fs.readText(`${this.gitdir}/HEAD`).trim();
    return /^ref: refs\/heads\/(.+)$/.exec(text)?.[1];
  }

  head(): Promise<string | undefined> {
    return this.ref('HEAD');
  }

  async ref(name: string): Promise<string | undefined> {
    try {
      return await git.resolveRef({ ...this.at, ref: name });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Names below `refs/heads/`, `refs/tags/`..., without it. */
  async refs(below: 'heads' | 'tags' | `remotes/${string}`): Promise<string[]> {
    const { at } = this;
    const names =
      below === 'heads'
        ? await git.listBranches(at)
        : below === 'tags'
          ? await git.listTags(at)
          : await git.listBranches({ ...at, remote: below.slice('remotes/'.length) });
    return names.filter((name) => name !== 'HEAD').sort();
  }

  remotes(): { name: string; url: string }[] {
    const found = new Map<string, string>();
    for (const { key, value } of this.settings.all()) {
      const name = /^remote\.(.+)\.url$/.exec(key)?.[1];
      if (name !== undefined) found.set(name, value);
    }
    return [...found]
      .map(([name, url]) => ({ name, url }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async setRef(name: string, oid: string): Promise<void> {
    await git.writeRef({ ...this.at, ref: name, value: oid, force: true });
  }

  /** Moves HEAD, or the branch that it names, and writes it down in the reflog. */
  async moveHead(oid: string, why: string): Promise<void> {
    const { branch } = this;
    const before = (await this.head()) ?? '0'.repeat(40);
    const name = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
    await this.setRef(name, oid);
    this.#noted('HEAD', before, oid, why);
    if (branch !== undefined) this.#noted(name, before, oid, why);
  }

  /** HEAD names another branch, or a commit. */
  async attach(target: { branch: string } | { oid: string }, why: string): Promise<void> {
    const before = (await this.head()) ?? '0'.repeat(40);
    const text = 'branch' in target ? `ref: refs/heads/${target.branch}\n` : `${target.oid}\n`;
    this.io.fs.write(`${this.gitdir}/HEAD`, text);
    const after = await this.head();
    if (after !== undefined) this.#noted('HEAD', before, after, why);
  }

  reflog(name = 'HEAD'): { oid: string; why: string }[] {
    const file = `${this.gitdir}/logs/${name}`;
    if (!this.io.fs.exists(file)) return [];
    const lines = this.io.fs.readText(file).split('\n').filter(Boolean).reverse();
    return lines.map((line) => ({ oid: line.slice(41, 81), why: line.split('\t')[1] ?? '' }));
  }

  #noted(name: string, before: string, after: string, why: string): void {
    const { fs, kernel } = this.io;
    const file = `${this.gitdir}/logs/${name}`;
    fs.mkdir(joined(file, '..'), { parents: true });
    const who = `${this.settings.get('user.name') ?? kernel.users.nameOf(this.io.who.uid)} <${this.settings.get('user.email') ?? ''}>`;
    const line = `${before} ${after} ${who} ${Math.floor(kernel.now() / 1000)} +0000\t${why.split('\n')[0]}\n`;
    fs.append(file, line);
  }

  /** gitrevisions(7), as far as beginners write them; undefined where there is no such thing. */
  async resolve(revision: string): Promise<string | undefined> {
    const steps = /^(.*?)((?:\^\d*|~\d*|\^\{\w*\})*)$/s.exec(revision);
    const [, base = '', tail = ''] = steps ?? [];
    let oid = await this.#base(base === '' || base === '@' ? 'HEAD' : base);
    for (const step of tail.match(/\^\{\w*\}|\^\d*|~\d*/g) ?? []) {
      if (oid === undefined) return undefined;
      if (step.startsWith('^{')) {
        oid = (await this.commit(oid)).oid;
        continue;
      }
      const number = step.length > 1 ? Number(step.slice(1)) : 1;
      if (step.startsWith('^')) {
        const { parents } = await this.commit(oid);
        oid = number === 0 ? oid : parents[number - 1];
      } else {
        for (let left = number; left > 0 && oid !== undefined; left--) {
          oid = (await this.commit(oid)).parents[0];
        }
      }
    }
    return oid;
  }

  async #base(name: string): Promise<string | undefined> {
    const logged = /^(.*)@\{(\d+)\}$/.exec(name);
    if (logged) {
      const ref = logged[1] === '' || logged[1] === 'HEAD' ? 'HEAD' : `refs/heads/${logged[1]}`;
      const which = logged[1] === 'stash' ? 'refs/stash' : ref;
      return this.reflog(which)[Number(logged[2])]?.oid;
    }
    if (/^[0-9a-f]{40}$/.test(name)) return (await this.has(name)) ? name : undefined;
    const found = await this.ref(name);
    if (found !== undefined) return this.#peeled(found);
    if (!/^[0-9a-f]{4,39}$/.test(name)) return undefined;
    try {
      return await git.expandOid({ ...this.at, oid: name });
    } catch {
      return undefined;
    }
  }

  async has(oid: string): Promise<boolean> {
    try {
      await git.readObject({ ...this.at, oid, format: 'deflated' });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** A tag with a message is an object of its own that names a commit. */
  async #peeled(oid: string): Promise<string> {
    const read = await git.readObject({ ...this.at, oid });
    return read.type === 'tag'
      ? this.#peeled((await git.readTag({ ...this.at, oid })).tag.object)
      : oid;
  }

  async mustResolve(revision: string): Promise<string> {
    const oid = await this.resolve(revision);
    if (oid !== undefined) return oid;
    throw fatal(
      `ambiguous argument '${revision}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
    );
  }

  // Objects.

  async commit(oid: string) {
    const { commit, oid: own } = await git.readCommit({ ...this.at, oid });
    return { ...commit, oid: own, parents: commit.parent };
  }

  /** All files of a commit or tree; none of the missing first commit. */
  async tree(oid: string | undefined): Promise<Versions> {
    const found: Versions = new Map();
    const enter = async (tree: string, prefix: string): Promise<void> => {
      const read = await git.readTree({ ...this.at, oid: tree });
      for (const entry of read.tree) {
        const path = `${prefix}${entry.path}`;
        if (entry.type === 'tree') await enter(entry.oid, `${path}/`);
        else found.set(path, { oid: entry.oid, mode: Number.parseInt(entry.mode, 8) });
      }
    };
    if (oid !== undefined) await enter(oid, '');
    return found;
  }

  /** Writes the trees of such files; returns the topmost. */
  async writeTree(files: Versions): Promise<string> {
    const folders = new Map<string, Versions>();
    const tree: git.TreeObject = [];
    for (const [path, version] of files) {
      const [first = '', ...rest] = path.split('/');
      if (rest.length === 0) {
        const mode = version.mode.toString(8).padStart(6, '0');
        tree.push({ mode, path: first, oid: version.oid, type: 'blob' });
      } else {
        if (!folders.has(first)) folders.set(first, new Map());
        folders.get(first)?.set(rest.join('/'), version);
      }
    }
    for (const [name, below] of folders) {
      tree.push({ mode: '040000', path: name, oid: await this.writeTree(below), type: 'tree' });
    }
    return git.writeTree({ ...this.at, tree });
  }

  async blob(oid: string): Promise<Buffer> {
    return Buffer.from((await git.readBlob({ ...this.at, oid })).blob);
  }

  // The working tree.

  /** Regular files and links below the root, without `.git` and other repositories. */
  async workFiles(skip?: (folder: string) => Promise<boolean>): Promise<Map<string, FileStat>> {
    const { fs } = this.io;
    const found = new Map<string, FileStat>();
    const enter = async (folder: string): Promise<void> => {
      await this.client.turn();
      const full = joined(this.dir, folder);
      if (!fs.may('r', full) || !fs.may('x', full)) return;
      for (const name of fs.list(full)) {
        if (name === '.git') continue;
        const path = folder === '' ? name : `${folder}/${name}`;
        const stat = fs.lstat(joined(this.dir, path));
        if (stat.type === 'file' || stat.type === 'link') found.set(path, stat);
        else if (stat.type === 'folder' && !fs.exists(joined(this.dir, `${path}/.git`))) {
          if (!(await skip?.(path))) await enter(path);
        }
      }
    };
    await enter('');
    return found;
  }

  isIgnored(path: string): Promise<boolean> {
    return git.isIgnored({ fs: this.client, dir: this.dir, gitdir: this.gitdir, filepath: path });
  }

  content(path: string): Uint8Array {
    const full = joined(this.dir, path);
    const { fs } = this.io;
    return fs.lstat(full).type === 'link' ? Buffer.from(fs.readlink(full)) : fs.read(full);
  }

  async workVersion(path: string, stat: FileStat): Promise<Version> {
    const { oid } = await git.hashBlob({ object: this.content(path) });
    return { oid, mode: modeOf(stat) };
  }

  /** Puts the working tree's file into the objects; what the index is to say of it. */
  async store(path: string): Promise<Version & { path: string; size: number; mtime: number }> {
    const stat = this.io.fs.lstat(joined(this.dir, path));
    const oid = await git.writeBlob({ ...this.at, blob: this.content(path) });
    return { path, oid, mode: modeOf(stat), size: stat.size, mtime: stat.mtime };
  }

  /** Puts a version of a file into the working tree; what the index is to say of it. */
  async place(path: string, version: Version) {
    const { fs } = this.io;
    const full = joined(this.dir, path);
    const bytes = await this.blob(version.oid);
    this.#way(path);
    if (lexists(fs, full)) {
      if (fs.lstat(full).type === 'folder') fs.removeAll(full);
      else if (version.mode === LINK || fs.lstat(full).type === 'link') fs.unlink(full);
    }
    if (version.mode === LINK) fs.symlink(bytes.toString('utf8'), full);
    else {
      fs.write(full, bytes);
      const { mode } = fs.stat(full);
      const wanted = version.mode === PROGRAM ? mode | (0o111 & ~fs.umask) : mode & ~0o111;
      if (wanted !== mode) fs.chmod(full, wanted);
    }
    const stat = fs.lstat(full);
    return { path, ...version, size: stat.size, mtime: stat.mtime };
  }

  /** Takes a file out of the working tree, and folders that are empty then. */
  take(path: string): void {
    const { fs } = this.io;
    const full = joined(this.dir, path);
    if (lexists(fs, full) && fs.lstat(full).type !== 'folder') fs.unlink(full);
    for (let folder = joined(full, '..'); folder !== this.dir; folder = joined(folder, '..')) {
      if (!fs.exists(folder) || fs.list(folder).length > 0) break;
      fs.rmdir(folder);
    }
  }

  /** Folders on the way to a file; a file that stands where one belongs goes. */
  #way(path: string): void {
    const { fs } = this.io;
    const folder = joined(this.dir, `${path}/..`);
    for (const [at] of [...path.split('/')].entries()) {
      const part = joined(this.dir, path.split('/').slice(0, at).join('/'));
      if (at > 0 && lexists(fs, part) && fs.lstat(part).type !== 'folder') fs.unlink(part);
    }
    fs.mkdir(folder, { parents: true });
  }
}

function lexists(fs: ProgramIo['fs'], path: string): boolean {
  try {
    fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}

export function modeOf(stat: FileStat): number {
  if (stat.type === 'link') return LINK;
  return (stat.mode & 0o100) === 0 ? FILE : PROGRAM;
}

export function isMissing(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'NotFoundError';
}

export function isGitDir(io: ProgramIo, folder: string): boolean {
  const { fs } = io;
  return ['HEAD', 'objects', 'refs'].every((name) => fs.exists(joined(folder, name)));
}

/** `sudo git` may use the repositories of who called it. */
function sudoer(io: ProgramIo): number | undefined {
  const uid = io.env.get('SUDO_UID');
  return io.who.uid === 0 && uid !== undefined ? Number(uid) : undefined;
}

function dubious(folder: string) {
  return fatal(
    `detected dubious ownership in repository at '${folder}'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ${folder}`,
  );
}
