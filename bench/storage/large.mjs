/** 1 GiB up and down, and the memory it takes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { median, verdict } from './numbers.mjs';
import { startCloudlab, startFakeGcs, startLimit } from './servers.mjs';
import { createBucket } from './small.mjs';

const SIZE = 1024 ** 3;
const BLOCK = Buffer.alloc(1024 ** 2, 'a line of text that is repeated ');

export async function large(rounds) {
  const ours = await startCloudlab();
  // What is overwritten goes at once, as it does in the limits' one file.
  await createBucket(ours, { softDeletePolicy: { retentionDurationSeconds: '0' } });
  const peer = await startFakeGcs('filesystem');
  if (peer) await createBucket(peer);
  const limits = [];
  for (const kind of ['discard', 'write', 'checked']) limits.push(await startLimit(kind));

  const up = { put: () => ['POST', '/'], get: () => ['GET', `/${SIZE}`] };
  const servers = [ours, peer, ...limits.map((limit) => ({ ...up, ...limit }))].filter(Boolean);
  const times = new Map(servers.map((server) => [server, { up: [], down: [] }]));
  const md5 = expectedMd5();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(ours.pid));
  }, 50);
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    // Who comes first finds the machine busy with what was before: each in its turn.
    const turns = [...times];
    turns.push(...turns.splice(0, round % turns.length));
    for (const [server, found] of turns) {
      found.up.push(await upload(server, server === ours ? md5 : undefined));
    }
    for (const [server, found] of turns) found.down.push(await download(server));
  }
  clearInterval(watch);

  console.log(`\n1 GiB (medians of ${Math.min(rounds, 5)} rounds)`);
  for (const [{ name }, { up, down }] of times) {
    console.log(`  ${name.padEnd(28)} up ${speed(up)}  down ${speed(down)}`);
  }
  for (const [{ name }, found] of times) {
    if (name === ours.name) continue;
    const against = (kind) => median(found[kind].map((time, n) => time / times.get(ours)[kind][n]));
    const goal = (ratio, counts) => (counts ? verdict(ratio, 0.8, 'at least') : ratio.toFixed(2));
    console.log(`  upload    ${goal(against('up'), name === 'checked')} x ${name}`);
    console.log(`  download  ${goal(against('down'), name === 'checked')} x ${name}`);
  }
  console.log(
    `  peak memory of the server ${peak} MB (goal under 200: ${peak < 200 ? 'ok' : 'MISSED'})`,
  );
  for (const server of servers) await server.stop();
}

const speed = (times) => `${(SIZE / 1e6 / (median(times) / 1000)).toFixed(0).padStart(5)} MB/s`;

function expectedMd5() {
  const hash = createHash('md5');
  for (let sent = 0; sent < SIZE; sent += BLOCK.length) hash.update(BLOCK);
  return hash.digest('base64');
}

function upload(server, md5) {
  const [method, path] = server.put('bench', 'large');
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    let answer = '';
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n` +
        `Content-Length: ${SIZE}\r\nConnection: close\r\n\r\n`,
    );
    let sent = 0;
    const pump = () => {
      while (sent < SIZE) {
        sent += BLOCK.length;
        if (!socket.write(BLOCK)) return;
      }
    };
    socket.on('drain', pump);
    socket.on('connect', pump);
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const stored = md5 === undefined || answer.includes(md5);
      if (!answer.startsWith('HTTP/1.1 200') || !stored)
        reject(new Error(`${server.name}: ${answer}`));
      resolve(performance.now() - begun);
    });
  });
}

function download(server) {
  const [method, path] = server.get('bench', 'large');
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    let received = 0;
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (received < SIZE) reject(new Error(`${server.name}: ${received} bytes`));
      resolve(performance.now() - begun);
    });
  });
}

function residentMegabytes(pid) {
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Math.round(Number(kilobytes) / 1024);
}
