import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiError, becomeError } from '../wire/errors.ts';
import { queryOf } from '../wire/query.ts';
import { type Chunks, chunksOf, corrupt, pauseAt } from './bytes.ts';
import {
  closeConnection,
  hasConnection,
  LineFailure,
  resetConnection,
  stall,
} from './connection.ts';
import { type Fault, type Instruction, injectedError } from './instructions.ts';
import { type RetryTest, RetryTests } from './retry-tests.ts';
import { retryTestRoutes } from './routes.ts';

/** What a request is in for. */
interface Armed {
  test: RetryTest;
  instruction: Instruction;
  /** What happens when the instruction is taken. */
  fault: Fault;
  /** Where in an upload its body begins; undefined if it brings no upload. */
  offset: number | undefined;
  /** Set when the fault has struck in the middle of the body. */
  error?: ApiError;
}

declare module 'fastify' {
  interface FastifyRequest {
    armed?: Armed | undefined;
  }
}

/**
 * Makes requests fail on demand, by the names of Google's methods: those of every
 * service, present and future, for a fault strikes before a route is entered, while its
 * body is read, or when it has answered. How to ask is in `routes.ts`, for what in
 * `instructions.ts`.
 *
 * A sandbox that was not started with faults has none of this, and none of its cost.
 * Has to be installed before the routes, whose methods it takes note of.
 */
export function installFaults(
  app: FastifyInstance,
  randomBytes: (size: number) => Uint8Array,
): { clear(): void } {
  const tests = new RetryTests();
  const methods = new Set<string>();
  app.addHook('onRoute', ({ config }) => {
    if (config?.apiMethod !== undefined) methods.add(config.apiMethod);
  });
  app.decorateRequest('armed', undefined);
  app.decorateRequest('interceptBody', undefined);
  app.addHook('onRequest', async (request, reply) => {
    const method = request.routeOptions.config.apiMethod;
    if (method === undefined) return;
    const id = request.headers['x-retry-test-id'];
    const found = tests.find(method, Array.isArray(id) ? id[0] : id);
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
  retryTestRoutes(app, tests, methods, () => Buffer.from(randomBytes(16)).toString('hex'));
  return { clear: () => tests.clear() };
}

/** What would break the connection of a batch is told as the 503 of the call that is meant. */
function faultFor(request: FastifyRequest, fault: Fault): Fault {
  if ((fault.kind !== 'reset' && fault.kind !== 'cut') || hasConnection(request)) return fault;
  return { kind: 'status', status: 503, retryAfter: undefined };
}

/** Before anything was done. */
async function strikeFirst(
  request: FastifyRequest,
  reply: FastifyReply,
  { test, instruction, fault }: Armed,
): Promise<void> {
  test.take(instruction);
  if (fault.kind === 'status') throw injectedError(fault);
  if (fault.kind === 'stall') await stall(request, test.ended, fault.seconds);
  if (fault.kind === 'reset') {
    resetConnection(request);
    reply.hijack();
  }
}

/** At some byte of what is uploaded. What came before it is kept as if the line had failed. */
function strikeUpload(request: FastifyRequest, armed: Armed, chunks: Chunks): Chunks {
  const { test, instruction, fault, offset = 0 } = armed;
  return pauseAt(chunks, Math.max(0, Number(instruction.at) - offset), async () => {
    if (!test.take(instruction)) return undefined;
    if (fault.kind === 'stall') await stall(request, test.ended, fault.seconds);
    if (fault.kind === 'reset') resetConnection(request);
    else if (fault.kind === 'status') armed.error = injectedError(fault);
    else return undefined;
    throw new LineFailure('A fault was asked for here.');
  });
}

/** When the route has answered: what it did is done, and on disk. */
async function strikeAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  armed: Armed,
  payload: unknown,
): Promise<unknown> {
  const { test, instruction, fault, error } = armed;
  const { at } = instruction;
  // A resumable upload has kept what came, and would answer with that.
  if (error) return instead(request, reply, payload, error);
  if (reply.statusCode >= 400) return payload;
  if (typeof at === 'number') {
    if (fault.kind !== 'stall' || armed.offset !== undefined) return payload;
    return stream(
      reply,
      payload,
      pauseAt(chunksOf(payload), at, async () => {
        if (test.take(instruction)) await stall(request, test.ended, fault.seconds);
        return undefined;
      }),
    );
  }
  if (at === 'completed' && !hasCompletedUpload(request, reply)) return payload;
  switch (fault.kind) {
    case 'status':
      if (!test.take(instruction)) return payload;
      return instead(request, reply, payload, injectedError(fault));
    case 'reset':
      if (test.take(instruction)) resetConnection(request);
      return payload;
    case 'cut':
      return stream(
        reply,
        payload,
        pauseAt(chunksOf(payload), visibleCut(reply, payload, fault.after), async () => {
          if (!test.take(instruction)) return undefined;
          await closeConnection(request, reply);
          return 'end';
        }),
      );
    case 'corrupt':
      if (!test.take(instruction)) return payload;
      return stream(reply, payload, corrupt(chunksOf(payload)));
    default:
      return payload;
  }
}

/** Puts an error in the place of an answer, whose headers would be wrong with it. */
function instead(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  error: ApiError,
): string | undefined {
  if (payload instanceof Readable) payload.destroy();
  for (const name of Object.keys(reply.getHeaders())) {
    if (!OF_ANY_ANSWER.test(name)) reply.removeHeader(name);
  }
  return becomeError(error, request, reply);
}

const OF_ANY_ANSWER = /^(access-control-.*|vary|x-guploader-uploadid)$/;

/** An answer that is cut right behind its last byte would be whole: it lacks that byte, then. */
function visibleCut(reply: FastifyReply, payload: unknown, after: number): number {
  const length = isWhole(payload)
    ? Buffer.byteLength(payload)
    : Number(reply.getHeader('content-length') ?? Number.NaN);
  return after === length ? Math.max(0, after - 1) : after;
}

const isWhole = (payload: unknown): payload is string | Uint8Array =>
  typeof payload === 'string' || payload instanceof Uint8Array;

/** Sends other chunks in place of a payload, announced as long as that is. */
function stream(reply: FastifyReply, payload: unknown, chunks: Chunks): unknown {
  if (payload === undefined || payload === null) return payload;
  if (isWhole(payload)) reply.header('content-length', String(Buffer.byteLength(payload)));
  // Nothing is read ahead, so that what was yielded has been written when the next is asked for.
  return Readable.from(chunks, { objectMode: false, highWaterMark: 1 });
}

/**
 * Where the body of a request stands in an upload, by the protocol that all of Google's
 * uploads share: undefined for one that only opens a session, or carries no body.
 */
function uploadOffset(request: FastifyRequest): number | undefined {
  if (request.method !== 'POST' && request.method !== 'PUT') return undefined;
  const { uploadType, upload_id: session } = queryOf(request);
  if (uploadType === 'resumable' && session === undefined) return undefined;
  const [, first] = /^bytes (\d+)-/.exec(request.headers['content-range'] ?? '') ?? [];
  return Number(first ?? 0);
}

/** True if a resumable upload has got its last byte. */
function hasCompletedUpload(request: FastifyRequest, reply: FastifyReply): boolean {
  return (
    queryOf(request)['upload_id'] !== undefined &&
    reply.statusCode === 200 &&
    !reply.hasHeader('x-http-status-code-override')
  );
}
