import { addressOf, type Resource } from '../cloud/resource.ts';
import { bucketsOfRun } from '../cloud/resources/bucket.ts';
import { findResource, removeCommand, removeResource } from '../cloud/resources/index.ts';
import { statusOf } from '../cloud/resources/kind.ts';
import type { Target } from '../cloud/target.ts';
import { reasonOf, UserError } from '../errors.ts';
import type { Ledger } from './ledger.ts';

/** Something that is left, or of which nobody could find out whether it is. */
export interface Survivor {
  readonly resource: Resource;
  /** `unknown`: the provider could not be asked. */
  readonly state: 'exists' | 'unknown';
  readonly reason?: string;
  /** What removes it by hand. */
  readonly command: string;
}

export interface Teardown {
  /** Removed now, in that order; what the mission itself removed is not among them. */
  readonly removed: readonly Resource[];
  readonly survivors: readonly Survivor[];
}

/**
 * Removes what the ledger says may exist, the youngest first, and nothing
 * else: something without this run's label is left alone. Then looks again,
 * by name and by label, and reports whatever is still there.
 */
export async function tearDown(
  target: Target,
  ledger: Ledger,
  removing: (resource: Resource) => void = () => {},
): Promise<Teardown> {
  const { run } = ledger.state.start;
  const removed: Resource[] = [];
  const troubles = new Map<string, string>();
  for (const resource of ledger.state.open.toReversed()) {
    try {
      const standing = await findResource(target, resource, run);
      if (standing === 'foreign') {
        record(() => ledger.foreign(resource));
        continue;
      }
      if (standing === 'ours') {
        removing(resource);
        record(() => ledger.found(resource));
        record(() => ledger.deleting(resource));
        await removeResource(target, resource);
        removed.push(resource);
      }
      record(() => ledger.deleted(resource));
    } catch (error) {
      // Nobody answers: asking for each of the others would take the client's patience once more.
      if (isUnreachable(error)) return { removed, survivors: allUnknown(target, ledger, error) };
      troubles.set(addressOf(resource), reasonOf(error));
    }
  }
  return { removed, survivors: await findSurvivors(target, ledger, troubles) };
}

/** An error without an HTTP status: the request did not reach the provider, or the answer not us. */
function isUnreachable(error: unknown): boolean {
  return statusOf(error) === undefined;
}

function allUnknown(target: Target, ledger: Ledger, error: unknown): Survivor[] {
  return ledger.state.open.map((resource) => ({
    resource,
    state: 'unknown',
    reason: reasonOf(error),
    command: removeCommand(target, resource),
  }));
}

/** A disk that is full must not keep things at the provider alive: what cannot be written is found again by name. */
function record(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** Everything of the run that still exists: all that was ever intended, and all that carries its label. */
export async function findSurvivors(
  target: Target,
  ledger: Ledger,
  troubles: ReadonlyMap<string, string> = new Map(),
): Promise<Survivor[]> {
  const { start, open, created, removed } = ledger.state;
  const suspects = new Map<string, Resource>();
  for (const resource of [...created, ...removed, ...open]) {
    suspects.set(addressOf(resource), resource);
  }
  const survivors: Survivor[] = [];
  const report = (resource: Resource, state: Survivor['state'], reason?: string) => {
    const command = removeCommand(target, resource);
    survivors.push({ resource, state, command, ...(reason === undefined ? {} : { reason }) });
  };
  try {
    for (const name of await bucketsOfRun(target, start.run)) {
      const resource: Resource = { kind: 'bucket', name, location: target.region };
      suspects.set(addressOf(resource), resource);
    }
    for (const [address, resource] of suspects) {
      const standing = await findResource(target, resource, start.run);
      if (standing === 'ours') report(resource, 'exists', troubles.get(address));
    }
  } catch (error) {
    return allUnknown(target, ledger, error);
  }
  return survivors;
}
