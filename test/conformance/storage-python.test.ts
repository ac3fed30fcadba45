import { join } from 'node:path';
import { expect, test } from 'vitest';
import { start } from '../sandbox/support.ts';
import { pythonWith } from './python.ts';
import { run } from './tools.ts';

const LIBRARY = 'google-cloud-storage==3.17.1';

/*
 * Python's google-cloud-storage, unmodified. What is done and asserted is in
 * storage_session.py; here it is given a Python that has the library.
 */
test('a session with google-cloud-storage', { timeout: 400_000 }, async (context) => {
  const python = await pythonWith(context, LIBRARY);
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
