import { addressOf, type Resource } from '../cloud/resource.ts';
import { removeCommand, removeResource, resourcesOfRun } from '../cloud/resources/index.ts';
import { type Standing, statusOf } from '../cloud/resources/kind.ts';
import type { Target } from '../cloud/target.ts';
import { reasonOf, UserError } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import { noteMisplaced } from './misplaced.ts';
import { standingIn } from './standing.ts';

/** Something that is left, or of which nobody could find out whether it is. */
export interface Survivor {
  readonly resource: Resource;
  /** `unknown`: the provider could not be asked. */
  readonly state: 'exists' | 'unknown';
  readonly reason?: string;
  /** What removes it by hand. */
  readonly command: string;
}

/** What is left after all. */
export interface Remains {
  readonly survivors: readonly Survivor[];
  /** The provider answered when it was asked for everything with the run's label. */
  readonly searched: boolean;
}

export interface Teardown extends Remains {
  /** Removed now, in that order; what the mission itself removed is not among them. */
  readonly removed: readonly Resource[];
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
  const removed: Resource[] = [];
  const troubles = new Map<string, string>();
  try {
    await noteMisplaced(target, ledger);
  } catch (error) {
    if (!(error instanceof UserError) && isUnreachable(error)) {
      return { removed, ...allUnknown(target, ledger, reasonOf(error)) };
    }
    // A full disk keeps nothing from being removed; whoever may not list what there is hears of it when the survivors are looked for.
  }
  for (const resource of ledger.state.open.toReversed()) {
    try {
      const standing = await standingIn(target, ledger, resource);
      if (isSomebodyElses(standing, resource, ledger)) {
        unlessDiskIsFull(() => ledger.foreign(resource));
        continue;
      }
      if (standing === 'forbidden') continue;
      if (standing === 'ours') {
        removing(resource);
        unlessDiskIsFull(() => ledger.found(resource));
        unlessDiskIsFull(() => ledger.deleting(resource));
        await removeResource(target, resource);
        removed.push(resource);
      }
      unlessDiskIsFull(() => ledger.deleted(resource));
    } catch (error) {
      // Nobody answers: asking for each of the others would take the client's patience once more.
      if (isUnreachable(error)) return { removed, ...allUnknown(target, ledger, reasonOf(error)) };
      troubles.set(addressOf(resource), reasonOf(error));
    }
  }
  return { removed, ...(await findSurvivors(target, ledger, troubles)) };
}

/**
 * Forbidden and never known to be ours: a name that somebody else has. What
 * the ledger knows to be created is ours, whatever these credentials may see.
 */
function isSomebodyElses(standing: Standing, resource: Resource, ledger: Ledger): boolean {
  if (standing === 'foreign') return true;
  return standing === 'forbidden' && !ledger.knowsCreated(resource);
}

/** An error without an HTTP status: the request did not reach the provider, or the answer not us. */
function isUnreachable(error: unknown): boolean {
  return statusOf(error) === undefined;
}

function allUnknown(target: Target, ledger: Ledger, reason: string): Remains {
  const { start, open } = ledger.state;
  const survivors = open.map((resource) => ({
    resource,
    state: 'unknown' as const,
    reason,
    command: removeCommand(target, resource, start.run),
  }));
  return { survivors, searched: false };
}

/**
 * A disk that is full must not keep things at the provider alive: what cannot
 * be written down is found again by its name and label.
 */
export function unlessDiskIsFull(write: () => void): void {
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
): Promise<Remains> {
  const { start, open, created, removed } = ledger.state;
  const survivors: Survivor[] = [];
  const report = (resource: Resource, state: Survivor['state'], reason?: string) => {
    const command = removeCommand(target, resource, start.run);
    survivors.push({ resource, state, command, ...(reason === undefined ? {} : { reason }) });
  };
  try {
    const labelled = await resourcesOfRun(target, start.run);
    const suspects = new Map(
      [...created, ...removed, ...open, ...labelled].map((one) => [addressOf(one), one]),
    );
    const goneBuckets = new Set<string>();
    for (const [address, resource] of suspects) {
      // Buckets come before what is in them; nothing is in a bucket that is not there.
      if (resource.kind === 'object' && goneBuckets.has(resource.bucket)) continue;
      const standing = await standingIn(target, ledger, resource);
      if (standing === 'absent' && resource.kind === 'bucket') goneBuckets.add(resource.name);
      if (standing === 'ours') report(resource, 'exists', troubles.get(address));
      if (standing === 'forbidden' && ledger.knowsCreated(resource)) {
        report(resource, 'unknown', '403');
      }
    }
  } catch (error) {
    return allUnknown(target, ledger, reasonOf(error));
  }
  return { survivors, searched: true };
}
