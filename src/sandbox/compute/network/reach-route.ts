import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ApiError } from '../../wire/errors.ts';
import { queryOf } from '../../wire/query.ts';
import type { ComputeState } from '../state.ts';
import { isPrivate, parseAddress } from './ipv4.ts';
import { reach } from './reach.ts';
import { type EndpointProblem, readEndpoint, senderAt } from './reach-endpoints.ts';
import type { Endpoint, Sender } from './reach-types.ts';
import { viewOf } from './vpc-view.ts';

/**
 * `GET /_cloudlab/compute/reach?from=web-1&to=web-2&protocol=tcp&port=80&zone=...`: codes, not
 * sentences, for the command line and for whoever teaches with it. It is no part of GCP's API.
 *
 * What cannot be answered has `problem`: 404 `unknown` (with the names that there are), 400
 * otherwise.
 */
const QUERY = z.object({
  from: z.string().min(1).max(300),
  to: z.string().min(1).max(300),
  protocol: z.enum(['tcp', 'udp', 'icmp']).default('tcp'),
  port: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .optional(),
  zone: z.string().max(63).optional(),
});

export function reachRoute(app: FastifyInstance, state: ComputeState): void {
  app.get('/_cloudlab/compute/reach', async (request, reply) => {
    const parsed = QUERY.safeParse(queryOf(request));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new ApiError(400, 'invalidParameter', `${issue?.path.join('.')}: ${issue?.message}`);
    }
    const { protocol, port, zone } = parsed.data;
    if (protocol !== 'icmp' && port === undefined) {
      throw new ApiError(400, 'invalidParameter', `port: needed for ${protocol}`);
    }
    const from = readSender(state, parsed.data.from, zone);
    if ('problem' in from) return reply.code(codeOf(from)).send({ ...from, side: 'from' });
    const to = readEndpoint(state, parsed.data.to, zone);
    if ('problem' in to) return reply.code(codeOf(to)).send({ ...to, side: 'to' });
    if (from.kind === 'internet' && to.kind === 'internet') {
      return reply.code(400).send({ problem: 'outside', side: 'to' });
    }
    return reach(viewOf(state), { from, to, protocol, port });
  });
}

const codeOf = ({ problem }: { problem: string }): number => (problem === 'unknown' ? 404 : 400);

function readSender(
  state: ComputeState,
  word: string,
  zone: string | undefined,
): Sender | EndpointProblem | { problem: 'no-sender' } {
  const read = readEndpoint(state, word, zone);
  const end: Endpoint | EndpointProblem =
    'kind' in read && read.kind === 'address' ? senderAt(state, read.address) : read;
  if ('problem' in end) return end;
  if (end.kind === 'instance') return end;
  const isOutside = end.kind === 'internet' && !isPrivate(parseAddress(end.address) ?? 0);
  return isOutside ? end : { problem: 'no-sender' };
}
