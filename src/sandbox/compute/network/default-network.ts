import type { FastifyInstance } from 'fastify';
import { type ComputeState, newRecord } from '../state.ts';
import { DEFAULT_MTU, type FirewallRecord, type NetworkRecord } from './kinds.ts';
import { putAutoSubnetworks, putDefaultRoute } from './make.ts';

/*
 * Every new project has the network `default`: auto mode, with four firewall rules.
 * https://cloud.google.com/vpc/docs/vpc#default-network
 *
 * It is made by the first request to Compute Engine, not when the sandbox starts: who never
 * asks for a VM does not wait for it. It is made once; who deletes it stays without.
 */

const MADE = Buffer.from('default-network-made');

/** Requests to Compute Engine wait until the network is there. */
export function makeDefaultNetworkAtFirst(app: FastifyInstance, state: ComputeState): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    if (state.vpc.facts.get(MADE) !== undefined) done();
    else ensureDefaultNetwork(state).then(() => done(), done);
  });
}

export function ensureDefaultNetwork(state: ComputeState): Promise<void> {
  return state.store.write(() => {
    if (state.vpc.facts.get(MADE) !== undefined) return;
    state.vpc.facts.put(MADE, 1);
    const network: NetworkRecord = {
      ...newRecord(state, 'global', 'default'),
      description: 'Default network for the project',
      autoCreateSubnetworks: true,
      mtu: DEFAULT_MTU,
      routingConfig: { routingMode: 'REGIONAL' },
      networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
    };
    state.vpc.networks.put(network);
    putDefaultRoute(state, state.vpc.networks.url(network));
    putAutoSubnetworks(state, network);
    for (const { name, ...rule } of RULES) {
      state.vpc.firewalls.put({
        ...newRecord(state, 'global', name),
        ...rule,
        network: state.vpc.networks.url(network),
        direction: 'INGRESS',
        priority: 65534,
        disabled: false,
        logConfig: { enable: false },
      });
    }
  });
}

/** https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc */
const RULES: readonly Pick<FirewallRecord, 'name' | 'description' | 'sourceRanges' | 'allowed'>[] =
  [
    {
      name: 'default-allow-icmp',
      description: 'Allow ICMP from anywhere',
      sourceRanges: ['0.0.0.0/0'],
      allowed: [{ IPProtocol: 'icmp' }],
    },
    {
      name: 'default-allow-internal',
      description: 'Allow internal traffic on the default network',
      sourceRanges: ['10.128.0.0/9'],
      allowed: [
        { IPProtocol: 'tcp', ports: ['0-65535'] },
        { IPProtocol: 'udp', ports: ['0-65535'] },
        { IPProtocol: 'icmp' },
      ],
    },
    {
      name: 'default-allow-rdp',
      description: 'Allow RDP from anywhere',
      sourceRanges: ['0.0.0.0/0'],
      allowed: [{ IPProtocol: 'tcp', ports: ['3389'] }],
    },
    {
      name: 'default-allow-ssh',
      description: 'Allow SSH from anywhere',
      sourceRanges: ['0.0.0.0/0'],
      allowed: [{ IPProtocol: 'tcp', ports: ['22'] }],
    },
  ];
