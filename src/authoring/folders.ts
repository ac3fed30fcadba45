import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of all lessons and missions, relative to the repository, by their ids. */
export function foldersOf(root: string): ReadonlyMap<string, string> {
  const namesIn = (folder: string) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  return new Map([
    ...namesIn('missions').map((name) => [name, `missions/${name}`] as const),
    ...namesIn('lessons')
      .filter((name) => /^\d\d-/.test(name))
      .map((name) => [name.slice(3), `lessons/${name}`] as const),
  ]);
}
