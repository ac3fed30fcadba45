import type { Kind } from '../collection.ts';
import type { ResourceRecord } from '../records.ts';

/*
 * The resources of a VPC network, as they are stored: URLs in their whole form.
 * https://cloud.google.com/compute/docs/reference/rest/v1/networks and its neighbours
 */

export const NETWORKS: Kind = {
  collection: 'networks',
  singular: 'network',
  api: 'compute.networks',
  scope: 'global',
};

/** Bytes, of a network that was made without. https://cloud.google.com/vpc/docs/mtu */
export const DEFAULT_MTU = 1460;

export interface NetworkRecord extends ResourceRecord {
  description?: string;
  autoCreateSubnetworks: boolean;
  mtu: number;
  routingConfig: RoutingConfig;
  networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL' | 'BEFORE_CLASSIC_FIREWALL';
  peerings?: Peering[];
}

export interface RoutingConfig {
  routingMode: 'REGIONAL' | 'GLOBAL';
}

/** One side of a peering. What its state is follows from the other side. */
export interface Peering {
  name: string;
  /** The other network: a whole URL. It need not be there, or may be in a project we do not see. */
  network: string;
  exchangeSubnetRoutes: boolean;
  exportCustomRoutes: boolean;
  importCustomRoutes: boolean;
  exportSubnetRoutesWithPublicIp: boolean;
  importSubnetRoutesWithPublicIp: boolean;
  stackType: 'IPV4_ONLY';
}

export const SUBNETWORKS: Kind = {
  collection: 'subnetworks',
  singular: 'subnetwork',
  api: 'compute.subnetworks',
  scope: 'regions',
};

export interface SubnetworkRecord extends ResourceRecord {
  description?: string;
  network: string;
  ipCidrRange: string;
  privateIpGoogleAccess: boolean;
  secondaryIpRanges?: SecondaryRange[];
  enableFlowLogs?: boolean;
  logConfig?: { enable: boolean } & Record<string, unknown>;
}

export interface SecondaryRange {
  rangeName: string;
  ipCidrRange: string;
}

export const FIREWALLS: Kind = {
  collection: 'firewalls',
  singular: 'firewall',
  api: 'compute.firewalls',
  scope: 'global',
};

export interface FirewallRecord extends ResourceRecord {
  description?: string;
  network: string;
  /** The lower, the earlier. */
  priority: number;
  direction: 'INGRESS' | 'EGRESS';
  sourceRanges?: string[];
  destinationRanges?: string[];
  sourceTags?: string[];
  targetTags?: string[];
  sourceServiceAccounts?: string[];
  targetServiceAccounts?: string[];
  allowed?: ProtocolPorts[];
  denied?: ProtocolPorts[];
  disabled: boolean;
  logConfig: { enable: boolean; metadata?: string };
}

export interface ProtocolPorts {
  /** `tcp`, `udp`, `icmp`, `esp`, `ah`, `ipip`, `sctp`, `all`, or a number. */
  IPProtocol: string;
  /** Such as `22` and `8000-9000`; all where there are none. */
  ports?: string[] | undefined;
}

export const ROUTES: Kind = {
  collection: 'routes',
  singular: 'route',
  api: 'compute.routes',
  scope: 'global',
};

export interface RouteRecord extends ResourceRecord {
  description?: string;
  network: string;
  destRange: string;
  priority: number;
  tags?: string[];
  routeType: 'STATIC' | 'SUBNET';
  /** Of a subnet's route: the network itself. */
  nextHopNetwork?: string;
  nextHopGateway?: string;
  nextHopInstance?: string;
  nextHopIp?: string;
}

export const ADDRESSES: Kind = {
  collection: 'addresses',
  singular: 'address',
  api: 'compute.addresses',
  scope: 'regions',
};

export const GLOBAL_ADDRESSES: Kind = {
  collection: 'addresses',
  singular: 'address',
  api: 'compute.globalAddresses',
  scope: 'global',
};

export interface AddressRecord extends ResourceRecord {
  description?: string;
  address: string;
  prefixLength?: number;
  status: 'RESERVED' | 'IN_USE';
  users?: string[];
  addressType: 'EXTERNAL' | 'INTERNAL';
  networkTier?: 'PREMIUM' | 'STANDARD';
  purpose?: string;
  /** Of an internal address. */
  subnetwork?: string;
  network?: string;
  ipVersion?: 'IPV4';
  labels?: Record<string, string>;
}

export const ROUTERS: Kind = {
  collection: 'routers',
  singular: 'router',
  api: 'compute.routers',
  scope: 'regions',
};

export interface RouterRecord extends ResourceRecord {
  description?: string;
  network: string;
  bgp?: Record<string, unknown>;
  nats?: Nat[];
  /** The address of each gateway that has them allocated (AUTO_ONLY), by its name; not shown. */
  autoNatIps?: Record<string, string>;
}

/** A Cloud NAT gateway. https://cloud.google.com/nat/docs/overview */
export interface Nat extends Record<string, unknown> {
  name: string;
  type: 'PUBLIC';
  sourceSubnetworkIpRangesToNat:
    | 'ALL_SUBNETWORKS_ALL_IP_RANGES'
    | 'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES'
    | 'LIST_OF_SUBNETWORKS';
  subnetworks?: {
    name: string;
    sourceIpRangesToNat?: string[];
    secondaryIpRangeNames?: string[];
  }[];
  natIpAllocateOption: 'AUTO_ONLY' | 'MANUAL_ONLY';
  natIps?: string[];
}
