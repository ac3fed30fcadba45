import { expect, test } from 'vitest';
import { start, tempDir } from '../support.ts';
import { compute, vm } from './instance-support.ts';
import { inSubnet, network, REGION, startNetwork } from './network-support.ts';

const NO_EXTERNAL = { networkInterfaces: [{ network: 'global/networks/default' }] };

test('what the default network lets through, and what nobody opened', async () => {
  const net = await startNetwork();
  const a = await net.running('a');
  await net.running('b', NO_EXTERNAL);
  expect(await net.reach('me', 'a', 22)).toMatchObject({
    allowed: true,
    reason: 'allowed',
    rule: { kind: 'firewall', name: 'default-allow-ssh', priority: 65534 },
    arrivesAt: { interface: 'nic0', address: a.networkInterfaces[0].networkIP },
    seenAs: '203.0.113.10',
  });
  expect(await net.reach('me', 'a', 80)).toMatchObject({
    allowed: false,
    reason: 'ingress-denied',
    rule: { kind: 'implied', name: 'implied-deny-ingress' },
  });
  expect(await net.reach('a', 'b', 80)).toMatchObject({
    allowed: true,
    rule: { name: 'default-allow-internal' },
  });
  expect(await net.reach('a', 'b', 'icmp')).toMatchObject({ rule: { name: 'default-allow-icmp' } });
  expect(await net.reach('me', 'b', 22)).toMatchObject({ reason: 'no-external-address' });
  expect(await net.reach('me', '10.178.0.3', 22)).toMatchObject({
    reason: 'private-address-from-internet',
  });
  expect(await net.reach('b', '8.8.8.8', 443)).toMatchObject({ reason: 'no-way-out' });
  expect(await net.reach('b', 'metadata', 80)).toMatchObject({ allowed: true });
  expect(await net.reach('a', '8.8.8.8', 443)).toMatchObject({ allowed: true });
  expect(await net.reach('a', '8.8.8.8', 25)).toMatchObject({ reason: 'smtp-blocked' });
  expect(await net.reach('a', '10.9.9.9')).toMatchObject({ reason: 'private-address-not-routed' });
  expect(await net.reach('a', '10.178.5.5')).toMatchObject({ reason: 'no-such-host' });
});

test('by its external address a neighbour is a stranger, whatever its tags', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  await net.running('a', { ...inSubnet('one-sub', true), tags: { items: ['web'] } });
  await net.running('c', inSubnet('one-sub'));
  const b = await net.running('b', inSubnet('one-sub', true));
  await net.make('firewalls', {
    name: 'from-tagged',
    network: 'global/networks/one',
    allowed: [{ IPProtocol: 'tcp', ports: ['80'] }],
    sourceTags: ['web'],
  });
  const [{ networkIP, accessConfigs }] = b.networkInterfaces;
  expect(await net.reach('a', networkIP)).toMatchObject({ rule: { name: 'from-tagged' } });
  expect(await net.reach('c', networkIP)).toMatchObject({ reason: 'ingress-denied' });
  expect(await net.reach('a', accessConfigs[0].natIP)).toMatchObject({ reason: 'ingress-denied' });
});

test('hops are told in their order, with the route and both firewalls', async () => {
  const net = await startNetwork();
  await net.running('a');
  await net.running('b');
  const { hops } = await net.reach('a', 'b', 443);
  expect(hops.map((one: { hop: string }) => one.hop)).toEqual([
    ...['source', 'route', 'firewall', 'firewall', 'destination'],
  ]);
  expect(hops[1]).toMatchObject({ destRange: '10.178.0.0/20', nextHop: { kind: 'subnet' } });
  const out = await net.reach('a', '8.8.8.8', 443);
  expect(out.hops.map((one: { hop: string }) => one.hop)).toEqual([
    ...['source', 'route', 'firewall', 'external-address', 'destination'],
  ]);
});

test('a rule closes, a better one opens, at the same priority denying wins', async () => {
  const net = await startNetwork();
  await net.running('a', { tags: { items: ['web'] } });
  const rule = (name: string, priority: number, more: object) =>
    net.make('firewalls', { name, priority, sourceRanges: ['0.0.0.0/0'], ...more });
  const web = [{ IPProtocol: 'tcp', ports: ['80', '8000-9000'] }];
  await rule('open', 1000, { allowed: web, targetTags: ['web'] });
  expect(await net.reach('me', 'a', 8080)).toMatchObject({ allowed: true, rule: { name: 'open' } });
  await rule('closed', 1000, { denied: web });
  expect(await net.reach('me', 'a', 80)).toMatchObject({ rule: { name: 'closed' } });
  await net.done(await net.patch(net.url('firewalls', 'open'), { priority: 999 }));
  expect(await net.reach('me', 'a', 80)).toMatchObject({ rule: { name: 'open' } });
  await net.done(await net.patch(net.url('firewalls', 'open'), { disabled: true }));
  expect(await net.reach('me', 'a', 80)).toMatchObject({ rule: { name: 'closed' } });
  await rule('nothing-out', 10, {
    direction: 'EGRESS',
    sourceRanges: undefined,
    denied: [{ IPProtocol: 'all' }],
  });
  expect(await net.reach('a', '8.8.8.8', 443)).toMatchObject({
    reason: 'egress-denied',
    rule: { name: 'nothing-out', direction: 'EGRESS' },
  });
  expect(await net.reach('a', 'metadata', 80)).toMatchObject({ allowed: true });
});

test('Cloud NAT lets out who has no address of their own, and nobody in', async () => {
  const net = await startNetwork();
  await net.running('b', NO_EXTERNAL);
  expect(await net.reach('b', 'google-apis', 443)).toMatchObject({ reason: 'no-way-out' });
  await net.make('routers', {
    name: 'r',
    network: 'global/networks/default',
    nats: [
      {
        name: 'nat',
        natIpAllocateOption: 'AUTO_ONLY',
        sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      },
    ],
  });
  const out = await net.reach('b', '8.8.8.8', 443);
  const nat = out.hops.find((one: { hop: string }) => one.hop === 'cloud-nat');
  expect(out).toMatchObject({ allowed: true, seenAs: nat.address });
  expect(await net.reach('me', nat.address, 22)).toMatchObject({ reason: 'nat-is-outbound-only' });
  expect(await net.reach('b', 'google-apis', 443)).toMatchObject({ allowed: true });
  const status = (await net.get(`${net.url('routers', 'r')}/getRouterStatus`)).json;
  expect(status.result.natStatus).toMatchObject([
    { autoAllocatedNatIps: [nat.address], numVmEndpointsWithNatMappings: 1 },
  ]);
  await net.remove('routers', 'r');
  expect(await net.reach('b', '8.8.8.8', 443)).toMatchObject({ reason: 'no-way-out' });
});

test('networks are worlds of their own until both have peered', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  await net.customNetwork('two', '10.2.0.0/24');
  await net.running('a', { ...inSubnet('one-sub'), tags: { items: ['web'] } });
  await net.running('b', inSubnet('two-sub'));
  await net.make('firewalls', {
    name: 'two-open',
    network: 'global/networks/two',
    allowed: [{ IPProtocol: 'tcp' }],
    sourceRanges: ['10.1.0.0/24'],
  });
  expect(await net.reach('a', 'b')).toMatchObject({ reason: 'different-networks' });
  const peer = async (from: string, to: string) =>
    net.done(
      await net.post(`${net.url('networks', from)}/addPeering`, {
        networkPeering: { name: 'p', network: `global/networks/${to}`, exchangeSubnetRoutes: true },
      }),
    );
  await peer('one', 'two');
  expect((await net.look('networks', 'one')).peerings).toMatchObject([{ state: 'INACTIVE' }]);
  expect(await net.reach('a', 'b')).toMatchObject({ reason: 'different-networks' });
  await peer('two', 'one');
  expect((await net.look('networks', 'one')).peerings).toMatchObject([{ state: 'ACTIVE' }]);
  const answer = await net.reach('a', 'b');
  expect(answer).toMatchObject({ allowed: true, rule: { name: 'two-open' }, seenAs: '10.1.0.2' });
  expect(answer.hops).toContainEqual({ hop: 'peering', name: 'p', network: 'two' });
  // Tags mean nothing beyond their own network.
  const byTag = { sourceRanges: [], sourceTags: ['web'] };
  await net.done(await net.patch(net.url('firewalls', 'two-open'), byTag));
  expect(await net.reach('a', 'b')).toMatchObject({ reason: 'ingress-denied' });
  await net.done(await net.post(`${net.url('networks', 'two')}/removePeering`, { name: 'p' }));
  expect((await net.look('networks', 'one')).peerings).toMatchObject([{ state: 'INACTIVE' }]);
  expect(await net.reach('a', 'b')).toMatchObject({ reason: 'different-networks' });
});

test('without a route there is no way, and answers need one too', async () => {
  const net = await startNetwork();
  await net.running('a');
  const routes = (await net.get(net.url('routes'))).json.items;
  const out = routes.find((one: { destRange: string }) => one.destRange === '0.0.0.0/0');
  const local = routes.find((one: { destRange: string }) => one.destRange === '10.178.0.0/20');
  expect((await net.delete(net.url('routes', local.name))).status).toBe(400);
  await net.remove('routes', out.name);
  expect(await net.reach('a', '8.8.8.8', 443)).toMatchObject({ reason: 'no-route' });
  expect(await net.reach('me', 'a', 22)).toMatchObject({ reason: 'no-route-back' });
  const gateway = 'global/gateways/default-internet-gateway';
  const back = { network: 'global/networks/default', destRange: '203.0.113.0/24' };
  await net.make('routes', { name: 'back', ...back, nextHopGateway: gateway });
  expect(await net.reach('me', 'a', 22)).toMatchObject({ allowed: true });
  await net.remove('routes', 'back');
  await net.make('routes', { name: 'tagged', ...back, tags: ['x'], nextHopGateway: gateway });
  expect(await net.reach('me', 'a', 22)).toMatchObject({ reason: 'no-route-back' });
});

test('a machine that is stopped answers nothing', async () => {
  const net = await startNetwork();
  await net.running('a');
  await net.running('b');
  await net.done(await net.act('b', 'stop'));
  expect(await net.reach('a', 'b', 22)).toMatchObject({ reason: 'destination-not-running' });
  expect(await net.reach('b', 'a', 22)).toMatchObject({ reason: 'source-not-running' });
  expect(await net.reach('me', 'b', 22)).toMatchObject({ reason: 'destination-not-running' });
});

test('names that are missing or mean two VMs are told apart', async () => {
  const net = await startNetwork();
  await net.running('web-1');
  const other = 'us-central1-a';
  await net.done(await net.post(`${net.project}/zones/${other}/instances`, vm('web-1', {}, other)));
  const ask = (query: string) => net.get(`/_cloudlab/compute/reach?port=80&${query}`);
  expect(await ask('from=me&to=web-1')).toMatchObject({
    status: 400,
    json: { problem: 'ambiguous', side: 'to', zones: ['asia-northeast3-a', other] },
  });
  expect((await ask(`from=me&to=web-1&zone=${other}`)).status).toBe(200);
  expect((await ask(`from=me&to=${other}/web-1`)).status).toBe(200);
  expect((await ask(`from=me&to=web-1.${other}.c.cloudlab-sandbox.internal`)).status).toBe(200);
  expect(await ask('from=me&to=web-9')).toMatchObject({
    status: 404,
    json: { problem: 'unknown', names: ['web-1'] },
  });
  expect((await net.get('/_cloudlab/compute/reach?from=me&to=x&port=70000')).status).toBe(400);
});

test(`a VM in ${REGION} reaches one elsewhere: a VPC is global`, async () => {
  const net = await startNetwork();
  await net.running('a', NO_EXTERNAL);
  const far = vm('far', {}, 'us-central1-a');
  await net.done(await net.post(`${net.project}/zones/us-central1-a/instances`, far));
  expect(await net.reach('a', 'far')).toMatchObject({
    allowed: true,
    arrivesAt: { address: '10.128.0.2' },
  });
});

test('an address stands for the VM that has it, as long as it is one', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.178.0.0/24');
  await net.customNetwork('two', '10.7.0.0/24');
  const a = await net.running('a');
  await net.running('b', inSubnet('two-sub'));
  const [{ networkIP, accessConfigs }] = a.networkInterfaces;
  for (const address of [networkIP, accessConfigs[0].natIP]) {
    expect(await net.reach(address, '8.8.8.8', 443)).toMatchObject({
      allowed: true,
      hops: [{ hop: 'source', name: 'a' }, {}, {}, {}, {}],
    });
  }
  await net.running('c', inSubnet('one-sub'));
  expect(await net.reach('10.178.0.2', '8.8.8.8')).toMatchObject({
    problem: 'ambiguous-address',
    names: ['a', 'c'],
  });
  expect(await net.reach('198.51.100.7', 'a', 22)).toMatchObject({
    allowed: true,
    seenAs: '198.51.100.7',
  });
  expect(await net.reach('10.99.0.1', 'a', 22)).toMatchObject({ problem: 'no-sender' });
});

test('what was made is there after a restart, the default network again after a reset', async () => {
  const dataDir = await tempDir();
  const first = await start({ dataDir });
  const before = network(compute(first));
  await before.customNetwork('one', '10.1.0.0/24');
  await before.running('a', inSubnet('one-sub'));
  await before.make('firewalls', { name: 'mine', allowed: [{ IPProtocol: 'tcp' }] });
  await before.remove('firewalls', 'default-allow-rdp');
  await first.close();
  const net = network(compute(await start({ dataDir, controlToken: 'secret' })));
  expect((await net.get(net.url('firewalls', 'default-allow-rdp'))).status).toBe(404);
  expect((await net.look('firewalls', 'mine')).name).toBe('mine');
  const b = await net.running('b', inSubnet('one-sub'));
  expect(b.networkInterfaces[0].networkIP).toBe('10.1.0.3');
  const headers = { authorization: 'Bearer secret' };
  await net.call('POST', '/_cloudlab/reset', { headers });
  const names = (await net.get(net.url('networks'))).json.items;
  expect(names.map((one: { name: string }) => one.name)).toEqual(['default']);
  expect((await net.look('firewalls', 'default-allow-rdp')).priority).toBe(65534);
  expect((await net.running('c')).networkInterfaces[0].networkIP).toBe('10.178.0.2');
});

test('VMs of one network know each other by name', async () => {
  const sandbox = await start();
  const net = network(compute(sandbox));
  await net.customNetwork('one', '10.1.0.0/24');
  await net.running('a');
  await net.running('b');
  await net.running('c', inSubnet('one-sub'));
  const ours = 'cloudlab-sandbox.internal';
  const where = 'asia-northeast3-a';
  const ask = (to: string) => net.reach('a', to);
  expect(await ask(`b.${where}.c.${ours}`)).toMatchObject({ arrivesAt: { address: '10.178.0.3' } });
  expect(await ask(`b.${where}`)).toMatchObject({ arrivesAt: { address: '10.178.0.3' } });
  expect(await ask(`c.${where}.c.${ours}`)).toMatchObject({ reason: 'different-networks' });
});
