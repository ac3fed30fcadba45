/**
 * The least that a server could do.
 *
 *   discard   node:http that reads a body and forgets it; GET /SIZE sends that many bytes
 *   write     node:http that writes a body to a file and flushes it; GET reads the file
 *   checked   the same, with the MD5 and CRC32C of the body
 *   fastify   fastify that answers one JSON object of an object's metadata
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';

const [kind, port, folder] = process.argv.slice(2);
const file = join(folder, 'body');
await writeFile(file, '');

if (kind === 'fastify') {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  const object = Object.fromEntries(
    Array.from({ length: 16 }, (_, n) => [`field${n}`, 'a value of the usual length']),
  );
  app.get('/storage/v1/b/:bucket/o/:object', async () => object);
  await app.listen({ host: '127.0.0.1', port: Number(port) });
} else {
  const block = Buffer.alloc(256 * 1024, 7);
  const server = createServer(async (request, response) => {
    if (request.method === 'GET')
      return kind === 'discard' ? give(request, response) : read(response);
    if (kind === 'discard') for await (const _ of request);
    else await write(request);
    response.end('{}');
  });
  server.listen(Number(port), '127.0.0.1');

  async function write(request) {
    const handle = await open(file, 'w');
    const md5 = createHash('md5');
    let crc = 0;
    let waiting = [];
    let size = 0;
    const flush = async () => {
      await handle.write(Buffer.concat(waiting));
      waiting = [];
      size = 0;
    };
    for await (const chunk of request) {
      if (kind === 'checked') {
        md5.update(chunk);
        crc = crc32c(chunk, crc);
      }
      waiting.push(chunk);
      size += chunk.length;
      if (size >= block.length) await flush();
    }
    await flush();
    await handle.sync();
    await handle.close();
  }

  function read(response) {
    createReadStream(file, { highWaterMark: block.length }).pipe(response);
  }

  async function give(request, response) {
    let left = Number(request.url.slice(1)) || 0;
    while (left > 0) {
      const bytes = left < block.length ? block.subarray(0, left) : block;
      left -= bytes.length;
      if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  }
}
