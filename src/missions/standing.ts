import { addressOf, type Resource } from '../cloud/resource.ts';
import { findResource } from '../cloud/resources/index.ts';
import type { Standing } from '../cloud/resources/kind.ts';
import type { Target } from '../cloud/target.ts';
import type { Ledger } from './ledger.ts';

/**
 * Whose a resource is, by its label and by the ledger: what a learner makes by hand carries no
 * label, but where its place was free when the run began, and the run alone asks for something
 * there, it is the run's.
 */
export async function standingIn(
  target: Target,
  ledger: Ledger,
  resource: Resource,
): Promise<Standing> {
  const { start, guided } = ledger.state;
  const standing = await findResource(target, resource, start.run);
  if (standing !== 'foreign' || guided?.free.has(addressOf(resource)) !== true) return standing;
  if (resource.kind !== 'object') return 'ours';
  // Of an object it was only found out whose bucket it would be in.
  const [exists] = await target.storage.bucket(resource.bucket).file(resource.name).exists();
  return exists ? 'ours' : 'absent';
}
