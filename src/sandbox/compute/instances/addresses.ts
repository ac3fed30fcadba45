import { findRegion } from '../catalogue/regions.ts';
import { invalidField } from '../errors.ts';
import { placeName, regionOf } from '../place.ts';
import type { Scope } from '../records.ts';
import { urlOf } from '../references.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import type { InterfaceRequest } from './body.ts';
import { INSTANCES, type InstanceRecord, type NetworkInterface } from './kind.ts';

/** Provisional: the default network, until the VPC network gives addresses. */
export function planInterfaces(
  state: ComputeState,
  scope: Scope,
  requests: readonly InterfaceRequest[],
): NetworkInterface[] {
  if (requests.length === 0) {
    const why = 'At least one network interface is required.';
    throw invalidField('resource.networkInterfaces', '', why);
  }
  const region = regionOf(placeName(scope));
  const taken = new Set<string>();
  for (const { networkInterfaces } of collectionOf<InstanceRecord>(state, INSTANCES).everywhere()) {
    for (const { networkIP } of networkInterfaces) taken.add(networkIP);
  }
  const base = (findRegion(region)?.autoSubnet ?? '10.128.0.0/20').split('.').slice(0, 2).join('.');
  let next = 2;
  const free = () => {
    for (;;) {
      const address = `${base}.${next >> 8}.${next & 255}`;
      next += 1;
      if (!taken.has(address)) return address;
    }
  };
  return requests.map(({ networkIP, accessConfigs }, index) => ({
    name: `nic${index}`,
    network: urlOf({
      project: state.projectId,
      scope: 'global',
      collection: 'networks',
      name: 'default',
    }),
    subnetwork: urlOf({
      project: state.projectId,
      scope: `regions/${region}`,
      collection: 'subnetworks',
      name: 'default',
    }),
    networkIP: networkIP ?? free(),
    stackType: 'IPV4_ONLY' as const,
    ...(accessConfigs === undefined
      ? {}
      : {
          accessConfigs: accessConfigs.map(
            ({ name = 'External NAT', networkTier = 'PREMIUM' }) => ({
              type: 'ONE_TO_ONE_NAT' as const,
              name,
              networkTier,
            }),
          ),
        }),
  }));
}

/** Inside a change: the internal addresses are the instance's. */
export function takeAddresses(_state: ComputeState, _instance: InstanceRecord): void {}

/** Inside a change: external addresses come with the start. The record is not written. */
export function giveExternal(state: ComputeState, instance: InstanceRecord): void {
  for (const { accessConfigs = [] } of instance.networkInterfaces) {
    for (const access of accessConfigs) {
      access.natIP ??= `34.64.${[...state.randomBytes(2)].join('.')}`;
    }
  }
}

/** Inside a change: ephemeral external addresses go with the stop. The record is not written. */
export function takeExternal(_state: ComputeState, instance: InstanceRecord): void {
  for (const { accessConfigs = [] } of instance.networkInterfaces) {
    for (const access of accessConfigs) delete access.natIP;
  }
}

/** Inside a change: the instance is going away. */
export function releaseAddresses(_state: ComputeState, _instance: InstanceRecord): void {}
