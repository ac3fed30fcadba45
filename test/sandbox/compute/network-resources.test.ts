import { expect, test } from 'vitest';
import { inSubnet, REGION, startNetwork } from './network-support.ts';

const P = 'projects/cloudlab-sandbox';

/** What an operation or a refusal says. */
const said = (reply: {
  json: { error?: { message?: string; errors?: { reason: string }[] } };
}) => ({
  message: reply.json.error?.message,
  reason: reply.json.error?.errors?.[0]?.reason,
});

test('an auto mode network comes with a subnet a region, and goes with them', async () => {
  const net = await startNetwork();
  await net.make('networks', { name: 'auto', autoCreateSubnetworks: true });
  const { subnetworks } = await net.look('networks', 'auto');
  expect(subnetworks.length).toBeGreaterThan(30);
  expect(await net.look('subnetworks', 'auto')).toMatchObject({
    ipCidrRange: '10.178.0.0/20',
    gatewayAddress: '10.178.0.1',
    purpose: 'PRIVATE',
    privateIpGoogleAccess: false,
  });
  expect(said(await net.delete(net.url('subnetworks', 'auto'))).message).toBe(
    "Invalid resource usage: 'Cannot delete auto subnetwork from an auto subnet mode network.'.",
  );
  const extended = { name: 'more', network: 'global/networks/auto', ipCidrRange: '10.200.0.0/16' };
  expect(said(await net.post(net.url('subnetworks'), extended)).message).toBe(
    "Invalid value for field 'resource.ipCidrRange': '10.200.0.0/16'. Extended subnetworks in auto subnet mode networks cannot overlap with 10.128.0.0/9.",
  );
  await net.done(await net.post(`${net.url('networks', 'auto')}/switchToCustomMode`, {}));
  expect(await net.look('networks', 'auto')).toMatchObject({ autoCreateSubnetworks: false });
  await net.remove('subnetworks', 'auto');
  expect((await net.look('networks', 'auto')).subnetworks).toHaveLength(subnetworks.length - 1);
});

test('nothing is left of a network but its name is free', async () => {
  const net = await startNetwork();
  await net.make('networks', { name: 'auto', autoCreateSubnetworks: true });
  expect(await net.remove('networks', 'auto')).toMatchObject({ status: 'DONE', progress: 100 });
  const left = (await net.get(`${net.url('routes')}?filter=network:auto`)).json.items;
  expect(left).toBeUndefined();
  expect((await net.get(net.url('subnetworks', 'auto'))).status).toBe(404);
  await net.make('networks', { name: 'auto', autoCreateSubnetworks: false });
  expect(
    (await net.post(net.url('networks'), { name: 'auto', autoCreateSubnetworks: false })).status,
  ).toBe(409);
});

test('what is in use is not deleted, and says by what', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  await net.running('vm', inSubnet('one-sub'));
  expect(said(await net.delete(net.url('subnetworks', 'one-sub')))).toEqual({
    reason: 'resourceInUseByAnotherResource',
    message: `The subnetwork resource '${P}/regions/${REGION}/subnetworks/one-sub' is already being used by '${P}/zones/asia-northeast3-a/instances/vm'`,
  });
  const later = async () => (await net.remove('networks', 'one')).error?.errors[0];
  expect(await later()).toEqual({
    code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE',
    message: `The network resource '${P}/global/networks/one' is already being used by '${P}/zones/asia-northeast3-a/instances/vm'`,
  });
  await net.make('firewalls', {
    name: 'f',
    network: 'global/networks/one',
    allowed: [{ IPProtocol: 'all' }],
  });
  await net.done(await net.delete(`${net.base}/instances/vm`));
  expect((await later()).message).toContain(`used by '${P}/global/firewalls/f'`);
  await net.remove('firewalls', 'f');
  expect((await later()).message).toContain(`subnetworks/one-sub'`);
  await net.remove('subnetworks', 'one-sub');
  expect(await later()).toBeUndefined();
  expect((await net.delete(net.url('networks', 'one'))).status).toBe(404);
});

const NO_RANGES: [string, string][] = [
  [
    '10.1.0.128/25',
    "Invalid IPCidrRange: 10.1.0.128/25 conflicts with existing subnetwork 'one-sub' in region 'asia-northeast3'.",
  ],
  [
    '10.0.0.0/8',
    "Invalid IPCidrRange: 10.0.0.0/8 conflicts with existing subnetwork 'one-sub' in region 'asia-northeast3'.",
  ],
  ['10.2.0.0/30', 'The prefix length must be between 8 and 29, inclusive.'],
  ['10.2.0.0', 'Must be a valid IPV4 CIDR address range.'],
  ['10.2.0.1/24', 'Must be a CIDR range whose address is its first.'],
  ['169.254.0.0/24', "The range overlaps with the prohibited range '169.254.0.0/16'."],
  ['nonsense', 'Must be a valid IPV4 CIDR address range.'],
];

test('some ranges no subnet has', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  for (const [ipCidrRange, why] of NO_RANGES) {
    const body = { name: 'two', network: 'global/networks/one', ipCidrRange };
    const reply = await net.post(net.url('subnetworks'), body);
    expect(reply.status).toBe(400);
    expect(said(reply).message).toBe(
      `Invalid value for field 'resource.ipCidrRange': '${ipCidrRange}'. ${why}`,
    );
  }
});

test('a subnet grows, changes by its fingerprint, and lists who may use it', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  const path = net.url('subnetworks', 'one-sub');
  const shrink = await net.post(`${path}/expandIpCidrRange`, { ipCidrRange: '10.1.0.0/25' });
  expect(shrink.status).toBe(400);
  await net.done(await net.post(`${path}/expandIpCidrRange`, { ipCidrRange: '10.1.0.0/20' }));
  const { fingerprint, ipCidrRange } = await net.look('subnetworks', 'one-sub');
  expect(ipCidrRange).toBe('10.1.0.0/20');
  const secondaryIpRanges = [{ rangeName: 'pods', ipCidrRange: '10.4.0.0/16' }];
  await net.done(await net.patch(path, { fingerprint, secondaryIpRanges }));
  expect((await net.patch(path, { fingerprint, secondaryIpRanges: [] })).status).toBe(412);
  const routes = (await net.get(`${net.url('routes')}?filter=network:one`)).json.items;
  const ranges = routes.map((one: { destRange: string }) => one.destRange);
  expect(ranges.toSorted()).toEqual(['0.0.0.0/0', '10.1.0.0/20', '10.4.0.0/16']);
  await net.done(
    await net.post(`${path}/setPrivateIpGoogleAccess`, { privateIpGoogleAccess: true }),
  );
  expect(await net.look('subnetworks', 'one-sub')).toMatchObject({ privateIpGoogleAccess: true });
  const usable = await net.get(
    `${net.project}/aggregated/subnetworks/listUsable?filter=ipCidrRange="10.1.0.0/20"`,
  );
  expect(usable.json.items).toMatchObject([{ secondaryIpRanges }]);
});

test('an instance says in which subnet it wants to be, where there is a choice', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/29');
  const insert = async (name: string, nic: object) =>
    said(
      await net.insert({
        name,
        machineType: `zones/asia-northeast3-a/machineTypes/e2-micro`,
        networkInterfaces: [nic],
        disks: [
          {
            boot: true,
            initializeParams: {
              sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
            },
          },
        ],
      }),
    );
  expect((await insert('x', { network: 'global/networks/one' })).message).toBe(
    "Invalid value for field 'resource.networkInterfaces[0]': ''. Subnetwork should be specified for custom subnetmode network",
  );
  expect((await insert('x', { network: 'global/networks/none' })).message).toBe(
    `Invalid value for field 'resource.networkInterfaces[0].network': '${P}/global/networks/none'. The referenced network resource cannot be found.`,
  );
  expect((await insert('x', { subnetwork: `regions/${REGION}/subnetworks/none` })).message).toBe(
    `Invalid value for field 'resource.networkInterfaces[0].subnetwork': '${P}/regions/${REGION}/subnetworks/none'. The referenced subnetwork resource cannot be found.`,
  );
  expect(
    (await insert('x', { subnetwork: 'regions/us-central1/subnetworks/default' })).message,
  ).toContain('must be in region');
  const subnetwork = `regions/${REGION}/subnetworks/one-sub`;
  expect((await insert('x', { subnetwork, networkIP: '10.9.0.5' })).message).toContain(
    'Requested internal IP address is outside the network/subnetwork range.',
  );
  expect((await insert('x', { subnetwork, networkIP: '10.1.0.1' })).message).toContain('reserved');
  await net.running('a', inSubnet('one-sub'));
  expect((await insert('x', { subnetwork, networkIP: '10.1.0.2' })).message).toBe(
    "IP '10.1.0.2' is already being used by another resource.",
  );
  // Eight addresses, of which four belong to nobody.
  for (const name of ['b', 'c', 'd']) await net.running(name, inSubnet('one-sub'));
  expect((await insert('x', { subnetwork })).message).toBe(
    `IP space of '${P}/regions/${REGION}/subnetworks/one-sub' is exhausted.`,
  );
  await net.done(await net.delete(`${net.base}/instances/b`));
  const e = await net.running('e', inSubnet('one-sub'));
  expect(e.networkInterfaces[0].networkIP).toBe('10.1.0.3');
});

test('an ephemeral address changes by a stop, a reserved one does not', async () => {
  const net = await startNetwork();
  await net.make('addresses', { name: 'mine' });
  const { address } = await net.look('addresses', 'mine');
  const nic = (natIP?: string) => ({
    networkInterfaces: [
      { network: 'global/networks/default', accessConfigs: [{ type: 'ONE_TO_ONE_NAT', natIP }] },
    ],
  });
  const external = (vm: { networkInterfaces: { accessConfigs: { natIP?: string }[] }[] }) =>
    vm.networkInterfaces[0]?.accessConfigs[0]?.natIP;
  const fleeting = await net.running('fleeting', nic());
  const lasting = await net.running('lasting', nic(address));
  expect(external(lasting)).toBe(address);
  expect(await net.look('addresses', 'mine')).toMatchObject({
    status: 'IN_USE',
    users: [expect.stringContaining('/instances/lasting')],
  });
  expect(said(await net.delete(net.url('addresses', 'mine')))).toEqual({
    reason: 'resourceInUseByAnotherResource',
    message: `The address resource '${P}/regions/${REGION}/addresses/mine' is already being used by '${P}/zones/asia-northeast3-a/instances/lasting'`,
  });
  for (const name of ['fleeting', 'lasting']) await net.done(await net.act(name, 'stop'));
  expect(external(await net.instance('fleeting'))).toBeUndefined();
  expect(external(await net.instance('lasting'))).toBe(address);
  for (const name of ['fleeting', 'lasting']) await net.done(await net.act(name, 'start'));
  expect(external(await net.instance('fleeting'))).not.toBe(external(fleeting));
  expect(external(await net.instance('lasting'))).toBe(address);
  await net.done(await net.delete(`${net.base}/instances/lasting`));
  const free = await net.look('addresses', 'mine');
  expect(free).toMatchObject({ status: 'RESERVED' });
  expect(free.users).toBeUndefined();
  await net.remove('addresses', 'mine');
});

test('addresses: what a VM has can be kept, nothing else can be wished for', async () => {
  const net = await startNetwork();
  const vm = await net.running('vm');
  const [{ networkIP, accessConfigs }] = vm.networkInterfaces;
  await net.make('addresses', { name: 'kept', address: accessConfigs[0].natIP });
  expect(await net.look('addresses', 'kept')).toMatchObject({
    status: 'IN_USE',
    addressType: 'EXTERNAL',
    networkTier: 'PREMIUM',
    address: accessConfigs[0].natIP,
  });
  const again = { name: 'again', address: accessConfigs[0].natIP };
  expect(said(await net.post(net.url('addresses'), again)).message).toContain('already reserved');
  expect((await net.post(net.url('addresses'), { name: 'w', address: '8.8.8.8' })).status).toBe(
    400,
  );
  const internal = { addressType: 'INTERNAL', subnetwork: `regions/${REGION}/subnetworks/default` };
  await net.make('addresses', { name: 'inside', ...internal, address: '10.178.0.77' });
  await net.make('addresses', { name: 'inside-too', ...internal });
  expect(await net.look('addresses', 'inside')).toMatchObject({
    address: '10.178.0.77',
    purpose: 'GCE_ENDPOINT',
    status: 'RESERVED',
  });
  expect((await net.look('addresses', 'inside-too')).address).not.toBe(networkIP);
  const nic = { network: 'global/networks/default', networkIP: '10.178.0.77' };
  await net.running('fixed', { networkInterfaces: [nic] });
  expect(await net.look('addresses', 'inside')).toMatchObject({ status: 'IN_USE' });
  await net.done(await net.delete(`${net.base}/instances/fixed`));
  expect(await net.look('addresses', 'inside')).toMatchObject({ status: 'RESERVED' });
  await net.make('addresses', { name: 'was', ...internal, address: networkIP });
  expect(await net.look('addresses', 'was')).toMatchObject({ status: 'IN_USE' });
  const labelled = await net.look('addresses', 'inside');
  await net.done(
    await net.post(`${net.url('addresses', 'inside')}/setLabels`, {
      labels: { env: 'test' },
      labelFingerprint: labelled.labelFingerprint,
    }),
  );
  expect(await net.look('addresses', 'inside')).toMatchObject({ labels: { env: 'test' } });
  const everywhere = (await net.get(`${net.project}/aggregated/addresses`)).json.items;
  expect(everywhere[`regions/${REGION}`].addresses).toHaveLength(4);
  await net.done(await net.post(`${net.project}/global/addresses`, { name: 'lb' }));
  expect((await net.get(`${net.project}/global/addresses/lb`)).json).toMatchObject({
    ...{ kind: 'compute#address', status: 'RESERVED', ipVersion: 'IPV4' },
  });
});

const TCP = [{ IPProtocol: 'tcp', ports: ['80'] }];
const NO_FIREWALLS: [object, string][] = [
  [{}, 'Exactly one of allowed and denied'],
  [{ allowed: TCP, denied: TCP }, 'Exactly one of allowed and denied'],
  [{ allowed: TCP, priority: 70000 }, "'resource.priority': '70000'"],
  [
    { allowed: [{ IPProtocol: 'tcp', ports: ['0..65535'] }] },
    "Invalid value for field 'resource.allowed[0].ports[0]': '0..65535'. Invalid port range specification.",
  ],
  [{ allowed: [{ IPProtocol: 'tcp', ports: ['90-80'] }] }, 'Invalid port range specification.'],
  [{ allowed: [{ IPProtocol: 'icmp', ports: ['80'] }] }, 'Ports may only be specified'],
  [{ allowed: [{ IPProtocol: 'http' }] }, 'well known protocol'],
  [
    { allowed: TCP, sourceRanges: ['10.0.0.0/33'] },
    "Invalid value for field 'resource.sourceRanges[0]': '10.0.0.0/33'. Must be a valid IPV4 CIDR address range.",
  ],
  [{ allowed: TCP, targetTags: ['No Tag'] }, "'resource.targetTags[0]': 'No Tag'"],
  [{ allowed: TCP, direction: 'EGRESS', sourceTags: ['x'] }, 'EGRESS'],
  [
    { allowed: TCP, sourceTags: ['x'], targetServiceAccounts: ['a@b'] },
    'Tags and service accounts',
  ],
  [{ allowed: TCP, direction: 'SIDEWAYS' }, 'resource.direction'],
  [
    { allowed: TCP, network: 'global/networks/none' },
    'The referenced network resource cannot be found.',
  ],
];

test('some firewalls cannot be', async () => {
  const net = await startNetwork();
  for (const [body, words] of NO_FIREWALLS) {
    const reply = await net.post(net.url('firewalls'), { name: 'f', ...body });
    expect(reply.status, words).toBe(400);
    expect(said(reply).message).toContain(words);
  }
});

test('a firewall says what it does where nothing was said, and changes', async () => {
  const net = await startNetwork();
  await net.make('firewalls', { name: 'in', allowed: [{ IPProtocol: 'TCP', ports: [80] }] });
  expect(await net.look('firewalls', 'in')).toMatchObject({
    kind: 'compute#firewall',
    ...{ direction: 'INGRESS', priority: 1000, disabled: false, sourceRanges: ['0.0.0.0/0'] },
    allowed: [{ IPProtocol: 'tcp', ports: ['80'] }],
    logConfig: { enable: false },
  });
  await net.make('firewalls', {
    name: 'out',
    direction: 'EGRESS',
    denied: [{ IPProtocol: 'all' }],
  });
  expect(await net.look('firewalls', 'out')).toMatchObject({ destinationRanges: ['0.0.0.0/0'] });
  const path = net.url('firewalls', 'in');
  await net.done(await net.patch(path, { sourceTags: ['a'], sourceRanges: [], priority: 5 }));
  const patched = await net.look('firewalls', 'in');
  expect(patched).toMatchObject({ sourceTags: ['a'], priority: 5 });
  expect(patched.sourceRanges).toBeUndefined();
  await net.done(await net.put(path, { name: 'in', allowed: TCP }));
  const updated = await net.look('firewalls', 'in');
  expect(updated).toMatchObject({ priority: 1000, sourceRanges: ['0.0.0.0/0'] });
  expect(updated.sourceTags).toBeUndefined();
  expect((await net.patch(path, { direction: 'EGRESS' })).status).toBe(400);
  const effective = await net.get(`${net.url('networks', 'default')}/getEffectiveFirewalls`);
  expect(effective.json.firewalls).toHaveLength(6);
});

test('routes lead somewhere that is there, and stay out of subnets', async () => {
  const net = await startNetwork();
  const vm = await net.running('gw');
  const base = { network: 'global/networks/default', destRange: '192.168.0.0/16' };
  const refuse = async (body: object) => {
    const reply = await net.post(net.url('routes'), { name: 'r', ...base, ...body });
    expect(reply.status).toBe(400);
    return said(reply).message;
  };
  const gateway = 'global/gateways/default-internet-gateway';
  expect(await refuse({})).toContain('Exactly one next hop');
  expect(await refuse({ nextHopGateway: gateway, nextHopIp: '10.178.0.2' })).toContain(
    'Exactly one',
  );
  expect(await refuse({ nextHopGateway: 'global/gateways/mine' })).toContain('cannot be found');
  expect(await refuse({ nextHopInstance: 'zones/asia-northeast3-a/instances/no' })).toContain(
    'cannot be found',
  );
  expect(await refuse({ nextHopIp: '9.9.9.9' })).toContain('must be in the range');
  expect(await refuse({ destRange: '10.178.1.0/24', nextHopGateway: gateway })).toContain(
    "subnetwork 'default'",
  );
  await net.make('routes', {
    name: 'r',
    ...base,
    nextHopInstance: 'zones/asia-northeast3-a/instances/gw',
    priority: 7,
  });
  expect(await net.look('routes', 'r')).toMatchObject({
    ...{ kind: 'compute#route', routeType: 'STATIC', priority: 7 },
    nextHopInstance: expect.stringContaining('/instances/gw'),
  });
  await net.running('a');
  expect(await net.reach('a', '192.168.1.1')).toMatchObject({
    reason: 'next-hop-does-not-forward',
  });
  await net.done(await net.act('gw', 'stop'));
  expect(await net.reach('a', '192.168.1.1')).toMatchObject({
    reason: 'private-address-not-routed',
  });
  expect(vm.canIpForward).toBe(false);
  const ilb = await net.post(net.url('routes'), { name: 'i', ...base, nextHopIlb: '10.0.0.1' });
  expect(ilb.status).toBe(501);
});

test('routers: gateways need addresses of their own, and give them back', async () => {
  const net = await startNetwork();
  await net.make('addresses', { name: 'out' });
  const nat = {
    name: 'nat',
    natIpAllocateOption: 'MANUAL_ONLY',
    natIps: [`regions/${REGION}/addresses/out`],
    sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
  };
  const router = { name: 'r', network: 'global/networks/default' };
  const refuse = async (nats: object[]) =>
    said(await net.post(net.url('routers'), { ...router, nats })).message;
  expect(await refuse([{ ...nat, natIps: [] }])).toContain('At least one address');
  expect(await refuse([{ ...nat, natIps: ['none'] }])).toContain('cannot be found');
  expect(await refuse([nat, { ...nat, name: 'two' }])).toContain('serves the same subnetworks');
  expect(
    await refuse([{ ...nat, sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS' }]),
  ).toContain('Subnetworks must be given');
  await net.make('routers', { ...router, nats: [nat] });
  expect(await net.look('addresses', 'out')).toMatchObject({ status: 'IN_USE' });
  expect(await net.look('routers', 'r')).toMatchObject({ nats: [{ name: 'nat', type: 'PUBLIC' }] });
  const automatic = { ...nat, natIpAllocateOption: 'AUTO_ONLY', natIps: undefined };
  await net.done(await net.patch(net.url('routers', 'r'), { nats: [automatic] }));
  expect(await net.look('addresses', 'out')).toMatchObject({ status: 'RESERVED' });
  const info = (await net.get(`${net.url('routers', 'r')}/getNatIpInfo`)).json;
  expect(info.result).toMatchObject([
    { natName: 'nat', natIpInfoMappings: [{ mode: 'AUTO', usage: 'UNUSED' }] },
  ]);
  expect((await net.look('routers', 'r')).autoNatIps).toBeUndefined();
  expect((await net.get(`${net.url('routers', 'r')}/getNatMappingInfo`)).status).toBe(501);
  expect((await net.remove('networks', 'default')).error.errors[0].message).toContain(
    'already being used',
  );
  await net.remove('routers', 'r');
});

test('peerings: none with itself, none twice, none over the same ranges', async () => {
  const net = await startNetwork();
  await net.customNetwork('one', '10.1.0.0/24');
  await net.customNetwork('same', '10.1.0.0/24');
  await net.customNetwork('two', '10.2.0.0/24');
  const add = async (name: string, to: string) =>
    net.post(`${net.url('networks', 'one')}/addPeering`, {
      name,
      ...{ peerNetwork: `global/networks/${to}`, autoCreateRoutes: true },
    });
  expect(said(await add('p', 'one')).message).toContain('itself');
  expect(said(await add('p', 'same')).message).toContain('overlaps');
  await net.done(await add('p', 'two'));
  expect((await add('p', 'default')).status).toBe(409);
  expect(said(await add('q', 'two')).message).toBe(
    'There is already a peering (p) with the same network. Select another network.',
  );
  const update = { networkPeering: { name: 'p', exportCustomRoutes: true } };
  await net.done(await net.patch(`${net.url('networks', 'one')}/updatePeering`, update));
  expect((await net.look('networks', 'one')).peerings).toMatchObject([
    { name: 'p', exportCustomRoutes: true, exchangeSubnetRoutes: true, state: 'INACTIVE' },
  ]);
  await net.done(
    await net.post(`${net.url('networks', 'two')}/addPeering`, {
      networkPeering: { name: 'back', network: 'global/networks/one', exchangeSubnetRoutes: true },
    }),
  );
  const clash = { name: 'x', network: 'global/networks/two', ipCidrRange: '10.1.0.0/25' };
  expect(said(await net.post(net.url('subnetworks'), clash)).message).toContain('conflicts with');
  expect((await net.get(`${net.url('networks', 'one')}/listPeeringRoutes`)).status).toBe(501);
});

test('a project has five networks and a region eight addresses, unless it has more', async () => {
  const net = await startNetwork();
  for (const name of ['a', 'b', 'c', 'd']) {
    await net.make('networks', { name, autoCreateSubnetworks: false });
  }
  const fifth = await net.make('networks', { name: 'e', autoCreateSubnetworks: false });
  expect(fifth).toMatchObject({ httpErrorStatusCode: 403 });
  expect(fifth.error.errors[0]).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    message: "Quota 'NETWORKS' exceeded.  Limit: 5.0 globally.",
  });
  for (let at = 0; at < 8; at += 1) await net.make('addresses', { name: `a${at}` });
  expect((await net.make('addresses', { name: 'a8' })).error.errors[0].message).toBe(
    "Quota 'STATIC_ADDRESSES' exceeded.  Limit: 8.0 in region asia-northeast3.",
  );
});

test('a reserved address that a stopped instance was given is taken', async () => {
  const net = await startNetwork();
  await net.running('vm', { networkInterfaces: [{ network: 'global/networks/default' }] });
  await net.done(await net.act('vm', 'stop'));
  await net.make('addresses', { name: 'mine' });
  const { address } = await net.look('addresses', 'mine');
  const path = `${net.base}/instances/vm`;
  await net.done(
    await net.post(`${path}/addAccessConfig?networkInterface=nic0`, { natIP: address }),
  );
  expect(await net.look('addresses', 'mine')).toMatchObject({ status: 'IN_USE' });
  const query = 'networkInterface=nic0&accessConfig=External%20NAT';
  await net.done(await net.post(`${path}/deleteAccessConfig?${query}`, {}));
  expect(await net.look('addresses', 'mine')).toMatchObject({ status: 'RESERVED' });
});
