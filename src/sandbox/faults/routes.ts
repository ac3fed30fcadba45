import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { readJson } from '../wire/body.ts';
import { invalid, notImplemented } from '../wire/errors.ts';
import { paramsOf } from '../wire/query.ts';
import { sendJson } from '../wire/reply.ts';
import { parseInstruction } from './instructions.ts';
import { googleName } from './method-names.ts';
import { RetryTest, type RetryTests } from './retry-tests.ts';

/**
 * The control API of the testbench: a test is made of instructions per method, and the
 * requests that name it in `x-retry-test-id` use them up, one each.
 *
 *     POST /retry_test        {"instructions": {"storage.objects.get": ["return-503"]}}
 *     GET /retry_test/{id}    what is left, and whether that is nothing (`completed`)
 *     DELETE /retry_test/{id}
 *     GET /retry_tests
 *
 * An addition of ours for clients that cannot be told to send a header: with
 * `"withoutHeader": true` the next requests of the methods are meant, whoever sends them
 * (unless they name a test).
 *
 * https://github.com/googleapis/storage-testbench#retry-test-api
 *
 * @param methods the names of all methods that there are
 */
export function retryTestRoutes(
  app: FastifyInstance,
  tests: RetryTests,
  methods: ReadonlySet<string>,
  newId: () => string,
): void {
  app.post('/retry_test', async (request, reply) => {
    const parsed = retryTest.safeParse(await readJson(request));
    if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
    const { instructions, transport, withoutHeader } = parsed.data;
    if (transport.toUpperCase() === 'GRPC') throw notImplemented('gRPC, nor retry tests for it,');
    if (transport.toUpperCase() !== 'HTTP') {
      throw invalid(`The requested transport <${transport}> is not supported`);
    }
    const waiting = new Map(
      Object.entries(instructions).map(([method, texts]) => {
        if (!methods.has(googleName(method))) {
          throw invalid(`The requested method <${method}> for fault injection`);
        }
        return [method, texts.map(parseInstruction)];
      }),
    );
    const test = new RetryTest(newId(), waiting, withoutHeader);
    tests.add(test);
    return sendJson(request, reply, test.toJSON());
  });

  app.get('/retry_test/:id', async (request, reply) =>
    sendJson(request, reply, tests.get(paramsOf<'id'>(request).id).toJSON()),
  );

  app.delete('/retry_test/:id', async (request, reply) => {
    const { id } = paramsOf<'id'>(request);
    tests.delete(id);
    return reply.type('text/plain').send(`Deleted ${id}`);
  });

  app.get('/retry_tests', async (request, reply) =>
    sendJson(request, reply, { retry_test: tests.list() }),
  );
}

const retryTest = z.object({
  instructions: z
    .record(z.string(), z.array(z.string()))
    .refine((given) => Object.keys(given).length > 0, { error: 'instructions is not defined' }),
  transport: z.string().default('HTTP'),
  withoutHeader: z.boolean().default(false),
});
