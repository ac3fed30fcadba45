import type { FastifyRequest } from 'fastify';

/*
 * Text in HTTP headers. Google's APIs take and send UTF-8 in them, which node hands over
 * byte by byte.
 */

/** What a header says: node gives its bytes as Latin-1. Bytes that are no UTF-8 stay as they are. */
export function fromHeader(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

/** The text of a request's header; of one that was given several times, all of it. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  const whole = Array.isArray(value) ? value.join(',') : value;
  return whole === undefined ? undefined : fromHeader(whole);
}

/** Text as header bytes: UTF-8, and nothing that could end the header. */
export function toHeader(value: string): string {
  if (!/[^\t\x20-\x7e]/.test(value)) return value;
  return Buffer.from(value.replace(/[\0-\x1f\x7f]/g, ' ')).toString('latin1');
}
