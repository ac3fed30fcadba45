/**
 * Puts objects of no bytes into a bucket, as fast as the sandbox takes them: names
 * `a/0000/000000` and so on, a thousand below each of the prefixes.
 */
import { drive, http } from './connections.mjs';
import { openAll } from './small.mjs';

const BATCH = 20_000;

export async function fill(server, bucket, count) {
  const connections = await openAll(server, 64);
  const body = Buffer.alloc(0);
  for (let done = 0; done < count; done += BATCH) {
    await drive(connections, Math.min(BATCH, count - done), (n) => {
      const [method, path] = server.put(bucket, nameOf(done + n));
      return http(method, path, body, { 'Content-Type': 'text/plain' });
    });
  }
  for (const connection of connections) connection.close();
}

/** The n-th name: its folder, and its number. */
export function nameOf(n) {
  const folder = String(Math.floor(n / 1000)).padStart(4, '0');
  return `a/${folder}/${String(n).padStart(7, '0')}`;
}
