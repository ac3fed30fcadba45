import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseFields, select } from './fields.ts';
import { indentation } from './pretty-print.ts';
import { type Query, queryOf } from './query.ts';

/** Refuses a broken `fields` before the method has its effect, not when that is to be told. */
export function installReplyParameters(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const given = request.query as Query | null;
    if (given?.['fields'] === undefined) return done();
    const { apiMethod, errorBody } = request.routeOptions.config;
    // The XML API, which writes errors its own way, has no such parameter.
    if (apiMethod !== undefined && errorBody === undefined) {
      parseFields(queryOf(request)['fields'] ?? '');
    }
    done();
  });
}

/**
 * Sends a JSON body, honouring the parameters every Google API has: `fields`
 * (partial response) and `prettyPrint` (on unless it is `false`).
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  const { fields } = queryOf(request);
  const shown = fields === undefined ? body : select(body, parseFields(fields));
  return reply
    .type('application/json; charset=UTF-8')
    .header('Cache-Control', 'no-cache, no-store, max-age=0, must-revalidate')
    .send(JSON.stringify(shown, undefined, indentation(request)));
}
