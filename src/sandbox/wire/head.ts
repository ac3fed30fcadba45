import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

const asked = new WeakSet<IncomingMessage>();

/**
 * Has HEAD answered by the route of GET; node leaves out the body by itself.
 * Routes of its own would be a third of all, and take that share of a sandbox's start.
 */
export function answerHeadAsGet(request: IncomingMessage): void {
  if (request.method !== 'HEAD') return;
  request.method = 'GET';
  asked.add(request);
}

/** True for HEAD: what takes reading need not be sent. */
export function wantsNoBody({ method, raw }: Pick<FastifyRequest, 'method' | 'raw'>): boolean {
  return method === 'HEAD' || asked.has(raw);
}
