import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiError, becomeError } from '../wire/errors.ts';
import { type Chunks, chunksOf, corrupt, pauseAt } from './bytes.ts';
import { closeConnection, LineFailure, resetConnection, stall } from './connection.ts';
import { type Fault, type Instruction, injectedError } from './instructions.ts';
import type { RetryTest } from './retry-tests.ts';
import { hasCompletedUpload } from './uploads.ts';

/** What a request is in for. */
export interface Armed {
  test: RetryTest;
  instruction: Instruction;
  /** What happens when the instruction is taken. */
  fault: Fault;
  /** Where in an upload its body begins; undefined if it brings no upload. */
  offset: number | undefined;
  /** Set when the fault has struck in the middle of the body. */
  error?: ApiError;
}

/** Before anything was done. */
export async function strikeFirst(
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
export function strikeUpload(request: FastifyRequest, armed: Armed, chunks: Chunks): Chunks {
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
export async function strikeAnswer(
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
  if (typeof at === 'number') return strikeAnswerAt(request, reply, armed, payload, at);
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

/** At some byte of the answer: only a stall waits for one. */
function strikeAnswerAt(
  request: FastifyRequest,
  reply: FastifyReply,
  { test, instruction, fault, offset }: Armed,
  payload: unknown,
  at: number,
): unknown {
  if (fault.kind !== 'stall' || offset !== undefined) return payload;
  const stalled = pauseAt(chunksOf(payload), at, async () => {
    if (test.take(instruction)) await stall(request, test.ended, fault.seconds);
    return undefined;
  });
  return stream(reply, payload, stalled);
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
