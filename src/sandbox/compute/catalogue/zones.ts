import { cpuPlatformName } from './cpu-platforms.ts';
import { BUILT_IN, catalogueId } from './ids.ts';
import { seriesPlatforms } from './machine-series.ts';
import { ZONE_TABLE } from './zone-table.ts';

/** A zone, without what depends on the project (links). */
export interface CatalogueZone {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  status: 'UP';
  region: string;
  availableCpuPlatforms: readonly string[];
  /** The machine series that it has (`e2`, `n2d`...); not in the API. */
  series: readonly string[];
}

let byName: ReadonlyMap<string, CatalogueZone> | undefined;

function table(): ReadonlyMap<string, CatalogueZone> {
  byName ??= new Map(
    ZONE_TABLE.trim()
      .split('\n')
      .map((line) => {
        const zone = parseZone(line);
        return [zone.name, zone];
      }),
  );
  return byName;
}

/**
 * The documentation forgets processors that a zone's machine series cannot do without
 * (Seoul has C3, and no Sapphire Rapids); what a machine would run on is added.
 */
function parseZone(line: string): CatalogueZone {
  const [name = '', offer = ''] = line.split(': ');
  const [series = '', codes = ''] = offer.split(' | ');
  const names = series.toLowerCase().split(' ');
  const platforms = new Set(codes.split(' ').map(cpuPlatformName));
  for (const one of names) {
    const own = seriesPlatforms(one);
    if (own[0] !== undefined && !own.some((it) => platforms.has(it))) platforms.add(own[0]);
  }
  return {
    id: catalogueId('zones', name),
    creationTimestamp: BUILT_IN,
    name,
    description: name,
    status: 'UP',
    region: name.slice(0, name.lastIndexOf('-')),
    availableCpuPlatforms: [...platforms],
    series: names,
  };
}

/** Every zone, ordered by region and letter. */
export function zones(): readonly CatalogueZone[] {
  return [...table().values()];
}

export function findZone(name: string): CatalogueZone | undefined {
  return table().get(name);
}

/** The zones of a region, ordered by letter. */
export function zonesOf(region: string): readonly CatalogueZone[] {
  return zones().filter((zone) => zone.region === region);
}

/** The names alone: whether a place in a path exists. */
export function zoneNames(): ReadonlySet<string> {
  names ??= new Set(table().keys());
  return names;
}

let names: ReadonlySet<string> | undefined;
