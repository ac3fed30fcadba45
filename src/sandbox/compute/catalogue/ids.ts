import { createHash } from 'node:crypto';

/**
 * The number that a resource of the catalogue is known by besides its name. Compute
 * Engine's are unsigned 64-bit, written in decimal; these are made from the name, so that
 * they are the same in every sandbox and after every update.
 */
export function catalogueId(...names: readonly string[]): string {
  const hash = createHash('sha256').update(names.join('/')).digest();
  return hash.readBigUInt64BE(0).toString();
}

/**
 * When everything that came with Compute Engine was created, as its API shows it: regions,
 * zones, machine types and disk types all bear the beginning of time in California.
 */
export const BUILT_IN = '1969-12-31T16:00:00.000-08:00';
