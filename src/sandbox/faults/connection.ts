import { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * What reading a body ends with when a fault strikes in it. To a route it is what a client
 * that went away is, and not an error of its own: an upload session keeps what it has.
 */
export class LineFailure extends Error {
  override readonly name = 'LineFailure';
  readonly statusCode = 499;
}

/** A call in a batch has no connection of its own. */
export const hasConnection = (request: FastifyRequest): boolean =>
  request.raw.socket instanceof Socket;

/** Breaks the connection so that the client sees a reset (RST). */
export function resetConnection(request: FastifyRequest): void {
  const { socket } = request.raw;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Ends the connection once everything that was written has left. */
export async function closeConnection(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { socket } = request.raw;
  do await setTimeout(5);
  while (reply.raw.writableLength > 0 && !socket.destroyed);
  socket.destroy();
}

/** Waits, but not longer than the client does, nor than the test lives. */
export async function stall(
  request: FastifyRequest,
  ended: AbortSignal,
  seconds: number | undefined,
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  request.raw.socket.once('close', leave);
  const signal = AbortSignal.any([ended, gone.signal]);
  const time = seconds === undefined ? FOREVER : seconds * 1000;
  await setTimeout(time, undefined, { signal }).catch(() => undefined);
  request.raw.socket.off('close', leave);
}

/** The longest time that a timer can be set to: three weeks. */
const FOREVER = 2 ** 31 - 1;
