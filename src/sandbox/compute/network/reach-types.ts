import type { DecidingRule, Protocol } from './firewall-decision.ts';

/** One end of a connection. */
export type Endpoint =
  /** A VM, by its URL. */
  | { kind: 'instance'; url: string }
  /** A computer outside, such as the learner's own. */
  | { kind: 'internet'; address: string }
  /** 169.254.169.254, as every VM sees it. */
  | { kind: 'metadata' }
  /** `*.googleapis.com` */
  | { kind: 'google-apis' }
  /** An address, as whoever sends to it understands it. */
  | { kind: 'address'; address: string };

/** Who can begin a connection. */
export type Sender = Extract<Endpoint, { kind: 'instance' | 'internet' }>;

export interface ReachQuestion {
  from: Sender;
  to: Endpoint;
  protocol: Protocol;
  /** For TCP and UDP. */
  port?: number | undefined;
}

/** Why the answer is what it is; sentences for people are made from these elsewhere. */
export type ReachReason =
  | 'allowed'
  /** The sender is no VM that runs. */
  | 'source-not-running'
  | 'destination-not-running'
  | 'egress-denied'
  | 'ingress-denied'
  /** No route of the network leads there. */
  | 'no-route'
  /** A private address, and no subnet or route that has it: it is dropped at the gateway. */
  | 'private-address-not-routed'
  /** An address of a subnet that no VM has. */
  | 'no-such-host'
  /** VMs of two networks that are not peered. */
  | 'different-networks'
  /** The sender has no external address, and no Cloud NAT stands in for it. */
  | 'no-way-out'
  /** The receiver has no external address. */
  | 'no-external-address'
  /** Private addresses are not reached from the internet. */
  | 'private-address-from-internet'
  /** An external address that no running VM has. */
  | 'address-not-in-use'
  /** Cloud NAT lets answers in, no connections. */
  | 'nat-is-outbound-only'
  /** TCP port 25 to external addresses. */
  | 'smtp-blocked'
  /** The next hop does not have `canIpForward`. */
  | 'next-hop-does-not-forward'
  /** The next hop is a VM, and the sandbox's VMs pass nothing on. */
  | 'next-hop-is-a-vm'
  /** Answers would not find the way out: the receiver's network has no route there. */
  | 'no-route-back'
  /** The metadata server answers VMs only. */
  | 'metadata-is-for-vms';

/** What is passed on the way, in its order. */
export type Hop =
  | ({ hop: 'source' | 'destination' } & HopEnd)
  | { hop: 'route'; name: string; destRange: string; priority: number; nextHop: NextHop }
  | { hop: 'firewall'; network: string; allowed: boolean; rule: DecidingRule }
  | { hop: 'external-address'; address: string; of: string }
  | { hop: 'cloud-nat'; router: string; nat: string; address?: string }
  | { hop: 'private-google-access'; subnetwork: string }
  | { hop: 'peering'; name: string; network: string };

export type HopEnd =
  | {
      kind: 'instance';
      name: string;
      zone: string;
      interface: string;
      network: string;
      subnetwork: string;
      address: string;
      status: string;
    }
  | { kind: 'internet' | 'address' | 'metadata' | 'google-apis'; address?: string };

export type NextHop =
  | { kind: 'subnet' }
  | { kind: 'peering'; name: string }
  | { kind: 'internet-gateway' }
  | { kind: 'instance'; name: string };

export interface ReachAnswer {
  allowed: boolean;
  reason: ReachReason;
  /** The rule that decided, where one did: the last firewall that was asked. */
  rule?: DecidingRule;
  hops: Hop[];
  /** Where it arrives: a VM and its interface, whatever address it was called by. */
  arrivesAt?: { url: string; interface: string; address: string };
  /** What the receiver sees as the sender's address. */
  seenAs?: string;
}
