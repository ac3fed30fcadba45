import { expect } from 'vitest';

/** Fails where the sandbox has anything of Compute Engine that it does not bring itself. */
export async function expectNoMachines(url: string): Promise<void> {
  expect(await madeInCompute(url)).toEqual([]);
}

/** The names of all VMs, disks, static addresses, and of firewall rules other than those of the default network. */
export async function madeInCompute(url: string): Promise<string[]> {
  const project = `${url}/compute/v1/projects/cloudlab-sandbox`;
  const names: string[] = [];
  for (const collection of ['instances', 'disks', 'addresses']) {
    const { items = {} } = await get(`${project}/aggregated/${collection}`);
    for (const scoped of Object.values(items) as Record<string, unknown>[]) {
      for (const { name } of (scoped[collection] ?? []) as Named[]) names.push(name);
    }
  }
  const { items = [] } = await get(`${project}/global/firewalls`);
  for (const { name } of items as Named[]) if (!name.startsWith('default-')) names.push(name);
  return names;
}

interface Named {
  readonly name: string;
}

async function get(url: string): Promise<{ items?: object }> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as { items?: object };
}
