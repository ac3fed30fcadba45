import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { client } from '../sandbox/support.ts';
import { startGcloud } from './gcloud.ts';
import { run } from './tools.ts';

/* `gcloud storage`, unmodified: what is kept, and what comes back. Every call takes seconds. */
test('retention, holds, deletion and restoration with gcloud', {
  timeout: 240_000,
}, async (context) => {
  const { sandbox, dir, env, storage: gcloud } = await startGcloud(context);
  const http = client(sandbox);
  await writeFile(join(dir, 'a.txt'), 'kept\n');

  await gcloud('buckets', 'create', 'gs://vault', '--retention-period=1d');
  await gcloud('cp', join(dir, 'a.txt'), 'gs://vault/a');
  await expect(gcloud('rm', 'gs://vault/a')).rejects.toThrow(
    /subject to bucket's retention policy/,
  );
  await gcloud('buckets', 'update', 'gs://vault', '--clear-retention-period');
  await gcloud('objects', 'update', 'gs://vault/a', '--temporary-hold');
  await expect(gcloud('rm', 'gs://vault/a')).rejects.toThrow(/under active Temporary hold/);
  await gcloud('objects', 'update', 'gs://vault/a', '--no-temporary-hold', '--event-based-hold');
  expect((await http.get('/storage/v1/b/vault/o/a')).json).toMatchObject({
    temporaryHold: false,
    eventBasedHold: true,
  });
  await gcloud('objects', 'update', 'gs://vault/a', '--no-event-based-hold');
  await gcloud('mv', 'gs://vault/a', 'gs://vault/b');
  await gcloud('rm', 'gs://vault/b');
  await gcloud('buckets', 'delete', 'gs://vault');

  const listed = await gcloud('ls', '--buckets', '--soft-deleted', '--json');
  const [deleted] = JSON.parse(listed) as [{ metadata: { generation: string } }];
  await gcloud('restore', `gs://vault#${deleted.metadata.generation}`);
  await gcloud('restore', 'gs://vault/b');
  expect(await gcloud('cat', 'gs://vault/b')).toBe('kept\n');

  await gcloud('buckets', 'update', 'gs://vault', '--retention-period=1h');
  // Without somebody who says yes, it is not done.
  const lock = ['storage', 'buckets', 'update', 'gs://vault', '--lock-retention-period'];
  const asking = run('gcloud', lock, { env: { ...env, CLOUDSDK_CORE_DISABLE_PROMPTS: '0' } });
  asking.child.stdin?.end('y\n');
  await asking;
  await expect(gcloud('buckets', 'update', 'gs://vault', '--retention-period=1s')).rejects.toThrow(
    /Cannot reduce retention duration of a locked Retention Policy/,
  );
});
