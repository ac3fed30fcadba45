import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

const betweenLooksMs = 250;

/**
 * Tells when a file has been saved with other content than before.
 *
 * It is looked at by its name, several times a second, and not watched by the operating system:
 * editors save by writing another file and renaming it, network drives tell of nothing, and the
 * file may be gone for a moment. A content counts once two looks in a row have found the file as
 * it was, so that one half written is not run.
 *
 * @returns stops looking
 */
export function watchFile(path: string, onSaved: () => void): () => void {
  let state = stateOf(path);
  let content = contentOf(path);
  let changed = false;
  const timer = setInterval(() => {
    const now = stateOf(path);
    if (now !== state) {
      state = now;
      changed = true;
      return;
    }
    if (!changed) return;
    changed = false;
    const saved = contentOf(path);
    if (saved === undefined || saved === content) return;
    content = saved;
    onSaved();
  }, betweenLooksMs);
  return () => clearInterval(timer);
}

/** What changes with every save, whichever way it is done. */
function stateOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.ino} ${found.mtimeNs} ${found.size}`;
}

function contentOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
