import { invalidField } from '../errors.ts';
import { given } from '../given.ts';
import type { InstanceProperties } from '../instances/body.ts';
import { diskAt } from '../instances/disks.ts';
import { INSTANCES, type InstanceRecord } from '../instances/kind.ts';
import { nameOf, parseReference } from '../references.ts';
import { type ComputeState, collectionOf } from '../state.ts';

/** The properties of a template that is made like an instance: `sourceInstance`. @throws 400, 404 */
export function propertiesOf(
  state: ComputeState,
  text: string,
): { url: string; properties: InstanceProperties } {
  const reference = parseReference(text, state.projectId);
  if (reference?.collection !== 'instances') {
    throw invalidField('resource.sourceInstance', text, 'The URL is malformed.');
  }
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  const instance = instances.require(reference.scope, reference.name);
  const { machineType, canIpForward, tags, metadata, labels, serviceAccounts } = instance;
  const { onHostMaintenance, automaticRestart, preemptible, provisioningModel } =
    instance.scheduling;
  return {
    url: instances.url(instance),
    properties: {
      machineType: nameOf(machineType),
      canIpForward,
      tags,
      metadata,
      ...given({ labels, serviceAccounts }),
      scheduling: { onHostMaintenance, automaticRestart, preemptible, provisioningModel },
      disks: instance.disks.map((disk) => {
        const { sourceImage, type } = diskAt(state, disk.source) ?? {};
        return {
          ...given({ mode: disk.mode, deviceName: disk.deviceName, boot: disk.boot }),
          autoDelete: disk.autoDelete,
          interface: disk.interface,
          initializeParams: given({
            sourceImage,
            diskSizeGb: disk.diskSizeGb,
            diskType: type === undefined ? undefined : nameOf(type),
          }),
        };
      }),
      networkInterfaces: instance.networkInterfaces.map(
        ({ network, subnetwork, accessConfigs }) => ({
          network,
          subnetwork,
          ...(accessConfigs === undefined
            ? {}
            : { accessConfigs: accessConfigs.map(({ type, name }) => ({ type, name })) }),
        }),
      ),
    },
  };
}
