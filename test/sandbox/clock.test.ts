import { expect, test } from 'vitest';
import { blobFiles, client, manualClock, start, tempDir } from './support.ts';

const DAY = 24 * 3600;

/** Moves a sandbox's clock on, as `cloudlab clock advance` does. */
const advance = (http: ReturnType<typeof client>, seconds: unknown, token = 'secret') =>
  http.call('POST', '/_cloudlab/clock', {
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ advanceSeconds: seconds }),
  });

test('the clock is ahead of the real one by what it was advanced, also after a restart', async () => {
  const { now, advance: pass } = manualClock('2026-01-01T00:00:00.000Z');
  const dataDir = await tempDir();
  const first = await start({ dataDir, clock: now, controlToken: 'secret' });
  const http = client(first);
  const status = async () => (await http.get('/_cloudlab/status')).json;
  expect(await status()).toMatchObject({ time: '2026-01-01T00:00:00.000Z', aheadSeconds: 0 });
  expect((await advance(http, DAY)).json).toEqual({
    time: '2026-01-02T00:00:00.000Z',
    aheadSeconds: DAY,
  });
  await Promise.all([advance(http, DAY), advance(http, DAY)]);
  pass(1000);
  const { json } = await http.bucket('dated');
  expect(json.timeCreated).toBe('2026-01-04T00:00:01.000Z');

  for (const wrong of [-1, 0.5, '60', null, 1e300]) {
    expect((await advance(http, wrong)).status, String(wrong)).toBe(400);
  }
  expect((await advance(http, 200 * 365 * DAY)).json.error.message).toMatch(/ends at 2200/);
  expect((await advance(http, DAY, 'wrong')).status).toBe(401);
  await first.close();

  const second = await start({ dataDir, clock: now, controlToken: 'secret' });
  const again = client(second);
  const { json: kept } = await again.get('/_cloudlab/status');
  expect(kept).toMatchObject({ time: '2026-01-04T00:00:01.000Z', aheadSeconds: 3 * DAY });
  await again.call('POST', '/_cloudlab/reset', { headers: { authorization: 'Bearer secret' } });
  const { json: reset } = await again.get('/_cloudlab/status');
  expect(reset).toMatchObject({ time: '2026-01-01T00:00:01.000Z', aheadSeconds: 0 });

  expect((await advance(client(await start()), 1)).status).toBe(404);
});

test('when the clock was advanced, what became due is done', async () => {
  const sandbox = await start({ controlToken: 'secret' });
  const http = client(sandbox);
  await http.bucket('soft');
  await http.upload('soft', 'a', 'x');
  await http.delete('/storage/v1/b/soft/o/a');
  const uploads = '/upload/storage/v1/b/soft/o?uploadType=resumable&name=b';
  const session = (await http.post(uploads, {})).headers.get('location') ?? '';
  await fetch(session, {
    method: 'PUT',
    headers: { 'content-range': 'bytes 0-262143/*' },
    body: 'x'.repeat(262_144),
  });
  const bytes = async () => (await http.get('/_cloudlab/status')).json.bytes;
  await advance(http, 6 * DAY);
  expect(await bytes()).toBe(1);
  expect(await blobFiles(sandbox.dataDir)).toHaveLength(1);
  await advance(http, DAY + 1);
  expect(await bytes()).toBe(0);
  await expect.poll(() => blobFiles(sandbox.dataDir)).toEqual([]);
});
