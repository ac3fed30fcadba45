/**
 * Folders with an interpreter's packages, kept in the home for all runs. Each
 * is filled once; a file in it says that it is complete, and of what. Whoever
 * fills one holds a lock beside it, so that two missions begun at once do not
 * write into one another's work; a fill that was broken off goes on where it
 * was, and pip and npm know themselves what is already there.
 */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createFileAtomically, writeFileAtomically } from '../../atomic-file.ts';
import type { Host } from '../../context.ts';
import { makeDirectory } from '../../make-directory.ts';

export interface KeptPackages {
  readonly folder: string;
  /** What is in it, letter by letter: the pinned packages, and the interpreter's version. */
  readonly content: string;
}

const marker = 'cloudlab.txt';
const betweenLooks = 500;

/** True where everything is there; a folder made for something else, or half made, is not. */
export function isComplete({ folder, content }: KeptPackages): boolean {
  try {
    return readFileSync(join(folder, marker), 'utf8') === content;
  } catch {
    return false;
  }
}

/** Makes it count as not there, so that it is filled again. */
export function forget({ folder }: KeptPackages): void {
  rmSync(join(folder, marker), { force: true });
}

/** Fills the folder, unless another process has done so while this one waited for it. */
export async function fillOnce(
  host: Pick<Host, 'pid' | 'clock' | 'isAlive'>,
  packages: KeptPackages,
  fill: () => Promise<void>,
): Promise<void> {
  const { folder, content } = packages;
  makeDirectory(folder);
  const lock = `${folder}.lock`;
  while (!createFileAtomically(lock, String(host.pid))) {
    if (isAbandoned(host, lock)) rmSync(lock, { force: true });
    else await host.clock.sleep(betweenLooks);
  }
  try {
    if (isComplete(packages)) return;
    await fill();
    writeFileAtomically(join(folder, marker), content);
  } finally {
    rmSync(lock, { force: true });
  }
}

function isAbandoned(host: Pick<Host, 'pid' | 'isAlive'>, lock: string): boolean {
  if (!existsSync(lock)) return true;
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    return owner === host.pid ? false : !host.isAlive(owner, statSync(lock).mtime);
  } catch {
    return true;
  }
}
