import { lastPart } from '../compute/operations.ts';
import type { InstanceResource } from '../resource.ts';
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

export const instanceKind: ResourceKind<InstanceResource> = {
  find(target, resource, run) {
    const { compute, project } = target;
    const { zone, name: instance } = resource;
    return standingOf(target, locate(resource), run, async () => {
      const [found] = await compute.instances.get({ project, zone, instance });
      return found;
    });
  },

  async remove(target, resource) {
    const { compute, project } = target;
    const { zone, name: instance } = resource;
    await removeResourceAt(target, locate(resource), async () => {
      const [started] = await compute.instances.delete({ project, zone, instance });
      return started;
    });
  },

  settle: (target, resource) => settle(target, locate(resource)),
};

function locate({ zone, name }: InstanceResource): Located {
  return { place: { zone }, collection: 'instances', name };
}

/** All VMs of the project that carry the run's label, in whatever zone. */
export function instancesOfRun(target: Target, run: string): Promise<InstanceResource[]> {
  return instancesWhere(target, (item) => isOfRun(item, run), labelledWith(run));
}

/**
 * All VMs of the project that are wanted, in whatever zone.
 *
 * @param filter lets the API leave others out by itself
 */
export async function instancesWhere(
  { compute, project }: Pick<Target, 'compute' | 'project'>,
  isWanted: (item: Marked) => boolean,
  filter?: string,
): Promise<InstanceResource[]> {
  const scopes = compute.instances.aggregatedListAsync(
    { project, ...(filter === undefined ? {} : { filter }) },
    byPage,
  );
  const found = await gather(scopes, ({ instances }) => instances, isWanted);
  return found.map(({ place, name, item }) => ({
    kind: 'instance',
    name,
    zone: place,
    machineType: lastPart(item.machineType ?? ''),
    ephemeralAddress: (item.networkInterfaces ?? []).some(
      ({ accessConfigs }) => (accessConfigs ?? []).length > 0,
    ),
  }));
}
