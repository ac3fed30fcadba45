import type { GuestStat } from './contract.ts';
import type { FileStat } from './fs/inode.ts';
import type { FileView } from './fs/view.ts';
import { SystemError } from './kernel/errors.ts';
import type { Kernel } from './kernel/kernel.ts';

type Operation = (view: FileView, kernel: Kernel, ...args: never[]) => unknown;

/** The operations of `GuestFiles`, on a user's view. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  realpath(view, _kernel, path: string) {
    // OpenSSH's server answers for a last part that is missing too: `put` asks so.
    if (view.exists(path)) return view.realpath(path);
    const absolute = view.absolute(path);
    const cut = absolute.lastIndexOf('/');
    const folder = view.realpath(absolute.slice(0, cut) || '/');
    return `${folder === '/' ? '' : folder}${absolute.slice(cut)}`;
  },
  stat: (view, kernel, path: string) => statOf(kernel, view.stat(path)),
  lstat: (view, kernel, path: string) => statOf(kernel, view.lstat(path)),
  list(view, kernel, path: string) {
    const folder = view.realpath(path);
    return view.list(folder).map((name) => {
      return { name, stat: statOf(kernel, view.lstat(`${folder}/${name}`)) };
    });
  },
  read(view, _kernel, path: string) {
    const { device } = view.stat(path);
    if (device?.endless) throw new SystemError('EINVAL', path);
    return Uint8Array.from(view.read(path));
  },
  write(view, _kernel, path: string, content: Uint8Array, mode?: number) {
    view.write(path, content, mode === undefined ? {} : { mode });
  },
  makeFolder(view, _kernel, path: string, mode?: number) {
    view.mkdir(path, mode === undefined ? {} : { mode });
  },
  removeFolder: (view, _kernel, path: string) => view.rmdir(path),
  remove: (view, _kernel, path: string) => view.unlink(path),
  rename: (view, _kernel, from: string, to: string) => view.rename(from, to),
  readLink: (view, _kernel, path: string) => view.readlink(path),
  makeLink: (view, _kernel, target: string, path: string) => view.symlink(target, path),
  setAttributes(view, _kernel, path: string, attributes: Attributes) {
    const { mode, uid, gid, mtime, size } = attributes;
    if (size !== undefined) {
      const content = view.read(path);
      const changed = new Uint8Array(Math.min(size, 128 * 1024 * 1024));
      changed.set(content.subarray(0, changed.length));
      view.write(path, changed);
    }
    if (mode !== undefined) view.chmod(path, mode & 0o7777);
    if (uid !== undefined || gid !== undefined) view.chown(path, uid ?? -1, gid ?? -1);
    if (mtime !== undefined) view.utimes(path, mtime);
  },
};

interface Attributes {
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  size?: number;
}

/** Carries an operation out as a user, relative paths counted from the home folder. */
export function fileCall(kernel: Kernel, name: string, op: string, args: unknown[]): unknown {
  const user = kernel.users.byName(name);
  if (!user) throw new SystemError('EACCES');
  const view = kernel.fs.as(kernel.users.credentials(user), { cwd: user.home });
  const operation = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
  if (!operation) throw new SystemError('EINVAL');
  return operation(view, kernel, ...(args as never[]));
}

function statOf(kernel: Kernel, stat: FileStat): GuestStat {
  return {
    type: stat.type === 'device' ? 'file' : stat.type,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    mtime: stat.mtime,
    owner: kernel.users.nameOf(stat.uid),
    group: kernel.users.groupNameOf(stat.gid),
  };
}
