import { createHash } from 'node:crypto';
import { xmlError } from './errors.ts';

/**
 * `aws-chunked`: how Amazon's clients send a body whose signature or checksum they do not
 * know before its end.
 *
 *     400;chunk-signature=ad80c730...\r\n        <- size in hex; unsigned bodies: `400\r\n`
 *     <1024 bytes>\r\n
 *     0;chunk-signature=b6c6ea8a...\r\n
 *     x-amz-checksum-crc32:sOO8/Q==\r\n          <- trailers, if any were announced
 *     x-amz-trailer-signature:63bddb24...\r\n    <- if they are signed
 *     \r\n
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export interface ChunkedBody {
  data: AsyncIterable<Buffer>;
  /** What followed the last chunk, by lower-case name; complete once `data` has ended. */
  trailers: Map<string, string>;
}

/**
 * Checks the signatures of a body that is signed chunk by chunk. Whoever verified the
 * request's own signature provides it (`request.chunkVerifier`), as the first chunk's is
 * computed from that one. Each method throws if the signature is wrong.
 */
export interface ChunkVerifier {
  /** @param sha256 of the chunk's data, in hex; of nothing for the last chunk */
  chunk(signature: string, sha256: string): void;
  /** @param canonical the trailers as `name:value\n` each, in the order in which they came */
  trailer(signature: string, canonical: string): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    chunkVerifier?: ChunkVerifier;
  }
}

const MAX_LINE = 8 * 1024;
const MAX_TRAILERS = 16;

/** @param length what `x-amz-decoded-content-length` announces */
export function decodeChunks(
  chunks: AsyncIterable<Buffer>,
  length: number | undefined,
  verifier: ChunkVerifier | undefined,
): ChunkedBody {
  const trailers = new Map<string, string>();
  const source = new Source(chunks);

  async function* data(): AsyncGenerator<Buffer> {
    let total = 0;
    for (;;) {
      const { size, signature } = parseChunkHeader(await source.line());
      const hash = verifier && signature !== undefined ? createHash('sha256') : undefined;
      let left = size;
      while (left > 0) {
        const bytes = await source.take(left);
        hash?.update(bytes);
        left -= bytes.length;
        total += bytes.length;
        if (length !== undefined && total > length) throw incomplete();
        yield bytes;
      }
      if (verifier) {
        if (hash === undefined || signature === undefined) throw unsigned('A chunk is not signed.');
        verifier.chunk(signature, hash.digest('hex'));
      }
      if (size === 0) break;
      if ((await source.line()) !== '') throw malformed('a chunk is longer than it says');
    }
    if (length !== undefined && total !== length) throw incomplete();
    await readTrailers();
  }

  async function readTrailers(): Promise<void> {
    let canonical = '';
    let signed = false;
    for (let count = 0; count <= MAX_TRAILERS; count++) {
      // Some clients end the body right behind the last chunk's line, without the empty line.
      const line = await source.lineOrEnd();
      if (line === undefined || line === '') {
        if (verifier && canonical !== '' && !signed) throw unsigned('The trailers are not signed.');
        return;
      }
      const colon = line.indexOf(':');
      if (colon < 1) throw malformed('a trailer has no colon');
      const name = line.slice(0, colon).trim().toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (name === 'x-amz-trailer-signature') {
        verifier?.trailer(value, canonical);
        signed = true;
      } else {
        trailers.set(name, value);
        signed = false;
        canonical += `${name}:${value}\n`;
      }
    }
    throw malformed('it has too many trailers');
  }

  return { data: data(), trailers };
}

function parseChunkHeader(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]+))?\s*$/.exec(line);
  if (!match) throw malformed('a chunk does not begin with its size');
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] };
}

/** Takes lines and bytes off a stream. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Between one and `most` bytes. */
  async take(most: number): Promise<Buffer> {
    while (this.#held.length === 0) if (!(await this.#more())) throw incomplete();
    const bytes = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(bytes.length);
    return bytes;
  }

  async line(): Promise<string> {
    const line = await this.lineOrEnd();
    if (line === undefined) throw incomplete();
    return line;
  }

  /** The next line without its end; undefined if the stream ends instead. */
  async lineOrEnd(): Promise<string | undefined> {
    for (;;) {
      const at = this.#held.indexOf('\r\n');
      if (at !== -1) {
        const line = this.#held.toString('latin1', 0, at);
        this.#held = this.#held.subarray(at + 2);
        return line;
      }
      if (this.#held.length > MAX_LINE) throw malformed('a line in it is too long');
      if (await this.#more()) continue;
      if (this.#held.length > 0) throw incomplete();
      return undefined;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}

const incomplete = () =>
  xmlError(400, 'IncompleteBody', 'The body is not as long as x-amz-decoded-content-length says.');

const malformed = (why: string) =>
  xmlError(400, 'InvalidArgument', `Malformed aws-chunked body: ${why}.`);

const unsigned = (what: string) => xmlError(403, 'SignatureDoesNotMatch', what);
