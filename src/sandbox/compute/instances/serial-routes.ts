import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { sendJson } from '../../wire/reply.ts';
import { invalidField } from '../errors.ts';
import { placeOf, scopePath } from '../place.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { INSTANCES, type InstanceRecord } from './kind.ts';

/**
 * getSerialPortOutput: what the machine wrote to a serial port, a piece at a time. `start` is
 * where the client wants to go on, `next` where it may the next time. Not more than 1 MB is
 * kept, so the piece may begin later than was asked for.
 * https://cloud.google.com/compute/docs/troubleshooting/viewing-serial-port-output
 */
export function serialRoutes(app: FastifyInstance, state: ComputeState): void {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  app.get(
    `${scopePath('zones')}/instances/:name/serialPort`,
    apiMethod('compute.instances.getSerialPortOutput'),
    async (request, reply) => {
      const { scope, name, query } = placeOf(state, request);
      const instance = instances.require(scope, name);
      const port = readNumber('port', query['port'], 1);
      if (port < 1 || port > 4) {
        throw invalidField('port', String(port), 'Must be between 1 and 4, inclusive.');
      }
      // A negative start counts from the end; here that is all there is.
      const start = readNumber('start', query['start'], 0);
      const output = state.machines?.serialOutput(instance, port, start) ?? {
        contents: '',
        start: 0,
        next: 0,
      };
      return sendJson(request, reply, {
        kind: 'compute#serialPortOutput',
        contents: output.contents,
        start: String(output.start),
        next: String(output.next),
        selfLink: `${instances.url(instance)}/serialPort`,
      });
    },
  );
}

function readNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  if (!/^-?\d{1,15}$/.test(text)) throw invalidField(name, text.slice(0, 200), 'Must be a number.');
  return Number(text);
}
