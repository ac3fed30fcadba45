import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGcloud } from './gcloud.ts';

/*
 * `gcloud storage`, unmodified. Every call takes a second or two, so it is one sequence:
 * what a learner does in the first lesson, and the clean-up after it.
 */
test('a session with gcloud storage', { timeout: 400_000 }, async (context) => {
  const { sandbox, dir, storage: gcloud } = await startGcloud(context);

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

test('gcloud storage: in-flight compression, encryption keys, rsync, composite uploads', {
  timeout: 400_000,
}, async (context) => {
  const { sandbox, dir, storage: gcloud, gcloud: anyGcloud } = await startGcloud(context);
  const lines = 'the same line over and over\n'.repeat(20_000);
  const large = Buffer.concat([randomBytes(9 * 1024 * 1024), Buffer.alloc(1024 * 1024)]);
  await writeFile(join(dir, 'lines.txt'), lines);
  await writeFile(join(dir, 'large.txt'), large);
  const bucket = 'gs://gcloud-advanced';
  await gcloud('buckets', 'create', bucket);
  const describe = async (name: string, ...flags: string[]) =>
    JSON.parse(await gcloud('objects', 'describe', `${bucket}/${name}`, '--format=json', ...flags));

  await gcloud(
    'cp',
    '--gzip-in-flight-all',
    join(dir, 'lines.txt'),
    join(dir, 'large.txt'),
    bucket,
  );
  expect(await describe('lines.txt')).toMatchObject({ size: lines.length });
  expect((await describe('lines.txt')).content_encoding).toBeUndefined();
  expect(await gcloud('cat', `${bucket}/lines.txt`)).toHaveLength(lines.length);
  await gcloud('cp', `${bucket}/large.txt`, join(dir, 'back.txt'));
  expect((await readFile(join(dir, 'back.txt'))).equals(large)).toBe(true);
  await gcloud('cp', '--gzip-local-all', join(dir, 'lines.txt'), `${bucket}/zipped.txt`);
  expect((await describe('zipped.txt')).content_encoding).toBe('gzip');
  await gcloud('cp', `${bucket}/zipped.txt`, join(dir, 'unzipped.txt'));
  expect(await readFile(join(dir, 'unzipped.txt'), 'utf8')).toHaveLength(lines.length);

  const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  for (const [name, source] of [
    ['small-secret', 'lines.txt'],
    ['large-secret', 'large.txt'],
  ] as const) {
    const secret = `${bucket}/${name}`;
    await gcloud('cp', `--encryption-key=${one}`, join(dir, source), secret);
    expect(await describe(name)).toMatchObject({ encryption_algorithm: 'AES256' });
    await expect(gcloud('cp', secret, join(dir, 'stolen'))).rejects.toThrow(/decryption key/i);
    await gcloud(
      'objects',
      'update',
      secret,
      `--encryption-key=${two}`,
      `--decryption-keys=${one}`,
    );
    await gcloud('cp', `--decryption-keys=${two}`, secret, join(dir, 'opened'));
    expect((await readFile(join(dir, 'opened'))).equals(await readFile(join(dir, source)))).toBe(
      true,
    );
  }
  await gcloud(
    'objects',
    'update',
    `${bucket}/small-secret`,
    '--clear-encryption-key',
    `--decryption-keys=${two}`,
  );
  expect(await gcloud('cat', `${bucket}/small-secret`)).toHaveLength(lines.length);

  await mkdir(join(dir, 'tree', 'deep'), { recursive: true });
  await writeFile(join(dir, 'tree', 'a.txt'), 'a');
  await writeFile(join(dir, 'tree', 'deep', 'b.txt'), 'b');
  const rsync = (...flags: string[]) =>
    gcloud('rsync', '--recursive', ...flags, join(dir, 'tree'), `${bucket}/tree`);
  await rsync();
  await rm(join(dir, 'tree', 'a.txt'));
  await writeFile(join(dir, 'tree', 'deep', 'b.txt'), 'changed');
  await rsync('--delete-unmatched-destination-objects');
  expect((await gcloud('ls', '--recursive', `${bucket}/tree/**`)).trim()).toBe(
    `${bucket}/tree/deep/b.txt`,
  );
  expect(await gcloud('cat', `${bucket}/tree/deep/b.txt`)).toBe('changed');
  await gcloud('rsync', '--recursive', `${bucket}/tree`, join(dir, 'mirror'));
  expect(await readFile(join(dir, 'mirror', 'deep', 'b.txt'), 'utf8')).toBe('changed');

  for (const [name, value] of [
    ['enabled', 'True'],
    ['threshold', '1M'],
    ['component_size', '2M'],
  ] as const) {
    await anyGcloud('config', 'set', `storage/parallel_composite_upload_${name}`, value);
  }
  await gcloud('cp', join(dir, 'large.txt'), `${bucket}/composed`);
  const composed = await describe('composed');
  expect(composed.component_count).toBeGreaterThan(1);
  expect(composed.md5_hash).toBeUndefined();
  await gcloud('cp', `${bucket}/composed`, join(dir, 'composed'));
  expect((await readFile(join(dir, 'composed'))).equals(large)).toBe(true);

  await gcloud('rm', '--recursive', bucket);
  const status = await fetch(`${sandbox.url}/_cloudlab/status`);
  expect(await status.json()).toMatchObject({ buckets: 0, objects: 0, bytes: 0 });
});

test('gcloud storage: lifecycle files and notifications', { timeout: 200_000 }, async (context) => {
  const {
    sandbox,
    dir,
    storage: gcloud,
  } = await startGcloud(context, {
    controlToken: 'secret',
  });
  const file = join(dir, 'lifecycle.json');
  const rule = [{ action: { type: 'Delete' }, condition: { age: 30, matchesPrefix: ['tmp/'] } }];
  await writeFile(file, JSON.stringify({ lifecycle: { rule } }));
  await gcloud('buckets', 'create', 'gs://gcloud-rules');
  await gcloud('buckets', 'update', 'gs://gcloud-rules', `--lifecycle-file=${file}`);
  const described = async () =>
    JSON.parse(await gcloud('buckets', 'describe', 'gs://gcloud-rules', '--format=json'));
  expect((await described()).lifecycle_config).toEqual({ rule });

  await writeFile(join(dir, 'old.txt'), 'old');
  await gcloud('cp', join(dir, 'old.txt'), 'gs://gcloud-rules/tmp/old.txt');
  await gcloud('cp', join(dir, 'old.txt'), 'gs://gcloud-rules/kept.txt');
  await fetch(`${sandbox.url}/_cloudlab/clock`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret' },
    body: JSON.stringify({ advanceSeconds: 30 * 24 * 3600 }),
  });
  const names = await gcloud('ls', 'gs://gcloud-rules/**');
  expect(names.trim()).toBe('gs://gcloud-rules/kept.txt');
  await gcloud('buckets', 'update', 'gs://gcloud-rules', '--clear-lifecycle');
  expect((await described()).lifecycle_config).toBeUndefined();

  const notifications = async (...args: string[]) => gcloud('buckets', 'notifications', ...args);
  await notifications(
    'create',
    'gs://gcloud-rules',
    '--skip-topic-setup',
    '--topic=uploads',
    '--event-types=OBJECT_FINALIZE',
    '--custom-attributes=team=a',
  );
  const listed = JSON.parse(await notifications('list', 'gs://gcloud-rules', '--format=json'));
  expect(listed).toMatchObject([
    {
      'Bucket URL': 'gs://gcloud-rules/',
      'Notification Configuration': {
        topic: `//pubsub.googleapis.com/projects/${sandbox.projectId}/topics/uploads`,
        event_types: ['OBJECT_FINALIZE'],
        custom_attributes: { team: 'a' },
      },
    },
  ]);
  await notifications('delete', 'gs://gcloud-rules');
  expect(await notifications('list', 'gs://gcloud-rules', '--format=json')).toMatch(/^\[\]\s*$/);
});

test('who may do what, with gcloud storage', { timeout: 400_000 }, async (context) => {
  const { dir, storage: gcloud } = await startGcloud(
    context,
    {},
    // Uniform access takes what ACLs gave from the project's owner as well, as on GCS.
    { anonymous: true },
  );
  await writeFile(join(dir, 'page.html'), '<h1>hi</h1>');
  const bucket = 'gs://gcloud-access';
  const page = `${bucket}/page.html`;
  const member = '--member=user:a@example.com';
  const role = '--role=roles/storage.objectViewer';
  const entities = async () => {
    const { acl } = JSON.parse(await gcloud('objects', 'describe', page, '--format=json(acl)'));
    return (acl as { entity: string; role: string }[]).map((e) => `${e.entity} ${e.role}`);
  };
  const owner = 'user-owner@cloudlab-sandbox.example OWNER';

  await gcloud('buckets', 'create', bucket);
  await gcloud('buckets', 'update', bucket, '--predefined-acl=publicRead');
  await gcloud('buckets', 'add-iam-policy-binding', bucket, member, role);
  const policy = async () => {
    const { bindings } = JSON.parse(
      await gcloud('buckets', 'get-iam-policy', bucket, '--format=json'),
    );
    return (bindings as { role: string; members: string[] }[]).map(
      (binding) => `${binding.role.split('.')[1]}: ${binding.members.join(' ')}`,
    );
  };
  const legacy = [
    'legacyBucketOwner: projectOwner:cloudlab-sandbox',
    'legacyBucketReader: allUsers',
  ];
  expect(await policy()).toEqual([...legacy, 'objectViewer: user:a@example.com']);
  await gcloud('buckets', 'remove-iam-policy-binding', bucket, member, role);
  expect(await policy()).toEqual(legacy);

  await gcloud('cp', join(dir, 'page.html'), page, '--predefined-acl=authenticatedRead');
  const grant = '--add-acl-grant=entity=user-b@example.com,role=READER';
  await gcloud('objects', 'update', page, grant);
  expect(await entities()).toEqual([
    owner,
    'allAuthenticatedUsers READER',
    'user-b@example.com READER',
  ]);
  await gcloud('objects', 'update', page, '--remove-acl-grant=user-b@example.com');
  expect(await entities()).toEqual([owner, 'allAuthenticatedUsers READER']);

  await gcloud('buckets', 'update', bucket, '--uniform-bucket-level-access', '--pap');
  await expect(
    gcloud('buckets', 'add-iam-policy-binding', bucket, '--member=allUsers', role),
  ).rejects.toThrow(/412.*public access prevention is enforced/);
  await expect(gcloud('objects', 'update', page, grant)).rejects.toThrow(
    /400: Cannot update access control for an object when uniform bucket-level access/,
  );
  await gcloud('buckets', 'update', bucket, '--no-uniform-bucket-level-access', '--clear-pap');
  expect(await entities()).toEqual([owner, 'allAuthenticatedUsers READER']);
});
