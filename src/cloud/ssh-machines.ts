import * as z from 'zod/mini';
import { UserError, type VmBlocked } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { call } from './running-sandbox.ts';

/** A VM of the sandbox, and where its sshd is found on this machine. */
const machineSchema = z.object({
  name: z.string(),
  zone: z.string(),
  status: z.string(),
  /** Only while it runs. */
  ssh: z.optional(z.object({ host: z.string(), port: z.number(), hostKey: z.string() })),
  /** Ports that somebody listens on and the network opens to this machine, and where. */
  http: z.optional(z.array(z.object({ port: z.number(), url: z.string() }))),
});

export type Machine = z.infer<typeof machineSchema>;
export type RunningMachine = Machine & { ssh: NonNullable<Machine['ssh']> };

const machinesSchema = z.object({ machines: z.array(machineSchema) });

/**
 * All VMs of the sandbox.
 *
 * @throws UserError `sandbox-unreachable`
 */
export async function listMachines(url: string): Promise<Machine[]> {
  const answer = await call(`${url}/_cloudlab/compute/machines`, 'GET').catch(() => undefined);
  const parsed = z.safeParse(machinesSchema, answer?.body);
  if (!parsed.success) throw new UserError('sandbox-unreachable', { url, asked: 'machines' });
  return parsed.data.machines;
}

/**
 * The VM that is meant.
 *
 * @throws UserError `unknown-vm`, or `ambiguous-vm` where two zones have one of that name
 */
export function chooseMachine(
  machines: readonly Machine[],
  name: string,
  zone: string | undefined,
): Machine {
  const named = machines.filter((one) => one.name === name);
  const [found, ...more] = named.filter((one) => zone === undefined || one.zone === zone);
  if (found === undefined) {
    // A VM of that name in another zone is nearer than any other name.
    const close = named[0] ?? machines.find((one) => one.name === nearest(name, names(machines)));
    throw new UserError('unknown-vm', {
      name,
      zone,
      nearest: close && `${close.name} --zone ${close.zone}`,
      known: [...new Set(names(machines))].slice(0, MOST_NAMED).join(', '),
    });
  }
  if (more.length > 0) throw new UserError('ambiguous-vm', { name, zones: named.map(zoneOf) });
  return found;
}

/** States that end by themselves in a machine that runs. */
export const startingStates: readonly string[] = ['PROVISIONING', 'STAGING', 'RUNNING'];

const MOST_NAMED = 10;

const names = (machines: readonly Machine[]) => machines.map(({ name }) => name);
const zoneOf = ({ zone }: Machine) => zone;

/** What the sandbox's network says about a way, as far as it is told here. */
const reachSchema = z.object({
  allowed: z.boolean(),
  reason: z.string(),
  rule: z.optional(z.object({ kind: z.string(), name: z.string() })),
  hops: z.array(z.object({ hop: z.string(), network: z.optional(z.string()) })),
});

/**
 * What keeps this machine from the port of a VM; undefined if nothing does, or where the
 * sandbox does not say.
 */
export async function whatBlocks(
  url: string,
  { name, zone }: Machine,
  port: number,
): Promise<VmBlocked | undefined> {
  const query = new URLSearchParams({ from: 'me', to: name, zone, port: String(port) });
  const answer = await call(`${url}/_cloudlab/compute/reach?${query}`, 'GET').catch(
    () => undefined,
  );
  const parsed = z.safeParse(reachSchema, answer?.body);
  if (!parsed.success || parsed.data.allowed) return undefined;
  const { reason, rule, hops } = parsed.data;
  const network = hops.find((hop) => hop.network !== undefined)?.network ?? 'default';
  const vm = { name, zone, network, reason, rule: rule?.name };
  if (reason === 'no-external-address') return { ...vm, why: 'no-address' };
  if (reason !== 'ingress-denied' || rule === undefined) return { ...vm, why: 'other' };
  return { ...vm, why: rule.kind === 'firewall' ? 'rule' : 'no-rule' };
}
