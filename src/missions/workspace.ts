import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
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
      const privateKeyFile = join(folder, 'ssh', 'id_ed25519');
      const publicKeyFile = `${privateKeyFile}.pub`;
      // A run that is gone on with keeps the key that its VM knows. The public half is written last.
      if (existsSync(publicKeyFile)) {
        return { user, publicKey: readFileSync(publicKeyFile, 'utf8').trim(), privateKeyFile };
      }
      const { privateKey, publicKey } = await makeSshKeyPair(user);
      mkdirSync(dirname(privateKeyFile), { recursive: true, mode: 0o700 });
      writeFileAtomically(privateKeyFile, privateKey);
      writeFileAtomically(publicKeyFile, `${publicKey}\n`);
      return { user, publicKey, privateKeyFile };
    },
    writeFile(relativePath, content) {
      const path = join(folder, 'files', relativePath);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // The learner may have worked on it since.
      if (!existsSync(path)) writeWhole(path, content);
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

/** All of it or nothing: a run that was killed here is prepared once more. */
function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/** Files at any depth, those that links lead to included. */
function filesBelow(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .sort()
    .map((path) => ({ path, relative: relative(folder, path).split(sep).join('/') }));
}
