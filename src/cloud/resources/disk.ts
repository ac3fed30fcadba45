import { lastPart } from '../compute/operations.ts';
import type { DiskResource } from '../resource.ts';
import type { Target } from '../target.ts';
import {
  byPage,
  gather,
  isOfRun,
  type Located,
  type Marked,
  removeResourceAt,
  settle,
  standingOf,
} from './compute.ts';
import { labelledWith, type ResourceKind } from './kind.ts';

export const diskKind: ResourceKind<DiskResource> = {
  find(target, resource, run) {
    const { compute, project } = target;
    const { zone, name: disk } = resource;
    return standingOf(target, locate(resource), run, async () => {
      const [found] = await compute.disks.get({ project, zone, disk });
      return found;
    });
  },

  async remove(target, resource) {
    const { compute, project } = target;
    const { zone, name: disk } = resource;
    await removeResourceAt(target, locate(resource), async () => {
      const [started] = await compute.disks.delete({ project, zone, disk });
      return started;
    });
  },

  settle: (target, resource) => settle(target, locate(resource)),
};

function locate({ zone, name }: DiskResource): Located {
  return { place: { zone }, collection: 'disks', name };
}

/** All disks of the project that carry the run's label, in whatever zone. */
export function disksOfRun(target: Target, run: string): Promise<DiskResource[]> {
  return disksWhere(target, (item) => isOfRun(item, run), labelledWith(run));
}

/**
 * All disks of the project that are wanted, in whatever zone.
 *
 * @param filter lets the API leave others out by itself
 */
export async function disksWhere(
  { compute, project }: Pick<Target, 'compute' | 'project'>,
  isWanted: (item: Marked) => boolean,
  filter?: string,
): Promise<DiskResource[]> {
  const scopes = compute.disks.aggregatedListAsync(
    { project, ...(filter === undefined ? {} : { filter }) },
    byPage,
  );
  const found = await gather(scopes, ({ disks }) => disks, isWanted);
  return found.map(({ place, name, item }) => ({
    kind: 'disk',
    name,
    zone: place,
    type: lastPart(item.type ?? ''),
    sizeGb: Number(item.sizeGb ?? 0),
  }));
}
