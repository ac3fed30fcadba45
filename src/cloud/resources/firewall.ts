import { lastPart } from '../compute/operations.ts';
import type { FirewallResource } from '../resource.ts';
import type { Target } from '../target.ts';
import { isOfRun, type Located, removeResourceAt, settle, standingOf } from './compute.ts';
import type { ResourceKind } from './kind.ts';

export const firewallKind: ResourceKind<FirewallResource> = {
  find(target, resource, run) {
    const { compute, project } = target;
    return standingOf(target, locate(resource), run, async () => {
      const [found] = await compute.firewalls.get({ project, firewall: resource.name });
      return found;
    });
  },

  async remove(target, resource) {
    const { compute, project } = target;
    await removeResourceAt(target, locate(resource), async () => {
      const [started] = await compute.firewalls.delete({ project, firewall: resource.name });
      return started;
    });
  },

  settle: (target, resource) => settle(target, locate(resource)),
};

function locate({ name }: FirewallResource): Located {
  return { place: 'global', collection: 'firewalls', name };
}

/** All firewall rules of the project whose description names the run. */
export async function firewallsOfRun(
  { compute, project }: Target,
  run: string,
): Promise<FirewallResource[]> {
  const [rules] = await compute.firewalls.list({ project });
  return rules
    .filter((rule) => isOfRun(rule, run))
    .map(({ name, network }) => ({
      kind: 'firewall',
      name: name ?? '',
      network: lastPart(network ?? ''),
    }));
}
