import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { blobFiles, client, start, tempDir } from './support.ts';

const SIZES = [0, 100, 5_000, 20_000, 300_000, 1_500_000];
const KILLS = 5;
const DAY = 24 * 3600 * 1000;
const ABSENT = 'absent';

/*
 * What is promised: an upload that was answered with 200 is there after kill -9, byte for
 * byte; one that was not is either there whole or not at all; what was deleted stays so;
 * no file is left behind.
 */
test('kill -9 at any moment, under concurrent writes, loses nothing that was acknowledged', async () => {
  const dataDir = await tempDir();
  /** What may be read under a name: the last acknowledged state, or one that was under way. */
  const allowed = new Map<string, Set<string>>();
  let acknowledged = 0;

  for (let round = 0; round < KILLS; round++) {
    const child = await startChild(dataDir);
    if (round === 0) await create(child.url);
    let stopped = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; !stopped; i++) {
        const name = `w${writer}/${i % 4}`;
        const before = allowed.get(name) ?? new Set([ABSENT]);
        const body = randomBytes(SIZES[(writer + i) % SIZES.length] ?? 0);
        const [after, request] =
          i % 7 === 6 && before.size === 1 && !before.has(ABSENT)
            ? [ABSENT, remove(child.url, name)]
            : [
                digest(body),
                i % 3 === 0 ? resume(child.url, name, body) : put(child.url, name, body),
              ];
        allowed.set(name, new Set([...before, after]));
        const done = await request.catch(() => false);
        if (!done) return;
        allowed.set(name, new Set([after]));
        acknowledged++;
      }
    });
    // At any moment, but not before something was promised, however slow the machine is.
    const enough = acknowledged + randomInt(10, 60);
    while (acknowledged < enough) await setTimeout(randomInt(1, 10));
    await child.kill();
    stopped = true;
    await Promise.all(writers);
  }

  // A week later the uploads that were cut off are over, and what they had received goes too.
  const sandbox = await start({ dataDir, clock: () => new Date(Date.now() + 8 * DAY) });
  const http = client(sandbox);
  const items: { name: string; size: string; md5Hash: string }[] = (
    await http.get('/storage/v1/b/durable/o')
  ).json.items;
  const present = new Map(items.map((item) => [item.name, item]));
  for (const [name, states] of allowed) {
    expect(states, name).toContain(present.get(name)?.md5Hash ?? ABSENT);
  }
  let files = 0;
  for (const [name, item] of present) {
    const reply = await fetch(`${sandbox.url}/b/durable/o/${encodeURIComponent(name)}?alt=media`);
    const body = Buffer.from(await reply.arrayBuffer());
    expect(body.length).toBe(Number(item.size));
    expect(digest(body)).toBe(item.md5Hash);
    if (body.length > 16 * 1024) files++;
  }
  await expect.poll(() => blobFiles(dataDir)).toHaveLength(files);
});

async function put(url: string, name: string, body: Buffer<ArrayBuffer>): Promise<boolean> {
  const target = `${url}/upload/storage/v1/b/durable/o?uploadType=media&name=${name}`;
  return (await fetch(target, { method: 'POST', body })).ok;
}

/** In pieces of 256 KiB, as clients with large files do. */
async function resume(url: string, name: string, body: Buffer<ArrayBuffer>): Promise<boolean> {
  const target = `${url}/upload/storage/v1/b/durable/o?uploadType=resumable&name=${name}`;
  const session = (await fetch(target, { method: 'POST' })).headers.get('location') ?? '';
  for (let first = 0; ; first += PIECE) {
    const piece = body.subarray(first, first + PIECE);
    const range =
      body.length === 0 ? 'bytes */0' : `bytes ${first}-${first + piece.length - 1}/${body.length}`;
    const reply = await fetch(session, {
      method: 'PUT',
      body: piece,
      headers: { 'content-range': range },
    });
    if (reply.status !== 308) return reply.ok;
  }
}

async function remove(url: string, name: string): Promise<boolean> {
  const target = `${url}/b/durable/o/${encodeURIComponent(name)}`;
  return (await fetch(target, { method: 'DELETE' })).ok;
}

const PIECE = 256 * 1024;

async function create(url: string): Promise<void> {
  const reply = await fetch(`${url}/storage/v1/b?project=cloudlab-sandbox`, {
    method: 'POST',
    // Without soft delete, what is overwritten is gone, and its file with it.
    body: JSON.stringify({ name: 'durable', softDeletePolicy: { retentionDurationSeconds: '0' } }),
  });
  expect(reply.status).toBe(200);
}

const digest = (body: Uint8Array): string => createHash('md5').update(body).digest('base64');
