import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Host } from '../context.ts';

/**
 * Where a shell would find a program; undefined where it would not. A name with a slash in it
 * is a path already.
 */
export function findProgram(
  { variables, platform, cwd }: Pick<Host, 'variables' | 'platform' | 'cwd'>,
  name: string,
): string | undefined {
  const windows = platform === 'win32';
  const endings = windows ? ['', ...(variables['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const isPath = name.includes('/') || (windows && name.includes('\\'));
  // Windows writes it as it likes.
  const path = Object.entries(variables).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  const folders = isPath ? [cwd] : path.split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const ending of endings) {
      const file = isPath && /^([a-z]:)?[\\/]/i.test(name) ? name : join(folder, name);
      if (isProgram(`${file}${ending}`)) return `${file}${ending}`;
    }
  }
  return undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
