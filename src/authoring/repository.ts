import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/**
 * The checkout of cloudlab that somebody works in: the folder itself or the nearest above it. Content is
 * written there; an installed cloudlab has it compiled only.
 *
 * @throws UserError `not-a-repository`
 */
export function findRepository(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const isOne = ['lessons/facts', 'missions', 'src/content'].every((path) =>
      existsSync(join(folder, path)),
    );
    if (isOne) return folder;
    if (folder === dirname(folder)) throw new UserError('not-a-repository', { cwd });
  }
}
