import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { blobFiles, client, start, tempDir } from './support.ts';

const MB = 1024 * 1024;

/*
 * What is promised when the disk gives out: a 5xx that says so, a line in the log, nothing
 * lost of what was stored before, and business as usual once there is room again.
 */
test('a full disk refuses uploads with 507 and loses nothing', async (context) => {
  const dataDir = await smallDisk(context, '24m');
  const log: string[] = [];
  const sandbox = await start({ dataDir, log: (line) => log.push(line) });
  const http = client(sandbox);
  await http.bucket('full', { softDeletePolicy: { retentionDurationSeconds: '0' } });

  const stored = new Map<string, Buffer<ArrayBuffer>>();
  const refused = { small: new Set<number>(), large: new Set<number>() };
  for (let n = 0; n < 400; n++) {
    // Large ones fill the disk by files, small ones by the metadata store.
    const large = n % 20 === 0;
    const body = randomBytes(large ? 2 * MB : 15_000);
    const reply = await http.upload('full', `object-${n}`, body);
    if (reply.status === 200) stored.set(`object-${n}`, body);
    else refused[large ? 'large' : 'small'].add(reply.status);
  }
  expect([...refused.large]).toEqual([507]);
  expect([...refused.small]).toEqual([507]);
  expect(log.join('\n')).toMatch(/POST \/upload\/.*no space left/i);
  expect(stored.size).toBeGreaterThan(5);
  await expectStored(http, stored);

  for (const [name] of [...stored].filter(([, body]) => body.length > MB).slice(0, 2)) {
    expect((await http.delete(`/b/full/o/${name}`)).status).toBe(204);
    stored.delete(name);
  }
  await untilFilesAre(dataDir, [...stored.values()].filter((body) => body.length > MB).length);
  const body = randomBytes(2 * MB);
  expect((await http.upload('full', 'after', body)).status).toBe(200);
  stored.set('after', body);

  await sandbox.close();
  const again = client(await start({ dataDir }));
  await expectStored(again, stored);
});

test('a directory that became read-only refuses large uploads and keeps serving', async (context) => {
  const dataDir = await tempDir();
  const log: string[] = [];
  const sandbox = await start({ dataDir, log: (line) => log.push(line) });
  const http = client(sandbox);
  await http.bucket('closed');
  const before = randomBytes(100_000);
  expect((await http.upload('closed', 'before', before)).status).toBe(200);

  const open = await forbidWriting(context, join(dataDir, 'blobs', '0'));
  const replies = [];
  // Which of the 256 folders a file goes to is random: some of them exist already.
  for (let n = 0; n < 5; n++) replies.push(await http.upload('closed', `no-${n}`, before));
  expect(replies.some(({ status }) => status === 500)).toBe(true);
  expect(log.join('\n')).toMatch(/POST \/upload\/.*E(ACCES|PERM)/);
  expect((await http.upload('closed', 'small', randomBytes(10))).status).toBe(200);
  await expectStored(http, new Map([['before', before]]), 'closed');

  await open();
  expect((await http.upload('closed', 'later', before)).status).toBe(200);
});

async function expectStored(
  http: ReturnType<typeof client>,
  stored: Map<string, Buffer>,
  bucket = 'full',
): Promise<void> {
  for (const [name, body] of stored) {
    const reply = await fetch(`${http.url}/b/${bucket}/o/${name}?alt=media`);
    expect(Buffer.from(await reply.arrayBuffer()).equals(body), name).toBe(true);
  }
}

/** Deleted files go after their answer. */
async function untilFilesAre(dataDir: string, count: number): Promise<void> {
  await expect.poll(() => blobFiles(dataDir)).toHaveLength(count);
}

/** A file system of a few megabytes, or the test is skipped with the reason. */
async function smallDisk(context: TestContext, size: string): Promise<string> {
  const folder = await tempDir();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
  } catch (error) {
    context.skip(`a small file system cannot be mounted here: ${(error as Error).message}`);
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

/** Makes a directory refuse new entries, to root as well; returns how to undo it. */
async function forbidWriting(context: TestContext, folder: string): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) {
    await chmod(folder, 0o555);
    const undo = () => chmod(folder, 0o755);
    onTestFinished(undo);
    return undo;
  }
  try {
    execFileSync('chattr', ['+i', folder], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`root cannot be kept from writing here: ${(error as Error).message}`);
  }
  const undo = async () => void execFileSync('chattr', ['-i', folder], { stdio: 'pipe' });
  onTestFinished(undo);
  return undo;
}
