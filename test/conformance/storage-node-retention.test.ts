import { Storage } from '@google-cloud/storage';
import { expect, test } from 'vitest';
import { manualClock, start } from '../sandbox/support.ts';

/* Google's Node client, unmodified: what is kept, what comes back and what is moved. */

const HOUR = 3600 * 1000;

async function begin() {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const { projectId, url } = sandbox;
  const storage = new Storage({ projectId, apiEndpoint: url, useAuthWithCustomEndpoint: false });
  return { clock, storage };
}

const save = { resumable: false };

test('a retention period, a lock, holds and the retention of an object', async () => {
  const { clock, storage } = await begin();
  const [bucket] = await storage.createBucket('kept', { enableObjectRetention: true });
  await bucket.setRetentionPeriod(3600);
  const file = bucket.file('a');
  await file.save('x', save);
  await expect(file.delete()).rejects.toMatchObject({
    code: 403,
    errors: [{ reason: 'retentionPolicyNotMet' }],
  });
  const [expires] = await file.getExpirationDate();
  expect(expires.getTime()).toBe(clock.now().getTime() + HOUR);
  const [{ metageneration = '' }] = await bucket.getMetadata();
  await bucket.lock(metageneration);
  await expect(bucket.removeRetentionPeriod()).rejects.toMatchObject({ code: 403 });
  await bucket.setRetentionPeriod(7200);

  await file.setMetadata({ temporaryHold: true });
  clock.advance(2 * HOUR);
  await expect(file.save('y', save)).rejects.toMatchObject({ code: 403 });
  const until = new Date(clock.now().getTime() + HOUR).toISOString();
  await file.setMetadata({
    temporaryHold: false,
    retention: { mode: 'Unlocked', retainUntilTime: until },
  });
  await expect(file.delete()).rejects.toMatchObject({ code: 403 });
  await expect(file.setMetadata({ retention: null })).rejects.toMatchObject({ code: 403 });
  await file.setMetadata({ retention: null }, { overrideUnlockedRetention: true });
  await file.delete();
});

test('objects and buckets are restored, objects moved at once', async () => {
  const { storage } = await begin();
  const [bucket] = await storage.createBucket('back');
  await bucket.file('a').save('first', { ...save, metadata: { metadata: { k: 'v' } } });
  await bucket.file('a').delete();
  const [[deleted]] = await bucket.getFiles({ softDeleted: true });
  const generation = Number(deleted?.metadata.generation);
  await bucket.delete();
  const [[gone]] = await storage.getBuckets({ softDeleted: true });
  expect(gone?.metadata).toMatchObject({ name: 'back', softDeleteTime: expect.any(String) });
  await bucket.restore({ generation: String(gone?.metadata.generation) });
  await bucket.file('a').restore({ generation });

  await bucket.file('a').moveFileAtomic('dir/b', { preconditionOpts: { ifGenerationMatch: 0 } });
  const [files] = await bucket.getFiles();
  expect(files.map(({ name }) => name)).toEqual(['dir/b']);
  const [body] = await bucket.file('dir/b').download();
  expect(body.toString()).toBe('first');
  expect((await bucket.file('dir/b').getMetadata())[0].metadata).toEqual({ k: 'v' });
});
