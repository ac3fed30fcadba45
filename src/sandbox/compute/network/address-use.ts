import type { Range } from './ipv4.ts';
import type { AddressUse, Vpc } from './vpc.ts';

/*
 * Which IP addresses are taken, and by whom. Internal ones are unique within their network,
 * external ones everywhere. The keys sort as the addresses do, so that the first free one of a
 * range is found by walking along those that are taken.
 */

/** Where an address counts: `external`, or the name of a network. */
export type Space = { network: string } | 'external';

const prefixOf = (space: Space): string =>
  space === 'external' ? 'external\0' : `network\0${space.network}\0`;

function keyOf(space: Space, address: number): Buffer {
  const prefix = Buffer.from(prefixOf(space));
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(address);
  return Buffer.concat([prefix, bytes]);
}

export const useOf = (vpc: Vpc, space: Space, address: number): AddressUse | undefined =>
  vpc.addressUse.get(keyOf(space, address));

/** Inside a change. Nobody uses or reserves the address any more where both are undefined. */
export function putUse(vpc: Vpc, space: Space, address: number, use: AddressUse): void {
  const key = keyOf(space, address);
  if (use.user === undefined && use.reservation === undefined) vpc.addressUse.remove(key);
  else vpc.addressUse.put(key, use);
}

/** The taken addresses of a range, in their order. */
export function* takenIn(
  vpc: Vpc,
  space: Space,
  { first, last }: Range,
): Iterable<{ address: number; use: AddressUse }> {
  const end = Buffer.concat([keyOf(space, last), Buffer.from([0])]);
  for (const { key, value } of vpc.addressUse.range(keyOf(space, first), end)) {
    yield { address: Buffer.from(key).readUInt32BE(key.length - 4), use: value };
  }
}

/** The first address of a range that nobody has. */
export function firstFree(vpc: Vpc, space: Space, range: Range): number | undefined {
  let next = range.first;
  for (const { address } of takenIn(vpc, space, range)) {
    if (address > next) break;
    next = address + 1;
  }
  return next <= range.last ? next : undefined;
}
