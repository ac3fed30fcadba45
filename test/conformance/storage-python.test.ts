import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { start } from '../sandbox/support.ts';

const run = promisify(execFile);

const LIBRARY = 'google-cloud-storage==3.17.1';

/*
 * Python's google-cloud-storage, unmodified. What is done and asserted is in
 * storage_session.py; here it is given a Python that has the library.
 */
test('a session with google-cloud-storage', { timeout: 400_000 }, async (context) => {
  const python = await pythonWithLibrary().catch((error: Error & { stderr?: string }) => {
    const why = error.stderr?.trim().split('\n').at(-1) ?? error.message;
    return context.skip(`no Python with ${LIBRARY}: ${why}`);
  });
  const sandbox = await start();
  const { stdout } = await run(python, [join(import.meta.dirname, 'storage_session.py')], {
    env: {
      ...process.env,
      STORAGE_EMULATOR_HOST: sandbox.url,
      GOOGLE_CLOUD_PROJECT: sandbox.projectId,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  expect(stdout.trim().split('\n')).toEqual([
    'buckets',
    'bodies',
    'files',
    'listing',
    'copies',
    'metadata',
    'generations',
    'customer_keys',
    'batches',
    'transfers',
    'deletion',
  ]);
});

/** The interpreter of a virtual environment, made on first use and kept for the next run. */
async function pythonWithLibrary(): Promise<string> {
  const home = join(tmpdir(), `cloudlab-python-${LIBRARY.replace('==', '-')}`);
  const interpreter = (dir: string) =>
    process.platform === 'win32' ? join(dir, 'Scripts', 'python.exe') : join(dir, 'bin', 'python');
  if (await stat(home).catch(() => undefined)) return interpreter(home);
  const draft = await mkdtemp(`${home}-`);
  try {
    await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', draft]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', LIBRARY];
    await run(interpreter(draft), install, { timeout: 180_000 });
    await rename(draft, home);
    return interpreter(home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}
