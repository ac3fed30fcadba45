import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { client, manualClock, type Reply, start } from '../support.ts';

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

/** With a clock that stands still, and operations that take as long as on GCP. */
export async function startAtPace(options: Partial<SandboxOptions> = {}) {
  const sandbox = await start({
    clock: manualClock().now,
    realtime: true,
    controlToken: 'token',
    ...options,
  });
  const gce = compute(sandbox);
  /** Stops the sandbox; gives the directory for the next one. */
  async function close(): Promise<string> {
    await sandbox.close();
    return sandbox.dataDir;
  }
  /** Moves the sandbox's clock on; what is due by then has happened. */
  async function advance(advanceSeconds: number): Promise<void> {
    const { status } = await gce.call('POST', '/_cloudlab/clock', {
      body: JSON.stringify({ advanceSeconds }),
      headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    });
    if (status !== 200) throw new Error(`the clock answered ${status}`);
  }
  return { ...gce, advance, close };
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
