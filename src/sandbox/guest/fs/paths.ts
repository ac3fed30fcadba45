import { SystemError } from '../kernel/errors.ts';

/** As Linux follows them before it says ELOOP. */
export const MAX_LINKS = 40;
const NAME_MAX = 255;

/** An absolute path without `.`, `..` and doubled slashes; links are not looked at. */
export function joined(base: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  return `/${names.join('/')}`;
}

export function nameChecked(name: string, path: string): void {
  if (name.includes('\0')) throw new SystemError('EINVAL', path);
  if (Buffer.byteLength(name) > NAME_MAX) throw new SystemError('ENAMETOOLONG', path);
}
