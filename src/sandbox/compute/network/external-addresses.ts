import { ApiError } from '../../wire/errors.ts';
import { useOf } from './address-use.ts';
import { formatAddress, parseRange, type Range } from './ipv4.ts';
import type { Vpc } from './vpc.ts';

/*
 * External addresses. The sandbox has none on the internet: what it gives out only looks like
 * Google's, each region from a block of which Google's own published list has a part there.
 * Nothing outside the sandbox is reached by them, and nothing by them from outside.
 * https://www.gstatic.com/ipranges/cloud.json
 *
 * They are given out in an order that jumps about and comes back to an address only after all
 * others, so that a VM which is stopped and started again has another one, as on GCP.
 */
const BLOCKS: Readonly<Record<string, string>> = {
  'asia-east1': '34.80.0.0/16',
  'asia-east2': '34.92.0.0/16',
  'asia-northeast1': '34.84.0.0/16',
  'asia-northeast2': '34.97.0.0/16',
  'asia-northeast3': '34.64.0.0/16',
  'asia-south1': '34.93.0.0/16',
  'asia-southeast1': '34.87.0.0/16',
  'asia-southeast2': '34.101.0.0/16',
  'europe-north1': '34.88.0.0/16',
  'europe-west1': '34.76.0.0/16',
  'europe-west2': '34.89.0.0/16',
  'europe-west4': '34.90.0.0/16',
  'europe-west6': '34.65.0.0/16',
  'us-central1': '34.72.0.0/16',
  'us-east1': '34.73.0.0/16',
  'us-east4': '34.86.0.0/16',
  'us-west1': '34.82.0.0/16',
  'us-west2': '34.94.0.0/16',
  'us-west3': '34.106.0.0/16',
  'us-west4': '34.125.0.0/16',
  global: '34.120.0.0/16',
};
const ELSEWHERE = '34.110.0.0/16';

const blockOf = (place: string): Range => parseRange(BLOCKS[place] ?? ELSEWHERE) as Range;

/** Without a common divisor with the size of a block: every address has its turn. */
const STRIDE = 40_503;

/**
 * Inside a change, after everything was checked: an external address that nobody has.
 *
 * @param place a region, or `global`
 */
export function nextExternal(
  state: { vpc: Vpc; randomBytes: (size: number) => Uint8Array },
  place: string,
): number {
  const { vpc, randomBytes } = state;
  const { first, last } = blockOf(place);
  const size = last - first + 1;
  const key = Buffer.from(`external-address\0${formatAddress(first)}`);
  let at = vpc.facts.get(key) ?? Buffer.from(randomBytes(2)).readUInt16BE();
  for (let tries = 0; tries < size; tries++) {
    at = (at + STRIDE) % size;
    const low = at % 256;
    const address = first + at;
    if (low === 0 || low === 255) continue;
    if (useOf(vpc, 'external', address) !== undefined) continue;
    vpc.facts.put(key, at);
    return address;
  }
  throw new ApiError(503, 'zoneResourcePoolExhausted', `No external address is left in ${place}.`);
}
