import type { InstanceRecord, NetworkInterface } from '../instances/kind.ts';
import { nameOf } from '../references.ts';
import { type Direction, decideFirewall, type Party } from './firewall-decision.ts';
import { contains, formatAddress, isPrivate, parseAddress, parseRange } from './ipv4.ts';
import type { RouteRecord } from './kinds.ts';
import type {
  Endpoint,
  Hop,
  HopEnd,
  ReachAnswer,
  ReachQuestion,
  ReachReason,
} from './reach-types.ts';
import { chooseRoute } from './route-choice.ts';
import type { Peer, VpcView } from './vpc-view.ts';

/*
 * Can A reach B on a port, and which rule decided? The one answer to that in the sandbox: for
 * `cloudlab network reach`, for `curl` inside VMs, for SSH and for VMs' web servers.
 *
 * The way of a connection's first packet, as on GCP: the sender's egress rules, the route, and
 * then either straight to an interface of the VPC (or of a peered one), or out by the internet
 * gateway. Going out takes an external address or Cloud NAT, and what arrives from there has
 * that for its sender, even if it comes from the same VPC. At the end the receiver's ingress
 * rules. Answers need no rules (connections are tracked), but a way back.
 *
 * It reads, and changes nothing; the same state gives the same answer.
 */
export function reach(view: VpcView, question: ReachQuestion): ReachAnswer {
  return new Way(view, question).answer();
}

export const METADATA_SERVER = '169.254.169.254';

/** The learner's own computer: an address from TEST-NET-3, which belongs to nobody (RFC 5737). */
export const MY_COMPUTER = '203.0.113.10';

/** The virtual addresses of private.googleapis.com and restricted.googleapis.com. */
const GOOGLE_APIS = ['199.36.153.4/30', '199.36.153.8/30'];

/** An instance at one of its interfaces. */
interface Place {
  instance: InstanceRecord;
  url: string;
  nic: NetworkInterface;
}

class Way {
  readonly #view: VpcView;
  readonly #question: ReachQuestion;
  readonly #hops: Hop[] = [];
  #rule: ReachAnswer['rule'];

  constructor(view: VpcView, question: ReachQuestion) {
    this.#view = view;
    this.#question = question;
  }

  answer(): ReachAnswer {
    const { from, to } = this.#question;
    if (from.kind === 'instance') return this.#fromInstance(from.url, to);
    return this.#fromInternet(from.address, to);
  }

  #fromInstance(url: string, to: Endpoint): ReachAnswer {
    const instance = this.#view.instance(url);
    if (instance === undefined) return this.#end('source-not-running');
    const source = { instance, url, nic: this.#leavesBy(instance, to) };
    this.#hops.push({ hop: 'source', ...endOf(source) });
    if (instance.status !== 'RUNNING') return this.#end('source-not-running');
    if (to.kind === 'metadata' || (to.kind === 'address' && to.address === METADATA_SERVER)) {
      this.#always('always-allowed-metadata', 'allow');
      this.#hops.push({ hop: 'destination', kind: 'metadata', address: METADATA_SERVER });
      return this.#end('allowed');
    }
    if (to.kind === 'google-apis') return this.#toGoogle(source);
    if (to.kind === 'instance') return this.#toInstance(source, to.url);
    return this.#toAddress(source, parseAddress(to.address) ?? 0);
  }

  /** By name: by the internal address, from the interface that is in the same network. */
  #toInstance(source: Place, url: string): ReachAnswer {
    const instance = this.#view.instance(url);
    const first = instance?.networkInterfaces[0];
    if (instance === undefined || first === undefined) return this.#end('no-such-host');
    const own = source.nic.network;
    const peers = this.#view.peers(own);
    const reachable = (network: string) =>
      network === own || peers.some((peer) => peer.network === network);
    const nic = instance.networkInterfaces.find((one) => reachable(one.network));
    if (nic === undefined) {
      this.#hops.push({ hop: 'destination', ...endOf({ instance, url, nic: first }) });
      return this.#end('different-networks');
    }
    return this.#toAddress(source, parseAddress(nic.networkIP) ?? 0);
  }

  #toAddress(source: Place, destination: number): ReachAnswer {
    if (isOwn(source, destination)) {
      this.#hops.push({ hop: 'destination', ...endOf(source) });
      return this.#end('allowed', source);
    }
    const { network } = source.nic;
    const peers = this.#view.peers(network);
    const route = this.#chooseRoute(source, destination, peers);
    if (route !== undefined) this.#hops.push(routeHop(route));
    if (!this.#egress(source, destination)) return this.#end('egress-denied');
    if (route === undefined) return this.#end('no-route');
    const peer = peers.find((one) => one.network === route.network);
    if (peer !== undefined) {
      this.#hops.push({ hop: 'peering', name: peer.name, network: nameOf(peer.network) });
    }
    if (route.routeType === 'SUBNET') return this.#inVpc(source, route.network, destination);
    if (route.nextHopGateway !== undefined) return this.#out(source, destination);
    return this.#toNextHop(route);
  }

  /** Straight to the interface that has the address. */
  #inVpc(source: Place, network: string, destination: number): ReachAnswer {
    const place = this.#at(network, destination);
    if (place === undefined) {
      const address = formatAddress(destination);
      this.#hops.push({ hop: 'destination', kind: 'address', address });
      return this.#end('no-such-host');
    }
    const sender = network === source.nic.network ? partyOf(source.instance) : undefined;
    const from = parseAddress(source.nic.networkIP) ?? 0;
    return this.#arrive(place, from, sender);
  }

  /** By the internet gateway: to the internet, or to the external address of a VM here. */
  #out(source: Place, destination: number): ReachAnswer {
    const { protocol, port } = this.#question;
    if (parseGoogle(destination)) return this.#toGoogle(source, true);
    if (isPrivate(destination)) return this.#end('private-address-not-routed');
    if (protocol === 'tcp' && port === 25) {
      this.#always('always-blocked-smtp', 'deny');
      return this.#end('smtp-blocked');
    }
    const seenAs = this.#translate(source);
    if (seenAs === undefined) return this.#end('no-way-out');
    if (this.#view.externalUse(destination) !== undefined) {
      return this.#toExternal(destination, seenAs);
    }
    const address = formatAddress(destination);
    this.#hops.push({ hop: 'destination', kind: 'internet', address });
    return { ...this.#end('allowed'), seenAs: formatAddress(seenAs) };
  }

  /** The address that the sender has outside: its own, or that of Cloud NAT. */
  #translate({ instance, nic }: Place): number | undefined {
    const own = nic.accessConfigs?.[0]?.natIP;
    if (own !== undefined) {
      this.#hops.push({ hop: 'external-address', address: own, of: instance.name });
      return parseAddress(own);
    }
    const gateway = this.#view.natOf(nic.subnetwork);
    if (gateway === undefined) return undefined;
    const { router, nat, address } = gateway;
    this.#hops.push({ hop: 'cloud-nat', router, nat, address });
    return parseAddress(address);
  }

  #fromInternet(address: string, to: Endpoint): ReachAnswer {
    const source = parseAddress(address) ?? 0;
    this.#hops.push({ hop: 'source', kind: 'internet', address });
    if (to.kind === 'metadata') return this.#end('metadata-is-for-vms');
    if (to.kind === 'google-apis') return this.#atGoogle();
    if (to.kind === 'instance') {
      const instance = this.#view.instance(to.url);
      const nic = instance?.networkInterfaces[0];
      if (instance === undefined || nic === undefined) return this.#end('no-such-host');
      const place = { instance, url: to.url, nic };
      const external = nic.accessConfigs?.[0]?.natIP;
      if (external !== undefined) return this.#toExternal(parseAddress(external) ?? 0, source);
      this.#hops.push({ hop: 'destination', ...endOf(place) });
      const stopped = instance.status !== 'RUNNING' && nic.accessConfigs !== undefined;
      return this.#end(stopped ? 'destination-not-running' : 'no-external-address');
    }
    const destination = parseAddress(to.address) ?? 0;
    if (destination === parseAddress(METADATA_SERVER)) return this.#end('metadata-is-for-vms');
    if (isPrivate(destination)) {
      this.#hops.push({ hop: 'destination', kind: 'address', address: to.address });
      return this.#end('private-address-from-internet');
    }
    return this.#toExternal(destination, source);
  }

  /** What comes to one of the sandbox's external addresses from outside. */
  #toExternal(destination: number, source: number): ReachAnswer {
    const address = formatAddress(destination);
    const user = this.#view.externalUse(destination)?.user;
    const instance = user === undefined ? undefined : this.#view.instance(user);
    const nic = instance?.networkInterfaces.find((one) =>
      one.accessConfigs?.some(({ natIP }) => natIP === address),
    );
    if (user === undefined || instance === undefined || nic === undefined) {
      this.#hops.push({ hop: 'destination', kind: 'address', address });
      return this.#end(user?.includes('/routers/') ? 'nat-is-outbound-only' : 'address-not-in-use');
    }
    this.#hops.push({ hop: 'external-address', address, of: instance.name });
    const place = { instance, url: user, nic };
    const arrived = this.#arrive(place, source, undefined);
    if (!arrived.allowed || this.#goesBack(place, source)) return arrived;
    return this.#end('no-route-back');
  }

  /** At the receiver's interface. */
  #arrive(place: Place, source: number, sender: Party | undefined): ReachAnswer {
    const { instance, nic } = place;
    const destination = parseAddress(nic.networkIP) ?? 0;
    const allowed = this.#firewall('INGRESS', place, { source, destination, sender });
    this.#hops.push({ hop: 'destination', ...endOf(place) });
    if (instance.status !== 'RUNNING') return this.#end('destination-not-running');
    if (!allowed) return this.#end('ingress-denied');
    return { ...this.#end('allowed', place), seenAs: formatAddress(source) };
  }

  /** Answers to the internet leave by a route to the gateway, which may have been deleted. */
  #goesBack(place: Place, source: number): boolean {
    return this.#chooseRoute(place, source, [])?.nextHopGateway !== undefined;
  }

  /** Google's APIs: from outside, through an external address, or by Private Google Access. */
  #toGoogle(source: Place, isRouted = false): ReachAnswer {
    const destination = parseAddress('199.36.153.8') ?? 0;
    if (!isRouted) {
      const route = this.#chooseRoute(source, destination, this.#view.peers(source.nic.network));
      if (route !== undefined) this.#hops.push(routeHop(route));
      if (!this.#egress(source, destination)) return this.#end('egress-denied');
      if (route === undefined) return this.#end('no-route');
      if (route.nextHopGateway === undefined) return this.#toNextHop(route);
    }
    const { instance, nic } = source;
    const own = nic.accessConfigs?.[0]?.natIP;
    const subnetwork = this.#view.subnetwork(nic.subnetwork);
    if (own !== undefined) {
      this.#hops.push({ hop: 'external-address', address: own, of: instance.name });
    } else if (subnetwork?.privateIpGoogleAccess || this.#view.natOf(nic.subnetwork)) {
      // Cloud NAT on a subnet's primary range turns Private Google Access on.
      this.#hops.push({ hop: 'private-google-access', subnetwork: nameOf(nic.subnetwork) });
    } else return this.#end('no-way-out');
    return this.#atGoogle();
  }

  #atGoogle(): ReachAnswer {
    this.#hops.push({ hop: 'destination', kind: 'google-apis' });
    return this.#end('allowed');
  }

  /** A VM as next hop: what it passes on is its operating system's business. */
  #toNextHop(route: RouteRecord): ReachAnswer {
    const instance = this.#nextHop(route);
    if (instance === undefined) return this.#end('no-such-host');
    return this.#end(instance.canIpForward ? 'next-hop-is-a-vm' : 'next-hop-does-not-forward');
  }

  #nextHop({ network, nextHopInstance, nextHopIp }: RouteRecord): InstanceRecord | undefined {
    if (nextHopInstance !== undefined) return this.#view.instance(nextHopInstance);
    const address = nextHopIp === undefined ? undefined : parseAddress(nextHopIp);
    return address === undefined ? undefined : this.#at(network, address)?.instance;
  }

  #chooseRoute({ instance, nic }: Place, destination: number, peers: readonly Peer[]) {
    const { tags } = partyOf(instance);
    const view = this.#view;
    function* routes(): Iterable<RouteRecord> {
      yield* view.routes(nic.network);
      for (const peer of peers) {
        for (const route of view.routes(peer.network)) {
          if (route.routeType === 'SUBNET') yield route;
        }
      }
    }
    return chooseRoute(routes(), destination, tags, (route) => {
      const viaInstance = route.nextHopInstance !== undefined || route.nextHopIp !== undefined;
      return !viaInstance || this.#nextHop(route)?.status === 'RUNNING';
    });
  }

  #egress(source: Place, destination: number): boolean {
    const from = parseAddress(source.nic.networkIP) ?? 0;
    return this.#firewall('EGRESS', source, { source: from, destination });
  }

  #firewall(
    direction: Direction,
    { instance, nic }: Place,
    way: { source: number; destination: number; sender?: Party | undefined },
  ): boolean {
    const { protocol, port } = this.#question;
    const { source, destination, sender } = way;
    const packet = { protocol, port, source, destination };
    const target = partyOf(instance);
    const rules = this.#view.firewalls(nic.network);
    const rule = decideFirewall(rules, { direction, packet, target, sender });
    const allowed = rule.action === 'allow';
    this.#rule = rule;
    this.#hops.push({ hop: 'firewall', network: nameOf(nic.network), allowed, rule });
    return allowed;
  }

  #always(name: string, action: 'allow' | 'deny'): void {
    this.#rule = { kind: 'always', name, direction: 'EGRESS', action };
  }

  /** The interface of a network that has an internal address. */
  #at(network: string, address: number): Place | undefined {
    const url = this.#view.internalUser(network, address);
    const instance = url === undefined ? undefined : this.#view.instance(url);
    const nic = instance?.networkInterfaces.find((one) => one.network === network);
    if (url === undefined || instance === undefined || nic === undefined) return undefined;
    return { instance, url, nic };
  }

  /** The interface whose subnet the destination is in; otherwise the first. */
  #leavesBy(instance: InstanceRecord, to: Endpoint): NetworkInterface {
    const [first] = instance.networkInterfaces;
    if (first === undefined) throw new Error(`${instance.name} has no interface`);
    if (instance.networkInterfaces.length === 1) return first;
    const fits = (one: NetworkInterface): boolean => {
      if (to.kind === 'instance') {
        const other = this.#view.instance(to.url)?.networkInterfaces ?? [];
        return other.some(({ network }) => network === one.network);
      }
      const range = parseRange(this.#view.subnetwork(one.subnetwork)?.ipCidrRange ?? '');
      const address = to.kind === 'address' ? parseAddress(to.address) : undefined;
      return range !== undefined && address !== undefined && contains(range, address);
    };
    return instance.networkInterfaces.find(fits) ?? first;
  }

  #end(reason: ReachReason, at?: Place): ReachAnswer {
    return {
      allowed: reason === 'allowed',
      reason,
      ...(this.#rule === undefined ? {} : { rule: this.#rule }),
      hops: this.#hops,
      ...(at === undefined
        ? {}
        : { arrivesAt: { url: at.url, interface: at.nic.name, address: at.nic.networkIP } }),
    };
  }
}

const partyOf = ({ tags, serviceAccounts = [] }: InstanceRecord): Party => ({
  tags: tags.items ?? [],
  serviceAccounts: serviceAccounts.map(({ email }) => email),
});

/** Its own addresses and 127.0.0.0/8 never leave the machine. */
const isOwn = ({ instance }: Place, address: number): boolean =>
  address >>> 24 === 127 ||
  instance.networkInterfaces.some(({ networkIP }) => parseAddress(networkIP) === address);

const parseGoogle = (address: number): boolean =>
  GOOGLE_APIS.some((text) => {
    const range = parseRange(text);
    return range !== undefined && contains(range, address);
  });

function endOf({ instance, nic }: Place): HopEnd {
  return {
    kind: 'instance',
    name: instance.name,
    zone: nameOf(instance.scope),
    interface: nic.name,
    network: nameOf(nic.network),
    subnetwork: nameOf(nic.subnetwork),
    address: nic.networkIP,
    status: instance.status,
  };
}

function routeHop(route: RouteRecord): Hop {
  const { name, destRange, priority, nextHopInstance, nextHopIp, nextHopGateway } = route;
  const nextHop =
    nextHopGateway !== undefined
      ? ({ kind: 'internet-gateway' } as const)
      : nextHopInstance !== undefined || nextHopIp !== undefined
        ? ({ kind: 'instance', name: nextHopIp ?? nameOf(nextHopInstance ?? '') } as const)
        : ({ kind: 'subnet' } as const);
  return { hop: 'route', name, destRange, priority, nextHop };
}
