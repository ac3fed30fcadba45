import type { ReachAnswer } from './reach.ts';

/**
 * The address under which the receiver meets the sender: a rule for this one lets nobody else in.
 * A VM that goes out comes with its gateway's or its own external address.
 */
export function senderAddress({ hops }: ReachAnswer): string | undefined {
  let name: string | undefined;
  let address: string | undefined;
  for (const hop of hops) {
    if (hop.hop === 'source') {
      name = hop.kind === 'instance' ? hop.name : undefined;
      address = hop.address;
    }
    if (hop.hop === 'cloud-nat') return hop.address;
    if (hop.hop === 'external-address' && hop.of === name) return hop.address;
  }
  return address;
}
