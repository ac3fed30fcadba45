import type { ComputeClients } from './compute/clients.ts';
import type { Machine } from './machine.ts';
import { isNotFound } from './resources/kind.ts';
import { hostKeysOf } from './ssh-host-keys.ts';

/** Where a VM of GCP is reached: at its external address. */
export async function findGcpMachine(
  { instances }: ComputeClients,
  project: string,
  zone: string,
  instance: string,
): Promise<Machine | undefined> {
  try {
    const [{ networkInterfaces, status }] = await instances.get({ project, zone, instance });
    const host = networkInterfaces?.[0]?.accessConfigs?.[0]?.natIP;
    if (!host || status !== 'RUNNING') return undefined;
    const hostKeys = await publishedHostKeys(instances, { project, zone, instance });
    return {
      ssh: { host, port: 22, hostKeys: hostKeys.length === 0 ? 'first-use' : hostKeys },
      web: (port) => `http://${host}${port === 80 ? '' : `:${port}`}/`,
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** None where the VM does not publish them, or not yet. */
async function publishedHostKeys(
  instances: ComputeClients['instances'],
  vm: { readonly project: string; readonly zone: string; readonly instance: string },
): Promise<string[]> {
  try {
    const [attributes] = await instances.getGuestAttributes({ ...vm, queryPath: 'hostkeys/' });
    return hostKeysOf(attributes.queryValue?.items ?? []);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
