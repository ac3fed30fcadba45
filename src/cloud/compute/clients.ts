import type { AddressesClient } from '@google-cloud/compute/build/src/v1/addresses_client.js';
import type { DisksClient } from '@google-cloud/compute/build/src/v1/disks_client.js';
import type { FirewallsClient } from '@google-cloud/compute/build/src/v1/firewalls_client.js';
import type { GlobalOperationsClient } from '@google-cloud/compute/build/src/v1/global_operations_client.js';
import type { InstancesClient } from '@google-cloud/compute/build/src/v1/instances_client.js';
import type { NetworksClient } from '@google-cloud/compute/build/src/v1/networks_client.js';
import type { RegionOperationsClient } from '@google-cloud/compute/build/src/v1/region_operations_client.js';
import type { RoutersClient } from '@google-cloud/compute/build/src/v1/routers_client.js';
import type { SnapshotsClient } from '@google-cloud/compute/build/src/v1/snapshots_client.js';
import type { SubnetworksClient } from '@google-cloud/compute/build/src/v1/subnetworks_client.js';
import type { ZoneOperationsClient } from '@google-cloud/compute/build/src/v1/zone_operations_client.js';

/**
 * The clients of Compute Engine, one a kind of resource, each made when it is
 * first used. `@google-cloud/compute` as a whole takes a second and 108 MB to
 * load, so each comes from its own module; the build leaves of the description
 * of the API, which all of them share, only what these need
 * (scripts/compute-client.mjs reads this list).
 */
export interface ComputeClients {
  readonly instances: InstancesClient;
  readonly disks: DisksClient;
  readonly addresses: AddressesClient;
  readonly firewalls: FirewallsClient;
  readonly networks: NetworksClient;
  readonly subnetworks: SubnetworksClient;
  readonly routers: RoutersClient;
  readonly snapshots: SnapshotsClient;
  readonly zoneOperations: ZoneOperationsClient;
  readonly regionOperations: RegionOperationsClient;
  readonly globalOperations: GlobalOperationsClient;
}

/** What every client is made with. */
export type ClientOptions = NonNullable<ConstructorParameters<typeof InstancesClient>[0]>;

/** Loads the modules of the clients; nothing is asked of the provider. */
export async function loadComputeClients(options: ClientOptions): Promise<ComputeClients> {
  const { AddressesClient: Addresses } = await import(
    '@google-cloud/compute/build/src/v1/addresses_client.js'
  );
  const { DisksClient: Disks } = await import('@google-cloud/compute/build/src/v1/disks_client.js');
  const { FirewallsClient: Firewalls } = await import(
    '@google-cloud/compute/build/src/v1/firewalls_client.js'
  );
  const { GlobalOperationsClient: GlobalOperations } = await import(
    '@google-cloud/compute/build/src/v1/global_operations_client.js'
  );
  const { InstancesClient: Instances } = await import(
    '@google-cloud/compute/build/src/v1/instances_client.js'
  );
  const { NetworksClient: Networks } = await import(
    '@google-cloud/compute/build/src/v1/networks_client.js'
  );
  const { SubnetworksClient: Subnetworks } = await import(
    '@google-cloud/compute/build/src/v1/subnetworks_client.js'
  );
  const { RoutersClient: Routers } = await import(
    '@google-cloud/compute/build/src/v1/routers_client.js'
  );
  const { SnapshotsClient: Snapshots } = await import(
    '@google-cloud/compute/build/src/v1/snapshots_client.js'
  );
  const { RegionOperationsClient: RegionOperations } = await import(
    '@google-cloud/compute/build/src/v1/region_operations_client.js'
  );
  const { ZoneOperationsClient: ZoneOperations } = await import(
    '@google-cloud/compute/build/src/v1/zone_operations_client.js'
  );
  return lazily<ComputeClients>({
    // A copy each: the clients write into what they are given.
    instances: () => new Instances({ ...options }),
    disks: () => new Disks({ ...options }),
    addresses: () => new Addresses({ ...options }),
    firewalls: () => new Firewalls({ ...options }),
    networks: () => new Networks({ ...options }),
    subnetworks: () => new Subnetworks({ ...options }),
    routers: () => new Routers({ ...options }),
    snapshots: () => new Snapshots({ ...options }),
    zoneOperations: () => new ZoneOperations({ ...options }),
    regionOperations: () => new RegionOperations({ ...options }),
    globalOperations: () => new GlobalOperations({ ...options }),
  });
}

/** An object whose properties are made when they are first read. */
function lazily<Made extends object>(makers: { [Name in keyof Made]: () => Made[Name] }): Made {
  const made: Partial<Made> = {};
  for (const name of Object.keys(makers) as (keyof Made)[]) {
    let value: Made[typeof name] | undefined;
    Object.defineProperty(made, name, {
      get: () => {
        value ??= makers[name]();
        return value;
      },
    });
  }
  return made as Made;
}
