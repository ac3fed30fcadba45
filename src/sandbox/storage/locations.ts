import { invalid, notImplemented } from '../wire/errors.ts';

/**
 * Where a bucket can be, and what Google calls such a place. A learner who types a
 * zone, or a region that does not exist, gets the error GCP would give.
 *
 * Besides the pairs of regions that have a name there are those that a bucket's creator
 * chooses: its location is then the area that both are in.
 *
 * https://cloud.google.com/storage/docs/locations
 */
export type LocationType = 'multi-region' | 'dual-region' | 'region';

const MULTI_REGIONS = ['ASIA', 'EU', 'US'];

const DUAL_REGIONS = ['ASIA1', 'EUR4', 'EUR5', 'EUR7', 'EUR8', 'NAM4'];

const REGIONS = `
  AFRICA-SOUTH1
  ASIA-EAST1 ASIA-EAST2 ASIA-NORTHEAST1 ASIA-NORTHEAST2 ASIA-NORTHEAST3 ASIA-SOUTH1 ASIA-SOUTH2
  ASIA-SOUTHEAST1 ASIA-SOUTHEAST2 ASIA-SOUTHEAST3
  AUSTRALIA-SOUTHEAST1 AUSTRALIA-SOUTHEAST2
  EUROPE-CENTRAL2 EUROPE-NORTH1 EUROPE-NORTH2 EUROPE-SOUTHWEST1 EUROPE-WEST1 EUROPE-WEST2
  EUROPE-WEST3 EUROPE-WEST4 EUROPE-WEST6 EUROPE-WEST8 EUROPE-WEST9 EUROPE-WEST10 EUROPE-WEST12
  ME-CENTRAL1 ME-CENTRAL2 ME-WEST1
  NORTHAMERICA-NORTHEAST1 NORTHAMERICA-NORTHEAST2 NORTHAMERICA-SOUTH1
  SOUTHAMERICA-EAST1 SOUTHAMERICA-WEST1
  US-CENTRAL1 US-EAST1 US-EAST4 US-EAST5 US-SOUTH1 US-WEST1 US-WEST2 US-WEST3 US-WEST4
`
  .trim()
  .split(/\s+/);

const TYPES = new Map<string, LocationType>([
  ...MULTI_REGIONS.map((name) => [name, 'multi-region'] as const),
  ...DUAL_REGIONS.map((name) => [name, 'dual-region'] as const),
  ...REGIONS.map((name) => [name, 'region'] as const),
]);

/** The regions of an area that a bucket can be in two of. */
const AREAS: Record<string, string> = {
  ASIA: 'ASIA-EAST1 ASIA-SOUTHEAST1',
  AU: 'AUSTRALIA-SOUTHEAST1 AUSTRALIA-SOUTHEAST2',
  CA: 'NORTHAMERICA-NORTHEAST1 NORTHAMERICA-NORTHEAST2',
  DE: 'EUROPE-WEST3 EUROPE-WEST10',
  EU:
    'EUROPE-CENTRAL2 EUROPE-NORTH1 EUROPE-SOUTHWEST1 EUROPE-WEST1 EUROPE-WEST3 EUROPE-WEST4 ' +
    'EUROPE-WEST8 EUROPE-WEST9',
  IN: 'ASIA-SOUTH1 ASIA-SOUTH2',
  IT: 'EUROPE-WEST8 EUROPE-WEST12',
  US: 'US-CENTRAL1 US-EAST1 US-EAST4 US-EAST5 US-SOUTH1 US-WEST1 US-WEST2 US-WEST3 ' + 'US-WEST4',
};

/** A bucket's location, and the two regions in it if they were chosen. */
export interface Whereabouts {
  location: string;
  dataLocations?: string[];
}

/** The kind of a place, or undefined if there is no such place. */
export function locationType({ location, dataLocations }: Whereabouts): LocationType | undefined {
  return dataLocations === undefined ? TYPES.get(location) : 'dual-region';
}

/**
 * Where a new bucket is to be, in capitals, or 400.
 * @param placement two regions of the location, if they are chosen
 */
export function parseWhereabouts(
  location: string,
  placement: readonly string[] | null | undefined,
): Whereabouts {
  const where: Whereabouts = { location: location.toUpperCase() };
  if (placement !== null && placement !== undefined && placement.length > 0) {
    where.dataLocations = placement.map((region) => region.toUpperCase());
    checkPlacement(where.location, where.dataLocations);
  }
  if (locationType(where) !== undefined) return where;
  throw invalid('The specified location constraint is not valid.', {
    xmlCode: 'InvalidLocationConstraint',
  });
}

function checkPlacement(location: string, regions: readonly string[]): void {
  if (regions.some((name) => ZONE.test(name))) throw notImplemented('zonal buckets');
  if (!regions.every((name) => REGIONS.includes(name))) {
    const received = regions.join(', ');
    throw invalid(`One or more unrecognized regions in dual-region, received: ${received}`);
  }
  const area = AREAS[location]?.split(' ') ?? [];
  const pairs = regions.length === 2 && new Set(regions).size === 2;
  if (!pairs || !regions.every((name) => area.includes(name))) {
    throw invalid('Invalid custom placement config');
  }
}

const ZONE = /-[A-Z]$/;

/** Storage classes, with the legacy ones that old scripts still name. */
export const STORAGE_CLASSES: readonly string[] = [
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
];
