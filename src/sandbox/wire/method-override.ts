import type { IncomingMessage } from 'node:http';

/**
 * `X-HTTP-Method-Override`: a POST that means another method. Google's APIs take it from
 * clients that cannot send every method; Google's Java client cannot send PATCH.
 *
 * https://cloud.google.com/apis/docs/system-parameters
 */
export function overrideMethod(request: Pick<IncomingMessage, 'method' | 'headers'>): void {
  const meant = request.headers['x-http-method-override'];
  if (meant === undefined || request.method !== 'POST') return;
  const method = String(meant).toUpperCase();
  if (METHODS.has(method)) request.method = method;
}

const METHODS = new Set(['DELETE', 'GET', 'PATCH', 'PUT']);
