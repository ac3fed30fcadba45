import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ApiError, notImplemented } from './errors.ts';

/*
 * How bytes are dressed for the way. Neither of these says anything about what is stored:
 * a request body with `Content-Encoding: gzip` is unpacked as it arrives (gcloud's
 * --gzip-in-flight), a multipart part with `Content-Transfer-Encoding: base64` likewise.
 * (An object that is to stay compressed says so in its metadata.)
 *
 * Everything streams: a body that unpacks to a thousand times its size costs no more
 * memory than any other of that size.
 */

/** Undoes a request's `Content-Encoding`. */
export function contentDecoded(
  chunks: AsyncIterable<Buffer>,
  encoding: string | undefined,
): AsyncIterable<Buffer> {
  switch (encoding?.toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return chunks;
    case 'gzip':
    case 'x-gzip':
      return unzipped(chunks);
    default:
      throw notImplemented(`requests with Content-Encoding: ${encoding}`);
  }
}

/** Undoes a part's `Content-Transfer-Encoding`. */
export function transferDecoded(
  chunks: AsyncIterable<Buffer>,
  encoding: string | undefined,
): AsyncIterable<Buffer> {
  switch (encoding?.toLowerCase()) {
    case undefined:
    case '7bit':
    case '8bit':
    case 'binary':
      return chunks;
    case 'base64':
      return fromBase64(chunks);
    default:
      throw notImplemented(`parts with Content-Transfer-Encoding: ${encoding}`);
  }
}

async function* unzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks);
  pipeline(source, gunzip, () => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new ApiError(400, 'badContent', 'The request body is not the gzip data it claims to be.');
  } finally {
    gunzip.destroy();
    source.destroy();
  }
}

async function* fromBase64(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk.toString('latin1').replace(/[\r\n\t ]+/g, '');
    // The last group is held back: it alone may be padded.
    const whole = text.length - 1 - ((text.length - 1) % 4);
    if (whole <= 0) continue;
    if (!/^[A-Za-z0-9+/]*$/.test(text.slice(0, whole))) throw notBase64();
    yield Buffer.from(text.slice(0, whole), 'base64');
    text = text.slice(whole);
  }
  if (!/^([A-Za-z0-9+/]{2}([A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==))?$/.test(text)) throw notBase64();
  yield Buffer.from(text, 'base64');
}

const notBase64 = () =>
  new ApiError(400, 'badContent', 'A part of the request body is not the base64 it claims to be.');
