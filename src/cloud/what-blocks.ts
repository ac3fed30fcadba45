import type { VmBlocked } from '../errors.ts';
import { askReach } from './reach.ts';
import type { SandboxVm } from './sandbox-machines.ts';

/**
 * What keeps this machine from the TCP port of a VM; undefined if nothing does, or where the
 * sandbox does not say.
 */
export async function whatBlocks(
  url: string,
  { name, zone }: SandboxVm,
  port: number,
): Promise<VmBlocked | undefined> {
  const wish = { from: 'me', to: name, protocol: 'tcp', port, zone } as const;
  const answer = await askReach(url, wish).catch(() => undefined);
  if (answer === undefined || answer.allowed) return undefined;
  const { reason, rule, hops } = answer;
  const network = hops.flatMap((hop) => ('network' in hop ? [hop.network] : []))[0] ?? 'default';
  const vm = { name, zone, network, reason, rule: rule?.name };
  if (reason === 'no-external-address') return { ...vm, why: 'no-address' };
  if (reason !== 'ingress-denied' || rule === undefined) return { ...vm, why: 'other' };
  return { ...vm, why: rule.kind === 'firewall' ? 'rule' : 'no-rule' };
}
