import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface Origins {
  /** Lets a service admit an origin, as a bucket's CORS configuration does. */
  allows(request: FastifyRequest, origin: string): boolean;
  /** Says of a port of this machine that another machine's pages are served there. */
  isElsewhere(port: number): boolean;
}

/**
 * Refuses what a web page could send. Listening on 127.0.0.1 keeps other
 * machines out, but any page open in a browser on this machine can send requests
 * here: by DNS rebinding (its own host name then stands in `Host`) or across
 * origins (then it stands in `Origin`). Command-line clients send neither.
 *
 * `*.localhost` names this machine whatever a DNS server says (RFC 6761), so it cannot be
 * rebound; Cloud Storage's buckets have such names.
 *
 * What a VM's web server serves is such a page, too: it comes from a port of this machine, but
 * from a program inside the VM, which has another address on Google Cloud.
 *
 * What is left to such a page is to lead the browser here, which shows what a bucket holds
 * and has to. A document that is opened that way does not run as a page of this server,
 * which could do everything, but as one of nowhere.
 */
export function installGuard(app: FastifyInstance, { allows, isElsewhere }: Origins): void {
  app.addHook('onRequest', async (request, reply) => {
    // Browsers say so, and nobody else. The other ports of an address are the same site.
    if (/^(cross|same)-site$/.test(request.headers['sec-fetch-site']?.toString() ?? '')) {
      reply.header('content-security-policy', OF_NOWHERE);
    }
    if (!isLoopbackHost(request.headers.host)) {
      throw new ApiError(403, 'forbidden', 'The Host header does not name this machine.');
    }
    const { origin } = request.headers;
    if (origin === undefined) return;
    const isOurs = isLoopbackOrigin(origin) && !isElsewhere(portOf(origin));
    if (!isOurs && !allows(request, origin)) {
      throw new ApiError(403, 'forbidden', 'Requests from other web origins are refused.');
    }
  });
}

/** An origin that is none (`null`), and all that a page needs to work otherwise. */
const OF_NOWHERE = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts';

/** True for `127.0.0.1`, `localhost`, `*.localhost` and `[::1]`, with or without a port. */
function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  return LOOPBACK_NAMES.has(name) || /^[a-z0-9._-]+\.localhost$/.test(name);
}

/** True for an http(s) origin on this machine; false for `null` (sandboxed frames, files). */
function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(.+)$/.exec(origin);
  return isLoopbackHost(match?.[1]);
}

function portOf(origin: string): number {
  const [, port] = /:(\d{1,5})$/.exec(origin) ?? [];
  return port === undefined ? (origin.startsWith('https:') ? 443 : 80) : Number(port);
}
