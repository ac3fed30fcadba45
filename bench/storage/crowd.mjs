/** 200 clients at once, each writing, reading, asking and deleting objects of its own. */
import { http } from './connections.mjs';
import { startCloudlab } from './servers.mjs';
import { createBucket, openAll } from './small.mjs';

const CLIENTS = 200;
const EACH = 50;

export async function crowd() {
  const server = await startCloudlab();
  await createBucket(server);
  const connections = await openAll(server, CLIENTS);
  const body = Buffer.alloc(1024, 'x');
  const times = new Map(['put', 'get', 'metadata', 'delete'].map((kind) => [kind, []]));
  let errors = 0;
  await Promise.all(
    connections.map(async (connection, client) => {
      for (let n = 0; n < EACH; n += 1) {
        for (const [kind, found] of times) {
          const [method, path] = server[kind]('bench', `client-${client}/${n}`);
          const begun = performance.now();
          const { status } = await connection.send(
            kind === 'put'
              ? http(method, path, body, { 'Content-Type': 'text/plain' })
              : http(method, path),
          );
          found.push(performance.now() - begun);
          if (status < 200 || status > 299) errors += 1;
        }
      }
    }),
  );
  console.log(
    `\n${CLIENTS} clients at once, ${CLIENTS * EACH * times.size} requests: ${errors} errors (goal 0: ${errors === 0 ? 'ok' : 'MISSED'})`,
  );
  for (const [kind, found] of times) {
    found.sort((a, b) => a - b);
    const at = (share) => found[Math.floor(found.length * share)].toFixed(1);
    console.log(`  ${kind.padEnd(9)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  max ${at(0.9999)} ms`);
  }
  for (const connection of connections) connection.close();
  await server.stop();
}
