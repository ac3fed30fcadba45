import type { FastifyInstance, FastifyRequest } from 'fastify';
import { headerOf } from '../wire/header-text.ts';
import { hasConnection } from './connection.ts';
import type { Fault } from './instructions.ts';
import { RetryTests } from './retry-tests.ts';
import { retryTestRoutes } from './routes.ts';
import { type Armed, strikeAnswer, strikeFirst, strikeUpload } from './strikes.ts';
import { uploadOffset } from './uploads.ts';

declare module 'fastify' {
  interface FastifyRequest {
    armed?: Armed | undefined;
  }
}

/**
 * Makes requests fail on demand, by the names of Google's methods: those of every
 * service, present and future, for a fault strikes before a route is entered, while its
 * body is read, or when it has answered. How to ask is in `routes.ts`, for what in
 * `instructions.ts`, what happens then in `strikes.ts`.
 *
 * A sandbox that was not started with faults has none of this, and none of its cost.
 */
export function openFaults(randomBytes: (size: number) => Uint8Array): Faults {
  const tests = new RetryTests();
  const methods = new Set<string>();
  const newId = () => Buffer.from(randomBytes(16)).toString('hex');
  return {
    install: (app) => installFaults(app, tests, methods),
    routes: (app) => retryTestRoutes(app, tests, methods, newId),
    clear: () => tests.clear(),
  };
}

export interface Faults {
  /** Has to be installed before the routes of an app, whose methods it takes note of. */
  install(app: FastifyInstance): void;
  /** By which faults are asked for. */
  routes(app: FastifyInstance): void;
  clear(): void;
}

function installFaults(app: FastifyInstance, tests: RetryTests, methods: Set<string>): void {
  app.addHook('onRoute', ({ config }) => {
    if (config?.apiMethod !== undefined) methods.add(config.apiMethod);
  });
  app.decorateRequest('armed', undefined);
  app.decorateRequest('interceptBody', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const method = request.routeOptions.config.apiMethod;
    if (method === undefined) return;
    const found = tests.find(method, headerOf(request, 'x-retry-test-id'));
    if (!found) return;
    const fault = faultFor(request, found.instruction.fault);
    const armed: Armed = { ...found, fault, offset: uploadOffset(request) };
    if (found.instruction.at === 'start') return strikeFirst(request, reply, armed);
    request.armed = armed;
    if (typeof found.instruction.at === 'number' && armed.offset !== undefined) {
      request.interceptBody = (chunks) => strikeUpload(request, armed, chunks);
    }
  });
  app.addHook('onSend', async (request, reply, payload) =>
    request.armed ? strikeAnswer(request, reply, request.armed, payload) : payload,
  );
}

/** What would break the connection of a batch is told as the 503 of the call that is meant. */
function faultFor(request: FastifyRequest, fault: Fault): Fault {
  if ((fault.kind !== 'reset' && fault.kind !== 'cut') || hasConnection(request)) return fault;
  return { kind: 'status', status: 503, retryAfter: undefined };
}
