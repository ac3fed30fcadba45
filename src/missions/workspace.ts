import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { makeSshKeyPair } from '../cloud/ssh-key-pair.ts';
import { reasonOf, type SourceTrouble, UserError } from '../errors.ts';
import type { Preparation, SourceFile } from './define.ts';

/**
 * Writes the seeded files of a run into its own folder and reads those that
 * the user names; the user's files are never changed.
 *
 * @param inputs what the user set; relative paths count from `cwd`
 * @param learners where files are put for the learner to work in: elsewhere, where they are to
 *   outlive the run
 */
export function workspaceFiles(
  folder: string,
  cwd: string,
  inputs: Readonly<Record<string, string>>,
  learners = join(folder, 'files'),
): Pick<Preparation, 'writeFile' | 'startFile' | 'readSource' | 'makeSshKey'> {
  return {
    async makeSshKey(user) {
      const { privateKey, publicKey } = await makeSshKeyPair(user);
      const privateKeyFile = join(folder, 'ssh', 'id_ed25519');
      mkdirSync(dirname(privateKeyFile), { recursive: true, mode: 0o700 });
      writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
      return { user, publicKey, privateKeyFile };
    },
    writeFile(relativePath, content) {
      const path = join(folder, 'files', relativePath);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, content);
      return path;
    },
    startFile(name, content) {
      const path = join(learners, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (!existsSync(path)) writeFileSync(path, content, { flag: 'wx' });
      return path;
    },
    readSource(input, kind) {
      const path = resolve(cwd, inputs[input] ?? '');
      const unusable = (why: SourceTrouble, reason?: string) =>
        new UserError('source-unusable', { name: input, path, kind, why, reason });
      try {
        const found = statSync(path);
        if (kind === 'file') {
          if (!found.isFile()) throw unusable('wrong-kind');
          return { path, files: [{ path, relative: basename(path) }] };
        }
        if (!found.isDirectory()) throw unusable('wrong-kind');
        const files = filesBelow(path);
        // It would prove nothing: object storage has no folders of its own.
        if (files.length === 0) throw unusable('empty');
        return { path, files };
      } catch (error) {
        if (error instanceof UserError) throw error;
        const { code } = error as NodeJS.ErrnoException;
        throw code === 'ENOENT' ? unusable('missing') : unusable('unreadable', reasonOf(error));
      }
    },
  };
}

/** Files at any depth, those that links lead to included. */
function filesBelow(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .sort()
    .map((path) => ({ path, relative: relative(folder, path).split(sep).join('/') }));
}
