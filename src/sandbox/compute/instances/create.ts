import { cpuPlatformFor, seriesOf } from '../catalogue/machine-types.ts';
import { findZone } from '../catalogue/zones.ts';
import { invalidField, requiredField } from '../errors.ts';
import { given } from '../given.ts';
import { requireName } from '../names.ts';
import { planInterfaces, takeAddresses } from '../network/interfaces.ts';
import { placeName } from '../place.ts';
import { requireQuota } from '../quotas/quotas.ts';
import { addAll, cpusOf, diskUsage, instanceUsage } from '../quotas/usage.ts';
import type { Scope } from '../records.ts';
import { type ComputeState, collectionOf, newRecord } from '../state.ts';
import { type InstanceRequest, KEPT_FIELDS } from './body.ts';
import { planDisks, putDisksOf } from './disks.ts';
import { type AttachedDisk, INSTANCES, type InstanceRecord } from './kind.ts';
import { readMachineType, requireFitting } from './machine-type.ts';
import { readMetadata } from './metadata.ts';
import { readScheduling } from './scheduling.ts';
import { readServiceAccounts } from './service-accounts.ts';
import { readTags } from './tags.ts';

/** The plan that makes a new instance run: for `beginOperation`, after `createInstance`. */
export const INSERT_PLAN = 'compute.instances.insert';

/**
 * Inside a change: checks everything that is asked for, then makes the instance and its
 * disks, in the state PROVISIONING. Its name has to be free.
 *
 * @throws what insert answers; FailsLater where its operation is to fail
 */
export function createInstance(
  state: ComputeState,
  scope: Scope,
  request: InstanceRequest,
): InstanceRecord {
  requireName('resource.name', request.name);
  if (!request.machineType) throw requiredField('resource.machineType');
  const { url: machineType, type } = readMachineType(state, scope, request.machineType);
  const named = { name: request.name, series: seriesOf(type.name) };
  const { attached, made, disks } = planDisks(state, scope, named, request.disks ?? []);
  requireFitting(type, disks);
  const { description, hostname, labels } = request;
  const serviceAccounts = readServiceAccounts(state, request.serviceAccounts);
  const record: InstanceRecord = {
    ...newRecord(state, scope, request.name),
    ...given({ description, hostname: hostname && readHostname(hostname), labels }),
    status: 'PROVISIONING',
    machineType,
    cpuPlatform: cpuPlatform(scope, type.name, request.minCpuPlatform),
    canIpForward: request.canIpForward ?? false,
    tags: readTags(request.tags?.items),
    metadata: readMetadata(request.metadata?.items),
    disks: attached,
    ...(serviceAccounts.length === 0 ? {} : { serviceAccounts }),
    scheduling: readScheduling(request.scheduling),
    deletionProtection: request.deletionProtection ?? false,
    ...shieldedBy(attached),
    ...keptOf(request),
    networkInterfaces: planInterfaces(state, scope, request.networkInterfaces ?? []),
  };
  const usage = instanceUsage(record);
  for (const { disk } of made) addAll(usage, diskUsage(disk));
  requireQuota(state, scope, usage, cpusOf(record));
  putDisksOf(state, record, made);
  takeAddresses(state, record);
  collectionOf<InstanceRecord>(state, INSTANCES).put(record);
  return record;
}

export function cpuPlatform(
  scope: Scope,
  machineType: string,
  minimum: string | undefined,
): string {
  const zone = findZone(placeName(scope));
  const platform = zone && cpuPlatformFor(zone, machineType, minimum);
  if (platform !== undefined) return platform;
  if (minimum === undefined) return 'Unknown CPU Platform';
  const why = `CPU platform is not available in zone '${placeName(scope)}' for this machine type.`;
  throw invalidField('resource.minCpuPlatform', minimum, why);
}

/** RFC 1035 labels with dots between, and at least one dot. */
function readHostname(text: string): string {
  const isName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;
  if (isName.test(text) && text.length <= 253) return text;
  throw invalidField(
    'resource.hostname',
    text.slice(0, 200),
    'Must be a fully qualified RFC 1035 name.',
  );
}

/** What instances have whose boot disk can be started by UEFI, unless it is asked for otherwise. */
function shieldedBy([boot]: readonly AttachedDisk[]): Pick<
  InstanceRecord,
  'shieldedInstanceConfig'
> {
  if (!boot?.guestOsFeatures?.some(({ type }) => type === 'UEFI_COMPATIBLE')) return {};
  const shieldedInstanceConfig = {
    enableSecureBoot: false,
    enableVtpm: true,
    enableIntegrityMonitoring: true,
  };
  return { shieldedInstanceConfig };
}

function keptOf(request: InstanceRequest): Pick<InstanceRecord, (typeof KEPT_FIELDS)[number]> {
  const kept = KEPT_FIELDS.flatMap((field) =>
    request[field] === undefined ? [] : [[field, request[field]] as const],
  );
  return Object.fromEntries(kept);
}
