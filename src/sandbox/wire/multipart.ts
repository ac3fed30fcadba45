import { ApiError, invalid } from './errors.ts';

/**
 * Multipart bodies, of which an upload's is one: exactly two parts, the metadata (JSON,
 * small) and then the media (any bytes, any size). Batches and HTML forms are others.
 *
 *     --BOUNDARY            <- may be preceded by a preamble, which is ignored
 *     Content-Type: application/json
 *
 *     {"name": "hello.txt"}
 *     --BOUNDARY
 *     Content-Type: text/plain
 *
 *     hello
 *     --BOUNDARY--          <- may be followed by an epilogue, which is ignored
 *
 * The line end before a delimiter belongs to the delimiter, not to the part. Line
 * ends are CRLF by the standard, but clients that send LF exist (Python's fsspec):
 * which of the two this body uses is read off its first line, so that media ending
 * in a lone CR or LF comes through untouched either way.
 *
 * The media is streamed; no more than a delimiter's length of it is ever held back.
 *
 * https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects (multipart)
 * https://www.rfc-editor.org/rfc/rfc2046#section-5.1
 */
export class MultipartReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #opening: Buffer;
  #delimiter: Buffer = Buffer.alloc(0);
  #held: Buffer = Buffer.alloc(0);
  #newline = '\r\n';
  #started = false;
  #ended = false;

  constructor(chunks: AsyncIterable<Buffer>, boundary: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#opening = Buffer.from(`--${boundary}`, 'latin1');
  }

  /** The headers of the next part, lower-cased; undefined after the last. */
  async nextPart(): Promise<Map<string, string> | undefined> {
    if (!this.#started) await this.#skipPreamble();
    if (this.#ended) return undefined;
    const headers = new Map<string, string>();
    for (;;) {
      const line = await this.#line();
      if (line === '') return headers;
      const colon = line.indexOf(':');
      if (colon < 1) throw malformed('a part has a header line without a colon');
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      if (headers.size > MAX_HEADERS) throw malformed('a part has too many headers');
    }
  }

  /** The bytes of the part whose headers were just read. Has to be drained. */
  async *content(): AsyncGenerator<Buffer> {
    // An empty part: its delimiter follows the blank line directly, without a line end of its own.
    this.#held = Buffer.concat([Buffer.from(this.#newline), this.#held]);
    let skip = this.#newline.length;
    for (;;) {
      const at = this.#held.indexOf(this.#delimiter);
      const end = at === -1 ? this.#held.length - this.#delimiter.length + 1 : at;
      if (end > skip) {
        yield this.#held.subarray(skip, end);
        this.#held = this.#held.subarray(end);
        skip = 0;
        continue;
      }
      if (at === -1) {
        await this.#more();
        continue;
      }
      const kind = await this.#delimiterKind(at + this.#delimiter.length);
      if (kind === 'content') {
        // The boundary's text inside a longer line: it is media after all.
        const upTo = at + this.#delimiter.length;
        if (upTo > skip) yield this.#held.subarray(skip, upTo);
        this.#held = this.#held.subarray(upTo);
        skip = 0;
        continue;
      }
      this.#held = this.#held.subarray(at + this.#delimiter.length);
      this.#ended = kind === 'last';
      if (!this.#ended) await this.#line();
      return;
    }
  }

  /** What stands behind a delimiter decides what it is: `--`, the end of the line, or neither. */
  async #delimiterKind(at: number): Promise<'last' | 'next' | 'content'> {
    while (this.#held.length < at + 2) {
      if (!(await this.#tryMore())) throw malformed('it ends inside a boundary line');
    }
    const after = this.#held.toString('latin1', at, at + 2);
    if (after === '--') return 'last';
    return /^[\r\n \t]/.test(after) ? 'next' : 'content';
  }

  async #skipPreamble(): Promise<void> {
    this.#started = true;
    const opening = this.#opening.toString('latin1');
    for (let lines = 0; lines < MAX_HEADERS; lines++) {
      const { text, newline } = await this.#rawLine();
      if (text === `${opening}--`) throw malformed('it has no parts');
      if (text.trimEnd() !== opening) continue;
      this.#newline = newline;
      this.#delimiter = Buffer.from(`${newline}${opening}`, 'latin1');
      return;
    }
    throw malformed('its boundary is nowhere in it');
  }

  async #line(): Promise<string> {
    return (await this.#rawLine()).text;
  }

  async #rawLine(): Promise<{ text: string; newline: string }> {
    for (;;) {
      const at = this.#held.indexOf(0x0a);
      if (at !== -1) {
        const text = this.#held.toString('utf8', 0, at);
        this.#held = this.#held.subarray(at + 1);
        return text.endsWith('\r')
          ? { text: text.slice(0, -1), newline: '\r\n' }
          : { text, newline: '\n' };
      }
      if (this.#held.length > MAX_LINE) throw malformed('a line in it is too long');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (!(await this.#tryMore())) throw malformed('it ends before its closing boundary');
  }

  async #tryMore(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}

/** The boundary named by a `multipart/related` content type, or the 400 for its absence. */
export function boundaryOf(contentType: string | undefined): string {
  const match = /^multipart\/[\w-]+\s*;.*?\bboundary=(?:"([^"]+)"|'([^']+)'|([^\s;]+))/i.exec(
    contentType ?? '',
  );
  const boundary = match?.[1] ?? match?.[2] ?? match?.[3];
  if (boundary === undefined || boundary.length > 200) {
    throw invalid('Multipart upload requests need a Content-Type of multipart/related; boundary=…');
  }
  return boundary;
}

const MAX_LINE = 16 * 1024;
const MAX_HEADERS = 64;

function malformed(why: string): ApiError {
  return new ApiError(400, 'badContent', `Malformed multipart body: ${why}.`);
}
