import { fingerprintOf } from '../fingerprint.ts';
import { present } from '../representation.ts';
import type { ComputeState } from '../state.ts';
import { gatewayOf } from './internal-addresses.ts';
import type {
  AddressRecord,
  FirewallRecord,
  NetworkRecord,
  RouteRecord,
  RouterRecord,
  SubnetworkRecord,
} from './kinds.ts';
import { isActive } from './vpc-view.ts';

/* How the resources of a network are shown: what is stored, and what follows from others. */

type Shown = Record<string, unknown>;

export function showNetwork(state: ComputeState, record: NetworkRecord): Shown {
  const { vpc } = state;
  const url = vpc.networks.url(record);
  const subnetworks = subnetworksOf(state, url).map((one) => vpc.subnetworks.url(one));
  const { peerings, ...fields } = record;
  return {
    ...present(state, vpc.networks, fields),
    selfLinkWithId: `${url.slice(0, -record.name.length)}${record.id}`,
    ...(subnetworks.length > 0 ? { subnetworks } : {}),
    ...(peerings === undefined ? {} : { peerings: peerings.map(showPeering) }),
  };

  function showPeering(peering: NonNullable<NetworkRecord['peerings']>[number]): Shown {
    const active = isActive(vpc, url, peering.network);
    return {
      ...peering,
      autoCreateRoutes: true,
      state: active ? 'ACTIVE' : 'INACTIVE',
      stateDetails: active
        ? '[CONNECTED]: Connected.'
        : '[WAITING_FOR_PEER]: Waiting for peer network to connect.',
    };
  }
}

export const subnetworksOf = ({ vpc }: ComputeState, network: string): SubnetworkRecord[] =>
  [...vpc.subnetworks.everywhere()].filter((one) => one.network === network);

export function showSubnetwork(state: ComputeState, record: SubnetworkRecord): Shown {
  return {
    ...present(state, state.vpc.subnetworks, record),
    gatewayAddress: gatewayOf(record),
    fingerprint: fingerprintOf(changeable(record)),
    purpose: 'PRIVATE',
    stackType: 'IPV4_ONLY',
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    allowSubnetCidrRoutesOverlap: false,
  };
}

/** What the fingerprint of a subnet stands for. */
export const changeable = (record: SubnetworkRecord): object => [
  record.description,
  record.ipCidrRange,
  record.privateIpGoogleAccess,
  record.secondaryIpRanges,
  record.logConfig,
  record.enableFlowLogs,
];

export const showFirewall = (state: ComputeState, record: FirewallRecord): Shown =>
  present(state, state.vpc.firewalls, record);

export const showRoute = (state: ComputeState, record: RouteRecord): Shown =>
  present(state, state.vpc.routes, record);

export const showAddress = (state: ComputeState, record: AddressRecord): Shown => ({
  ...present(state, state.vpc.addresses, record),
  labelFingerprint: fingerprintOf(record.labels),
});

export function showRouter(state: ComputeState, record: RouterRecord): Shown {
  const { autoNatIps: _, ...shown } = record;
  return present(state, state.vpc.routers, shown);
}
