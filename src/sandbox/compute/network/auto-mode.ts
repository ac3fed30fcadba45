import { regions } from '../catalogue/regions.ts';
import { parseRange, type Range } from './ipv4.ts';

/**
 * Auto mode networks have a subnet in every region, which has the same range in all of them
 * (`autoSubnet` in the catalogue). https://cloud.google.com/vpc/docs/subnets#ip-ranges
 */
export const autoSubnets = (): readonly { region: string; range: string }[] =>
  regions().map(({ name, autoSubnet }) => ({ region: name, range: autoSubnet }));

/** Kept for the subnets of auto mode networks, those of regions to come included. */
export const AUTO_BLOCK = parseRange('10.128.0.0/9') as Range;
