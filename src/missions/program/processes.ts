import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * The processes of a running program, and what they take: its process group
 * and, on Linux, whatever still has the program's own environment variable,
 * which finds those that have left the group (`setsid`, daemons).
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */

export interface Taken {
  /** Process ids. */
  readonly processes: readonly number[];
  /** Of the one that has most: what processes share would be counted several times in a sum. */
  readonly memoryBytes: number;
}

export interface ProcessGroup {
  /** What the program takes now; undefined where this platform does not tell. */
  look(): Promise<Taken | undefined>;
}

/**
 * @param group the id of the process group
 * @param mark a `NAME=value` of the program's environment that nothing else has
 */
export function processGroup(platform: NodeJS.Platform, group: number, mark: string): ProcessGroup {
  if (platform === 'linux') return linuxGroup(group, mark);
  if (platform === 'win32') return { look: async () => undefined };
  return { look: () => askPs(group) };
}

function linuxGroup(group: number, mark: string): ProcessGroup {
  /** Asked once: most processes of a machine have nothing to do with the program. */
  const belongs = new Map<number, boolean>();
  return {
    async look() {
      const processes: number[] = [];
      let memoryBytes = 0;
      for (const name of readdirSync('/proc')) {
        const id = Number(name);
        if (!Number.isInteger(id)) continue;
        const stat = belongs.get(id) === false ? undefined : readProc(id, 'stat');
        if (stat === undefined) continue;
        // The name of the command, in parentheses, may hold anything; after it come the numbers.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const inGroup = Number(fields[2]) === group;
        if (!inGroup && !belongs.has(id)) {
          belongs.set(id, readProc(id, 'environ')?.split('\0').includes(mark) === true);
        }
        // A dead process whose parent has not asked for it takes nothing.
        if ((!inGroup && belongs.get(id) !== true) || fields[0] === 'Z') continue;
        processes.push(id);
        memoryBytes = Math.max(memoryBytes, Number(fields[21]) * pageBytes);
      }
      return { processes, memoryBytes };
    },
  };
}

/** On the machines that matter here; where pages are larger, a little less is counted. */
const pageBytes = 4096;

/** Undefined where the process is gone, or another user's. */
function readProc(id: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${id}/${file}`, 'latin1');
  } catch {
    return undefined;
  }
}

async function askPs(group: number): Promise<Taken | undefined> {
  const rows = await ps(['-A', '-o', 'pid=,pgid=,rss=']);
  const own = rows?.filter(([, of]) => of === group);
  return (
    own && {
      processes: own.map(([id = 0]) => id),
      memoryBytes: Math.max(0, ...own.map(([, , kibibytes = 0]) => kibibytes * 1024)),
    }
  );
}

/**
 * How many processes a user has; on Linux threads, which is what counts there. Undefined where
 * this platform does not tell.
 */
export async function processesOfUser(
  platform: NodeJS.Platform,
  user: number,
): Promise<number | undefined> {
  if (platform === 'win32' || user === 0) return undefined;
  if (platform !== 'linux') return (await ps(['-U', String(user), '-o', 'pid=']))?.length;
  const counts = readdirSync('/proc').map((name) => {
    const status = /^\d+$/.test(name) ? (readProc(Number(name), 'status') ?? '') : '';
    const owner = /^Uid:\t(\d+)/m.exec(status)?.[1];
    return owner === String(user) ? Number(/^Threads:\t(\d+)/m.exec(status)?.[1] ?? 1) : 0;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

async function ps(options: readonly string[]): Promise<number[][] | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', [...options], { timeout: 5000 });
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => line.trim().split(/\s+/).map(Number));
  } catch {
    return undefined;
  }
}
