import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { keptFolder, requireTool, run } from './tools.ts';

const LIBRARY = 'cloud.google.com/go/storage@v1.56.0';

/** What the module's main program is made of. */
export const GO_SESSION = join(import.meta.dirname, 'storage_session.go');

/** A Go module that has Google's library for Cloud Storage; skips the test without one. */
export async function goModule(context: TestContext): Promise<string> {
  await requireTool(context, 'go', 'Go', 'version');
  return keptFolder(context, `go-storage-${LIBRARY.split('@')[1]}`, async (dir) => {
    const go = (...args: string[]) => run('go', args, { cwd: dir, timeout: 300_000 });
    await go('mod', 'init', 'session');
    await go('get', LIBRARY);
    await copyFile(GO_SESSION, join(dir, 'main.go'));
    await go('mod', 'tidy');
  });
}
