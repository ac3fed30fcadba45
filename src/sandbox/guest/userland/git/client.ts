import type { FileStat } from '../../fs/inode.ts';
import type { FileView } from '../../fs/view.ts';
import type { ProgramIo } from '../../kernel/programs.ts';

/** The bits of a mode that say what a thing is, as lstat(2) gives them. */
const TYPE = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const;

/** So many calls follow each other before others have their turn. */
const TURN = 128;

/** Somebody pressed Ctrl-C, or the client is gone. */
export class Interrupted extends Error {}

/**
 * The guest's files as isomorphic-git wants them: the promises of node's `fs`, done by a
 * FileView and so with the permissions of whoever runs git.
 */
export function fileClient(io: Pick<ProgramIo, 'fs' | 'signal' | 'sleep'>) {
  const view: FileView = io.fs;
  let calls = 0;
  const turn = async () => {
    if (io.signal.aborted) throw new Interrupted();
    if (++calls % TURN === 0) await io.sleep(0);
  };
  const promises = {
    async readFile(path: string, options?: string | { encoding?: string }) {
      await turn();
      const encoding = typeof options === 'string' ? options : options?.encoding;
      const bytes = view.read(path);
      return encoding === 'utf8' ? Buffer.from(bytes).toString('utf8') : Buffer.from(bytes);
    },
    async writeFile(path: string, content: Uint8Array | string, options?: { mode?: number }) {
      await turn();
      const mode = typeof options === 'object' ? options.mode : undefined;
      // A file keeps its mode as long as it is there.
      view.write(path, content, mode === undefined ? {} : { mode });
    },
    async unlink(path: string) {
      await turn();
      view.unlink(path);
    },
    async readdir(path: string) {
      await turn();
      return view.list(path);
    },
    async mkdir(path: string) {
      await turn();
      view.mkdir(path);
    },
    async rmdir(path: string) {
      await turn();
      view.rmdir(path);
    },
    async rm(path: string, options?: { recursive?: boolean }) {
      await turn();
      if (options?.recursive) view.removeAll(path);
      else view.unlink(path);
    },
    async stat(path: string) {
      await turn();
      return statOf(view.stat(path));
    },
    async lstat(path: string) {
      await turn();
      return statOf(view.lstat(path));
    },
    async readlink(path: string) {
      await turn();
      return view.readlink(path);
    },
    async symlink(target: string, path: string) {
      await turn();
      view.symlink(target, path);
    },
    async chmod(path: string, mode: number) {
      await turn();
      view.chmod(path, mode);
    },
  };
  return { promises, turn };
}

export type FileClient = ReturnType<typeof fileClient>;

function statOf(stat: FileStat) {
  return {
    mode: TYPE[stat.type] | stat.mode,
    size: stat.size,
    ino: stat.ino,
    uid: stat.uid,
    gid: stat.gid,
    dev: 0,
    mtimeMs: stat.mtime,
    ctimeMs: stat.mtime,
    isFile: () => stat.type === 'file',
    isDirectory: () => stat.type === 'folder',
    isSymbolicLink: () => stat.type === 'link',
  };
}
