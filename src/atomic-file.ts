import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Replaces a small file so that a reader, or a crash at any moment, finds the
 * old content or the new, never a mixture: written aside, flushed, renamed.
 *
 * @param mode permissions; private to the user by default, since such files may hold tokens
 */
export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  const aside = `${path}.new`;
  const descriptor = openSync(aside, 'w', mode);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(aside, path);
}
