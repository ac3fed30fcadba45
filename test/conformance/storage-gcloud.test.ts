import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { start, tempDir } from '../sandbox/support.ts';

const run = promisify(execFile);

/*
 * `gcloud storage`, unmodified. Every call takes a second or two, so it is one sequence:
 * what a learner does in the first lesson, and the clean-up after it.
 */
test('a session with gcloud storage', { timeout: 180_000 }, async (context) => {
  const installed = await run('gcloud', ['--version']).catch(() => undefined);
  if (!installed) return context.skip('gcloud (Google Cloud SDK) is not installed');

  const sandbox = await start();
  const dir = await tempDir();
  const env = {
    ...process.env,
    CLOUDSDK_CONFIG: join(dir, 'config'),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${sandbox.url}/storage/v1/`,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_CORE_PROJECT: sandbox.projectId,
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  };
  const gcloud = async (...args: string[]) =>
    (await run('gcloud', ['storage', ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;

  const large = randomBytes(9 * 1024 * 1024 + 3);
  await mkdir(join(dir, 'site', 'img'), { recursive: true });
  await writeFile(join(dir, 'hello.txt'), '안녕, gcloud\n');
  await writeFile(join(dir, 'large.bin'), large);
  await writeFile(join(dir, 'site', 'index.html'), '<h1>hi</h1>');
  await writeFile(join(dir, 'site', 'img', 'dot.png'), 'png');

  await gcloud('buckets', 'create', 'gs://gcloud-lesson', '--location=asia-northeast3');
  await expect(gcloud('buckets', 'create', 'gs://gcloud-lesson')).rejects.toThrow(/409/);
  const described = await gcloud('buckets', 'describe', 'gs://gcloud-lesson', '--format=json');
  expect(JSON.parse(described)).toMatchObject({
    name: 'gcloud-lesson',
    location: 'ASIA-NORTHEAST3',
    default_storage_class: 'STANDARD',
  });

  await gcloud('cp', join(dir, 'hello.txt'), 'gs://gcloud-lesson/');
  await gcloud('cp', join(dir, 'large.bin'), 'gs://gcloud-lesson/');
  await gcloud('cp', '--recursive', join(dir, 'site'), 'gs://gcloud-lesson/');
  expect((await gcloud('ls', '--recursive', 'gs://gcloud-lesson/**')).trim().split('\n')).toEqual([
    'gs://gcloud-lesson/hello.txt',
    'gs://gcloud-lesson/large.bin',
    'gs://gcloud-lesson/site/img/dot.png',
    'gs://gcloud-lesson/site/index.html',
  ]);
  expect((await gcloud('ls', 'gs://gcloud-lesson')).trim().split('\n')).toEqual([
    'gs://gcloud-lesson/hello.txt',
    'gs://gcloud-lesson/large.bin',
    'gs://gcloud-lesson/site/',
  ]);
  expect(await gcloud('cat', 'gs://gcloud-lesson/hello.txt')).toBe('안녕, gcloud\n');
  await gcloud('cp', 'gs://gcloud-lesson/large.bin', join(dir, 'back.bin'));
  expect((await readFile(join(dir, 'back.bin'))).equals(large)).toBe(true);
  await expect(gcloud('cat', 'gs://gcloud-lesson/missing')).rejects.toThrow(/not|match/i);

  await gcloud('cp', 'gs://gcloud-lesson/hello.txt', 'gs://gcloud-lesson/copy.txt');
  await gcloud('rm', 'gs://gcloud-lesson/hello.txt');
  await expect(gcloud('buckets', 'delete', 'gs://gcloud-lesson')).rejects.toThrow(/not empty/);
  await gcloud('rm', '--recursive', 'gs://gcloud-lesson/**');
  await gcloud('buckets', 'delete', 'gs://gcloud-lesson');

  await gcloud('buckets', 'create', 'gs://gcloud-lesson');
  await gcloud('cp', join(dir, 'hello.txt'), 'gs://gcloud-lesson/a/b.txt');
  await gcloud('rm', '--recursive', 'gs://gcloud-lesson');
  const status = await fetch(`${sandbox.url}/_cloudlab/status`);
  expect(await status.json()).toMatchObject({ buckets: 0, objects: 0, bytes: 0 });
});
