import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientVariables, gsutilConfigFor, trustVariables } from '../../src/cloud/client-env.ts';
import { start, tempDir } from '../sandbox/support.ts';
import { requireTool, run } from './tools.ts';

/*
 * `gsutil`, unmodified, with the variables that `cloudlab env --tls` prints: it refuses
 * plain HTTP, and an authority that it was not told of.
 */
test('a session with gsutil', { timeout: 180_000 }, async (context) => {
  await requireTool(context, 'gsutil', 'Google Cloud SDK', 'version');
  const dir = await tempDir();
  const sandbox = await start({ tls: { directory: join(dir, 'tls') } });
  if (!sandbox.tls) throw new Error('it does not listen over TLS');
  const config = join(dir, 'gsutil.boto');
  await writeFile(config, gsutilConfigFor(sandbox.tls, sandbox.projectId));
  const env = {
    ...process.env,
    ...clientVariables(sandbox.tls.url, sandbox.projectId),
    ...trustVariables(sandbox.tls, config),
    CLOUDSDK_CONFIG: join(dir, 'config'),
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
  const state = ['-o', `GSUtil:state_dir=${join(dir, 'state')}`];
  const gsutil = async (...args: string[]) => {
    const options = { env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };
    return (await run('gsutil', ['-q', ...state, ...args], options)).stdout;
  };

  const large = randomBytes(9 * 1024 * 1024 + 3);
  await mkdir(join(dir, 'site', 'img'), { recursive: true });
  await writeFile(join(dir, 'hello.txt'), '안녕, gsutil\n');
  await writeFile(join(dir, 'large.bin'), large);
  await writeFile(join(dir, 'site', 'index.html'), '<h1>hi</h1>');
  await writeFile(join(dir, 'site', 'img', 'dot.png'), 'png');

  await gsutil('mb', '-l', 'asia-northeast3', 'gs://gsutil-lesson');
  await expect(gsutil('mb', 'gs://gsutil-lesson')).rejects.toThrow(/409/);
  expect(await gsutil('ls')).toBe('gs://gsutil-lesson/\n');
  expect(await gsutil('ls', '-L', '-b', 'gs://gsutil-lesson')).toContain('ASIA-NORTHEAST3');

  await gsutil('cp', join(dir, 'hello.txt'), 'gs://gsutil-lesson/');
  await gsutil('cp', join(dir, 'large.bin'), 'gs://gsutil-lesson/');
  await gsutil('-m', 'cp', '-r', join(dir, 'site'), 'gs://gsutil-lesson/');
  expect((await gsutil('ls', 'gs://gsutil-lesson/**')).trim().split('\n')).toEqual([
    'gs://gsutil-lesson/hello.txt',
    'gs://gsutil-lesson/large.bin',
    'gs://gsutil-lesson/site/img/dot.png',
    'gs://gsutil-lesson/site/index.html',
  ]);
  expect(await gsutil('cat', 'gs://gsutil-lesson/hello.txt')).toBe('안녕, gsutil\n');
  await gsutil('cp', 'gs://gsutil-lesson/large.bin', join(dir, 'back.bin'));
  expect((await readFile(join(dir, 'back.bin'))).equals(large)).toBe(true);
  await gsutil('cp', 'gs://gsutil-lesson/hello.txt', 'gs://gsutil-lesson/copy.txt');
  expect(await gsutil('ls', '-L', 'gs://gsutil-lesson/copy.txt')).toMatch(/Hash \(crc32c\)/);

  await gsutil('rm', 'gs://gsutil-lesson/hello.txt');
  await expect(gsutil('rb', 'gs://gsutil-lesson')).rejects.toThrow(/BucketNotEmpty/);
  await gsutil('-m', 'rm', 'gs://gsutil-lesson/**');
  await gsutil('rb', 'gs://gsutil-lesson');
  expect(await gsutil('ls')).toBe('');
});
