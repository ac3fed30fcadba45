import * as z from 'zod/mini';
import type { Machine } from './machine.ts';

/** What the sandbox answers when it is asked where its VMs are reached. */
const answerSchema = z.object({
  machines: z.array(
    z.object({
      name: z.string(),
      zone: z.string(),
      status: z.string(),
      /** Absent while no SSH server of the VM listens. */
      ssh: z.optional(z.object({ host: z.string(), port: z.number(), hostKey: z.string() })),
      http: z.optional(z.array(z.object({ port: z.number(), url: z.string() }))),
    }),
  ),
});

/** Where a VM of the sandbox is reached: at ports of this machine. */
export async function findSandboxMachine(
  url: string,
  zone: string,
  name: string,
): Promise<Machine | undefined> {
  const answer = await fetch(`${url}/_cloudlab/compute/machines`);
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} when asked for its VMs`);
  const { machines } = z.parse(answerSchema, await answer.json());
  const found = machines.find((one) => one.zone === zone && one.name === name);
  if (found?.ssh === undefined || found.status !== 'RUNNING') return undefined;
  const { host, port, hostKey } = found.ssh;
  return {
    ssh: { host, port, hostKeys: [hostKey] },
    web: (wanted) => found.http?.find((one) => one.port === wanted)?.url,
  };
}
