import { lastPart } from '../compute/operations.ts';
import type { InstanceResource } from '../resource.ts';
import type { Target } from '../target.ts';
import { byPage, gather, type Located, removeResourceAt, settle, standingOf } from './compute.ts';
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
export async function instancesOfRun(
  { compute, project }: Target,
  run: string,
): Promise<InstanceResource[]> {
  const scopes = compute.instances.aggregatedListAsync(
    { project, filter: labelledWith(run) },
    byPage,
  );
  const found = await gather(scopes, ({ instances }) => instances, run);
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
