import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import { SandboxStartError } from '../start-error.ts';

/**
 * One process per data directory, also after kill -9.
 *
 * A lock file alone cannot tell a crashed holder from a living one, and a pid in it
 * can be reused by another program. So the holder also keeps a *beacon*: a loopback
 * socket, opened before the lock is taken and closed after the data is, that says
 * the holder's instance id to whoever connects. The operating system closes it with
 * the process, however that ends. A lock is held exactly while its beacon answers
 * with the id in the file; a refused connection, or another id, proves it stale. A
 * beacon that accepts but says nothing (a suspended process) counts as held if the
 * pid is alive. (Directories shared between machines are not supported: a beacon
 * is only visible on its own.)
 *
 * Lock files are numbered, `lock.7`, and the highest counts. Each is created whole,
 * by linking a finished file to a name that must not exist, and is never removed by
 * its holder. Whoever finds the highest one stale links the next number and holds
 * the lock if nothing higher has appeared. Two starters judging the same stale file
 * want the same number, so one of them loses; a slow one that links a number which
 * has been cleaned up since sees the higher one and backs off. Removing or replacing
 * a stale file in place has no such order, and lets two starters both win.
 */
export interface DataDirLock {
  instanceId: string;
  /** What the beacon tells others about this holder, once it is known. */
  announce(url: string): void;
  release(): Promise<void>;
}

interface LockFile {
  instanceId: string;
  pid: number;
  beacon: number;
}

const ATTEMPTS = 20;
const BEACON_TIMEOUT_MS = 1000;

/** True for the files that taking a lock leaves in a data directory. */
export const isLockFile = (name: string): boolean => /^lock\./.test(name);

/** Takes the lock of a data directory, or throws DATA_DIR_IN_USE with the holder's pid. */
export async function acquireLock(
  dataDir: string,
  instanceId: string,
  machine: Machine,
): Promise<DataDirLock> {
  let url = '';
  const beacon = await openBeacon(() => JSON.stringify({ instanceId, url }));
  const port = (beacon.address() as AddressInfo).port;
  const content: LockFile = { instanceId, pid: machine.pid, beacon: port };
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await tryAcquire(dataDir, content, machine)) {
        return {
          instanceId,
          announce: (known) => {
            url = known;
          },
          release: () => closeServer(beacon),
        };
      }
    }
    throw new Error('the lock file keeps changing');
  } catch (error) {
    await closeServer(beacon);
    if (error instanceof SandboxStartError) throw error;
    const message = `The lock of ${dataDir} could not be taken: ${(error as Error).message}.`;
    throw new SandboxStartError('DATA_DIR_UNUSABLE', message, { dataDir, cause: error });
  }
}

/** True if the lock is ours, false if another starter interfered and it is worth looking again. */
async function tryAcquire(dataDir: string, content: LockFile, machine: Machine): Promise<boolean> {
  const highest = Math.max(0, ...(await lockNumbers(dataDir)));
  if (highest > 0 && !(await isStale(dataDir, highest, machine))) return false;

  const mine = highest + 1;
  const draft = join(dataDir, `lock.draft-${content.instanceId}`);
  await writeFile(draft, JSON.stringify(content), { flush: true });
  try {
    await link(draft, lockPath(dataDir, mine));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }

  const numbers = await lockNumbers(dataDir);
  if (numbers.some((number) => number > mine)) {
    await rm(lockPath(dataDir, mine), { force: true });
    return false;
  }
  for (const number of numbers) {
    if (number < mine) await rm(lockPath(dataDir, number), { force: true });
  }
  return true;
}

/** True if the file's holder is gone; throws if it is alive; false if the file vanished meanwhile. */
async function isStale(dataDir: string, number: number, machine: Machine): Promise<boolean> {
  const text = await readFile(lockPath(dataDir, number), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const holder = parseLock(text);
  // Files appear whole, so an unreadable one was damaged and has no holder to speak for it.
  if (holder === undefined) return true;
  const answer = await askBeacon(holder.beacon);
  if (answer === 'refused') return true;
  if (answer === 'silent') {
    if (!machine.isAlive(holder.pid)) return true;
  } else if (answer.instanceId !== holder.instanceId) {
    return true;
  }
  const message = `Another sandbox (process ${holder.pid}) uses the data directory ${dataDir}.`;
  const url = answer !== 'silent' && answer.url !== '' ? { url: answer.url } : {};
  throw new SandboxStartError('DATA_DIR_IN_USE', message, { dataDir, pid: holder.pid, ...url });
}

async function lockNumbers(dataDir: string): Promise<number[]> {
  const names = await readdir(dataDir);
  return names.flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
}

const lockPath = (dataDir: string, number: number): string => join(dataDir, `lock.${number}`);

function parseLock(text: string): LockFile | undefined {
  try {
    const value = JSON.parse(text) as Partial<LockFile>;
    const whole =
      typeof value.instanceId === 'string' && Number.isInteger(value.pid) && isPort(value.beacon);
    return whole ? (value as LockFile) : undefined;
  } catch {
    return undefined;
  }
}

const isPort = (value: unknown): boolean => Number.isInteger(value) && Number(value) < 65_536;

function openBeacon(message: () => string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(message());
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // The beacon must not keep a process alive by itself.
      server.unref();
      resolve(server);
    });
  });
}

type Answer = 'refused' | 'silent' | { instanceId: string; url: string };

function askBeacon(port: number): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(BEACON_TIMEOUT_MS, () => finish('silent'));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    // Only a closed port proves that the holder is gone; a want of sockets here proves nothing.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(error.code === 'ECONNREFUSED' ? 'refused' : 'silent');
    });
    socket.on('end', () => finish(parseAnswer(text)));
  });
}

/** Anything that is not a beacon's answer comes from a program that got the port since. */
function parseAnswer(text: string): Answer {
  try {
    const { instanceId, url } = JSON.parse(text) as { instanceId: unknown; url: unknown };
    return { instanceId: String(instanceId), url: String(url) };
  } catch {
    return 'refused';
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
