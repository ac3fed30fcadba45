import type { GuestMachine } from '../../guest/contract.ts';
import { findMachineType } from '../catalogue/machine-types.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import { DEFAULT_MTU } from '../network/kinds.ts';
import { placeName } from '../place.ts';
import { nameOf } from '../references.ts';

/**
 * The machine that a guest finds itself on, as its resources describe it.
 *
 * @param subnets of the network interfaces
 * @param imageFamily of the image that the boot disk was made of
 */
export function machineFacts(
  projectId: string,
  instance: InstanceRecord,
  subnets: readonly { gateway: string; mtu: number }[],
  imageFamily: string,
): GuestMachine {
  const zone = placeName(instance.scope);
  const inZone = `${instance.name}.${zone}.c.${projectId}.internal`;
  const [hostname = '', ...domain] = (instance.hostname ?? inZone).split('.');
  const type = findMachineType(zone, nameOf(instance.machineType));
  return {
    hostname,
    domain: domain.join('.'),
    imageFamily,
    projectId,
    zone,
    vcpus: type?.guestCpus ?? 1,
    memoryMb: type?.memoryMb ?? 1024,
    cpuPlatform: instance.cpuPlatform,
    disks: instance.disks.map(({ deviceName, diskSizeGb, boot }) => ({
      deviceName,
      sizeGb: Number(diskSizeGb),
      boot,
    })),
    interfaces: instance.networkInterfaces.map(({ networkIP }, index) => ({
      name: `ens${4 + index}`,
      mac: macOf(networkIP),
      address: networkIP,
      gateway: subnets[index]?.gateway ?? '',
      mtu: subnets[index]?.mtu ?? DEFAULT_MTU,
    })),
  };
}

/** As on GCP: 42:01 and the internal address. */
export function macOf(address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return ['42', '01', ...bytes].join(':');
}
