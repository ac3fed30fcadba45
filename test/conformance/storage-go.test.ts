import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../sandbox/support.ts';
import { keptFolder, requireTool, run } from './tools.ts';

const LIBRARY = 'cloud.google.com/go/storage@v1.56.0';
const SESSION = join(import.meta.dirname, 'storage_session.go');

/*
 * Go's cloud.google.com/go/storage, unmodified, which writes through the JSON API and reads
 * through the XML API. What is done and asserted is in storage_session.go; here it is given
 * a module that has the library.
 */
test('a session with cloud.google.com/go/storage', { timeout: 900_000 }, async (context) => {
  await requireTool(context, 'go', 'Go', 'version');
  const name = `go-storage-${LIBRARY.split('@')[1]}`;
  const dir = await keptFolder(context, name, fillWithModule);
  await copyFile(SESSION, join(dir, 'main.go'));
  const sandbox = await start();
  const { stdout } = await run('go', ['run', '.'], {
    cwd: dir,
    env: { ...process.env, STORAGE_EMULATOR_HOST: sandbox.url, PROJECT: sandbox.projectId },
  });
  expect(stdout.trim().split('\n')).toEqual([
    'bucket',
    'writing',
    'reading',
    'listing',
    'deletion',
  ]);
});

/** A module that requires the library. */
async function fillWithModule(dir: string): Promise<void> {
  const go = (...args: string[]) => run('go', args, { cwd: dir, timeout: 300_000 });
  await go('mod', 'init', 'session');
  await go('get', LIBRARY);
  await copyFile(SESSION, join(dir, 'main.go'));
  await go('mod', 'tidy');
}
