/** A sandbox as `cloudlab sandbox start` runs it, and instances in it. */
import { startCloudlab } from '../storage/servers.mjs';

const zone = 'projects/cloudlab-sandbox/zones/asia-northeast3-a';

/** @returns the sandbox with functions to make instances and to ask it */
export async function startWithMachines() {
  // More than a new project may have, as Google grants to who asks for it.
  const server = await startCloudlab(undefined, ['--unlimited-quota']);
  const { port } = server;
  const url = (path) => `http://127.0.0.1:${port}${path}`;
  const get = async (path) => (await fetch(url(path))).json();
  const post = async (path, body = {}) => {
    const answer = await fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const create = async (name, metadata = []) => {
    const operation = await post(`/compute/v1/${zone}/instances`, {
      name,
      machineType: `${zone}/machineTypes/e2-micro`,
      disks: [
        {
          boot: true,
          autoDelete: true,
          initializeParams: { sourceImage: 'projects/debian-cloud/global/images/family/debian-12' },
        },
      ],
      networkInterfaces: [{ accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
      metadata: { items: metadata },
    });
    return operation.name;
  };
  const wait = async (operation) => {
    const done = await post(`/compute/v1/${zone}/operations/${operation}/wait`);
    if (done.error) throw new Error(JSON.stringify(done.error));
    return done;
  };
  return { ...server, get, post, create, wait, zone };
}

/** Makes so many at once as the sandbox answers, and waits until all run. */
export async function fleet({ create, wait }, count, metadata) {
  for (let made = 0; made < count; made += 50) {
    const names = Array.from({ length: Math.min(50, count - made) }, (_, n) => `vm-${made + n}`);
    const operations = await Promise.all(names.map((name) => create(name, metadata)));
    await Promise.all(operations.map(wait));
  }
}

export const median = (numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
