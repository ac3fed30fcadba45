import type { FileStat } from '../../fs/inode.ts';
import { Failure } from '../program.ts';

/** Permission bits as text, and what `chmod` makes of text. */

const letters: Readonly<Record<FileStat['type'], string>> = {
  file: '-',
  folder: 'd',
  link: 'l',
  device: 'c',
};

/** `drwxr-xr-x`. */
export function modeText(stat: Pick<FileStat, 'type' | 'mode' | 'device'>): string {
  const { mode } = stat;
  const triple = (shift: number, special: number, set: string) => {
    const bits = (mode >> shift) & 7;
    const execute = bits & 1;
    const last = mode & special ? (execute ? set : set.toUpperCase()) : execute ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  const kind = stat.device ? stat.device.kind : letters[stat.type];
  return kind + triple(6, 0o4000, 's') + triple(3, 0o2000, 's') + triple(0, 0o1000, 't');
}

/**
 * The mode that `chmod` sets: `755`, `u+x`, `go-rwx,a=r`... `umask` counts where nobody is named.
 * https://www.gnu.org/software/coreutils/manual/html_node/Symbolic-Modes.html
 */
export function changedMode(
  text: string,
  before: { mode: number; folder: boolean },
  umask: number,
): number {
  const invalid = () =>
    new Failure(`chmod: invalid mode: ‘${text}’\nTry 'chmod --help' for more information.`);
  if (/^[0-7]+$/.test(text)) {
    const wanted = Number.parseInt(text, 8);
    if (wanted > 0o7777) throw invalid();
    return wanted;
  }
  let { mode } = before;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXst]*|[-+=][ugo])+)$/.exec(clause);
    if (!match) throw invalid();
    const [, named = '', actions = ''] = match;
    const who = named === '' || named.includes('a') ? 'ugo' : named;
    const kept = named === '' ? ~umask : ~0;
    for (const [, sign, what = ''] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let mask = 0;
      let bits = 0;
      for (const one of who) {
        const shift = { u: 6, g: 3, o: 0 }[one] as number;
        mask |= 7 << shift;
        bits |= permission(what, mode, before.folder) << shift;
        if (what.includes('s') && one !== 'o') bits |= one === 'u' ? 0o4000 : 0o2000;
      }
      if (what.includes('t')) bits |= 0o1000;
      bits &= kept | 0o7000;
      if (sign === '+') mode |= bits;
      else if (sign === '-') mode &= ~bits;
      else mode = (mode & ~mask) | bits;
    }
  }
  return mode;
}

function permission(what: string, mode: number, folder: boolean): number {
  if (/^[ugo]$/.test(what)) return (mode >> ({ u: 6, g: 3, o: 0 }[what] as number)) & 7;
  let bits = 0;
  if (what.includes('r')) bits |= 4;
  if (what.includes('w')) bits |= 2;
  if (what.includes('x')) bits |= 1;
  if (what.includes('X') && (folder || (mode & 0o111) !== 0)) bits |= 1;
  return bits;
}
