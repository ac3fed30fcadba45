import { ApiError } from '../../wire/errors.ts';
import { useOf } from './address-use.ts';
import { parseRange, type Range } from './ipv4.ts';
import type { Vpc } from './vpc.ts';

/*
 * External addresses. The sandbox has none on the internet, and an address of Google's own
 * would lead whoever tries it from this machine to a stranger's server. So all come from a
 * block that is routed nowhere: networks of benchmarks (RFC 2544), the half of it that VPN
 * clients do not use for purposes of their own.
 *
 * They are given out in an order that jumps about and comes back to an address only after all
 * others, so that a VM which is stopped and started again has another one, as on GCP.
 */
const BLOCK = parseRange('198.19.0.0/16') as Range;

/** Without a common divisor with the size of the block: every address has its turn. */
const STRIDE = 40_503;

const LATEST = Buffer.from('external-address');

/**
 * Inside a change, after everything was checked: an external address that nobody has.
 *
 * @param place a region, or `global`: where it is said to be
 */
export function nextExternal(
  state: { vpc: Vpc; randomBytes: (size: number) => Uint8Array },
  place: string,
): number {
  const { vpc, randomBytes } = state;
  const { first, last } = BLOCK;
  const size = last - first + 1;
  let at = vpc.facts.get(LATEST) ?? Buffer.from(randomBytes(2)).readUInt16BE();
  for (let tries = 0; tries < size; tries++) {
    at = (at + STRIDE) % size;
    const low = at % 256;
    const address = first + at;
    if (low === 0 || low === 255) continue;
    if (useOf(vpc, 'external', address) !== undefined) continue;
    vpc.facts.put(LATEST, at);
    return address;
  }
  throw new ApiError(503, 'zoneResourcePoolExhausted', `No external address is left in ${place}.`);
}
