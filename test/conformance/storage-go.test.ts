import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../sandbox/support.ts';
import { GO_SESSION, goModule } from './go.ts';
import { run } from './tools.ts';

/*
 * Go's cloud.google.com/go/storage, unmodified, which writes through the JSON API and reads
 * through the XML API. What is done and asserted is in storage_session.go; here it is given
 * a module that has the library.
 */
test('a session with cloud.google.com/go/storage', { timeout: 900_000 }, async (context) => {
  const dir = await goModule(context);
  await copyFile(GO_SESSION, join(dir, 'main.go'));
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
