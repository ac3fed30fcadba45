import { parseCustomMachineType } from './custom-machine-types.ts';
import { gpuShapes } from './gpu-machine-types.ts';
import { BUILT_IN, catalogueId } from './ids.ts';
import { type Family, findSeries, type Series } from './machine-series.ts';
import { type CatalogueZone, findZone } from './zones.ts';

/**
 * Machine types as Compute Engine's API shows them, without what depends on the project
 * (links). Each is made when somebody asks for it: all zones together have more than thirty
 * thousand.
 */
export interface CatalogueMachineType {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  guestCpus: number;
  memoryMb: number;
  imageSpaceGb: number;
  maximumPersistentDisks: number;
  maximumPersistentDisksSizeGb: string;
  isSharedCpu: boolean;
  architecture: 'X86_64' | 'ARM64';
  zone: string;
  accelerators?: { guestAcceleratorType: string; guestAcceleratorCount: number }[];
  bundledLocalSsds?: { defaultInterface: string; partitionCount: number };
}

/** What a zone has nothing to do with. */
type Shape = Omit<CatalogueMachineType, 'zone'>;

/** Machines that share a core: names, what they are, and the ids that Google gives them. */
const SHARED: Readonly<Record<string, readonly Shape[]>> = {
  e2: [
    shared('334002', 'e2-micro', 2, 1024, '2 vCPU (1/8 shared physical core) and 1 GB RAM'),
    shared('334003', 'e2-small', 2, 2048, '2 vCPU (1/4 shared physical core) and 2 GB RAM'),
    {
      ...shared('334004', 'e2-medium', 2, 4096, '2 vCPU (1/2 shared physical core) and 4 GB RAM'),
      maximumPersistentDisks: 128,
      maximumPersistentDisksSizeGb: '263168',
    },
  ],
  n1: [
    shared('1000', 'f1-micro', 1, 614, '1 vCPU (shared physical core) and 0.6 GB RAM'),
    shared('2000', 'g1-small', 1, 1740, '1 vCPU (shared physical core) and 1.7 GB RAM'),
  ],
};

function shared(
  id: string,
  name: string,
  guestCpus: number,
  memoryMb: number,
  text: string,
): Shape {
  return {
    id,
    creationTimestamp: BUILT_IN,
    name,
    description: name.startsWith('e2-') ? `Efficient Instance, ${text}` : text,
    guestCpus,
    memoryMb,
    imageSpaceGb: 0,
    maximumPersistentDisks: 16,
    maximumPersistentDisksSizeGb: '3072',
    isSharedCpu: true,
    architecture: 'X86_64',
  };
}

const shapesOfSeries = new Map<string, readonly Shape[]>();

/** The machine types of a series that every zone with that series has. */
function shapes(name: string): readonly Shape[] {
  let known = shapesOfSeries.get(name);
  if (known === undefined) {
    const series = findSeries(name);
    known =
      series === undefined
        ? []
        : [
            ...(SHARED[name] ?? []),
            ...series.families.flatMap((family) => familyShapes(series, family)),
          ];
    shapesOfSeries.set(name, known);
  }
  return known;
}

function familyShapes(series: Series, family: Family): Shape[] {
  const memory = String(family.memoryGb).split(' ').map(Number);
  const ssds = family.localSsds?.split(' ').map(Number);
  return family.vcpus.split(' ').map((text, index) => {
    const vcpus = Number(text);
    const gb = typeof family.memoryGb === 'number' ? vcpus * family.memoryGb : memory[index];
    if (gb === undefined) throw new Error(`no memory for ${family.prefix}${text}`);
    const partitionCount = ssds?.[index];
    const name = `${family.prefix}${text}${family.suffix ?? ''}`;
    return {
      ...plainShape(name, series, vcpus, gb * 1024),
      ...(family.idBase !== undefined && { id: String(family.idBase + vcpus) }),
      ...(partitionCount !== undefined && {
        bundledLocalSsds: { defaultInterface: 'NVME', partitionCount },
      }),
    };
  });
}

/** A machine that owns its cores. */
function plainShape(name: string, series: Series, vcpus: number, memoryMb: number): Shape {
  return {
    id: catalogueId('machineTypes', name),
    creationTimestamp: BUILT_IN,
    name,
    description: describe(series, vcpus, memoryMb),
    guestCpus: vcpus,
    memoryMb: Math.round(memoryMb),
    imageSpaceGb: 0,
    maximumPersistentDisks: diskLimit(series, vcpus),
    maximumPersistentDisksSizeGb: '263168',
    isSharedCpu: false,
    architecture: series.architecture,
  };
}

function describe(series: Series, vcpus: number, memoryMb: number): string {
  const gb = Number((memoryMb / 1024).toFixed(2));
  const cpus = `${vcpus} vCPU${vcpus === 1 ? '' : 's'}`;
  return `${series.lead ?? ''}${cpus}${series.separator ?? ', '}${gb} GB RAM`;
}

function diskLimit(series: Series, vcpus: number): number {
  return series.disks?.findLast(([from]) => vcpus >= from)?.[1] ?? 128;
}

const typesOfZone = new Map<string, ReadonlyMap<string, CatalogueMachineType>>();

function table(zone: CatalogueZone): ReadonlyMap<string, CatalogueMachineType> {
  let known = typesOfZone.get(zone.name);
  if (known === undefined) {
    const types = zone.series
      .flatMap((series) => [...shapes(series), ...acceleratorShapes(series, zone.name)])
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    known = new Map(types.map((shape) => [shape.name, { ...shape, zone: zone.name }]));
    typesOfZone.set(zone.name, known);
  }
  return known;
}

function acceleratorShapes(name: string, zone: string): Shape[] {
  const series = findSeries(name);
  if (series === undefined) return [];
  return gpuShapes(name, zone).map((it) => ({
    ...plainShape(it.name, series, it.vcpus, it.memoryGb * 1024),
    description:
      `Accelerator Optimized: ${it.gpus} ${it.gpuTitle} GPU${it.gpus === 1 ? '' : 's'}, ` +
      `${it.vcpus} vCPUs, ${it.memoryGb}GB RAM`,
    accelerators: [{ guestAcceleratorType: it.gpu, guestAcceleratorCount: it.gpus }],
    ...(it.localSsds !== undefined && {
      bundledLocalSsds: { defaultInterface: 'NVME', partitionCount: it.localSsds },
    }),
  }));
}

/** The machine types that a zone lists, ordered by name; custom ones are never listed. */
export function machineTypes(zone: string): readonly CatalogueMachineType[] {
  const found = findZone(zone);
  return found === undefined ? [] : [...table(found).values()];
}

/** A machine type of a zone, custom ones included. */
export function findMachineType(zone: string, name: string): CatalogueMachineType | undefined {
  const found = findZone(zone);
  if (found === undefined) return undefined;
  return table(found).get(name) ?? customMachineType(found, name);
}

function customMachineType(zone: CatalogueZone, name: string): CatalogueMachineType | undefined {
  const custom = parseCustomMachineType(name);
  if (custom === undefined || 'problem' in custom) return undefined;
  const series = findSeries(custom.series);
  if (series === undefined || !zone.series.includes(custom.series)) return undefined;
  return {
    ...plainShape(name, series, custom.vcpus, custom.memoryMb),
    description: 'Custom created machine type.',
    isSharedCpu: custom.shared,
    zone: zone.name,
  };
}

/** Whether some zone has a machine type of this name: wrong zone, or no such type? */
export function machineTypeExists(name: string): boolean {
  const custom = parseCustomMachineType(name);
  if (custom !== undefined) return !('problem' in custom);
  const series = seriesOf(name);
  if (shapes(series).some((shape) => shape.name === name)) return true;
  return gpuShapes(series).some((shape) => shape.name === name);
}

/** The series that a machine type belongs to, from its name. */
export function seriesOf(machineType: string): string {
  const first = machineType.slice(0, machineType.indexOf('-'));
  return first === 'custom' || first === 'f1' || first === 'g1' ? 'n1' : first;
}

/**
 * The processor that a machine gets: the one asked for (`minCpuPlatform`) if the zone has it
 * for this series, otherwise the first of the series' own that the zone has. Undefined if
 * what was asked for cannot be had.
 */
export function cpuPlatformFor(
  zone: CatalogueZone,
  machineType: string,
  minimum?: string,
): string | undefined {
  const own = findSeries(seriesOf(machineType))?.platforms ?? [];
  const here = own.filter((platform) => zone.availableCpuPlatforms.includes(platform));
  return minimum === undefined ? here[0] : here.find((platform) => platform === minimum);
}
