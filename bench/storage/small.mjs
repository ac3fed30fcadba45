/** Objects of 1 KiB: PUT, GET, metadata, LIST, DELETE, in requests per second. */
import { Connection, drive, http } from './connections.mjs';
import { median, verdict } from './numbers.mjs';
import { startCloudlab, startFakeGcs, startLimit, startMoto } from './servers.mjs';

const OBJECTS = 5000;
const CONNECTIONS = 16;
const KINDS = ['put', 'get', 'metadata', 'list', 'delete'];

export async function small(rounds) {
  const body = Buffer.alloc(1024, 'x');
  const ours = await startCloudlab();
  const peers = [
    await startFakeGcs('filesystem'),
    await startFakeGcs('memory'),
    await startMoto(),
  ].filter(Boolean);
  const rates = new Map(
    [ours, ...peers].map((server) => [server, Object.fromEntries(KINDS.map((kind) => [kind, []]))]),
  );
  const bare = await startLimit('fastify');
  const bareRates = [];

  for (const server of rates.keys()) await createBucket(server);
  for (let round = -1; round < rounds; round += 1) {
    for (const [server, found] of rates) {
      const count = OBJECTS / (server.slower ?? 1);
      const connections = await openAll(server, CONNECTIONS);
      for (const kind of KINDS) {
        const amount = kind === 'list' ? count / 10 : count;
        const { rate } = await drive(connections, amount, (n) => requestOf(server, kind, n, body));
        if (round >= 0) found[kind].push(rate);
      }
      for (const connection of connections) connection.close();
    }
    const connections = await openAll(bare, CONNECTIONS);
    const { rate } = await drive(connections, OBJECTS, () =>
      http('GET', '/storage/v1/b/bench/o/object'),
    );
    if (round >= 0) bareRates.push(rate);
    for (const connection of connections) connection.close();
  }

  console.log(
    `\n1 KiB objects, ${CONNECTIONS} connections, requests per second (medians of ${rounds} rounds)`,
  );
  for (const [server, found] of rates) {
    const cells = KINDS.map((kind) => `${kind} ${median(found[kind]).toFixed(0).padStart(6)}`);
    console.log(`  ${server.name.padEnd(28)} ${cells.join('  ')}`);
  }
  for (const kind of KINDS) {
    for (const peer of peers) {
      const ratios = rates.get(ours)[kind].map((rate, n) => rate / rates.get(peer)[kind][n]);
      console.log(`  ${kind.padEnd(9)} ${verdict(median(ratios), 1, 'at least')} x ${peer.name}`);
    }
  }
  const ratios = rates.get(ours).metadata.map((rate, n) => rate / bareRates[n]);
  console.log(
    `  metadata  ${verdict(median(ratios), 0.6, 'at least')} x bare fastify (${median(bareRates).toFixed(0)}/s)`,
  );
  for (const server of [...rates.keys(), bare]) await server.stop();
}

export async function createBucket(server, settings = {}) {
  const [method, path, body] = server.bucket('bench', settings);
  const connection = await Connection.open(server.port);
  const json = { 'Content-Type': 'application/json', ...server.headers };
  const request = http(method, path, Buffer.from(body ?? ''), json);
  const { status, body: answer } = await connection.send(request, { keep: true });
  if (status !== 200) throw new Error(`${server.name}: creating a bucket: ${status} ${answer}`);
  connection.close();
}

export const openAll = (server, count) =>
  Promise.all(Array.from({ length: count }, () => Connection.open(server.port)));

function requestOf(server, kind, n, body) {
  if (kind === 'list') return http(...server.list('bench'), undefined, server.headers);
  const [method, path] = server[kind]('bench', `object-${String(n).padStart(6, '0')}`);
  return kind === 'put'
    ? http(method, path, body, { 'Content-Type': 'text/plain', ...server.headers })
    : http(method, path, undefined, server.headers);
}
