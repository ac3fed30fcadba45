import { ApiError } from '../../wire/errors.ts';
import { invalidField } from '../errors.ts';
import { nameOf } from '../references.ts';
import { firstFree, useOf } from './address-use.ts';
import { contains, formatAddress, parseAddress, parseRange, type Range } from './ipv4.ts';
import type { SubnetworkRecord } from './kinds.ts';
import type { Vpc } from './vpc.ts';

/*
 * Internal addresses: an interface has one of its subnet's primary range as long as the
 * instance exists, whether it runs or not. Four of a primary range belong to nobody: the first
 * (the network), the second (the gateway), the last but one (kept by Google), the last
 * (broadcast). https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet
 */

export const primaryRange = ({ ipCidrRange }: SubnetworkRecord): Range =>
  parseRange(ipCidrRange) as Range;

export const gatewayOf = (subnetwork: SubnetworkRecord): string =>
  formatAddress(primaryRange(subnetwork).first + 1);

const usable = (range: Range): Range => ({
  ...range,
  first: range.first + 2,
  last: range.last - 2,
});

export interface WantedAddress {
  subnetwork: SubnetworkRecord;
  /** The address, or the URL of an address resource; the first free one where there is none. */
  wanted?: string | undefined;
  /** As the API names it, for errors. */
  field: string;
}

/**
 * An internal address that may be taken; it is not yet.
 *
 * @throws 400 for one that is outside the subnet, reserved or in use; 403 where none is left
 */
export function chooseInternal(vpc: Vpc, { subnetwork, wanted, field }: WantedAddress): number {
  const space = { network: nameOf(subnetwork.network) };
  const range = usable(primaryRange(subnetwork));
  if (wanted === undefined || wanted === '') {
    const address = firstFree(vpc, space, range);
    if (address !== undefined) return address;
    throw new ApiError(
      400,
      'ipSpaceExhausted',
      `IP space of '${vpc.subnetworks.path(subnetwork.scope, subnetwork.name)}' is exhausted.`,
    );
  }
  const address = parseAddress(wanted);
  if (address === undefined) throw invalidField(field, wanted, 'IP address is invalid.');
  if (!contains(primaryRange(subnetwork), address)) {
    throw invalidField(
      field,
      wanted,
      `Requested internal IP address is outside the network/subnetwork range.`,
    );
  }
  if (!contains(range, address)) {
    throw invalidField(field, wanted, 'The IP address is reserved by Google in its subnetwork.');
  }
  const use = useOf(vpc, space, address);
  if (use?.user !== undefined) throw addressInUse(wanted);
  return address;
}

/** As an operation's error its code is `IP_IN_USE_BY_ANOTHER_RESOURCE`. */
export const addressInUse = (address: string): ApiError =>
  new ApiError(
    400,
    'ipInUseByAnotherResource',
    `IP '${address}' is already being used by another resource.`,
  );
