import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { client, type Reply, start } from '../support.ts';

export const ZONE = 'asia-northeast3-a';

/** Compute Engine of a sandbox as the tests speak to it. */
export function compute(sandbox: Sandbox, zone = ZONE) {
  const http = client(sandbox);
  const project = `/compute/v1/projects/${sandbox.projectId}`;
  const base = `${project}/zones/${zone}`;

  /** Waits for the operation that a reply holds, and gives what became of it. */
  async function done(reply: Reply): Promise<Reply['json']> {
    if (reply.status !== 200) throw new Error(`${reply.status}: ${reply.text}`);
    const path = new URL(reply.json.selfLink).pathname;
    const operation = await http.post(`${path}/wait`, undefined);
    return operation.json;
  }

  return {
    ...http,
    project,
    base,
    done,
    insert: (body: object, query = '') => http.post(`${base}/instances${query}`, body),
    act: (name: string, action: string, body: object = {}) =>
      http.post(`${base}/instances/${name}/${action}`, body),
    instance: async (name: string) => (await http.get(`${base}/instances/${name}`)).json,
    disk: (name: string) => http.get(`${base}/disks/${name}`),
    /** An instance that runs. */
    async running(name: string, more: object = {}) {
      const operation = await done(await http.post(`${base}/instances`, vm(name, more, zone)));
      if (operation.error) throw new Error(JSON.stringify(operation.error));
      return (await http.get(`${base}/instances/${name}`)).json;
    },
  };
}

export type Compute = ReturnType<typeof compute>;

export async function startCompute(options: Partial<SandboxOptions> = {}): Promise<Compute> {
  return compute(await start(options));
}

/** The smallest machine, with an external address. */
export const vm = (name: string, more: object = {}, zone = ZONE): object => ({
  name,
  machineType: `zones/${zone}/machineTypes/e2-micro`,
  disks: [
    {
      boot: true,
      autoDelete: true,
      initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
    },
  ],
  networkInterfaces: [
    {
      network: 'global/networks/default',
      accessConfigs: [{ type: 'ONE_TO_ONE_NAT', name: 'External NAT' }],
    },
  ],
  ...more,
});
