import type { Resource } from '../resource.ts';
import type { Target } from '../target.ts';
import { addressesWhere } from './address.ts';
import { isNamedAfter, type Marked } from './compute.ts';
import { disksWhere } from './disk.ts';
import { instancesWhere } from './instance.ts';

/**
 * What is called after the run, in whatever zone or region: of all that can be made in a wrong
 * place and still have the right name. What uses something comes after it.
 */
export async function resourcesNamedAfter(target: Target, run: string): Promise<Resource[]> {
  if (!target.services.includes('compute')) return [];
  const isWanted = (item: Marked) => isNamedAfter(item, run);
  const found = await Promise.all([
    addressesWhere(target, isWanted),
    disksWhere(target, isWanted),
    instancesWhere(target, isWanted),
  ]);
  return found.flat();
}
