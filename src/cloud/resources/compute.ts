/** What the kinds of resources of Compute Engine have in common. */
import {
  lastPart,
  type OperationView,
  operationOf,
  type Started,
  untilDone,
} from '../compute/operations.ts';
import type { Target } from '../target.ts';
import { isNotFound, runLabel, type Standing, statusOf } from './kind.ts';

/** Where a resource is, as the paths of the API say it. */
export type Place = { readonly zone: string } | { readonly region: string } | 'global';

/** The path below the project, such as `zones/asia-northeast3-a/instances/vm`. */
export interface Located {
  readonly place: Place;
  readonly collection: 'instances' | 'disks' | 'addresses' | 'firewalls';
  readonly name: string;
}

/** What the API says of a resource, as far as it tells whose it is. */
export interface Marked {
  readonly name?: string | null;
  readonly labels?: { readonly [name: string]: string } | null;
  readonly description?: string | null;
}

/**
 * The description of what has no labels when it is made: firewall rules never
 * have any, and a static address gets them with a second call, before which a
 * crash would leave it to nobody.
 */
export function describeRun(run: string): string {
  return `${runLabel}=${run}`;
}

/** True where something carries the run's mark. */
export function isOfRun({ labels, description }: Marked, run: string): boolean {
  return labels?.[runLabel] === run || (description ?? '').split(/\s+/).includes(describeRun(run));
}

/**
 * True where something is called after the run: what a learner makes by hand in another place
 * than the one that was asked for carries no mark, but a name that no other run gives.
 */
export function isNamedAfter({ name }: Marked, run: string): boolean {
  return (name ?? '').split('-').includes(run);
}

/**
 * Whose the resource is. Where there is none, an operation of a crashed
 * process may still be making it: then it is waited for.
 */
export async function standingOf(
  target: Target,
  located: Located,
  run: string,
  get: () => Promise<Marked>,
): Promise<Standing> {
  try {
    return isOfRun(await get(), run) ? 'ours' : 'foreign';
  } catch (error) {
    if (statusOf(error) === 403) return 'forbidden';
    if (!isNotFound(error)) throw error;
  }
  if (!(await settle(target, located))) return 'absent';
  try {
    return isOfRun(await get(), run) ? 'ours' : 'foreign';
  } catch (error) {
    if (isNotFound(error)) return 'absent';
    throw error;
  }
}

/** How often a deletion that is refused is tried again, and with which pause in between: two minutes. */
const attempts = 60;
const pause = 2000;

/**
 * Deletes a resource and waits until it is gone. What is in use by something
 * that is just being deleted is tried again; what is not there is success.
 */
export async function removeResourceAt(
  target: Target,
  located: Located,
  remove: () => Promise<Started>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await settle(target, located);
      await untilDone(target.compute, target.project, operationOf(await remove()));
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isInUse(error) || attempt === attempts) throw error;
      await target.clock.sleep(pause);
    }
  }
}

/** Answers that another resource, or an operation under way, stands in the way. */
function isInUse(error: unknown): boolean {
  const reason = String((error as { reason?: unknown } | null)?.reason ?? '');
  return statusOf(error) === 409 || /^resource_?(in_?use|not_?ready)/i.test(reason);
}

/**
 * Waits for the operations that are under way for a resource, however they
 * end: a run that was killed has left them behind.
 *
 * @returns whether there were any
 */
export async function settle(target: Target, located: Located): Promise<boolean> {
  const { compute, project } = target;
  const path = `/${pathOf(located)}`;
  const underWay = (await operationsAt(target, located.place)).filter(
    ({ status, targetLink }) => status !== 'DONE' && (targetLink ?? '').endsWith(path),
  );
  for (const operation of underWay) {
    await untilDone(compute, project, operation).catch((error) => {
      if (statusOf(error) === undefined) throw error;
    });
  }
  return underWay.length > 0;
}

async function operationsAt(
  { compute, project }: Target,
  place: Place,
): Promise<readonly OperationView[]> {
  const filter = 'status != DONE';
  if (place === 'global') {
    const [operations] = await compute.globalOperations.list({ project, filter });
    return operations;
  }
  if ('zone' in place) {
    const [operations] = await compute.zoneOperations.list({ project, zone: place.zone, filter });
    return operations;
  }
  const [operations] = await compute.regionOperations.list({
    project,
    region: place.region,
    filter,
  });
  return operations;
}

function pathOf({ place, collection, name }: Located): string {
  const scope =
    place === 'global'
      ? 'global'
      : 'zone' in place
        ? `zones/${place.zone}`
        : `regions/${place.region}`;
  return `${scope}/${collection}/${name}`;
}

/** An option without which the clients warn, each time, that they ask for one page after the other. */
export const byPage = { autoPaginate: false };

/** The resources of a list by place that carry the run's mark. */
export async function gather<Item extends Marked, Scoped>(
  scopes: AsyncIterable<[string, Scoped]>,
  itemsOf: (scoped: Scoped) => readonly Item[] | null | undefined,
  isWanted: (item: Item) => boolean,
): Promise<{ readonly place: string; readonly name: string; readonly item: Item }[]> {
  const found: { place: string; name: string; item: Item }[] = [];
  for await (const [scope, scoped] of scopes) {
    for (const item of itemsOf(scoped) ?? []) {
      if (isWanted(item)) found.push({ place: lastPart(scope), name: item.name ?? '', item });
    }
  }
  return found;
}
