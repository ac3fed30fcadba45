import { ROOT } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { newRecord } from '../state.ts';
import { autoSubnets } from './auto-mode.ts';
import type { NetworkRecord, RouteRecord, SubnetworkRecord } from './kinds.ts';

/*
 * What comes into being together: a network and its default route, a subnet and the route to
 * it. Everything here belongs inside a change.
 */

/** The route out that every new network has. It may be deleted. */
export function putDefaultRoute(state: ComputeState, network: string): void {
  putRoute(state, `default-route-${hex(state)}`, {
    description: 'Default route to the Internet.',
    network,
    destRange: '0.0.0.0/0',
    priority: 1000,
    routeType: 'STATIC',
    nextHopGateway: internetGateway(state),
  });
}

/** https://cloud.google.com/vpc/docs/routes#routingpacketsinternet */
export const internetGateway = ({ projectId }: Pick<ComputeState, 'projectId'>): string =>
  `${ROOT}projects/${projectId}/global/gateways/default-internet-gateway`;

/** A subnet, and the routes to its ranges, which exist as long as it does. */
export function putSubnetwork(state: ComputeState, record: SubnetworkRecord): void {
  state.vpc.subnetworks.put(record);
  for (const range of rangesOf(record)) putSubnetRoute(state, record, range);
}

/** A subnet whose ranges have changed. */
export function changeSubnetwork(
  state: ComputeState,
  before: SubnetworkRecord,
  after: SubnetworkRecord,
): void {
  state.vpc.subnetworks.put(after);
  const [old, now] = [rangesOf(before), rangesOf(after)];
  for (const range of old) if (!now.includes(range)) removeSubnetRoute(state, before, range);
  for (const range of now) if (!old.includes(range)) putSubnetRoute(state, after, range);
}

export function removeSubnetwork(state: ComputeState, record: SubnetworkRecord): void {
  for (const range of rangesOf(record)) removeSubnetRoute(state, record, range);
  state.vpc.subnetworks.remove(record);
}

function putSubnetRoute(
  state: ComputeState,
  { network }: SubnetworkRecord,
  destRange: string,
): void {
  putRoute(state, `default-route-r-${hex(state)}`, {
    description: `Default local route to the subnetwork ${destRange}.`,
    network,
    destRange,
    priority: 0,
    routeType: 'SUBNET',
    nextHopNetwork: network,
  });
}

function removeSubnetRoute(
  { vpc }: ComputeState,
  { network }: SubnetworkRecord,
  range: string,
): void {
  for (const route of [...vpc.routes.inScope('global')]) {
    const isIts = route.network === network && route.destRange === range;
    if (isIts && route.routeType === 'SUBNET') vpc.routes.remove(route);
  }
}

/** True for routes that nobody made: they come and go with networks and subnets. */
export const isAutomatic = ({ name, routeType }: RouteRecord): boolean =>
  routeType === 'SUBNET' || /^default-route-[0-9a-f]{16}$/.test(name);

/** Primary range first. */
export const rangesOf = ({ ipCidrRange, secondaryIpRanges = [] }: SubnetworkRecord): string[] => [
  ipCidrRange,
  ...secondaryIpRanges.map((one) => one.ipCidrRange),
];

/** The subnets of an auto mode network: one in every region, called as the network is. */
export function putAutoSubnetworks(state: ComputeState, network: NetworkRecord): void {
  for (const { region, range } of autoSubnets()) {
    putSubnetwork(state, {
      ...newRecord(state, `regions/${region}`, network.name),
      network: state.vpc.networks.url(network),
      ipCidrRange: range,
      privateIpGoogleAccess: false,
    });
  }
}

function putRoute(
  state: ComputeState,
  name: string,
  fields: Omit<RouteRecord, keyof ReturnType<typeof newRecord>>,
): void {
  state.vpc.routes.put({ ...newRecord(state, 'global', name), ...fields });
}

const hex = (state: ComputeState): string => Buffer.from(state.randomBytes(8)).toString('hex');
