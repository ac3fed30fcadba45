import { expect, it } from 'vitest';
import { client, manualClock, start, tempDir } from '../support.ts';

const project = '/compute/v1/projects/cloudlab-sandbox';
const zone = `${project}/zones/asia-northeast3-a`;
const disk = (name: string, query = '') =>
  [`${zone}/disks${query}`, { name, sizeGb: '10' }] as const;
const requestId = '6f1c7a52-3a55-4a30-9d4e-3f1a0f4c2b11';

it('answers at once with an operation, and wait answers when it is done', async () => {
  const http = client(await start());
  const { status, json: begun } = await http.post(...disk('data-1'));
  expect([status, begun.kind, begun.operationType]).toEqual([200, 'compute#operation', 'insert']);
  expect(begun).toMatchObject({ status: 'RUNNING', progress: 0 });
  expect(begun.targetLink).toBe(
    'https://www.googleapis.com/compute/v1/projects/cloudlab-sandbox/zones/asia-northeast3-a/disks/data-1',
  );
  const done = (await http.post(`${zone}/operations/${begun.name}/wait`, {})).json;
  expect(done).toMatchObject({ id: begun.id, status: 'DONE', progress: 100 });
  expect(Date.parse(done.endTime)).toBeGreaterThanOrEqual(Date.parse(done.startTime));
  expect((await http.get(`${zone}/operations/${begun.id}`)).json.name).toBe(begun.name);
});

it('takes its time by the clock that was asked for, and goes on after a restart', async () => {
  const clock = manualClock();
  const dataDir = await tempDir();
  const options = { dataDir, clock: clock.now, realtime: true, controlToken: 'secret' };
  const first = await start(options);
  const { name } = (await client(first).post(...disk('slow'))).json;
  const look = (http: ReturnType<typeof client>) => http.get(`${zone}/operations/${name}`);
  expect((await look(client(first))).json.status).toBe('RUNNING');
  await first.close();

  const second = await start(options);
  const http = client(second);
  const advance = (advanceSeconds: number) =>
    http.call('POST', '/_cloudlab/clock', {
      headers: { authorization: 'Bearer secret' },
      body: JSON.stringify({ advanceSeconds }),
    });
  expect((await look(http)).json.status).toBe('RUNNING');
  await advance(600);
  const { json: done } = await look(http);
  expect(done.status).toBe('DONE');
  // Done when its time had come, not when somebody looked.
  expect(Date.parse(done.endTime) - Date.parse(done.startTime)).toBeLessThan(60_000);
  expect((await http.get(`${zone}/disks/slow`)).json.status).toBe('READY');
});

it('a repeated requestId is the same operation; another one finds the name taken', async () => {
  const http = client(await start());
  const { json: first } = await http.post(...disk('once', `?requestId=${requestId}`));
  const { json: again } = await http.post(...disk('once', `?requestId=${requestId.toUpperCase()}`));
  expect(again.name).toBe(first.name);
  const other = await http.post(...disk('once', `?requestId=${requestId.replace('6', '7')}`));
  expect([other.status, other.json.error.errors[0].reason]).toEqual([409, 'alreadyExists']);
  expect(other.json.error.message).toBe(
    "The resource 'projects/cloudlab-sandbox/zones/asia-northeast3-a/disks/once' already exists",
  );
  const broken = await http.post(...disk('never', '?requestId=1'));
  expect(broken.json.error.message).toBe(
    "Invalid value for field 'requestId': '1'. Must be a UUID",
  );
});

it('lists operations of a zone, of all places, filtered; forgets them after two weeks', async () => {
  const sandbox = await start({ controlToken: 'secret' });
  const http = client(sandbox);
  for (const name of ['a', 'b', 'c']) {
    const { json } = await http.post(...disk(name));
    await http.post(`${zone}/operations/${json.name}/wait`, {});
  }
  await http.post(`${project}/global/networks`, { name: 'other', autoCreateSubnetworks: false });
  const here = (await http.get(`${zone}/operations`)).json;
  expect(here).toMatchObject({ kind: 'compute#operationList' });
  expect(here.items).toHaveLength(3);
  const target = encodeURIComponent('targetLink eq ".*/disks/b"');
  expect((await http.get(`${zone}/operations?filter=${target}`)).json.items).toHaveLength(1);
  const page = (await http.get(`${zone}/operations?maxResults=2`)).json;
  const rest = (await http.get(`${zone}/operations?pageToken=${page.nextPageToken}`)).json;
  expect([page.items.length, rest.items.length]).toEqual([2, 1]);
  const everywhere = (await http.get(`${project}/aggregated/operations`)).json.items;
  expect(Object.keys(everywhere)).toEqual(
    expect.arrayContaining(['global', 'zones/asia-northeast3-a']),
  );
  const headers = { authorization: 'Bearer secret' };
  const body = JSON.stringify({ advanceSeconds: 15 * 86_400 });
  await http.call('POST', '/_cloudlab/clock', { headers, body });
  expect((await http.get(`${zone}/operations`)).json.items).toBeUndefined();
});

/** Of another listing, perhaps. */
const tokenOf = (position: string) => Buffer.from(`\n${position}`).toString('base64url');

it.each([
  ['/compute/v1/projects/other/zones/asia-northeast3-a/disks', 404, 'Failed to find project other'],
  [`${project}/zones/asia-northeast9-a/disks`, 400, "'asia-northeast9-a'. Unknown zone."],
  [`${project}/regions/mars1/addresses`, 400, "'mars1'. Unknown region."],
  [`${zone}/disks/nothing`, 404, "/disks/nothing' was not found"],
  [`${zone}/operations/nothing`, 404, "/operations/nothing' was not found"],
  [`${zone}/disks?maxResults=501`, 400, 'between 0 and 500'],
  [`${zone}/disks?filter=name`, 400, 'Invalid list filter expression.'],
  [`${zone}/disks?orderBy=size`, 400, "field 'orderBy': 'size'"],
  [`${zone}/disks?pageToken=made-up`, 400, 'Invalid page token'],
  [`${zone}/disks?pageToken=${tokenOf('addresses\0')}`, 400, 'Invalid page token'],
  [`${zone}/operations?pageToken=${tokenOf('global\0x')}`, 400, 'Invalid page token'],
])('GET %s is refused', async (path, status, message) => {
  const answer = await client(await start()).get(path);
  expect([answer.status, answer.json.error.message]).toEqual([
    status,
    expect.stringContaining(message),
  ]);
});
