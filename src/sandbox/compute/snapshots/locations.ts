import { placeName, regionOf } from '../place.ts';
import type { Scope } from '../records.ts';

const MULTI: Readonly<Record<string, string>> = { asia: 'asia', europe: 'eu', us: 'us' };

/**
 * Where snapshots and images of a zone's disks are kept unless it is asked for otherwise: in
 * the multi-region that is nearest, or in the region itself where none is.
 * https://cloud.google.com/compute/docs/disks/snapshots#selecting_a_storage_location
 */
export function nearestMultiRegion(zone: Scope): string {
  const region = regionOf(placeName(zone));
  const [continent = ''] = region.split('-');
  return MULTI[continent] ?? region;
}
