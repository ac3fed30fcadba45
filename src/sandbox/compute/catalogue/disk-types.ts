import { BUILT_IN, catalogueId } from './ids.ts';
import { findRegion } from './regions.ts';
import { findZone } from './zones.ts';

/** A disk type of a zone or of a region, without what depends on the project (links). */
export interface CatalogueDiskType {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  defaultDiskSizeGb: string;
  /** Such as `10GB-65536GB`. */
  validDiskSize: string;
  zone?: string;
  region?: string;
}

type Row = readonly [name: string, description: string, usualGb: number, sizes: string];

/**
 * Every zone has all of these (`gcloud compute disk-types list`, europe-west1-b and
 * asia-southeast3-a, 2026); which machine can have which is in `seriesTakesDisk`.
 */
const ZONAL: readonly Row[] = [
  ['hyperdisk-balanced', 'Hyperdisk Balanced Persistent Disk', 100, '4GB-65536GB'],
  ['hyperdisk-extreme', 'Hyperdisk Extreme Persistent Disk', 1000, '64GB-65536GB'],
  ['hyperdisk-ml', 'Hyperdisk ML Persistent Disk', 100, '4GB-65536GB'],
  ['hyperdisk-throughput', 'Hyperdisk Throughput Persistent Disk', 2048, '2048GB-32768GB'],
  ['local-ssd', 'Local SSD', 375, '375GB-375GB'],
  ['pd-balanced', 'Balanced Persistent Disk', 100, '10GB-65536GB'],
  ['pd-extreme', 'Extreme Persistent Disk', 1000, '500GB-65536GB'],
  ['pd-ssd', 'SSD Persistent Disk', 100, '10GB-65536GB'],
  ['pd-standard', 'Standard Persistent Disk', 500, '10GB-65536GB'],
];

/** https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk */
const REGIONAL: readonly Row[] = [
  [
    'hyperdisk-balanced-high-availability',
    'Hyperdisk Balanced High Availability Persistent Disk',
    100,
    '4GB-65536GB',
  ],
  ['pd-balanced', 'Balanced Persistent Disk', 100, '10GB-65536GB'],
  ['pd-ssd', 'SSD Persistent Disk', 100, '10GB-65536GB'],
  ['pd-standard', 'Standard Persistent Disk', 500, '200GB-65536GB'],
];

function make([name, description, usual, validDiskSize]: Row): CatalogueDiskType {
  return {
    id: catalogueId('diskTypes', name),
    creationTimestamp: BUILT_IN,
    name,
    description,
    defaultDiskSizeGb: String(usual),
    validDiskSize,
  };
}

/** The disk types of a zone, ordered by name. */
export function diskTypes(zone: string): readonly CatalogueDiskType[] {
  if (findZone(zone) === undefined) return [];
  return ZONAL.map((row) => ({ ...make(row), zone }));
}

export function findDiskType(zone: string, name: string): CatalogueDiskType | undefined {
  return diskTypes(zone).find((type) => type.name === name);
}

/** The types of disks that lie in two zones of a region, ordered by name. */
export function regionDiskTypes(region: string): readonly CatalogueDiskType[] {
  if (findRegion(region) === undefined) return [];
  return REGIONAL.map((row) => ({ ...make(row), region }));
}

export function findRegionDiskType(region: string, name: string): CatalogueDiskType | undefined {
  return regionDiskTypes(region).find((type) => type.name === name);
}

/** The smallest and the largest size in GB, from `validDiskSize`. */
export function diskSizes(type: CatalogueDiskType): { least: number; most: number } {
  const [least = 0, most = 0] = type.validDiskSize.split('-').map((it) => Number.parseInt(it, 10));
  return { least, most };
}

/** Machine series that take Hyperdisk only. */
const HYPERDISK_ONLY = words('c4 c4a c4d n4 n4a n4d');

/** Machine series that take some Hyperdisk besides Persistent Disk. */
const HYPERDISK_TOO = words('a2 a3 c3 c3d g2 h3 m1 m2 m3 n2 n2d t2d');

/** Machine series that local SSDs can be attached to; others bring theirs, or have none. */
const LOCAL_SSD = words('a2 c2 c2d g2 m1 m3 n1 n2 n2d');

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/**
 * Whether machines of a series can have disks of a type at all: the newest take Hyperdisk
 * only, the oldest none of it.
 *
 * https://cloud.google.com/compute/docs/disks/hyperdisks#machine-type-support,
 * https://cloud.google.com/compute/docs/disks/local-ssd#lssd_disk_options
 */
export function seriesTakesDisk(series: string, diskType: string): boolean {
  if (diskType === 'local-ssd') return LOCAL_SSD.has(series);
  if (diskType.startsWith('hyperdisk-')) {
    return HYPERDISK_ONLY.has(series) || HYPERDISK_TOO.has(series);
  }
  return !HYPERDISK_ONLY.has(series);
}
