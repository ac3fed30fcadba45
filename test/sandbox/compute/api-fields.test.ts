import { expect, test } from 'vitest';
import { type ApiField, writableFields } from './api-fields.ts';
import { startCompute, vm, ZONE } from './instance-support.ts';

/*
 * What a client asks for is done, shown, or refused: nothing that it says is dropped. Each
 * field that may be written is tried alone.
 */

const SUBNET = { network: 'global/networks/custom' };
const NAT = {
  name: 'nat',
  natIpAllocateOption: 'AUTO_ONLY',
  sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
};
const TEMPLATE = 'global/instanceTemplates/template';

interface Resource {
  path: string;
  /** The message, if it is called otherwise. */
  message?: string;
  body(count: number): object;
  /** Fields that act without being shown, or are the sandbox's to choose as they are GCP's. */
  unseen?: readonly string[];
}

const GROUP = {
  body: () => ({ instanceTemplate: TEMPLATE, targetSize: 0 }),
  unseen: ['distributionPolicy.targetShape', 'distributionPolicy.zones.zone'],
};
const RESOURCES: Record<string, Resource> = {
  Instance: {
    path: `zones/${ZONE}/instances`,
    body: () => vm('', {}),
    unseen: [
      // On the disk that is made.
      ...['description', 'diskName', 'labels', 'licenses', 'provisionedIops'].map(onDisk),
      onDisk('provisionedThroughput'),
      'metadata.fingerprint',
      'tags.fingerprint',
    ],
  },
  InstanceTemplate: {
    path: 'global/instanceTemplates',
    body: () => ({ properties: { ...vm('', {}), name: undefined, machineType: 'e2-micro' } }),
    unseen: ['properties.metadata.fingerprint', 'properties.tags.fingerprint'],
  },
  Disk: {
    path: `zones/${ZONE}/disks`,
    body: () => ({ sizeGb: '10' }),
    // "Internal use only."
    unseen: ['locationHint', 'options'],
  },
  Snapshot: {
    path: 'global/snapshots',
    body: () => ({ sourceDisk: `zones/${ZONE}/disks/disk` }),
    unseen: ['locationHint'],
  },
  Image: { path: 'global/images', body: () => ({ sourceDisk: `zones/${ZONE}/disks/disk` }) },
  Network: {
    path: 'global/networks',
    body: () => ({ autoCreateSubnetworks: false }),
    // LEGACY, which is how it is if nobody says anything.
    unseen: ['routingConfig.bgpBestPathSelectionMode'],
  },
  Subnetwork: {
    path: 'regions/asia-northeast3/subnetworks',
    body: (count) => ({ ...SUBNET, ipCidrRange: `10.50.${count}.0/24` }),
  },
  Firewall: {
    path: 'global/firewalls',
    body: () => ({ allowed: [{ IPProtocol: 'tcp' }], sourceRanges: ['0.0.0.0/0'] }),
  },
  Route: {
    path: 'global/routes',
    body: (count) => ({
      ...SUBNET,
      destRange: `10.99.${count}.0/24`,
      nextHopGateway: 'global/gateways/default-internet-gateway',
    }),
  },
  // ipVersion: IPv4 is what they all are.
  Address: { path: 'regions/asia-northeast3/addresses', body: () => ({}), unseen: ['ipVersion'] },
  Router: { path: 'regions/asia-northeast3/routers', body: () => ({ ...SUBNET, nats: [NAT] }) },
  InstanceGroup: { path: `zones/${ZONE}/instanceGroups`, body: () => ({}) },
  InstanceGroupManager: { path: `zones/${ZONE}/instanceGroupManagers`, ...GROUP },
  RegionInstanceGroupManager: {
    path: 'regions/asia-northeast3/instanceGroupManagers',
    message: 'InstanceGroupManager',
    body: GROUP.body,
  },
  Autoscaler: {
    path: `zones/${ZONE}/autoscalers`,
    body: (count) => ({
      target: `zones/${ZONE}/instanceGroupManagers/group-${count}`,
      autoscalingPolicy: { maxNumReplicas: 3, minNumReplicas: 0 },
    }),
  },
};

function onDisk(field: string): string {
  return `disks.initializeParams.${field}`;
}

test.each(Object.entries(RESOURCES))('nothing asked of a %s is dropped', async (kind, resource) => {
  const gce = await startCompute({ unlimitedQuota: true });
  const make = async (path: string, body: object) =>
    gce.done(await gce.post(`${gce.project}/${path}`, body));
  await make(`zones/${ZONE}/disks`, { name: 'disk', sizeGb: '10' });
  await make('global/networks', { name: 'custom', autoCreateSubnetworks: false });
  await make('global/instanceTemplates', {
    name: 'template',
    ...RESOURCES['InstanceTemplate']?.body(0),
  });
  const dropped: string[] = [];
  let count = 0;
  for (const path of writableFields(resource.message ?? kind)) {
    count += 1;
    if (kind === 'Autoscaler') {
      const body = { name: `group-${count}`, ...GROUP.body() };
      await make(`zones/${ZONE}/instanceGroupManagers`, body);
    }
    const name = `it-${count}`;
    const body = { ...structuredClone(resource.body(count)), name };
    write(body, path);
    const dotted = path.map((field) => field.name).join('.');
    const reply = await gce.post(`${gce.project}/${resource.path}`, body);
    if (reply.status !== 200) {
      // It says what is wrong: the field or something around it, or what it was given.
      const names = [...path.map((field) => field.name), 'audit', 'source', 'nextHop'];
      if (!names.some((one) => reply.text.includes(one))) dropped.push(`${dotted}: ${reply.text}`);
      continue;
    }
    await gce.done(reply);
    const { json } = await gce.get(`${gce.project}/${resource.path}/${name}`);
    const isShown = read(json, path) !== undefined;
    if (!isShown && !resource.unseen?.includes(dotted)) dropped.push(dotted);
    await gce.delete(`${gce.project}/${resource.path}/${name}`);
  }
  expect(count).toBeGreaterThan(2);
  expect(dropped).toEqual([]);
});

type Json = Record<string, unknown>;

/** Puts a field's value into a body; lists have one element. */
function write(body: object, path: readonly ApiField[]): void {
  let at = body as Json;
  for (const [index, { name, isList, value }] of path.entries()) {
    if (index === path.length - 1) at[name] = value;
    else {
      at[name] ??= isList ? [{}] : {};
      at = (isList ? (at[name] as Json[])[0] : at[name]) as Json;
    }
  }
}

function read(body: unknown, path: readonly ApiField[]): unknown {
  let at = body;
  for (const [index, { name, isList }] of path.entries()) {
    at = (at as Json | undefined)?.[name];
    if (isList && index < path.length - 1) at = (at as unknown[] | undefined)?.[0];
  }
  return at;
}
