import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { client, start, tempDir } from './support.ts';

const SIZES = [0, 100, 5_000, 20_000, 300_000, 1_500_000];
const KILLS = 3;

/*
 * What is promised: an upload that was answered with 200 is there after kill -9, byte for
 * byte; one that was not is either there whole or not at all; no file is left behind.
 */
test('kill -9 under concurrent writes loses nothing that was acknowledged', async () => {
  const dataDir = await tempDir();
  /** What may be read under a name: the last acknowledged body, or one that was under way. */
  const allowed = new Map<string, Set<string>>();
  const acknowledged = new Set<string>();

  for (let round = 0; round < KILLS; round++) {
    const child = await startChild(dataDir);
    if (round === 0) await create(child.url);
    let stopped = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; !stopped; i++) {
        const name = `w${writer}/${i % 4}`;
        const body = randomBytes(SIZES[(writer + i) % SIZES.length] ?? 0);
        const sum = digest(body);
        const before = allowed.get(name) ?? new Set();
        allowed.set(name, new Set([...before, sum]));
        const reply = await fetch(
          `${child.url}/upload/storage/v1/b/durable/o?uploadType=media&name=${name}`,
          { method: 'POST', body },
        ).catch(() => undefined);
        if (reply?.status !== 200) return;
        allowed.set(name, new Set([sum]));
        acknowledged.add(name);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 600 + round * 150));
    await child.kill();
    stopped = true;
    await Promise.all(writers);
  }

  const sandbox = await start({ dataDir });
  const http = client(sandbox);
  expect(acknowledged.size).toBeGreaterThan(8);
  const { items } = (await http.get('/storage/v1/b/durable/o')).json;
  const present = new Map<string, { size: string; md5Hash: string }>(
    items.map((item: { name: string; size: string; md5Hash: string }) => [item.name, item]),
  );
  for (const name of acknowledged) expect(present.has(name), name).toBe(true);
  let files = 0;
  for (const [name, item] of present) {
    const reply = await fetch(`${sandbox.url}/b/durable/o/${encodeURIComponent(name)}?alt=media`);
    const body = Buffer.from(await reply.arrayBuffer());
    expect(body.length).toBe(Number(item.size));
    expect(digest(body)).toBe(item.md5Hash);
    expect(allowed.get(name)?.has(digest(body)), name).toBe(true);
    if (body.length > 16 * 1024) files++;
  }
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile())).toHaveLength(files);
});

async function create(url: string): Promise<void> {
  const reply = await fetch(`${url}/storage/v1/b?project=cloudlab-sandbox`, {
    method: 'POST',
    // Without soft delete, what is overwritten is gone, and its file with it.
    body: JSON.stringify({ name: 'durable', softDeletePolicy: { retentionDurationSeconds: '0' } }),
  });
  expect(reply.status).toBe(200);
}

const digest = (body: Uint8Array): string => createHash('md5').update(body).digest('base64');
