import type { Store, Table } from '../../disk/store.ts';
import type { Project } from '../../project.ts';
import { Collection, type Kind } from '../collection.ts';
import { INSTANCES, type InstanceRecord } from '../instances/kind.ts';
import type { ResourceRecord } from '../records.ts';
import {
  ADDRESSES,
  type AddressRecord,
  FIREWALLS,
  type FirewallRecord,
  NETWORKS,
  type NetworkRecord,
  ROUTERS,
  ROUTES,
  type RouteRecord,
  type RouterRecord,
  SUBNETWORKS,
  type SubnetworkRecord,
} from './kinds.ts';

/** The tables that the VPC network is decided by. */
export interface Vpc {
  readonly networks: Collection<NetworkRecord>;
  readonly subnetworks: Collection<SubnetworkRecord>;
  readonly firewalls: Collection<FirewallRecord>;
  readonly routes: Collection<RouteRecord>;
  /** Regional and global ones: one collection in different scopes. */
  readonly addresses: Collection<AddressRecord>;
  readonly routers: Collection<RouterRecord>;
  readonly instances: Collection<InstanceRecord>;
  /** Who has which IP address; keys from address-use.ts. */
  readonly addressUse: Table<AddressUse>;
  /** What else is remembered: that the default network was made, which address comes next. */
  readonly facts: Table<number>;
}

/** Who has an IP address. */
export interface AddressUse {
  /** What uses it, a whole URL: an instance or a router. */
  user?: string;
  /** The address resource that reserves it, a whole URL; ephemeral addresses have none. */
  reservation?: string;
}

export function openVpc(
  store: Store,
  resources: Table<ResourceRecord>,
  { projectId, projectNumber }: Project,
): Vpc {
  const open = <R extends ResourceRecord>(kind: Kind) =>
    new Collection<R>(kind, resources, { projectId, projectNumber });
  return {
    networks: open<NetworkRecord>(NETWORKS),
    subnetworks: open<SubnetworkRecord>(SUBNETWORKS),
    firewalls: open<FirewallRecord>(FIREWALLS),
    routes: open<RouteRecord>(ROUTES),
    addresses: open<AddressRecord>(ADDRESSES),
    routers: open<RouterRecord>(ROUTERS),
    instances: open<InstanceRecord>(INSTANCES),
    addressUse: store.table<AddressUse>('compute-address-use'),
    facts: store.table<number>('compute-network-facts'),
  };
}
