import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { start } from '../sandbox/support.ts';
import { whyNot } from './python.ts';

const run = promisify(execFile);

const LIBRARY = 'cloud.google.com/go/storage@v1.56.0';

/*
 * Go's cloud.google.com/go/storage, unmodified, which writes through the JSON API and reads
 * through the XML API. What is done and asserted is in storage_session.go; here it is given
 * a module that has the library.
 */
test('a session with cloud.google.com/go/storage', { timeout: 900_000 }, async (context) => {
  const installed = await run('go', ['version']).catch(() => undefined);
  if (!installed) return context.skip('go is not installed');
  const dir = await moduleWithLibrary().catch((error: Error) =>
    context.skip(`no Go module with ${LIBRARY}: ${whyNot(error)}`),
  );
  await copyFile(join(import.meta.dirname, 'storage_session.go'), join(dir, 'main.go'));
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

/** A directory with a module that requires the library, made on first use and kept. */
async function moduleWithLibrary(): Promise<string> {
  const home = join(tmpdir(), `cloudlab-go-storage-${LIBRARY.split('@')[1]}`);
  if (await stat(home).catch(() => undefined)) return home;
  const draft = await mkdtemp(`${home}-`);
  try {
    const go = (...args: string[]) => run('go', args, { cwd: draft, timeout: 300_000 });
    await go('mod', 'init', 'session');
    await go('get', LIBRARY);
    await copyFile(join(import.meta.dirname, 'storage_session.go'), join(draft, 'main.go'));
    await go('mod', 'tidy');
    await rename(draft, home);
    return home;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
