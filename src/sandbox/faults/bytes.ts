import { Readable } from 'node:stream';

/** A body on its way, in either direction. */
export type Chunks = AsyncIterable<Buffer>;

/** What a reply is about to send, as chunks. */
export async function* chunksOf(payload: unknown): AsyncGenerator<Buffer> {
  if (typeof payload === 'string' || payload instanceof Uint8Array) {
    yield Buffer.from(payload as string);
  } else if (payload instanceof Readable) {
    for await (const chunk of payload) yield Buffer.from(chunk as Buffer);
  }
}

/**
 * Lets `limit` bytes pass, then waits for what is to happen, then lets the others pass
 * unless that has put an `end` to it. Nothing happens to a body that is shorter.
 */
export async function* pauseAt(
  chunks: Chunks,
  limit: number,
  happens: () => Promise<'end' | undefined>,
): AsyncGenerator<Buffer> {
  let passed = 0;
  let waiting = true;
  for await (const chunk of chunks) {
    const rest = limit - passed;
    passed += chunk.length;
    if (!waiting || chunk.length < rest || chunk.length === 0) {
      yield chunk;
      continue;
    }
    waiting = false;
    if (rest > 0) yield chunk.subarray(0, rest);
    if ((await happens()) === 'end') return;
    if (chunk.length > rest) yield chunk.subarray(Math.max(rest, 0));
  }
}

/** Another first byte. */
export async function* corrupt(chunks: Chunks): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.length > 0) {
      first = false;
      chunk[0] = chunk[0] === 0x41 ? 0x42 : 0x41;
    }
    yield chunk;
  }
}
