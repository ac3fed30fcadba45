import { isEndless } from '../fs/inode.ts';
import type { FileView } from '../fs/view.ts';
import { SystemError } from '../kernel/errors.ts';
import type { PythonStat } from './files.ts';

const TYPES = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const;
const PATCH_MAX = 128 * 1024 * 1024;

type Answer = (...args: never[]) => unknown;

/** What a Python program's file calls do: the guest's system calls, as the user who runs it. */
export function fileAnswers(fs: FileView): Readonly<Record<string, Answer>> {
  return {
    lstat: (path: string): PythonStat => {
      const { type, mode, device, ...stat } = fs.lstat(path);
      const { kind = '-', numbers } = device ?? {};
      const typeBits = type === 'device' && kind === '-' ? TYPES.file : TYPES[type];
      const rdev = numbers ? (numbers[0] << 8) | numbers[1] : 0;
      return { ...stat, mode: mode | typeBits, rdev };
    },
    list: (path: string) => fs.list(path),
    open: (path: string, how: number) => {
      if (how !== 1 && !fs.may('r', path)) throw new SystemError('EACCES', path);
      if (how === 0) return;
      const { device } = fs.stat(path);
      if (!fs.may('w', path) || (device && !device.write)) throw new SystemError('EACCES', path);
    },
    read: (path: string) => fs.read(path).slice(),
    device: (path: string, length: number) => fs.read(path).slice(0, length),
    create: (path: string, mode: number) => fs.write(path, '', { mode, exclusive: true }),
    /** At -1 it is added to the end. */
    write: (path: string, position: number, bytes: Uint8Array) => {
      const { size, device } = fs.stat(path);
      if (device || position === -1 || position === size) {
        fs.append(path, bytes);
        return;
      }
      const length = Math.max(size, position + bytes.length);
      if (length > PATCH_MAX) throw new SystemError('ENOSPC', path);
      const whole = new Uint8Array(length);
      whole.set(fs.read(path));
      whole.set(bytes, position);
      fs.write(path, whole);
    },
    truncate: (path: string, size: number) => {
      if (isEndless(fs.stat(path).device)) return;
      if (size > PATCH_MAX) throw new SystemError('ENOSPC', path);
      const whole = new Uint8Array(size);
      if (size > 0) whole.set(fs.read(path).subarray(0, size));
      fs.write(path, whole);
    },
    mkdir: (path: string, mode: number) => fs.mkdir(path, { mode }),
    rmdir: (path: string) => fs.rmdir(path),
    unlink: (path: string) => fs.unlink(path),
    rename: (from: string, to: string) => fs.rename(from, to),
    symlink: (target: string, path: string) => fs.symlink(target, path),
    readlink: (path: string) => fs.readlink(path),
    chmod: (path: string, mode: number) => fs.chmod(path, mode),
    chown: (path: string, uid: number, gid: number, follow: boolean) =>
      fs.chown(path, uid, gid, { follow }),
    utimes: (path: string, mtime: number) => fs.utimes(path, mtime),
    access: (path: string, mode: number) => {
      fs.stat(path);
      for (const [bit, access] of [
        [4, 'r'],
        [2, 'w'],
        [1, 'x'],
      ] as const) {
        if ((mode & bit) !== 0 && !fs.may(access, path)) throw new SystemError('EACCES', path);
      }
    },
  };
}
