import { anyContains } from './ipv4.ts';
import type { FirewallRecord, ProtocolPorts } from './kinds.ts';

/*
 * Which firewall rule decides about a connection. Rules are asked in the order of their
 * priority, the lowest number first; at the same priority those that deny go first; the first
 * that matches decides. Behind all of them stand two that cannot be seen or removed: traffic
 * out is allowed, traffic in is denied. Rules are stateful: what answers a connection that was
 * let through is let through too, so only its first packet is looked at.
 * https://cloud.google.com/firewall/docs/firewalls
 */

export type Protocol = 'tcp' | 'udp' | 'icmp';
export type Direction = 'INGRESS' | 'EGRESS';

export interface Packet {
  protocol: Protocol;
  /** Of the destination; ICMP has none. */
  port?: number | undefined;
  /** Addresses as they are where the rule is applied. */
  source: number;
  destination: number;
}

/** What rules know an instance by. */
export interface Party {
  tags: readonly string[];
  serviceAccounts: readonly string[];
}

/** The rule that decided. */
export interface DecidingRule {
  /**
   * `firewall`: one that somebody made. `implied`: one of the two behind all others. `always`:
   * what no rule can change.
   */
  kind: 'firewall' | 'implied' | 'always';
  /** Its name, or `implied-deny-ingress`, `implied-allow-egress`, `always-allowed-metadata`... */
  name: string;
  direction: Direction;
  action: 'allow' | 'deny';
  priority?: number;
  /** True if its decisions are logged. */
  logged?: boolean;
}

type Rule = Pick<
  FirewallRecord,
  | 'name'
  | 'priority'
  | 'direction'
  | 'disabled'
  | 'allowed'
  | 'denied'
  | 'sourceRanges'
  | 'destinationRanges'
  | 'sourceTags'
  | 'targetTags'
  | 'sourceServiceAccounts'
  | 'targetServiceAccounts'
  | 'logConfig'
>;

export interface Question {
  direction: Direction;
  packet: Packet;
  /** The instance that the rules are applied at: the receiver of INGRESS, the sender of EGRESS. */
  target: Party;
  /** The sender, where it is an instance of the same network and comes by its internal address. */
  sender?: Party | undefined;
}

export function decideFirewall(rules: Iterable<Rule>, question: Question): DecidingRule {
  let best: Rule | undefined;
  for (const rule of rules) {
    if (matches(rule, question) && (best === undefined || goesBefore(rule, best))) best = rule;
  }
  const { direction } = question;
  if (best === undefined) return impliedRule(direction);
  return {
    kind: 'firewall',
    name: best.name,
    direction,
    action: actionOf(best),
    priority: best.priority,
    logged: best.logConfig.enable,
  };
}

const impliedRule = (direction: Direction): DecidingRule => ({
  kind: 'implied',
  name: direction === 'INGRESS' ? 'implied-deny-ingress' : 'implied-allow-egress',
  direction,
  action: direction === 'INGRESS' ? 'deny' : 'allow',
  priority: 65_535,
});

const actionOf = ({ denied }: Rule): 'allow' | 'deny' => (denied === undefined ? 'allow' : 'deny');

/** Priority, then denying before allowing; names only so that the answer is always the same. */
function goesBefore(rule: Rule, other: Rule): boolean {
  if (rule.priority !== other.priority) return rule.priority < other.priority;
  if (actionOf(rule) !== actionOf(other)) return actionOf(rule) === 'deny';
  return rule.name < other.name;
}

function matches(rule: Rule, { direction, packet, target, sender }: Question): boolean {
  if (rule.disabled || rule.direction !== direction) return false;
  if (!appliesTo(rule, target)) return false;
  const { destinationRanges = [], allowed, denied } = rule;
  if (destinationRanges.length > 0 && !anyContains(destinationRanges, packet.destination)) {
    return false;
  }
  return comesFrom(rule, packet, sender) && covers(allowed ?? denied ?? [], packet);
}

/** Without targets a rule applies to all instances of the network. */
function appliesTo(rule: Rule, { tags, serviceAccounts }: Party): boolean {
  const { targetTags = [], targetServiceAccounts = [] } = rule;
  if (targetTags.length > 0) return targetTags.some((tag) => tags.includes(tag));
  if (targetServiceAccounts.length === 0) return true;
  return targetServiceAccounts.some((email) => serviceAccounts.includes(email));
}

/** Ranges, tags and service accounts of the source: one of them is enough. */
function comesFrom(rule: Rule, { source }: Packet, sender: Party | undefined): boolean {
  const { sourceRanges = [], sourceTags = [], sourceServiceAccounts = [] } = rule;
  if (sourceRanges.length + sourceTags.length + sourceServiceAccounts.length === 0) return true;
  if (anyContains(sourceRanges, source)) return true;
  if (sender === undefined) return false;
  return (
    sourceTags.some((tag) => sender.tags.includes(tag)) ||
    sourceServiceAccounts.some((email) => sender.serviceAccounts.includes(email))
  );
}

const covers = (given: readonly ProtocolPorts[], { protocol, port }: Packet): boolean =>
  given.some(({ IPProtocol, ports = [] }) => {
    if (!isProtocol(IPProtocol, protocol)) return false;
    return ports.length === 0 || (port !== undefined && ports.some((one) => holds(one, port)));
  });

/** https://www.iana.org/assignments/protocol-numbers */
const NUMBERS = { tcp: '6', udp: '17', icmp: '1' } as const;

function isProtocol(given: string, protocol: Protocol): boolean {
  const name = given.toLowerCase();
  return name === 'all' || name === protocol || name === NUMBERS[protocol];
}

function holds(ports: string, port: number): boolean {
  const [first = '', last = first] = ports.split('-');
  return Number(first) <= port && port <= Number(last);
}
