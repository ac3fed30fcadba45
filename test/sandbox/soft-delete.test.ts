import { expect, test } from 'vitest';
import { client, manualClock, start, tempDir } from './support.ts';

const DAY = 24 * 3600 * 1000;

async function begin() {
  const clock = manualClock();
  const dataDir = await tempDir();
  const sandbox = await start({ clock: clock.now, dataDir });
  const http = client(sandbox);
  return {
    clock,
    dataDir,
    sandbox,
    http,
    status: async () => (await http.get('/_cloudlab/status')).json,
    deletedBuckets: async (query = '') =>
      (await http.get(`/storage/v1/b?project=${sandbox.projectId}&softDeleted=true${query}`)).json
        .items ?? [],
    deletedObjects: async (bucket: string) =>
      (await http.get(`/storage/v1/b/${bucket}/o?softDeleted=true`)).json.items ?? [],
  };
}

test('a restored object is a new generation with the old data; the deleted one stays', async () => {
  const { clock, http, deletedObjects } = await begin();
  await http.bucket('again');
  const big = 'x'.repeat(50_000);
  await http.upload('again', 'a', big);
  await http.patch('/storage/v1/b/again/o/a', {
    metadata: { k: 'v' },
    customTime: '2026-01-01T00:00:00Z',
  });
  await http.delete('/storage/v1/b/again/o/a');
  const [{ generation }] = await deletedObjects('again');
  const restore = (query: string) => http.post(`/storage/v1/b/again/o/a/restore?${query}`, {});

  clock.advance(1000);
  const { json: restored } = await restore(`generation=${generation}&ifGenerationMatch=0`);
  expect(restored).toMatchObject({
    metageneration: '1',
    metadata: { k: 'v' },
    customTime: '2026-01-01T00:00:00Z',
    contentType: 'text/plain',
    timeCreated: '2026-01-02T03:04:06.678Z',
  });
  expect(Number(restored.generation)).toBeGreaterThan(Number(generation));
  expect(restored.softDeleteTime).toBeUndefined();
  expect((await http.get('/storage/v1/b/again/o/a?alt=media')).text).toBe(big);

  // Over the live one only if no condition forbids it; that one is soft-deleted then.
  expect((await restore(`generation=${generation}&ifGenerationMatch=0`)).status).toBe(412);
  expect((await restore(`generation=${generation}`)).status).toBe(200);
  const kept = (await deletedObjects('again')).map(
    (item: { generation: string }) => item.generation,
  );
  expect(kept).toEqual([generation, restored.generation]);
  expect((await restore(`generation=${generation}0`)).json.error).toMatchObject({
    code: 404,
    message: `No such object: again/a#${generation}0`,
  });
  expect((await restore('')).json.error).toMatchObject({
    code: 400,
    errors: [{ reason: 'required' }],
  });

  // Both copies have bytes of their own.
  clock.advance(8 * DAY);
  expect(await deletedObjects('again')).toEqual([]);
  expect((await http.get('/storage/v1/b/again/o/a?alt=media')).text).toBe(big);
  expect((await restore(`generation=${generation}`)).status).toBe(404);
  await http.patch('/storage/v1/b/again', { softDeletePolicy: { retentionDurationSeconds: 0 } });
  await http.delete('/storage/v1/b/again/o/a');
  expect((await http.get('/_cloudlab/status')).json.bytes).toBe(0);
});

test('a deleted bucket can be restored, with its deleted objects', async () => {
  const { clock, http, status, deletedBuckets, deletedObjects } = await begin();
  const { json: made } = await http.bucket('back', { labels: { a: 'b' }, location: 'EU' });
  await http.upload('back', 'a', 'x'.repeat(50_000));
  await http.delete('/storage/v1/b/back/o/a');
  expect(await status()).toMatchObject({ buckets: 1, objects: 0, bytes: 50_000 });
  clock.advance(DAY);
  expect((await http.delete('/storage/v1/b/back')).status).toBe(204);
  expect(await status()).toMatchObject({ buckets: 0, bytes: 0, softDeletedBuckets: 1 });
  expect((await http.get('/storage/v1/b/back')).status).toBe(404);
  expect((await http.get('/storage/v1/b/back/o?softDeleted=true')).status).toBe(404);

  const gone = {
    name: 'back',
    generation: made.generation,
    labels: { a: 'b' },
    softDeleteTime: '2026-01-03T03:04:05.678Z',
    hardDeleteTime: '2026-01-10T03:04:05.678Z',
  };
  expect(await deletedBuckets()).toEqual([expect.objectContaining(gone)]);
  expect(await deletedBuckets('&prefix=c')).toEqual([]);
  const one = `/storage/v1/b/back?softDeleted=true`;
  expect((await http.get(`${one}&generation=${made.generation}`)).json).toMatchObject(gone);
  expect((await http.get(`${one}&generation=7`)).status).toBe(404);
  expect((await http.get(one)).json.error).toMatchObject({ errors: [{ reason: 'required' }] });

  const restore = () =>
    http.post(`/storage/v1/b/back/restore?generation=${made.generation}`, undefined);
  const { json: restored } = await restore();
  expect(restored).toMatchObject({ generation: made.generation, labels: { a: 'b' } });
  expect(restored.softDeleteTime).toBeUndefined();
  expect((await http.get('/storage/v1/b/back')).json.location).toBe('EU');
  expect((await restore()).status).toBe(404);
  expect(await deletedBuckets()).toEqual([]);
  expect(await status()).toMatchObject({ buckets: 1, bytes: 50_000 });

  const [object] = await deletedObjects('back');
  const path = `/storage/v1/b/back/o/a`;
  expect((await http.post(`${path}/restore?generation=${object.generation}`, {})).status).toBe(200);
  expect((await http.get(`${path}?alt=media`)).text).toHaveLength(50_000);
  // The objects' time ran on meanwhile.
  clock.advance(6 * DAY);
  expect(await deletedObjects('back')).toEqual([]);
});

test('deleted buckets of one name are kept apart, from each other and from a living one', async () => {
  const { clock, http, status, deletedBuckets, deletedObjects } = await begin();
  const generations: string[] = [];
  for (const body of ['first', 'second']) {
    generations.push((await http.bucket('same')).json.generation);
    await http.upload('same', 'a', body);
    await http.delete('/storage/v1/b/same/o/a');
    await http.delete('/storage/v1/b/same');
  }
  const [first, second] = generations;
  const { json: third } = await http.bucket('same');
  await http.upload('same', 'a', 'third');
  expect(await deletedObjects('same')).toEqual([]);
  const names = (await deletedBuckets()).map((item: { generation: string }) => item.generation);
  expect(names).toEqual([first, second]);
  const page = await http.get(
    '/storage/v1/b?project=cloudlab-sandbox&softDeleted=true&maxResults=1',
  );
  const next = await deletedBuckets(`&pageToken=${page.json.nextPageToken}`);
  expect(next).toEqual([expect.objectContaining({ generation: second })]);

  const restore = (generation: string | undefined) =>
    http.post(`/storage/v1/b/same/restore?generation=${generation}`, {});
  expect((await restore(first)).json.error).toMatchObject({
    code: 409,
    errors: [{ reason: 'conflict' }],
  });
  await http.patch('/storage/v1/b/same', { softDeletePolicy: { retentionDurationSeconds: 0 } });
  await http.delete('/storage/v1/b/same/o/a');
  await http.delete('/storage/v1/b/same');
  expect((await restore(first)).status).toBe(200);
  const [object] = await deletedObjects('same');
  await http.post(`/storage/v1/b/same/o/a/restore?generation=${object.generation}`, {});
  expect((await http.get('/storage/v1/b/same/o/a?alt=media')).text).toBe('first');
  expect(await deletedObjects('same')).toHaveLength(1);

  // Turned off, soft delete still keeps the bucket for the longest time it ever promised.
  const rest = (await deletedBuckets()).map((item: { generation: string }) => item.generation);
  expect(rest).toEqual([second, third.generation]);
  clock.advance(7 * DAY);
  expect(await deletedBuckets()).toEqual([]);
  expect((await restore(second)).status).toBe(404);
  expect(await status()).toMatchObject({ buckets: 1, objects: 1, softDeletedBuckets: 0 });
});

test('without soft delete nothing is kept; what is kept outlives a restart and then ends', async () => {
  const { clock, dataDir, sandbox, http, deletedBuckets } = await begin();
  await http.bucket('off', { softDeletePolicy: { retentionDurationSeconds: '0' } });
  await http.delete('/storage/v1/b/off');
  expect(await deletedBuckets()).toEqual([]);
  await http.bucket('kept');
  await http.upload('kept', 'big', 'x'.repeat(50_000));
  await http.delete('/storage/v1/b/kept/o/big');
  await http.delete('/storage/v1/b/kept');
  const [{ generation }] = await deletedBuckets();
  await sandbox.close();

  const second = await start({ clock: clock.now, dataDir });
  const again = client(second);
  expect((await again.post(`/storage/v1/b/kept/restore?generation=${generation}`, {})).status).toBe(
    200,
  );
  const { json } = await again.get('/storage/v1/b/kept/o?softDeleted=true');
  const [{ name, generation: object }] = json.items;
  await again.post(`/storage/v1/b/kept/o/${name}/restore?generation=${object}`, {});
  expect((await again.get(`/storage/v1/b/kept/o/${name}?alt=media`)).text).toHaveLength(50_000);
  await again.delete(`/storage/v1/b/kept/o/${name}`);
  await again.delete('/storage/v1/b/kept');
  await second.close();
  clock.advance(14 * DAY);
  const third = client(await start({ clock: clock.now, dataDir }));
  expect((await third.get('/_cloudlab/status')).json).toMatchObject({
    buckets: 0,
    bytes: 0,
    softDeletedBuckets: 0,
  });
});
