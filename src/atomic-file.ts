import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Small files that are whole at any moment: written aside, flushed, and only
 * then given their name. A reader, or a crash, finds the old content or the
 * new, never a mixture. Several processes may do so at once: each has a draft
 * of its own, a folder beside the file whose name begins with `draftPrefix`
 * and which only a crash leaves behind.
 */
export const draftPrefix = '.draft-';

/**
 * Replaces a file.
 *
 * @param mode permissions; private to the user by default, since such files may hold tokens
 */
export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  withDraft(path, text, mode, (draft) => renameSync(draft, path));
}

/** What the file system answers where it knows no hard links (exFAT, some network drives). */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Makes a file that must not exist yet: of several processes that want the same
 * name, exactly one gets it.
 *
 * @returns false where the file exists
 */
export function createFileAtomically(path: string, text: string): boolean {
  return withDraft(path, text, 0o600, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      if (!withoutLinks.has(code)) throw error;
      // Without links two processes that ask within the same microseconds both believe it is theirs.
      if (existsSync(path)) return false;
      renameSync(draft, path);
      return true;
    }
  });
}

function withDraft<Result>(
  path: string,
  text: string,
  mode: number,
  use: (draft: string) => Result,
): Result {
  const folder = mkdtempSync(join(dirname(path), draftPrefix));
  try {
    const draft = join(folder, 'text');
    writeFlushed(draft, text, mode);
    return use(draft);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeFlushed(path: string, text: string, mode: number): void {
  const descriptor = openSync(path, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    // A nearly full disk takes a part without an error.
    if (writeSync(descriptor, bytes) < bytes.length) throw new Error('no space left on the disk');
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
