import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { client, manualClock, start, tempDir } from './support.ts';

const KEYS = '/storage/v1/projects/cloudlab-sandbox/hmacKeys';
const DEFAULT = '100000000001-compute@developer.gserviceaccount.com';
const DAY = 24 * 3600 * 1000;

test('an HMAC key goes from active over inactive to deleted, and shows its secret once', async () => {
  const clock = manualClock();
  const sandbox = await start({ clock: clock.now });
  const http = client(sandbox);
  const made = (await http.post(`${KEYS}?serviceAccountEmail=${DEFAULT}`, {})).json;
  expect(made).toEqual({
    kind: 'storage#hmacKey',
    secret: expect.stringMatching(/^[\w+/]{40}$/),
    metadata: {
      kind: 'storage#hmacKeyMetadata',
      id: `cloudlab-sandbox/${made.metadata.accessId}`,
      selfLink: `${sandbox.url}${KEYS}/${made.metadata.accessId}`,
      accessId: expect.stringMatching(/^GOOG1E[A-Z2-7]{55}$/),
      projectId: 'cloudlab-sandbox',
      serviceAccountEmail: DEFAULT,
      state: 'ACTIVE',
      timeCreated: '2026-01-02T03:04:05.678Z',
      updated: '2026-01-02T03:04:05.678Z',
      etag: expect.any(String),
    },
  });
  const path = `${KEYS}/${made.metadata.accessId}`;
  expect((await http.get(path)).json).toEqual(made.metadata);
  expect((await http.delete(path)).json.error).toMatchObject({
    code: 400,
    message: 'Cannot delete keys in ACTIVE state.',
  });

  clock.advance(1000);
  const { etag } = made.metadata;
  const off = await http.put(path, { state: 'INACTIVE', etag });
  expect(off.json).toMatchObject({ state: 'INACTIVE', updated: '2026-01-02T03:04:06.678Z' });
  expect((await http.put(path, { state: 'ACTIVE', etag })).json.error).toMatchObject({
    code: 412,
    message: 'Etag does not match expected value.',
  });
  expect((await http.put(path, { state: 'DELETED' })).status).toBe(400);
  expect((await http.delete(path)).status).toBe(204);
  expect((await http.get(path)).json.state).toBe('DELETED');
  expect((await http.put(path, { state: 'ACTIVE' })).status).toBe(400);
  expect((await http.get(KEYS)).json).toEqual({ kind: 'storage#hmacKeysMetadata' });
  expect((await http.get(`${KEYS}?showDeletedKeys=true`)).json.items).toHaveLength(1);
  clock.advance(31 * DAY);
  expect((await http.get(path)).json.error.message).toMatch(/^Access ID not found in project/);
  expect((await http.get(`${KEYS}?showDeletedKeys=true`)).json.items).toBeUndefined();
});

test('ten keys to an account, deleted ones aside; listed by account and by page', async () => {
  const http = client(await start());
  const account = await http.post('/v1/projects/cloudlab-sandbox/serviceAccounts', {
    accountId: 'another',
  });
  const other = account.json.email;
  const create = (email: string) => http.post(`${KEYS}?serviceAccountEmail=${email}`, {});
  const made = await Promise.all(Array.from({ length: 11 }, () => create(DEFAULT)));
  expect(made.filter(({ status }) => status === 200)).toHaveLength(10);
  const { accessId } = made[0]?.json.metadata ?? {};
  await http.put(`${KEYS}/${accessId}`, { state: 'INACTIVE' });
  expect((await create(DEFAULT)).status).toBe(400);
  await http.delete(`${KEYS}/${accessId}`);
  expect((await create(DEFAULT)).status).toBe(200);
  expect((await create(other)).status).toBe(200);

  const mine = await http.get(`${KEYS}?serviceAccountEmail=${other}`);
  expect(mine.json.items).toMatchObject([{ serviceAccountEmail: other }]);
  const seen = new Set<string>();
  let token = '';
  do {
    const { json } = await http.get(`${KEYS}?maxResults=4&pageToken=${token}`);
    expect(json.items.length).toBeLessThanOrEqual(4);
    for (const key of json.items) seen.add(key.accessId);
    token = json.nextPageToken ?? '';
  } while (token !== '');
  expect(seen.size).toBe(11);
});

test('what does not exist gets no key', async () => {
  const http = client(await start());
  const refused: [string, number, RegExp][] = [
    [KEYS, 400, /serviceAccountEmail/],
    [
      `${KEYS}?serviceAccountEmail=DNE@mail.com`,
      404,
      /^Service Account 'DNE@mail\.com' not found\.$/,
    ],
    [`/storage/v1/projects/other/hmacKeys?serviceAccountEmail=${DEFAULT}`, 400, /other/],
  ];
  for (const [url, code, message] of refused) {
    const { json } = await http.post(url, {});
    expect(json.error, url).toMatchObject({ code, message: expect.stringMatching(message) });
  }
  const missing = await http.get(`${KEYS}/${'G'.repeat(3000)}`);
  expect(missing.json.error).toMatchObject({ code: 404 });
  expect((await http.get(`${KEYS}?serviceAccountEmail=DNE@mail.com`)).status).toBe(404);
});

test.skipIf(process.platform === 'win32')(
  'other users of the machine cannot read the data directory',
  async () => {
    const parent = await tempDir();
    const fresh = join(parent, 'fresh');
    const open = join(parent, 'open');
    await mkdir(open, { mode: 0o755 });
    for (const dataDir of [fresh, open]) {
      await start({ dataDir });
      expect((await stat(dataDir)).mode & 0o777, dataDir).toBe(0o700);
    }
  },
);
