import type { AddressResource } from '../resource.ts';
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
import type { ResourceKind } from './kind.ts';

export const addressKind: ResourceKind<AddressResource> = {
  find(target, resource, run) {
    const { compute, project } = target;
    const { region, name: address } = resource;
    return standingOf(target, locate(resource), run, async () => {
      const [found] = await compute.addresses.get({ project, region, address });
      return found;
    });
  },

  async remove(target, resource) {
    const { compute, project } = target;
    const { region, name: address } = resource;
    await removeResourceAt(target, locate(resource), async () => {
      const [started] = await compute.addresses.delete({ project, region, address });
      return started;
    });
  },

  settle: (target, resource) => settle(target, locate(resource)),
};

function locate({ region, name }: AddressResource): Located {
  return { place: { region }, collection: 'addresses', name };
}

/** All static addresses of the project whose description names the run, in whatever region. */
export function addressesOfRun(target: Target, run: string): Promise<AddressResource[]> {
  return addressesWhere(target, (item) => isOfRun(item, run));
}

/** All static addresses of the project that are wanted, in whatever region. */
export async function addressesWhere(
  { compute, project }: Pick<Target, 'compute' | 'project'>,
  isWanted: (item: Marked) => boolean,
): Promise<AddressResource[]> {
  const scopes = compute.addresses.aggregatedListAsync({ project }, byPage);
  const found = await gather(scopes, ({ addresses }) => addresses, isWanted);
  return found.map(({ place, name }) => ({ kind: 'address', name, region: place }));
}
