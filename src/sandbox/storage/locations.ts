/**
 * Where a bucket can be, and what Google calls such a place. A learner who types a
 * zone, or a region that does not exist, gets the error GCP would give.
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

/** The kind of a location (any letter case), or undefined if there is no such place. */
export function locationType(location: string): LocationType | undefined {
  return TYPES.get(location.toUpperCase());
}

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
