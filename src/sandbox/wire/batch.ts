import type { FastifyInstance, FastifyReply, FastifyRequest, InjectOptions } from 'fastify';
import { bodyChunks, readAll } from './body.ts';
import { ApiError, errorEnvelope, invalid } from './errors.ts';
import { boundaryOf, MultipartReader } from './multipart.ts';
import { canonicalUrl } from './urls.ts';

/**
 * Batch requests: up to a hundred calls in one `multipart/mixed` body, each part a whole
 * HTTP request, answered by one such body with the responses in the same order.
 *
 *     --BOUNDARY                                    --BOUNDARY
 *     Content-Type: application/http                Content-Type: application/http
 *     Content-ID: <item1>                           Content-ID: <response-item1>
 *
 *     DELETE /storage/v1/b/photos/o/a HTTP/1.1      HTTP/1.1 204 No Content
 *
 *     --BOUNDARY--                                  --BOUNDARY--
 *
 * The calls go through the very routes that they would go through alone, at the same
 * time, in no promised order. Headers of the batch hold for every call (except those that
 * begin with `Content-`, which describe the batch itself) unless the call brings its own.
 * One call's failure is that call's response and nobody else's. Media can be neither sent
 * nor fetched in a batch, and batches do not nest: every answer is held in memory until
 * all are there.
 *
 * @param ask calls a route, wherever it was registered
 * @param isApi tells the URLs of APIs from those of Cloud Storage's buckets
 *
 * https://cloud.google.com/storage/docs/batch
 */
export function batchRoutes(app: FastifyInstance, ask: Ask, isApi: (url: string) => boolean): void {
  const run = async (request: FastifyRequest, reply: FastifyReply) => {
    const { api, version } = request.params as { api?: string; version?: string };
    const root = api === undefined ? '/' : `/${api}/${version}/`;
    const calls = await readCalls(request);
    const parts = await Promise.all(
      calls.map(async (call) =>
        partOf(
          call.id,
          await answer(ask, request, call, (url) => isApi(url) && url.startsWith(root)),
        ),
      ),
    );
    const boundary = `batch_${request.id}_${calls.length}`;
    const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
    return reply.type(`multipart/mixed; boundary=${boundary}`).send(`${body}--${boundary}--\r\n`);
  };
  app.post('/batch', run);
  app.post('/batch/:api/:version', run);
}

type Ask = (call: InjectOptions & { url: string }) => Promise<Answer>;

/** One call of a batch, taken apart. */
interface Call {
  /** Its Content-ID, to be told in the response. */
  id: string | undefined;
  method: string;
  url: string;
  headers: Map<string, string>;
  body: string;
}

interface Answer {
  statusCode: number;
  statusMessage: string;
  headers: Record<string, unknown>;
  payload: string;
}

const MAX_CALLS = 100;
/** A batch must stay below this; a call in it, below what any request may have. */
const MAX_BATCH_BYTES = 10 * 1024 * 1024;
const METHODS = new Set(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT']);

async function readCalls(request: FastifyRequest): Promise<Call[]> {
  const boundary = boundaryOf(request.headers['content-type']);
  const body = await readAll(bodyChunks(request), MAX_BATCH_BYTES);
  const reader = new MultipartReader(only(body), boundary);
  const calls: Call[] = [];
  for (let part = await reader.nextPart(); part; part = await reader.nextPart()) {
    if (calls.length === MAX_CALLS) {
      throw invalid(`The batch request has more than the ${MAX_CALLS} calls that are allowed.`);
    }
    const text = (await readAll(reader.content(), MAX_BATCH_BYTES)).toString();
    calls.push({ id: part.get('content-id'), ...parseCall(text, calls.length + 1) });
  }
  return calls;
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Takes apart an HTTP request written as text; its line ends are CRLF or LF. */
function parseCall(text: string, number: number): Omit<Call, 'id'> {
  const [, head = '', body = ''] = /^\s*(.*?)(?:\r?\n\r?\n(.*))?$/s.exec(text) ?? [];
  const [first = '', ...lines] = head.trimEnd().split(/\r?\n/);
  const [method = '', target = '', protocol = ''] = first.split(' ');
  const url = target.replace(/^https?:\/\/[^/?]*/i, '');
  if (
    !METHODS.has(method) ||
    !/^\/[\x21-\x7e]*$/.test(url) ||
    !/^(HTTP\/1\.[01])?$/.test(protocol)
  ) {
    throw malformed(number, `its request line is '${first.slice(0, 200)}'`);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const match = HEADER.exec(line);
    if (!match) throw malformed(number, 'it has a header line that is none');
    headers.set((match[1] ?? '').toLowerCase(), match[2] ?? '');
  }
  return { method, url, headers, body: body.trim() };
}

const HEADER = /^([!#$%&'*+.^`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;

const malformed = (number: number, why: string) =>
  new ApiError(400, 'badRequest', `Call ${number} of the batch cannot be understood: ${why}.`);

async function answer(
  ask: Ask,
  outer: FastifyRequest,
  call: Call,
  belongs: (url: string) => boolean,
): Promise<Answer> {
  const refusal = refusalOf(call, belongs);
  if (refusal !== undefined) {
    return {
      statusCode: refusal.status,
      statusMessage: 'Bad Request',
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      payload: JSON.stringify(errorEnvelope(refusal), undefined, 2),
    };
  }
  const inherited = Object.entries(outer.headers).filter(
    ([name, value]) => value !== undefined && !NOT_INHERITED.test(name),
  );
  // All calls go where the batch went, whatever host they name: by another name of this
  // machine it could be a bucket's.
  const own = [...call.headers].filter(
    ([name]) => name !== 'host' && !OF_THE_CONNECTION.test(name),
  );
  return ask({
    method: call.method as NonNullable<InjectOptions['method']>,
    url: call.url,
    headers: Object.fromEntries([...inherited, ...own]) as Record<string, string>,
    ...(call.body === '' ? {} : { payload: call.body }),
  });
}

/** What describes the transport of the batch and not the calls in it. */
const OF_THE_CONNECTION =
  /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/;
const NOT_INHERITED = new RegExp(`^content-|${OF_THE_CONNECTION.source}`);

/** Why a batch cannot carry a call, if it cannot. */
function refusalOf({ url }: Call, belongs: (url: string) => boolean): ApiError | undefined {
  const canonical = canonicalUrl(url);
  // Where the router finds the query, too.
  const [path = '', query = ''] = canonical.split(/[?#](.*)/s);
  const isMedia = new URLSearchParams(query).getAll('alt').includes('media');
  if (isMedia || /^\/(batch|download|upload)\//.test(path)) {
    const why = 'Media cannot be sent or fetched in a batch, and batches do not nest.';
    return new ApiError(400, 'badRequest', why);
  }
  if (belongs(path) && /^\/[a-z]+\/v\d\w*\//.test(path)) return undefined;
  return invalid(`The call '${path.slice(0, 200)}' does not belong to the API of the batch.`);
}

function partOf(id: string | undefined, response: Answer): string {
  const { 'content-length': _, date: __, connection: ___, ...headers } = response.headers;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((item) => `${name}: ${item}`),
  );
  return [
    'Content-Type: application/http',
    ...(id === undefined ? [] : [`Content-ID: ${responseId(id)}`]),
    '',
    `HTTP/1.1 ${response.statusCode} ${response.statusMessage}`,
    ...lines,
    `Content-Length: ${Buffer.byteLength(response.payload)}`,
    '',
    response.payload,
  ].join('\r\n');
}

/** `<item1>` becomes `<response-item1>`, and `item1`, `response-item1`. */
const responseId = (id: string): string => id.replace(/^<?/, (open) => `${open}response-`);
