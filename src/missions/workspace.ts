import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { UserError } from '../errors.ts';
import type { Preparation, SourceFile } from './define.ts';

/**
 * Writes the seeded files of a run into its own folder and reads those that
 * the user names; the user's files are never changed.
 *
 * @param inputs what the user set; relative paths count from `cwd`
 */
export function workspaceFiles(
  folder: string,
  cwd: string,
  inputs: Readonly<Record<string, string>>,
): Pick<Preparation, 'writeFile' | 'readSource'> {
  return {
    writeFile(relativePath, content) {
      const path = join(folder, 'files', relativePath);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, content);
      return path;
    },
    readSource(input, kind) {
      const path = resolve(cwd, inputs[input] ?? '');
      const found = statSync(path, { throwIfNoEntry: false });
      const fits = kind === 'file' ? found?.isFile() : found?.isDirectory();
      if (!fits) throw new UserError('source-missing', { name: input, path, kind });
      if (kind === 'file') return [{ path, relative: basename(path) }];
      const files = filesBelow(path);
      // An empty folder would prove nothing: object storage has no folders of its own.
      if (files.length === 0) throw new UserError('source-missing', { name: input, path, kind });
      return files;
    },
  };
}

function filesBelow(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path,
      relative: path
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    }));
}
