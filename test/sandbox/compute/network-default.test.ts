import { expect, test } from 'vitest';
import { client, start } from '../support.ts';

const PROJECT = '/compute/v1/projects/cloudlab-sandbox';

test('a new project has the network default: subnets everywhere, four rules, a way out', async () => {
  const sandbox = await start();
  const http = client(sandbox);
  const network = (await http.get(`${PROJECT}/global/networks/default`)).json;
  expect(network).toMatchObject({
    kind: 'compute#network',
    autoCreateSubnetworks: true,
    mtu: 1460,
  });
  const subnets = (await http.get(`${PROJECT}/aggregated/subnetworks`)).json.items;
  expect(subnets['regions/asia-northeast3'].subnetworks).toMatchObject([
    { name: 'default', ipCidrRange: '10.178.0.0/20', gatewayAddress: '10.178.0.1' },
  ]);
  expect(Object.keys(subnets)).toHaveLength(network.subnetworks.length);
  const rules = (await http.get(`${PROJECT}/global/firewalls`)).json.items;
  expect(rules.map((one: { name: string }) => one.name)).toEqual([
    ...['default-allow-icmp', 'default-allow-internal', 'default-allow-rdp', 'default-allow-ssh'],
  ]);
  const routes = (await http.get(`${PROJECT}/global/routes`)).json.items;
  expect(routes).toHaveLength(1 + network.subnetworks.length);
  const out = routes.filter((one: { destRange: string }) => one.destRange === '0.0.0.0/0');
  expect(out).toMatchObject([
    { name: expect.stringMatching(/^default-route-[0-9a-f]{16}$/), priority: 1000 },
  ]);
});

test('who comes first at the same time finds one and the same default network', async () => {
  const http = client(await start());
  const found = await Promise.all(
    Array.from({ length: 8 }, () => http.get(`${PROJECT}/global/networks/default`)),
  );
  expect(new Set(found.map(({ json }) => json.id)).size).toBe(1);
});

test('nothing outside is asked about from outside', async () => {
  const http = client(await start());
  const ask = (query: string) => http.get(`/_cloudlab/compute/reach?${query}`);
  expect((await ask('from=internet&to=8.8.8.8&port=80')).json).toMatchObject({
    reason: 'address-not-in-use',
  });
  expect((await ask('from=internet&to=web-1&port=80')).status).toBe(404);
  expect((await ask('from=internet&to=internet&port=80')).json).toMatchObject({
    problem: 'outside',
  });
  expect((await ask('from=internet&to=metadata')).status).toBe(400);
});
