import type { Reply } from '../support.ts';
import { type Compute, startCompute } from './instance-support.ts';

export const REGION = 'asia-northeast3';

/** Networks of a sandbox as the tests speak to them. */
export async function startNetwork() {
  return network(await startCompute());
}

export function network(http: Compute) {
  const url = (collection: string, name = '', region = REGION) => {
    const scope = ['subnetworks', 'addresses', 'routers'].includes(collection)
      ? `regions/${region}`
      : 'global';
    return `${http.project}/${scope}/${collection}${name && `/${name}`}`;
  };
  return {
    ...http,
    url,
    /** Makes something, and gives what became of the operation. */
    async make(collection: string, body: object): Promise<Reply['json']> {
      return http.done(await http.post(url(collection), body));
    },
    async look(collection: string, name: string): Promise<Reply['json']> {
      return (await http.get(url(collection, name))).json;
    },
    async remove(collection: string, name: string): Promise<Reply['json']> {
      return http.done(await http.delete(url(collection, name)));
    },
    /** A custom network with one subnet. */
    async customNetwork(name: string, ipCidrRange: string): Promise<void> {
      await http.done(await http.post(url('networks'), { name, autoCreateSubnetworks: false }));
      const body = { name: `${name}-sub`, network: `global/networks/${name}`, ipCidrRange };
      await http.done(await http.post(url('subnetworks'), body));
    },
    async reach(from: string, to: string, port: number | 'icmp' = 80): Promise<Reply['json']> {
      const what = port === 'icmp' ? 'protocol=icmp' : `port=${port}`;
      const reply = await http.get(`/_cloudlab/compute/reach?from=${from}&to=${to}&${what}`);
      return reply.json;
    },
  };
}

export const inSubnet = (subnetwork: string, external = false): object => ({
  networkInterfaces: [
    {
      subnetwork: `regions/${REGION}/subnetworks/${subnetwork}`,
      ...(external ? { accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] } : {}),
    },
  ],
});
