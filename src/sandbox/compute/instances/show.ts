import { fingerprintOf } from '../fingerprint.ts';
import { present } from '../representation.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { INSTANCES, type InstanceRecord, type NetworkInterface } from './kind.ts';

/** An instance as the API shows it. */
export function showInstance(state: ComputeState, record: InstanceRecord): Record<string, unknown> {
  const { preempted: _, ...shown } = record;
  const { tags, metadata, networkInterfaces, disks, labels = {}, cpuPlatform, status } = record;
  const hasRun = status !== 'PROVISIONING' && status !== 'STAGING' && status !== 'TERMINATED';
  return {
    startRestricted: false,
    shieldedInstanceIntegrityPolicy: { updateAutoLearnPolicy: true },
    ...present(state, collectionOf<InstanceRecord>(state, INSTANCES), shown),
    tags: { ...tags, fingerprint: fingerprintOf(tags.items ?? []) },
    metadata: {
      kind: 'compute#metadata',
      fingerprint: fingerprintOf(metadata.items ?? []),
      ...metadata,
    },
    networkInterfaces: networkInterfaces.map(showInterface),
    disks: disks.map((disk) => ({ kind: 'compute#attachedDisk', ...disk })),
    cpuPlatform: hasRun ? cpuPlatform : 'Unknown CPU Platform',
    labelFingerprint: fingerprintOf(labels),
    fingerprint: fingerprintOf(updatable(record)),
  };
}

function showInterface(one: NetworkInterface): Record<string, unknown> {
  const { accessConfigs } = one;
  return {
    kind: 'compute#networkInterface',
    ...one,
    fingerprint: interfaceFingerprint(one),
    ...(accessConfigs === undefined
      ? {}
      : {
          accessConfigs: accessConfigs.map((access) => ({
            kind: 'compute#accessConfig',
            ...access,
          })),
        }),
  };
}

/** Of an interface: what `updateNetworkInterface` has to have seen. */
export const interfaceFingerprint = (one: NetworkInterface): string => fingerprintOf(one);

/** What the fingerprint of an instance stands for: all that `instances.update` changes. */
export function updatable(record: InstanceRecord): unknown {
  const { machineType, canIpForward, labels, metadata, tags, scheduling } = record;
  const { deletionProtection, serviceAccounts, disks, networkInterfaces } = record;
  return [
    [machineType, canIpForward, labels, metadata, tags, scheduling],
    [deletionProtection, serviceAccounts, disks, networkInterfaces],
  ];
}
