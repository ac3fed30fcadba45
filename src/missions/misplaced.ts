import { addressOf } from '../cloud/resource.ts';
import { resourcesNamedAfter } from '../cloud/resources/named.ts';
import type { Target } from '../cloud/target.ts';
import type { Ledger } from './ledger.ts';

/**
 * Writes down what somebody who does a mission by hand has made in another place than the one
 * that was asked for: a VM in another zone goes on costing money, and nothing but its name says
 * whose it is. From then on it is shown and removed with the rest.
 *
 * Rejects where the provider could not be asked.
 */
export async function noteMisplaced(target: Target, ledger: Ledger): Promise<void> {
  const { start, guided, open, created, removed } = ledger.state;
  if (guided === undefined) return;
  const known = new Set([...open, ...created, ...removed].map(addressOf));
  for (const resource of await resourcesNamedAfter(target, start.run)) {
    if (!known.has(addressOf(resource))) ledger.misplaced(resource);
  }
}
