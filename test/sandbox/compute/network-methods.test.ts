import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REGION, startNetwork } from './network-support.ts';

const list = new URL('../../conformance/vectors/compute_methods.txt', import.meta.url);
const OURS =
  /^compute\.(networks|subnetworks|firewalls|routes|addresses|globalAddresses|routers)\./;
const methods = readFileSync(list, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [name: string, verb: string, path: string])
  .filter(([name]) => OURS.test(name));

test('what is missing of networks is known by its name', async () => {
  const net = await startNetwork();
  const missing: string[] = [];
  for (const [name, verb, template] of methods) {
    const path = template
      .replace('{project}', 'cloudlab-sandbox')
      .replace('{region}', REGION)
      .replaceAll(/\{\w+\}/g, 'x');
    const { status } = await net.call(verb, `/compute/v1/${path}`);
    if (status === 501) missing.push(name.replace('compute.', ''));
  }
  expect(methods.length).toBeGreaterThan(70);
  expect(missing.toSorted()).toEqual([
    'addresses.move',
    'globalAddresses.move',
    'networks.cancelRequestRemovePeering',
    'networks.listPeeringRoutes',
    'networks.requestRemovePeering',
    'routers.deleteNamedSet',
    'routers.deleteRoutePolicy',
    'routers.getNamedSet',
    'routers.getNatMappingInfo',
    'routers.getRoutePolicy',
    'routers.listBgpRoutes',
    'routers.listNamedSets',
    'routers.listRoutePolicies',
    'routers.patchNamedSet',
    'routers.patchRoutePolicy',
    'routers.preview',
    'routers.updateNamedSet',
    'routers.updateRoutePolicy',
  ]);
});

/** Values of which some are right in some place, and most are wrong in all. */
const value = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      'x',
      'a b',
      'default',
      'global/networks/default',
      'http://[',
      '10.0.0.0/8',
      '10.3.0.0/24',
    ],
    ...['0.0.0.0/0', '::/0', '255.255.255.255', 'INGRESS', 'EXTERNAL', 'INTERNAL', 'AUTO_ONLY'],
    ...['regions/asia-northeast3/subnetworks/default', 'global/gateways/default-internet-gateway'],
    ...['99999999999999999999', '__proto__', '\u0000', '가', 'LIST_OF_SUBNETWORKS', '-1'],
  ),
  fc.constantFrom(null, true, false, -1, 0, 80, 1460, 1.5, 1e21),
);
const nested = fc.oneof(
  value,
  fc.array(value, { maxLength: 3 }),
  fc.array(
    fc.dictionary(
      fc.constantFrom(
        ...['name', 'IPProtocol', 'ports', 'rangeName', 'ipCidrRange', 'natIps', 'type'],
      ),
      fc.oneof(value, fc.array(value, { maxLength: 2 })),
    ),
    { maxLength: 2 },
  ),
);
const FIELDS = {
  networks: ['autoCreateSubnetworks', 'mtu', 'routingConfig', 'IPv4Range', 'description'],
  subnetworks: ['network', 'ipCidrRange', 'secondaryIpRanges', 'logConfig', 'purpose'],
  firewalls: [
    'network',
    'allowed',
    'denied',
    'sourceRanges',
    'targetTags',
    'priority',
    'direction',
  ],
  routes: ['network', 'destRange', 'nextHopGateway', 'nextHopIp', 'nextHopInstance', 'tags'],
  addresses: ['address', 'addressType', 'subnetwork', 'networkTier', 'labels', 'purpose'],
  routers: ['network', 'nats', 'bgp', 'interfaces'],
};

test('whatever is sent, the answer is the API’s and the sandbox stays up', async () => {
  const net = await startNetwork();
  for (const [collection, fields] of Object.entries(FIELDS)) {
    const body = fc.dictionary(fc.constantFrom(...fields), nested, { maxKeys: fields.length });
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), async (given, number) => {
        const name = `${collection.slice(0, 3)}-${number}`;
        const reply = await net.post(net.url(collection), { name, ...given });
        expect([200, 400, 404, 409, 501], reply.text).toContain(reply.status);
      }),
      { numRuns: 40 },
    );
  }
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), async (from, to) => {
      const query = new URLSearchParams({ from, to, port: '80', zone: to });
      const reply = await net.get(`/_cloudlab/compute/reach?${query}`);
      expect([200, 400, 404], reply.text).toContain(reply.status);
    }),
  );
  expect((await net.get(net.url('networks', 'default'))).status).toBe(200);
});
