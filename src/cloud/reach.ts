import * as z from 'zod/mini';
import { UserError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { call } from './running-sandbox.ts';

/*
 * What the running sandbox says about a way through its networks: codes, which the commands
 * put into words. The sandbox's side of it is src/sandbox/compute/network/reach.ts.
 */

const text = z.string();

const rule = z.object({
  kind: z.enum(['firewall', 'implied', 'always']),
  name: text,
  direction: z.enum(['INGRESS', 'EGRESS']),
  action: z.enum(['allow', 'deny']),
  priority: z.optional(z.number()),
});

const end = z.union([
  z.object({
    kind: z.literal('instance'),
    name: text,
    zone: text,
    interface: text,
    network: text,
    subnetwork: text,
    address: text,
    status: text,
  }),
  z.object({
    kind: z.enum(['internet', 'address', 'metadata', 'google-apis']),
    address: z.optional(text),
  }),
]);

const nextHop = z.union([
  z.object({ kind: z.enum(['subnet', 'internet-gateway']) }),
  z.object({ kind: z.literal('instance'), name: text }),
]);

const hop = z.union([
  z.intersection(z.object({ hop: z.enum(['source', 'destination']) }), end),
  z.object({ hop: z.literal('route'), name: text, destRange: text, priority: z.number(), nextHop }),
  z.object({ hop: z.literal('firewall'), network: text, allowed: z.boolean(), rule }),
  z.object({ hop: z.literal('external-address'), address: text, of: text }),
  z.object({ hop: z.literal('cloud-nat'), router: text, nat: text, address: text }),
  z.object({ hop: z.literal('private-google-access'), subnetwork: text }),
  z.object({ hop: z.literal('peering'), name: text, network: text }),
]);

const answer = z.object({
  allowed: z.boolean(),
  reason: text,
  rule: z.optional(rule),
  hops: z.array(hop),
});

const problem = z.object({
  problem: text,
  side: z.optional(z.enum(['from', 'to'])),
  names: z.optional(z.array(text)),
  zones: z.optional(z.array(text)),
});

export type HopEnd = z.infer<typeof end>;
export type Hop = z.infer<typeof hop>;
export type ReachAnswer = z.infer<typeof answer>;

export interface ReachWish {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number | undefined;
  readonly zone: string | undefined;
}

/**
 * Asks a running sandbox whether one end reaches the other.
 *
 * @throws UserError `unknown-endpoint`, `ambiguous-endpoint`, `no-way-to-ask`, `sandbox-unreachable`
 */
export async function askReach(url: string, wish: ReachWish): Promise<ReachAnswer> {
  const { port, zone, ...words } = wish;
  const query = new URLSearchParams(words);
  if (port !== undefined) query.set('port', String(port));
  if (zone !== undefined) query.set('zone', zone);
  const reply = await call(`${url}/_cloudlab/compute/reach?${query}`, 'GET').catch(() => undefined);
  const found = z.safeParse(answer, reply?.body);
  if (reply?.status === 200 && found.success) return found.data;
  const refused = z.safeParse(problem, reply?.body);
  if (refused.success) throw errorOf(refused.data, wish);
  throw new UserError('sandbox-unreachable', { url, asked: 'reach' });
}

function errorOf(refused: z.infer<typeof problem>, { from, to }: ReachWish): UserError {
  const name = refused.side === 'to' ? to : from;
  const { problem: what, names = [], zones = [] } = refused;
  if (what === 'unknown') {
    const known = names.slice(0, MOST_NAMED).join(', ');
    return new UserError('unknown-endpoint', {
      name,
      nearest: nearest(name, [...otherEnds, ...names]),
      known,
    });
  }
  if (what === 'ambiguous') return new UserError('ambiguous-endpoint', { name, zones });
  if (what === 'ambiguous-address') return new UserError('ambiguous-address', { name, names });
  return new UserError('no-way-to-ask', { from, to, sender: what === 'no-sender' });
}

/** What stands for an end that is no VM. */
export const otherEnds = ['internet', 'my-computer', 'metadata', 'google-apis'];

const MOST_NAMED = 10;
