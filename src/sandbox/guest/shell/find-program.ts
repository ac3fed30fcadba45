import type { FileView } from '../fs/view.ts';
import { programOf } from '../kernel/binary.ts';

/** What a name on the command line is. */
export type Executable =
  | { kind: 'program'; name: string; path: string }
  | { kind: 'script'; interpreter: string[]; path: string }
  | { kind: 'missing'; status: 126 | 127; message: string };

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** execvpe(3): looks a name up in PATH, or a path as it is, and at what its file begins with. */
export function findProgram(
  view: FileView,
  root: FileView,
  name: string,
  path = DEFAULT_PATH,
): Executable {
  if (name.includes('/')) return executable(view, root, view.absolute(name), name);
  let refused: string | undefined;
  for (const folder of path.split(':')) {
    const file = view.absolute(`${folder === '' ? '.' : folder}/${name}`);
    if (!view.exists(file) || view.stat(file).type === 'folder') continue;
    if (view.may('x', file)) return executable(view, root, file, name);
    refused ??= file;
  }
  if (refused) return { kind: 'missing', status: 126, message: `${refused}: Permission denied` };
  return { kind: 'missing', status: 127, message: `${name}: command not found` };
}

function executable(view: FileView, root: FileView, path: string, shown: string): Executable {
  const missing = (status: 126 | 127, why: string): Executable => {
    return { kind: 'missing', status, message: `${shown}: ${why}` };
  };
  if (!view.exists(path)) return missing(127, 'No such file or directory');
  if (view.stat(path).type === 'folder') return missing(126, 'Is a directory');
  if (!view.may('x', path)) return missing(126, 'Permission denied');
  // The kernel reads it, whether or not the user may.
  const content = root.read(path);
  const program = programOf(content);
  if (program) return { kind: 'program', name: program, path };
  const head = Buffer.from(content.subarray(0, 256)).toString('latin1');
  if (head.startsWith('#!')) {
    const line = head.slice(2).split('\n')[0]?.trim() ?? '';
    const [interpreter = '', ...options] = line.split(/\s+/);
    if (!view.exists(interpreter)) {
      return missing(126, `${interpreter}: bad interpreter: No such file or directory`);
    }
    return { kind: 'script', interpreter: [interpreter, ...options], path };
  }
  if (content.subarray(0, 128).includes(0)) {
    return missing(126, 'cannot execute binary file: Exec format error');
  }
  return { kind: 'script', interpreter: ['/bin/sh'], path };
}
