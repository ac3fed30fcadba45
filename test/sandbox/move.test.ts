import { expect, test } from 'vitest';
import { client, manualClock, start } from './support.ts';

const PATH = '/storage/v1/b/moves/o';

async function begin(bucket: object = {}) {
  const clock = manualClock();
  const http = client(await start({ clock: clock.now }));
  await http.bucket('moves', bucket);
  const move = (from: string, to: string, query = '') =>
    http.post(`${PATH}/${encodeURIComponent(from)}/moveTo/o/${encodeURIComponent(to)}${query}`, {});
  const list = async (query: string) =>
    ((await http.get(`${PATH}?${query}`)).json.items ?? []).map(
      (item: { name: string; size: string }) => `${item.name}:${item.size}`,
    );
  return { clock, http, move, list };
}

test('a move gives an object another name and generation, and keeps nothing of the old', async () => {
  const { clock, http, move, list } = await begin();
  const { json: first } = await http.upload('moves', 'a', 'x'.repeat(50_000));
  await http.patch(`${PATH}/a`, { metadata: { k: 'v' } });
  await http.upload('moves', 'small', 'in the store');
  clock.advance(1000);
  const { json: moved } = await move('a', 'dir/b c');
  expect(moved).toMatchObject({
    name: 'dir/b c',
    metageneration: '1',
    metadata: { k: 'v' },
    size: '50000',
    md5Hash: first.md5Hash,
    timeCreated: '2026-01-02T03:04:06.678Z',
  });
  expect(Number(moved.generation)).toBeGreaterThan(Number(first.generation));
  expect((await http.get(`${PATH}/a`)).status).toBe(404);
  expect((await http.get(`${PATH}/dir%2Fb%20c?alt=media`)).text).toBe('x'.repeat(50_000));
  expect(await list('softDeleted=true')).toEqual([]);

  // What had the new name is replaced, as by an upload.
  await move('small', 'dir/b c');
  expect((await http.get(`${PATH}/dir%2Fb%20c?alt=media`)).text).toBe('in the store');
  expect(await list('')).toEqual(['dir/b c:12']);
  expect(await list('softDeleted=true')).toEqual(['dir/b c:50000']);
  expect((await http.get('/_cloudlab/status')).json).toMatchObject({ objects: 1, bytes: 50_012 });
});

test('a move checks both ends, and refuses what is kept', async () => {
  const { http, move, list } = await begin({ versioning: { enabled: true } });
  const { json: a } = await http.upload('moves', 'a', 'one');
  const { json: b } = await http.upload('moves', 'b', 'three');
  for (const query of [
    `?ifSourceGenerationMatch=${b.generation}`,
    `?ifSourceGenerationNotMatch=${a.generation}`,
    '?ifSourceMetagenerationMatch=2',
    '?ifGenerationMatch=0',
    `?ifGenerationNotMatch=${b.generation}`,
    '?ifMetagenerationNotMatch=1',
  ]) {
    expect((await move('a', 'b', query)).json.error, query).toMatchObject({ code: 412 });
  }
  expect((await move('none', 'b')).json.error).toMatchObject({
    code: 404,
    message: 'No such object: moves/none',
  });
  expect((await move('a', 'a')).status).toBe(400);
  expect((await move('a', 'x'.repeat(1025))).status).toBe(400);
  await http.patch(`${PATH}/a`, { temporaryHold: true });
  expect((await move('a', 'b')).json.error).toMatchObject({ code: 403 });
  await http.patch(`${PATH}/a`, { temporaryHold: false });
  await http.patch(`${PATH}/b`, { temporaryHold: true });
  expect((await move('a', 'b')).json.error).toMatchObject({ code: 403 });
  await http.patch(`${PATH}/b`, { temporaryHold: false });
  expect(await list('versions=true')).toEqual(['a:3', 'b:5']);

  const match = `?ifSourceGenerationMatch=${a.generation}&ifGenerationMatch=${b.generation}`;
  expect((await move('a', 'b', match)).status).toBe(200);
  expect(await list('versions=true')).toEqual(['b:5', 'b:3']);
});

test('of many concurrent moves of one object, one happens', async () => {
  const { http, move, list } = await begin();
  await http.upload('moves', 'a', 'x');
  const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => move('a', `to${i}`)));
  const statuses = replies.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 404)]);
  expect(await list('')).toHaveLength(1);
});
