import { myComputer } from '../cloud/my-computer.ts';
import type { Hop, ReachAnswer, ReachWish } from '../cloud/reach.ts';
import type { Here } from '../cloud/reach-here.ts';
import { senderAddress } from '../cloud/sender-address.ts';

type RouteHop = Extract<Hop, { hop: 'route' }>;
type FirewallHop = Extract<Hop, { hop: 'firewall' }>;

/** What is said about ways through the VPC network. */
export const reach = {
  options: {
    from: 'who connects; see below',
    to: 'whom to; see below',
    port: 'the port, for TCP and UDP',
    protocol: 'tcp (default), udp or icmp (ping)',
  },

  ends: {
    title: 'Who can be asked about',
    vm: 'a VM by its name; with its zone where two have the same',
    me: 'your own computer, as somebody on the internet',
    address: 'whoever has this address',
    google: 'the metadata server of VMs; the APIs of Google',
  },

  verdict: (from: string, to: string, what: string, allowed: boolean): string =>
    allowed
      ? `Yes: ${from} reaches ${to} on ${what}.`
      : `No: ${from} does not reach ${to} on ${what}.`,

  why: ({ reason, rule }: ReachAnswer, what: string): string => {
    const name = rule?.name ?? '';
    switch (reason) {
      case 'allowed':
        if (rule === undefined) return 'Nothing stands between them.';
        if (rule.kind === 'always')
          return 'The metadata server is always there; no rule can change that.';
        if (rule.kind === 'implied')
          return 'No rule forbids it, and what goes out is allowed unless a rule forbids it.';
        return `The firewall rule ${name} (priority ${rule.priority}) allows it.`;
      case 'ingress-denied':
        return rule?.kind === 'firewall'
          ? `The firewall rule ${name} (priority ${rule.priority}) forbids it.`
          : `No firewall rule allows ${what} in, and what comes in is denied unless a rule allows it.`;
      case 'egress-denied':
        return `The firewall rule ${name} (priority ${rule?.priority}) does not let it out.`;
      case 'source-not-running':
        return 'The VM that is to connect is not running.';
      case 'destination-not-running':
        return 'The VM it goes to is not running; nobody answers.';
      case 'no-route':
        return 'No route of the network leads there.';
      case 'private-address-not-routed':
        return 'That is a private address, and no subnet has it. The internet does not carry it either.';
      case 'no-such-host':
        return 'The way leads into a subnet, but no VM has that address.';
      case 'different-networks':
        return 'They are in two VPC networks, which know nothing of each other unless they are peered.';
      case 'no-way-out':
        return 'The VM has no external address, and no Cloud NAT stands in for it.';
      case 'no-external-address':
        return 'The VM has no external address: the internet has no way to it.';
      case 'private-address-from-internet':
        return 'That is a private address: it means something only inside its own network.';
      case 'address-not-in-use':
        return 'No running VM of the sandbox has that external address.';
      case 'nat-is-outbound-only':
        return 'That address belongs to Cloud NAT, which lets VMs out and nobody in.';
      case 'smtp-blocked':
        return 'Google Cloud blocks TCP port 25 to the outside, whatever the rules say.';
      case 'next-hop-does-not-forward':
        return 'The route leads to a VM that was made without canIpForward.';
      case 'next-hop-is-a-vm':
        return "The route leads to a VM. Whether that passes it on is up to it; the sandbox's VMs do not.";
      case 'no-route-back':
        return 'It arrives, but answers find no way back: the network has no route to the sender.';
      case 'metadata-is-for-vms':
        return 'The metadata server is there for VMs only.';
      default:
        return reason;
    }
  },

  /** What helps, and the command for it on a line of its own; undefined where nothing of that kind does. */
  advice: (answer: ReachAnswer, { protocol, port }: ReachWish): string | undefined => {
    const { reason, hops } = answer;
    const at = hops.find((one) => one.hop === 'destination' && one.kind === 'instance');
    const from = hops.find((one) => one.hop === 'source' && one.kind === 'instance');
    const what = port === undefined ? protocol : `${protocol}:${port}`;
    if (reason === 'ingress-denied' && at !== undefined && 'network' in at) {
      const only = senderAddress(answer);
      const sources = only === undefined ? '' : ` --source-ranges ${only}/32`;
      return `To allow it from there alone:\ngcloud compute firewall-rules create allow-${protocol}${port === undefined ? '' : `-${port}`} --network ${at.network} --allow ${what}${sources}`;
    }
    if (reason === 'destination-not-running' && at !== undefined && 'zone' in at) {
      return `To start it:\ngcloud compute instances start ${at.name} --zone ${at.zone}`;
    }
    if (reason === 'source-not-running' && from !== undefined && 'zone' in from) {
      return `To start it:\ngcloud compute instances start ${from.name} --zone ${from.zone}`;
    }
    if (reason === 'no-external-address' && at !== undefined && 'zone' in at) {
      return `To give it one:\ngcloud compute instances add-access-config ${at.name} --zone ${at.zone}`;
    }
    return undefined;
  },

  /** How this machine uses an open way, and an address or a command on a line of its own. */
  here: (here: Here): string => {
    switch (here.kind) {
      case 'web':
        return `The external address exists inside the sandbox only. On this computer, open:\n${here.url}`;
      case 'ssh':
        return `To log in:\ncloudlab ssh ${here.vm} --zone ${here.zone}`;
      case 'silent':
        return `The way is open, but nothing in ${here.vm} listens on port ${here.port}: start a server there first, such as nginx on port 80.`;
    }
  },

  hops: {
    source: 'From',
    destination: 'To',
    route: 'Route',
    firewall: { out: { name: 'Firewall, out' }, in: { name: 'Firewall, in' } },
    address: 'Address',
    nat: 'Cloud NAT',
    google: 'Google access',
    peering: 'Peering',
  },

  route: ({ name, destRange, priority, nextHop }: RouteHop): string => {
    const by =
      nextHop.kind === 'instance'
        ? `VM ${nextHop.name}`
        : { subnet: 'the subnet itself', 'internet-gateway': 'the internet gateway' }[nextHop.kind];
    return `${destRange} by ${by}: ${name}, priority ${priority}`;
  },

  firewall: ({ allowed, rule, network }: FirewallHop): string => {
    const word = allowed ? 'allowed' : 'DENIED';
    const priority = `priority ${rule.priority}, network ${network}`;
    if (rule.kind === 'firewall') return `${word} by ${rule.name} (${priority})`;
    return `${word} by the implied rule: no other matches (${priority})`;
  },

  externalAddress: (address: string, name: string) => `${address}, the external address of ${name}`,
  nat: (nat: string, router: string, address: string) =>
    `${address}, by ${nat} of router ${router}`,
  privateGoogleAccess: (subnetwork: string) => `Private Google Access of subnet ${subnetwork}`,
  peering: (name: string, network: string) => `${name}, to network ${network}`,

  end: (
    kind: 'internet' | 'address' | 'metadata' | 'google-apis',
    address: string | undefined,
  ): string => {
    if (kind === 'metadata') return `the metadata server (${address})`;
    if (kind === 'google-apis') return 'the APIs of Google';
    if (kind === 'internet') {
      return address === myComputer ? `your computer (${address})` : `${address} on the internet`;
    }
    return `${address}, which no VM has`;
  },
};
