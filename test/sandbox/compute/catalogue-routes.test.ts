import { expect, test } from 'vitest';
import { client, start } from '../support.ts';

const P = '/compute/v1/projects/cloudlab-sandbox';
const ROOT = 'https://www.googleapis.com/compute/v1/projects/cloudlab-sandbox';
const ZONE = `${P}/zones/asia-northeast3-a`;

test('regions name their zones and zones their region', async () => {
  const http = client(await start());
  const seoul = (await http.get(`${P}/regions/asia-northeast3`)).json;
  expect(seoul).toMatchObject({ kind: 'compute#region', name: 'asia-northeast3', status: 'UP' });
  expect(seoul.zones).toEqual(['a', 'b', 'c'].map((it) => `${ROOT}/zones/asia-northeast3-${it}`));
  const zone = (await http.get(ZONE)).json;
  expect(zone).toMatchObject({ kind: 'compute#zone', region: `${ROOT}/regions/asia-northeast3` });
  const missing = await http.get(`${P}/zones/asia-northeast3-z`);
  expect(missing.status).toBe(404);
  expect(missing.json.error.message).toBe(
    "The resource 'projects/cloudlab-sandbox/zones/asia-northeast3-z' was not found",
  );
  const filtered = await http.get(`${P}/zones?filter=region eq .*asia-northeast3&maxResults=2`);
  expect(filtered.json).toMatchObject({ kind: 'compute#zoneList', selfLink: `${ROOT}/zones` });
  expect(filtered.json.items.map(({ name }: { name: string }) => name)).toEqual([
    'asia-northeast3-a',
    'asia-northeast3-b',
  ]);
  const rest = await http.get(
    `${P}/zones?filter=region eq .*asia-northeast3&pageToken=${filtered.json.nextPageToken}`,
  );
  expect(rest.json.items.map(({ name }: { name: string }) => name)).toEqual(['asia-northeast3-c']);
});

test('machine types are listed by zone, in pages; custom ones can be asked for', async () => {
  const http = client(await start());
  const micro = (await http.get(`${ZONE}/machineTypes/e2-micro`)).json;
  expect(micro).toMatchObject({
    kind: 'compute#machineType',
    guestCpus: 2,
    memoryMb: 1024,
    isSharedCpu: true,
    zone: 'asia-northeast3-a',
    selfLink: `${ROOT}/zones/asia-northeast3-a/machineTypes/e2-micro`,
  });
  const custom = (await http.get(`${ZONE}/machineTypes/e2-custom-4-8192`)).json;
  expect(custom).toMatchObject({ guestCpus: 4, memoryMb: 8192 });
  expect((await http.get(`${ZONE}/machineTypes/x9-huge`)).status).toBe(404);

  const whole = (await http.get(`${ZONE}/machineTypes`)).json.items;
  const paged: string[] = [];
  for (let token = ''; ; ) {
    const page = (await http.get(`${ZONE}/machineTypes?maxResults=37&pageToken=${token}`)).json;
    paged.push(...page.items.map(({ name }: { name: string }) => name));
    if (page.nextPageToken === undefined) break;
    token = page.nextPageToken;
  }
  expect(paged).toEqual(whole.map(({ name }: { name: string }) => name));
});

test('the aggregated list goes on from one zone to the next', async () => {
  const http = client(await start());
  const path = `${P}/aggregated/machineTypes?maxResults=300&filter=name=e2-micro`;
  const first = (await http.get(path)).json;
  expect(first.kind).toBe('compute#machineTypeAggregatedList');
  expect(first.items['zones/asia-northeast3-b'].machineTypes).toHaveLength(1);
  const two = (await http.get(`${P}/aggregated/machineTypes?maxResults=500`)).json;
  const next = (
    await http.get(`${P}/aggregated/machineTypes?maxResults=500&pageToken=${two.nextPageToken}`)
  ).json;
  const names = ({ items }: { items: Record<string, { machineTypes?: { name: string }[] }> }) =>
    Object.entries(items).flatMap(([scope, { machineTypes = [] }]) =>
      machineTypes.map(({ name }) => `${scope} ${name}`),
    );
  expect(names(two)).toHaveLength(500);
  expect(names(next)).toHaveLength(500);
  expect(new Set([...names(two), ...names(next)]).size).toBe(1000);
});

test("the project's metadata changes with its fingerprint only", async () => {
  const http = client(await start());
  const before = (await http.get(P)).json;
  expect(before).toMatchObject({
    kind: 'compute#project',
    name: 'cloudlab-sandbox',
    defaultServiceAccount: '100000000001-compute@developer.gserviceaccount.com',
    defaultNetworkTier: 'PREMIUM',
  });
  const { fingerprint } = before.commonInstanceMetadata;
  const items = [{ key: 'ssh-keys', value: 'mina:ssh-ed25519 AAAA mina' }];
  const set = await http.post(`${P}/setCommonInstanceMetadata`, { fingerprint, items });
  expect(set.json).toMatchObject({
    kind: 'compute#operation',
    operationType: 'compute.projects.setCommonInstanceMetadata',
    targetLink: ROOT,
  });
  expect((await http.get(P)).json.commonInstanceMetadata.items).toEqual(items);
  const stale = await http.post(`${P}/setCommonInstanceMetadata`, { fingerprint, items: [] });
  expect([stale.status, stale.json.error.errors[0].reason]).toEqual([412, 'conditionNotMet']);
  const twice = await http.post(`${P}/setCommonInstanceMetadata`, {
    fingerprint: (await http.get(P)).json.commonInstanceMetadata.fingerprint,
    items: [...items, ...items],
  });
  expect(twice.status).toBe(400);
  await http.post(`${P}/setDefaultNetworkTier`, { networkTier: 'STANDARD' });
  expect((await http.get(P)).json.defaultNetworkTier).toBe('STANDARD');
  expect((await http.get('/compute/v1/projects/other')).status).toBe(404);
});
