import * as z from 'zod';
import { notImplemented } from '../../wire/errors.ts';
import { int32, text } from '../body.ts';
import { invalidField } from '../errors.ts';
import { requireName } from '../names.ts';
import { isCanonical, parseRange } from './ipv4.ts';
import type { FirewallRecord } from './kinds.ts';

/*
 * Firewall rules as clients send them, and what they may say.
 * https://cloud.google.com/firewall/docs/firewalls#specifications
 */

/** A protocol by its name or number; clients send numbers either way. */
const protocolPorts = z.object({
  IPProtocol: z.union([text, z.int().transform(String)]).transform((name) => name.toLowerCase()),
  ports: z.array(z.union([text, z.int().transform(String)])).optional(),
});

export const firewall = z.object({
  name: text,
  description: text.optional(),
  network: text.optional(),
  priority: int32.optional(),
  direction: z.enum(['INGRESS', 'EGRESS']).optional(),
  sourceRanges: z.array(text).optional(),
  destinationRanges: z.array(text).optional(),
  sourceTags: z.array(text).optional(),
  targetTags: z.array(text).optional(),
  sourceServiceAccounts: z.array(text).optional(),
  targetServiceAccounts: z.array(text).optional(),
  allowed: z.array(protocolPorts).optional(),
  denied: z.array(protocolPorts).optional(),
  disabled: z.boolean().optional(),
  logConfig: z
    .object({ enable: z.boolean().default(false), metadata: text.optional() })
    .transform(({ enable, metadata }) =>
      metadata === undefined ? { enable } : { enable, metadata },
    )
    .optional(),
});

export const firewallChanges = firewall.partial();

/** How many a rule may have at most: https://cloud.google.com/vpc/docs/quota#per_instance */
const LIMITS = {
  sourceRanges: 5000,
  destinationRanges: 5000,
  sourceTags: 30,
  targetTags: 70,
  sourceServiceAccounts: 10,
  targetServiceAccounts: 10,
} as const;

/** @throws 400 for a rule that cannot be */
export function checkFirewall(rule: FirewallRecord, before?: FirewallRecord): void {
  const { priority, direction, allowed, denied } = rule;
  if (priority < 0 || priority > 65_535) {
    const why = 'Must be between 0 and 65535, inclusive.';
    throw invalidField('resource.priority', String(priority), why);
  }
  if (before !== undefined && direction !== before.direction) {
    const why = 'The direction of a firewall cannot be changed.';
    throw invalidField('resource.direction', direction, why);
  }
  if ((allowed === undefined) === (denied === undefined)) {
    const why = 'Exactly one of allowed and denied must be specified.';
    throw invalidField('resource.allowed', '', why);
  }
  checkProtocols('allowed', allowed ?? []);
  checkProtocols('denied', denied ?? []);
  checkSources(rule);
  for (const [list, most] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][]) {
    const given = rule[list] ?? [];
    if (given.length > most) {
      const why = `The number of ${list} must not exceed ${most}.`;
      throw invalidField(`resource.${list}`, String(given.length), why);
    }
  }
  checkRanges('sourceRanges', rule.sourceRanges ?? []);
  checkRanges('destinationRanges', rule.destinationRanges ?? []);
  checkTags('sourceTags', rule.sourceTags ?? []);
  checkTags('targetTags', rule.targetTags ?? []);
}

function checkSources(rule: FirewallRecord): void {
  const { direction, sourceTags, sourceServiceAccounts, targetTags, targetServiceAccounts } = rule;
  if (direction === 'EGRESS' && sourceTags !== undefined) {
    const why = 'Source tags cannot be specified for EGRESS.';
    throw invalidField('resource.sourceTags', String(sourceTags), why);
  }
  if (direction === 'EGRESS' && sourceServiceAccounts !== undefined) {
    const why = 'Source service accounts cannot be specified for EGRESS.';
    throw invalidField('resource.sourceServiceAccounts', String(sourceServiceAccounts), why);
  }
  const accounts = sourceServiceAccounts ?? targetServiceAccounts;
  if ((sourceTags ?? targetTags) !== undefined && accounts !== undefined) {
    const why = 'Tags and service accounts cannot be used in the same firewall.';
    throw invalidField('resource.targetServiceAccounts', String(accounts), why);
  }
}

function checkProtocols(
  list: string,
  given: readonly { IPProtocol: string; ports?: string[] | undefined }[],
) {
  given.forEach(({ IPProtocol, ports = [] }, index) => {
    const field = `resource.${list}[${index}]`;
    const isNumber = /^\d{1,3}$/.test(IPProtocol) && Number(IPProtocol) <= 255;
    if (!isNumber && !PROTOCOLS.includes(IPProtocol)) {
      const why = 'Must be a well known protocol name or number.';
      throw invalidField(`${field}.IPProtocol`, IPProtocol, why);
    }
    if (ports.length > 0 && !WITH_PORTS.includes(IPProtocol)) {
      const why = 'Ports may only be specified for TCP, UDP or SCTP.';
      throw invalidField(`${field}.ports`, ports.join(','), why);
    }
    ports.forEach((port, at) => {
      if (isPortRange(port)) return;
      throw invalidField(`${field}.ports[${at}]`, port, 'Invalid port range specification.');
    });
  });
}

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'esp', 'ah', 'sctp', 'ipip', 'all'];
const WITH_PORTS = ['tcp', 'udp', 'sctp', '6', '17', '132'];

function isPortRange(text: string): boolean {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  return first !== '' && Number(first) <= Number(last) && Number(last) <= 65_535;
}

function checkRanges(list: string, ranges: readonly string[]): void {
  ranges.forEach((range, index) => {
    const field = `resource.${list}[${index}]`;
    if (range.includes(':')) throw notImplemented('IPv6 ranges in firewalls');
    if (parseRange(range) !== undefined && isCanonical(range)) return;
    throw invalidField(field, range, 'Must be a valid IPV4 CIDR address range.');
  });
}

function checkTags(list: string, tags: readonly string[]): void {
  for (const [index, tag] of tags.entries()) requireName(`resource.${list}[${index}]`, tag);
}
