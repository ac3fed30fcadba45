import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { client, start, tempDir } from '../sandbox/support.ts';

const run = promisify(execFile);

/* `gcloud storage`, unmodified: what is kept, and what comes back. Every call takes seconds. */
test('retention, holds, deletion and restoration with gcloud', {
  timeout: 240_000,
}, async (context) => {
  const installed = await run('gcloud', ['--version']).catch(() => undefined);
  if (!installed) return context.skip('gcloud (Google Cloud SDK) is not installed');

  const sandbox = await start();
  const http = client(sandbox);
  const dir = await tempDir();
  const env = {
    ...process.env,
    CLOUDSDK_CONFIG: join(dir, 'config'),
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${sandbox.url}/storage/v1/`,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_CORE_PROJECT: sandbox.projectId,
  };
  const gcloud = async (...args: string[]) => {
    const pending = run('gcloud', ['storage', ...args], { env });
    // The only question asked here is whether a policy is to be locked for good.
    pending.child.stdin?.end('y\n');
    return (await pending).stdout;
  };
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
  await gcloud('buckets', 'update', 'gs://vault', '--lock-retention-period');
  await expect(gcloud('buckets', 'update', 'gs://vault', '--retention-period=1s')).rejects.toThrow(
    /Cannot reduce retention duration of a locked Retention Policy/,
  );
});
