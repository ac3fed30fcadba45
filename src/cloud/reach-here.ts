import { myComputer } from './my-computer.ts';
import type { HopEnd, ReachAnswer, ReachWish } from './reach.ts';
import { listVms, webUrl } from './sandbox-machines.ts';

/** What this machine does with a way that is open to it. */
export type Here =
  /** The VM's port stands on a loopback port: its external address exists in the sandbox alone. */
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'ssh'; readonly vm: string; readonly zone: string }
  /** Nothing in the VM listens. */
  | { readonly kind: 'silent'; readonly vm: string; readonly port: number };

/**
 * How somebody at this machine uses the way that was asked for; undefined where it is closed,
 * or no way from this machine into a VM.
 *
 * @throws UserError `sandbox-unreachable`
 */
export async function whereHere(
  url: string,
  { protocol, port }: ReachWish,
  { allowed, hops }: ReachAnswer,
): Promise<Here | undefined> {
  const from = hops.find(({ hop }) => hop === 'source') as HopEnd | undefined;
  const to = hops.find(({ hop }) => hop === 'destination') as HopEnd | undefined;
  if (!allowed || protocol !== 'tcp' || port === undefined) return undefined;
  if (from?.kind !== 'internet' || from.address !== myComputer || to?.kind !== 'instance') {
    return undefined;
  }
  const { name: vm, zone } = to;
  if (port === 22) return { kind: 'ssh', vm, zone };
  const found = (await listVms(url)).find((one) => one.name === vm && one.zone === zone);
  const web = found && webUrl(found, port);
  return web === undefined ? { kind: 'silent', vm, port } : { kind: 'web', url: web };
}
