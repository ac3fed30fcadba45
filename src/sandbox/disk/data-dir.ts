import { access, chmod, constants, mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxStartError } from '../start-error.ts';
import { isLockFile } from './lock.ts';

/** The layout that this version reads and writes. A change to it needs a migration here. */
const FORMAT = 1;
const FORMAT_FILE = 'format.json';

/** There are secrets in it: keys that signatures are verified with. */
const PRIVATE = 0o700;

/**
 * Makes sure that a directory is ours to use, touching nothing if it is not: one
 * written by a newer cloudlab, or one that holds other people's files (resetting
 * the sandbox deletes what is in there).
 */
export async function checkDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: PRIVATE });
    await access(dataDir, constants.R_OK | constants.W_OK);
    const names = await readdir(dataDir);
    if (names.includes(FORMAT_FILE)) return await checkFormat(dataDir);
    const foreign = names.filter((name) => !isLockFile(name) && !name.startsWith(FORMAT_FILE));
    if (foreign.length > 0) {
      throw unusable(dataDir, `it holds other files, such as ${foreign[0]}`);
    }
  } catch (error) {
    if (error instanceof SandboxStartError) throw error;
    throw unusable(dataDir, (error as Error).message, error);
  }
}

/**
 * Marks a fresh directory with the format version, and closes it to other users of the
 * machine; needs the lock.
 */
export async function stampDataDir(dataDir: string): Promise<void> {
  const path = join(dataDir, FORMAT_FILE);
  // Somebody else's directory, or a file system without permissions, stays as it is.
  await chmod(dataDir, PRIVATE).catch(() => undefined);
  try {
    if ((await readdir(dataDir)).includes(FORMAT_FILE)) return;
    const draft = `${path}.new`;
    const file = await open(draft, 'w');
    await file.writeFile(`${JSON.stringify({ format: FORMAT })}\n`);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    throw unusable(dataDir, (error as Error).message, error);
  }
}

async function checkFormat(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, FORMAT_FILE), 'utf8');
  let found: unknown;
  try {
    found = (JSON.parse(text) as { format?: unknown }).format;
  } catch {
    found = undefined;
  }
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 1) {
    throw unusable(dataDir, `its ${FORMAT_FILE} cannot be understood`);
  }
  if (found > FORMAT) {
    const message = `The data directory has format ${found}; this version knows ${FORMAT}.`;
    throw new SandboxStartError('DATA_DIR_NEWER', message, { dataDir, foundVersion: found });
  }
}

function unusable(dataDir: string, why: string, cause?: unknown): SandboxStartError {
  const message = `The data directory ${dataDir} cannot be used: ${why}.`;
  return new SandboxStartError('DATA_DIR_UNUSABLE', message, { dataDir, cause });
}
