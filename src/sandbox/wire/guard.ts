import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Refuses what a web page could send. Listening on 127.0.0.1 keeps other
 * machines out, but any page open in a browser on this machine can send requests
 * here: by DNS rebinding (its own host name then stands in `Host`) or across
 * origins (then it stands in `Origin`). Command-line clients send neither.
 */
export function installGuard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!isLoopbackHost(request.headers.host)) {
      throw new ApiError(403, 'forbidden', 'The Host header does not name this machine.');
    }
    const { origin } = request.headers;
    if (origin !== undefined && !isLoopbackOrigin(origin)) {
      throw new ApiError(403, 'forbidden', 'Requests from other web origins are refused.');
    }
  });
}

/** True for `127.0.0.1`, `localhost` and `[::1]`, with or without a port. */
function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  return LOOPBACK_NAMES.has(host.toLowerCase().replace(/:\d{1,5}$/, ''));
}

/** True for an http(s) origin on this machine; false for `null` (sandboxed frames, files). */
function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(.+)$/.exec(origin);
  return isLoopbackHost(match?.[1]);
}
