import { invalidField } from '../errors.ts';
import { requireName } from '../names.ts';
import { placeName } from '../place.ts';
import { nameOf } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { AUTO_BLOCK } from './auto-mode.ts';
import { isCanonical, overlap, parseRange, type Range, within } from './ipv4.ts';
import type { SubnetworkRecord } from './kinds.ts';
import { rangesOf } from './make.ts';
import { subnetworksOf } from './representation.ts';
import { viewOf } from './vpc-view.ts';

/*
 * Which ranges subnets may have: private ones, and public ones that are used privately; none
 * that overlaps with another in the network or in one that it is peered with.
 * https://cloud.google.com/vpc/docs/subnets#ipv4-ranges
 */

/** https://cloud.google.com/vpc/docs/subnets#prohibited-ipv4-ranges */
const PROHIBITED = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '199.36.153.4/30',
  '199.36.153.8/30',
];

/** @throws 400 for what no subnet can have */
export function readSubnetRange(field: string, text: string): Range {
  const range = parseRange(text);
  if (range === undefined || !text.includes('/')) {
    throw invalidField(field, text, 'Must be a valid IPV4 CIDR address range.');
  }
  if (!isCanonical(text)) {
    throw invalidField(field, text, 'Must be a CIDR range whose address is its first.');
  }
  if (range.prefix < 8 || range.prefix > 29) {
    throw invalidField(field, text, 'The prefix length must be between 8 and 29, inclusive.');
  }
  const prohibited = PROHIBITED.find((one) => {
    const taken = parseRange(one);
    return taken !== undefined && overlap(range, taken);
  });
  if (prohibited === undefined) return range;
  throw invalidField(field, text, `The range overlaps with the prohibited range '${prohibited}'.`);
}

/**
 * Checks all ranges of a subnet that is to be made or changed.
 *
 * @param before the subnet as it is, where it exists
 * @param primaryField what the primary range is called by in errors
 */
export function checkRanges(
  state: ComputeState,
  record: SubnetworkRecord,
  before?: SubnetworkRecord,
  primaryField = 'resource.ipCidrRange',
): void {
  const network = state.vpc.networks.get('global', nameOf(record.network));
  const others = neighboursOf(state, record).filter(({ id }) => id !== before?.id);
  const names = new Set<string>();
  const own: { range: Range; text: string }[] = [];
  rangesOf(record).forEach((text, index) => {
    const field =
      index === 0 ? primaryField : `resource.secondaryIpRanges[${index - 1}].ipCidrRange`;
    const range = readSubnetRange(field, text);
    const isNew = before === undefined || !rangesOf(before).includes(text);
    const isAutoSubnet = record.name === network?.name;
    if (isNew && network?.autoCreateSubnetworks && !isAutoSubnet && overlap(range, AUTO_BLOCK)) {
      const why =
        'Extended subnetworks in auto subnet mode networks cannot overlap with 10.128.0.0/9.';
      throw invalidField(field, text, why);
    }
    const conflict = own.find((one) => overlap(one.range, range));
    if (conflict !== undefined) throw conflicts(field, text, record);
    own.push({ range, text });
    for (const other of others) {
      if (rangesOf(other).some((one) => touches(one, range))) throw conflicts(field, text, other);
    }
    refuseRouted(state, record, { field, text, range });
  });
  record.secondaryIpRanges?.forEach(({ rangeName }, index) => {
    const field = `resource.secondaryIpRanges[${index}].rangeName`;
    requireName(field, rangeName);
    if (names.has(rangeName)) {
      throw invalidField(field, rangeName, 'Range names must be unique within a subnetwork.');
    }
    names.add(rangeName);
  });
}

/** The subnets of the network and of those that it is peered with. */
function neighboursOf(state: ComputeState, { network }: SubnetworkRecord): SubnetworkRecord[] {
  const peers = viewOf(state).peers(network);
  return [network, ...peers.map((peer) => peer.network)].flatMap((one) =>
    subnetworksOf(state, one),
  );
}

function touches(text: string, range: Range): boolean {
  const other = parseRange(text);
  return other !== undefined && overlap(other, range);
}

const conflicts = (field: string, text: string, { name, scope }: SubnetworkRecord) =>
  invalidField(
    field,
    text,
    `Invalid IPCidrRange: ${text} conflicts with existing subnetwork '${name}' in region '${placeName(scope)}'.`,
  );

/** No static route may lead to a part of a subnet. */
function refuseRouted(
  { vpc }: ComputeState,
  { network }: SubnetworkRecord,
  { field, text, range }: { field: string; text: string; range: Range },
): void {
  for (const route of vpc.routes.inScope('global')) {
    if (route.network !== network || route.routeType !== 'STATIC') continue;
    const destination = parseRange(route.destRange);
    if (destination === undefined || !within(destination, range)) continue;
    const why = `Invalid IPCidrRange: ${text} conflicts with existing route '${route.name}'.`;
    throw invalidField(field, text, why);
  }
}
