import type { InstanceRecord } from '../instances/kind.ts';
import { nameOf, ROOT } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { useOf } from './address-use.ts';
import type {
  FirewallRecord,
  Nat,
  NetworkRecord,
  RouteRecord,
  RouterRecord,
  SubnetworkRecord,
} from './kinds.ts';
import type { AddressUse, Vpc } from './vpc.ts';

/** What `reach` may look at: the state of all networks. URLs are whole. */
export interface VpcView {
  instance(url: string): InstanceRecord | undefined;
  subnetwork(url: string): SubnetworkRecord | undefined;
  /** Of one network. */
  firewalls(network: string): Iterable<FirewallRecord>;
  routes(network: string): Iterable<RouteRecord>;
  /** The networks that a network's peerings connect it with: those which both sides have made. */
  peers(network: string): readonly Peer[];
  /** The instance that has an internal address in a network. */
  internalUser(network: string, address: number): string | undefined;
  /** Who has one of the sandbox's external addresses. */
  externalUse(address: number): AddressUse | undefined;
  /** The Cloud NAT gateway that serves a subnet's primary range. */
  natOf(subnetwork: string): { router: string; nat: string; address: string } | undefined;
}

export interface Peer {
  /** The peering's name. */
  name: string;
  network: string;
}

export function viewOf({ vpc, projectId }: Pick<ComputeState, 'vpc' | 'projectId'>): VpcView {
  const isOurs = (url: string) => url.startsWith(`${ROOT}projects/${projectId}/`);
  return {
    instance(url) {
      const { scope, name } = placeOfUrl(url);
      return isOurs(url) && url.includes('/instances/')
        ? vpc.instances.get(scope, name)
        : undefined;
    },
    subnetwork(url) {
      const { scope, name } = placeOfUrl(url);
      return isOurs(url) ? vpc.subnetworks.get(scope, name) : undefined;
    },
    firewalls: (network) => ofNetwork(vpc.firewalls.inScope('global'), network),
    routes: (network) => ofNetwork(vpc.routes.inScope('global'), network),
    peers(url) {
      const { peerings = [] } = vpc.networks.get('global', nameOf(url)) ?? {};
      return peerings
        .filter((one) => isActive(vpc, url, one.network))
        .map(({ name, network }) => ({
          name,
          network,
        }));
    },
    internalUser: (network, address) => useOf(vpc, { network: nameOf(network) }, address)?.user,
    externalUse: (address) => useOf(vpc, 'external', address),
    natOf(url) {
      const { scope, name } = placeOfUrl(url);
      const subnetwork = vpc.subnetworks.get(scope, name);
      if (subnetwork === undefined) return undefined;
      for (const router of ofNetwork(vpc.routers.inScope(scope), subnetwork.network)) {
        const nat = router.nats?.find((one) => serves(one, url));
        if (nat === undefined) continue;
        const [address] = natAddresses(vpc, router, nat);
        if (address !== undefined) return { router: router.name, nat: nat.name, address };
      }
      return undefined;
    },
  };
}

function* ofNetwork<R extends { network: string }>(all: Iterable<R>, network: string): Iterable<R> {
  for (const one of all) if (one.network === network) yield one;
}

/** A peering is active once the other network has one that leads back. */
export function isActive(vpc: Vpc, network: string, peer: string): boolean {
  const other: NetworkRecord | undefined = vpc.networks.get('global', nameOf(peer));
  if (other === undefined || vpc.networks.url(other) !== peer) return false;
  return other.peerings?.some((one) => one.network === network) === true;
}

/** True if a gateway translates the primary range of a subnet. */
function serves(nat: Nat, subnetwork: string): boolean {
  if (nat.sourceSubnetworkIpRangesToNat !== 'LIST_OF_SUBNETWORKS') return true;
  return (nat.subnetworks ?? []).some(({ name, sourceIpRangesToNat = ['ALL_IP_RANGES'] }) => {
    const primary = sourceIpRangesToNat.some(
      (one) => one === 'ALL_IP_RANGES' || one === 'PRIMARY_IP_RANGE',
    );
    return name === subnetwork && primary;
  });
}

/** The external addresses that a gateway translates to. */
export function natAddresses(vpc: Vpc, router: RouterRecord, nat: Nat): string[] {
  if (nat.natIpAllocateOption === 'AUTO_ONLY') {
    const own = router.autoNatIps?.[nat.name];
    return own === undefined ? [] : [own];
  }
  return (nat.natIps ?? []).flatMap((url) => {
    const { scope, name } = placeOfUrl(url);
    return vpc.addresses.get(scope, name)?.address ?? [];
  });
}
