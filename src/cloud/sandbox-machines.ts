import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Machine } from './machine.ts';
import { call } from './running-sandbox.ts';

/** A VM of the sandbox, and where its sshd is found on this machine. */
const vmSchema = z.object({
  name: z.string(),
  zone: z.string(),
  status: z.string(),
  /** Only while it runs. */
  ssh: z.optional(z.object({ host: z.string(), port: z.number(), hostKey: z.string() })),
  /** Ports that somebody listens on and the network opens to this machine, and where. */
  http: z.optional(z.array(z.object({ port: z.number(), url: z.string() }))),
});

export type SandboxVm = z.infer<typeof vmSchema>;
export type RunningVm = SandboxVm & { ssh: NonNullable<SandboxVm['ssh']> };

const answerSchema = z.object({ machines: z.array(vmSchema) });

/**
 * All VMs of the sandbox.
 *
 * @throws UserError `sandbox-unreachable`
 */
export async function listVms(url: string): Promise<SandboxVm[]> {
  const answer = await call(`${url}/_cloudlab/compute/machines`, 'GET').catch(() => undefined);
  const parsed = z.safeParse(answerSchema, answer?.body);
  if (!parsed.success) throw new UserError('sandbox-unreachable', { url, asked: 'machines' });
  return parsed.data.machines;
}

export function isRunning(vm: SandboxVm): vm is RunningVm {
  return vm.status === 'RUNNING' && vm.ssh !== undefined;
}

/**
 * Where a VM is reached: at ports of this machine; undefined while it is not.
 *
 * @throws UserError `sandbox-unreachable`
 */
export async function findSandboxMachine(
  url: string,
  zone: string,
  name: string,
): Promise<Machine | undefined> {
  const vm = (await listVms(url)).find((one) => one.zone === zone && one.name === name);
  if (vm === undefined || !isRunning(vm)) return undefined;
  const { host, port, hostKey } = vm.ssh;
  return { ssh: { host, port, hostKeys: [hostKey] }, web: (wanted) => webUrl(vm, wanted) };
}

/** Where what listens on a port of the VM is found on this machine. */
export function webUrl({ http }: SandboxVm, port: number): string | undefined {
  return http?.find((one) => one.port === port)?.url;
}

/**
 * The VM that is meant.
 *
 * @throws UserError `unknown-vm`, or `ambiguous-vm` where two zones have one of that name
 */
export function chooseVm(
  machines: readonly SandboxVm[],
  name: string,
  zone: string | undefined,
): SandboxVm {
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

const names = (machines: readonly SandboxVm[]) => machines.map(({ name }) => name);
const zoneOf = ({ zone }: SandboxVm) => zone;
