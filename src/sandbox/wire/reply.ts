import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseFields, select } from './fields.ts';
import { queryOf } from './query.ts';

/**
 * Sends a JSON body, honouring the parameters every Google API has: `fields`
 * (partial response) and `prettyPrint` (on unless it is `false`).
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  const { fields, prettyPrint } = queryOf(request);
  const shown = fields === undefined ? body : select(body, parseFields(fields));
  const indent = prettyPrint === 'false' ? undefined : 2;
  return reply
    .type('application/json; charset=UTF-8')
    .header('Cache-Control', 'no-cache, no-store, max-age=0, must-revalidate')
    .send(JSON.stringify(shown, undefined, indent));
}
