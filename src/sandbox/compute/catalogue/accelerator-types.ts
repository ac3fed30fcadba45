import { gpuShapes } from './gpu-machine-types.ts';
import { BUILT_IN, catalogueId } from './ids.ts';
import { type CatalogueZone, findZone } from './zones.ts';

/** An accelerator type of a zone, without what depends on the project (links). */
export interface CatalogueAcceleratorType {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  maximumCardsPerInstance: number;
  zone: string;
}

/** What GPUs are called, and how many a machine can have. */
const GPUS: Readonly<Record<string, readonly [description: string, cards: number]>> = {
  'nvidia-a100-80gb': ['NVIDIA A100 80GB', 8],
  'nvidia-h100-80gb': ['NVIDIA H100 80GB', 8],
  'nvidia-h100-mega-80gb': ['NVIDIA H100 80GB MEGA', 8],
  'nvidia-h200-141gb': ['NVIDIA H200 141GB', 8],
  'nvidia-l4': ['NVIDIA L4', 8],
  'nvidia-l4-vws': ['NVIDIA L4 Virtual Workstation', 8],
  'nvidia-tesla-a100': ['NVIDIA A100 40GB', 16],
  'nvidia-tesla-p100': ['NVIDIA Tesla P100', 4],
  'nvidia-tesla-p100-vws': ['NVIDIA Tesla P100 Virtual Workstation', 4],
  'nvidia-tesla-p4': ['NVIDIA Tesla P4', 4],
  'nvidia-tesla-p4-vws': ['NVIDIA Tesla P4 Virtual Workstation', 4],
  'nvidia-tesla-t4': ['NVIDIA T4', 4],
  'nvidia-tesla-t4-vws': ['NVIDIA Tesla T4 Virtual Workstation', 4],
  'nvidia-tesla-v100': ['NVIDIA V100', 8],
};

/** GPUs with a second type, for virtual workstations. */
const WORKSTATIONS = new Set([
  'nvidia-l4',
  'nvidia-tesla-p100',
  'nvidia-tesla-p4',
  'nvidia-tesla-t4',
]);

/**
 * Zones where GPUs can be attached to N1 machines: region, then letters.
 *
 * https://cloud.google.com/compute/docs/gpus/gpu-regions-zones
 */
const ATTACHED: Readonly<Record<string, string>> = {
  'nvidia-tesla-t4':
    'asia-east1:ac asia-east2:ac asia-northeast1:ac asia-northeast3:bc asia-south1:ab ' +
    'asia-southeast1:abc asia-southeast2:ab australia-southeast1:ac europe-central2:bc ' +
    'europe-west1:bcd europe-west2:ab europe-west3:b europe-west4:abc me-west1:bc ' +
    'northamerica-northeast1:c southamerica-east1:ac us-central1:abcf us-east1:cd us-east4:abc ' +
    'us-west1:ab us-west2:bc us-west4:ab',
  'nvidia-tesla-p4':
    'asia-southeast1:bc australia-southeast1:ab europe-west4:bc northamerica-northeast1:abc ' +
    'us-central1:ac us-east4:abc us-west2:bc',
  'nvidia-tesla-p100':
    'asia-east1:ac australia-southeast1:c europe-west1:bd europe-west4:a us-central1:cf ' +
    'us-east1:bc us-west1:ab',
  'nvidia-tesla-v100': 'asia-east1:c europe-west4:abc us-central1:abcf us-east1:c us-west1:ab',
};

function attached(zone: CatalogueZone): string[] {
  const letter = zone.name.slice(-1);
  return Object.entries(ATTACHED)
    .filter(([, places]) =>
      places.split(' ').some((place) => {
        const [region, letters = ''] = place.split(':');
        return region === zone.region && letters.includes(letter);
      }),
    )
    .map(([name]) => name);
}

/** The accelerator types of a zone, ordered by name. */
export function acceleratorTypes(zone: string): readonly CatalogueAcceleratorType[] {
  const found = findZone(zone);
  if (found === undefined) return [];
  const builtIn = found.series.flatMap((series) =>
    gpuShapes(series, zone).map((shape) => shape.gpu),
  );
  const names = new Set([...builtIn, ...attached(found)]);
  for (const name of [...names]) if (WORKSTATIONS.has(name)) names.add(`${name}-vws`);
  return [...names].sort().map((name) => {
    const [description = name, maximumCardsPerInstance = 1] = GPUS[name] ?? [];
    return {
      id: catalogueId('acceleratorTypes', name),
      creationTimestamp: BUILT_IN,
      name,
      description,
      maximumCardsPerInstance,
      zone,
    };
  });
}

export function findAcceleratorType(
  zone: string,
  name: string,
): CatalogueAcceleratorType | undefined {
  return acceleratorTypes(zone).find((type) => type.name === name);
}
