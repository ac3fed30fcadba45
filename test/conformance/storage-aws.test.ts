import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { client, start, tempDir } from '../sandbox/support.ts';
import { pythonWith } from './python.ts';
import { requireTool, run } from './tools.ts';

const ACCOUNT = '100000000001-compute@developer.gserviceaccount.com';
const BOTO = 'boto3==1.43.11';

/** An environment in which S3's clients act with an HMAC key of a service account. */
async function withKey(sandbox: Sandbox, dir: string): Promise<NodeJS.ProcessEnv> {
  const path = `/storage/v1/projects/${sandbox.projectId}/hmacKeys?serviceAccountEmail=${ACCOUNT}`;
  const { json } = await client(sandbox).post(path, {});
  return {
    ...process.env,
    AWS_ACCESS_KEY_ID: json.metadata.accessId,
    AWS_SECRET_ACCESS_KEY: json.secret,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: join(dir, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(dir, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    PYTHONDONTWRITEBYTECODE: '1',
    SANDBOX_URL: sandbox.url,
    LARGE_FILE: join(dir, 'large.bin'),
  };
}

/*
 * `aws s3`, unmodified, as somebody uses it who knows it from Amazon. Every call takes a
 * second or two, so it is one sequence.
 */
test('a session with aws s3', { timeout: 240_000 }, async (context) => {
  await requireTool(context, 'aws', 'AWS CLI');
  const sandbox = await start();
  const dir = await tempDir();
  const env = await withKey(sandbox, dir);
  const aws = async (...args: string[]) =>
    (await run('aws', ['--endpoint-url', sandbox.url, ...args], { env })).stdout;

  const large = randomBytes(20 * 1024 * 1024);
  await mkdir(join(dir, 'site', 'img'), { recursive: true });
  await writeFile(join(dir, 'hello.txt'), '안녕, aws\n');
  await writeFile(join(dir, 'large.bin'), large);
  await writeFile(join(dir, 'site', 'index.html'), '<h1>hi</h1>');
  await writeFile(join(dir, 'site', 'img', 'dot.png'), 'png');

  await aws('s3', 'mb', 's3://aws-lesson');
  await expect(aws('s3', 'mb', 's3://aws-lesson')).rejects.toThrow(/BucketAlreadyOwnedByYou/);
  await expect(aws('s3', 'ls', 's3://never-made')).rejects.toThrow(/NoSuchBucket/);

  await aws('s3', 'cp', join(dir, 'hello.txt'), 's3://aws-lesson/인사.txt');
  expect(await aws('s3', 'cp', 's3://aws-lesson/인사.txt', '-')).toBe('안녕, aws\n');
  await aws('s3', 'cp', join(dir, 'large.bin'), 's3://aws-lesson/large.bin');
  await aws('s3', 'cp', 's3://aws-lesson/large.bin', join(dir, 'back.bin'));
  expect((await readFile(join(dir, 'back.bin'))).equals(large)).toBe(true);
  await aws('s3', 'cp', 's3://aws-lesson/large.bin', 's3://aws-lesson/copy.bin');
  const { json } = await client(sandbox).get('/storage/v1/b/aws-lesson/o/large.bin');
  expect(json).toMatchObject({ componentCount: 3, size: String(large.length) });

  await aws('s3', 'sync', join(dir, 'site'), 's3://aws-lesson/site');
  expect(await aws('s3', 'sync', join(dir, 'site'), 's3://aws-lesson/site')).toBe('');
  const names = (listing: string) =>
    listing
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).at(-1));
  expect(names(await aws('s3', 'ls', 's3://aws-lesson'))).toEqual([
    'site/',
    'copy.bin',
    'large.bin',
    '인사.txt',
  ]);
  expect(names(await aws('s3', 'ls', '--recursive', 's3://aws-lesson/site/'))).toEqual([
    'site/img/dot.png',
    'site/index.html',
  ]);
  expect(names(await aws('s3', 'ls'))).toEqual(['aws-lesson']);

  const url = (await aws('s3', 'presign', 's3://aws-lesson/site/index.html')).trim();
  expect(await (await fetch(url)).text()).toBe('<h1>hi</h1>');
  const altered = await fetch(url.replace('index.html', 'img/dot.png'));
  expect(altered.status).toBe(403);
  expect(await altered.text()).toContain('<Code>SignatureDoesNotMatch</Code>');

  await expect(aws('s3', 'rb', 's3://aws-lesson')).rejects.toThrow(/BucketNotEmpty/);
  await aws('s3', 'rm', 's3://aws-lesson/copy.bin');
  await aws('s3', 'rb', '--force', 's3://aws-lesson');
  expect((await aws('s3', 'ls')).trim()).toBe('');
});

/* boto3, unmodified. What is done and asserted is in boto3_session.py. */
test('a session with boto3', { timeout: 400_000 }, async (context) => {
  const python = await pythonWith(context, BOTO);
  const sandbox = await start();
  const dir = await tempDir();
  const env = await withKey(sandbox, dir);
  await writeFile(join(dir, 'large.bin'), randomBytes(20 * 1024 * 1024));
  const { stdout } = await run(python, [join(import.meta.dirname, 'boto3_session.py')], { env });
  expect(stdout.trim().split('\n')).toEqual([
    'buckets',
    'objects',
    'checksums',
    'multipart',
    'listing',
    'versions',
    'signatures',
    'deletion',
  ]);
});
