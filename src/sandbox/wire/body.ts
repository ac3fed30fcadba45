import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gathered } from '../gathered.ts';
import { contentDecoded } from './encodings.ts';
import { ApiError, invalid } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where faults are installed and one is to strike within the body: what does it. */
    interceptBody?: ((chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>) | undefined;
  }
}

/** Metadata is small; anything larger than this is not a resource. */
const MAX_JSON_BYTES = 1024 * 1024;

/**
 * Hands every request body to the handlers as a stream: uploads must not be
 * buffered, and a JSON body is parsed where Google's own error text can be given.
 */
export function installRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // To fastify no method has a body: so it neither reads one nor judges its content type,
  // which in an upload is whatever the client wants its object to be.
  for (const method of ['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY']) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  // What a handler left unread would stand before the next request on the connection.
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.readableEnded || raw.destroyed) return;
    raw.removeAllListeners('readable');
    raw.resume();
  });
}

/**
 * The bytes of a request body. The socket stays open when the reader stops early,
 * so that an error can still be answered on it.
 */
export function bodyChunks(request: FastifyRequest): AsyncIterable<Buffer> {
  const stream: Readable | IncomingMessage = request.raw;
  const chunks = { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) };
  return request.interceptBody === undefined ? chunks : request.interceptBody(chunks);
}

/** The bytes of a request body as the client had them before it compressed them for the way. */
export function decodedChunks(request: FastifyRequest): AsyncIterable<Buffer> {
  return contentDecoded(bodyChunks(request), request.headers['content-encoding']);
}

/** Reads a bounded JSON object; an absent body is an empty object. */
export async function readJson(request: FastifyRequest): Promise<Record<string, unknown>> {
  return parseJson(await readAll(decodedChunks(request), MAX_JSON_BYTES));
}

/** Collects a bounded body. */
export async function readAll(
  chunks: AsyncIterable<Buffer>,
  limit: number,
  tooLarge = () => new ApiError(413, 'uploadTooLarge', 'Request Entity Too Large'),
): Promise<Buffer> {
  const gathered = new Gathered();
  for await (const chunk of chunks) {
    gathered.add(chunk);
    if (gathered.size > limit) throw tooLarge();
  }
  return Buffer.concat(gathered.take());
}

/** Parses JSON that must be an object, in UTF-8; empty text is an empty object. */
export function parseJson(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  if (bytes.length > MAX_DEPTH && isTooDeep(bytes)) {
    throw new ApiError(400, 'parseError', 'Parse Error: the JSON is nested too deeply.');
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ApiError(400, 'parseError', 'Parse Error');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The request body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}

/** As deep as Google reads; whoever walks over the parsed value can then recurse. */
const MAX_DEPTH = 100;

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] =
  Buffer.from('"\\{}[]');
