import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { federate, startWithReader } from './auth-support.ts';
import { goModule } from './go.ts';
import { run } from './tools.ts';

/*
 * Google's libraries for Go, unmodified, with whatever credentials the environment names.
 */
test('a session with Go about who somebody is', { timeout: 900_000 }, async (context) => {
  const module = await goModule(context);
  await mkdir(join(module, 'auth'), { recursive: true });
  await copyFile(join(import.meta.dirname, 'auth_session.go'), join(module, 'auth', 'main.go'));
  const started = await startWithReader();
  const { sandbox, dir, bucket, keyFile, learnerFile, metadata } = started;
  const { configuration } = await federate(started);
  const program = join(dir, 'session');
  await run('go', ['build', '-o', program, './auth'], { cwd: module });
  const session = async (given: Record<string, string>) => {
    const env = { PATH: process.env['PATH'], HOME: dir, CLOUDLAB_URL: sandbox.url, BUCKET: bucket };
    return (await run(program, [], { env: { ...env, ...given } })).stdout;
  };
  const results = await Promise.all([
    session({ GOOGLE_APPLICATION_CREDENTIALS: keyFile }),
    session({ GOOGLE_APPLICATION_CREDENTIALS: learnerFile }),
    session({ GOOGLE_APPLICATION_CREDENTIALS: configuration }),
    session({ GCE_METADATA_HOST: metadata.GCE_METADATA_HOST }),
  ]);
  expect(results).toEqual(Array(4).fill('the report'));
});
