import { findMachineType, seriesOf } from '../catalogue/machine-types.ts';
import { cpuQuotaMetric, diskQuotaMetric } from '../catalogue/quotas.ts';
import { zonesOf } from '../catalogue/zones.ts';
import { DISKS, type DiskRecord } from '../disks/kind.ts';
import { INSTANCES, type InstanceRecord } from '../instances/kind.ts';
import { placeName, regionOf } from '../place.ts';
import { collectionPrefix, type ResourceRecord, type Scope, scopePrefix } from '../records.ts';
import { nameOf } from '../references.ts';
import { type ComputeState, collectionOf } from '../state.ts';

/** How much there is of what a quota limits, by its metric. */
export type Usage = Map<string, number>;

/** What counts against the quotas of a region. */
export function regionUsage(state: ComputeState, region: string): Usage {
  const usage: Usage = new Map();
  for (const { name } of zonesOf(region)) {
    const scope = `zones/${name}`;
    for (const instance of collectionOf<InstanceRecord>(state, INSTANCES).inScope(scope)) {
      addAll(usage, instanceUsage(instance));
    }
    for (const disk of collectionOf<DiskRecord>(state, DISKS).inScope(scope)) {
      addAll(usage, diskUsage(disk));
    }
    countScope(state, usage, scope, IN_ZONES);
  }
  countScope(state, usage, `regions/${region}`, IN_REGIONS);
  return usage;
}

/** What counts against the quotas of the project. */
export function projectUsage(state: ComputeState): Usage {
  const usage: Usage = new Map();
  for (const [collection, metric] of Object.entries(EVERYWHERE)) {
    add(usage, metric, count(state, collectionPrefix(collection)));
  }
  countScope(state, usage, 'global', IN_GLOBAL);
  add(usage, ALL_CPUS, allCpus(state));
  return usage;
}

export const ALL_CPUS = 'CPUS_ALL_REGIONS';

/** The vCPUs that are in use, of all series and everywhere. */
export function allCpus(state: ComputeState): number {
  let cpus = 0;
  for (const instance of collectionOf<InstanceRecord>(state, INSTANCES).everywhere()) {
    if (usesCpus(instance)) cpus += cpusOf(instance);
  }
  return cpus;
}

/**
 * An instance counts as long as it is there; its vCPUs and external addresses only while it
 * is not stopped. https://cloud.google.com/compute/resource-usage#cpu_quota
 */
export function instanceUsage(instance: InstanceRecord): Usage {
  const usage: Usage = new Map([['INSTANCES', 1]]);
  if (usesCpus(instance)) addAll(usage, runningUsage(instance));
  return usage;
}

/** What an instance that is not stopped takes besides itself. */
export function runningUsage(instance: InstanceRecord): Usage {
  const { machineType, networkInterfaces } = instance;
  const addresses = networkInterfaces.flatMap(({ accessConfigs = [] }) => accessConfigs).length;
  return new Map([
    [cpuQuotaMetric(seriesOf(nameOf(machineType))), cpusOf(instance)],
    ['IN_USE_ADDRESSES', addresses],
  ]);
}

export const cpusOf = ({ scope, machineType }: InstanceRecord): number =>
  findMachineType(placeName(scope), nameOf(machineType))?.guestCpus ?? 0;

const usesCpus = ({ status }: InstanceRecord): boolean =>
  status !== 'TERMINATED' && status !== 'SUSPENDED';

export function diskUsage({ type, sizeGb }: Pick<DiskRecord, 'type' | 'sizeGb'>): Usage {
  const metric = diskQuotaMetric(nameOf(type));
  return new Map(metric === undefined ? [] : [[metric, Number(sizeGb)]]);
}

/** Metrics that are the number of resources in each scope. */
const IN_ZONES = {
  instanceGroupManagers: 'INSTANCE_GROUP_MANAGERS',
  instanceGroups: 'INSTANCE_GROUPS',
  autoscalers: 'AUTOSCALERS',
};
const IN_REGIONS = {
  addresses: 'STATIC_ADDRESSES',
  instanceGroupManagers: 'REGIONAL_INSTANCE_GROUP_MANAGERS',
  autoscalers: 'REGIONAL_AUTOSCALERS',
};
const IN_GLOBAL = { addresses: 'STATIC_ADDRESSES' };
const EVERYWHERE = {
  snapshots: 'SNAPSHOTS',
  images: 'IMAGES',
  networks: 'NETWORKS',
  subnetworks: 'SUBNETWORKS',
  firewalls: 'FIREWALLS',
  routes: 'ROUTES',
  routers: 'ROUTERS',
  instanceTemplates: 'INSTANCE_TEMPLATES',
};

/** Which quota a new resource counts against, and how many there are. */
export function countOf(
  state: ComputeState,
  collection: string,
  scope: Scope,
): { metric: string; usage: number; isGlobal: boolean } | undefined {
  const [type = ''] = scope.split('/');
  const here = ({ zones: IN_ZONES, regions: IN_REGIONS, global: IN_GLOBAL } as Metrics)[type];
  const metric = here?.[collection];
  if (metric !== undefined) {
    // A region's quota is for all its zones.
    const usage =
      type === 'zones'
        ? (regionUsage(state, regionOf(placeName(scope))).get(metric) ?? 0)
        : count(state, scopePrefix(collection, scope));
    return { metric, usage, isGlobal: type === 'global' };
  }
  const everywhere = (EVERYWHERE as Readonly<Record<string, string>>)[collection];
  if (everywhere === undefined) return undefined;
  return {
    metric: everywhere,
    usage: count(state, collectionPrefix(collection)),
    isGlobal: true,
  };
}

type Metrics = Readonly<Record<string, Readonly<Record<string, string>>>>;

function countScope(
  state: ComputeState,
  usage: Usage,
  scope: Scope,
  metrics: Readonly<Record<string, string>>,
): void {
  for (const [collection, metric] of Object.entries(metrics)) {
    add(usage, metric, count(state, scopePrefix(collection, scope)));
  }
}

function count({ resources }: ComputeState, prefix: Buffer): number {
  let number = 0;
  for (const { value } of resources.below(prefix)) {
    if (counts(value)) number += 1;
  }
  return number;
}

/** The routes to subnets are not counted, and internal addresses not as static ones. */
function counts(record: ResourceRecord & { routeType?: string; addressType?: string }): boolean {
  return record.routeType !== 'SUBNET' && record.addressType !== 'INTERNAL';
}

function add(usage: Usage, metric: string, number: number): void {
  usage.set(metric, (usage.get(metric) ?? 0) + number);
}

/** Adds one usage to another. */
export function addAll(usage: Usage, more: Usage): Usage {
  for (const [metric, number] of more) add(usage, metric, number);
  return usage;
}
