import type { Inode } from '../fs/inode.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './processes.ts';

/** Kilobytes in a page. */
const PAGE_KIB = 4;
/** USER_HZ: clock ticks in a second. */
const TICKS = 100;

/** /proc/<pid> and /proc/self, see proc(5). The texts beside them are userland's. */
export function mountProcesses(kernel: Kernel): void {
  const { fs, processes } = kernel;
  fs.liveFolder('/proc', {
    list: () => processes.all().map((task) => String(task.pid)),
    find: (name) => {
      const task = /^\d+$/.test(name) ? processes.get(Number(name)) : undefined;
      return task && folderOf(kernel, task);
    },
  });
  fs.liveLink('/proc/self', (who) => String(who.pid));
}

function folderOf(kernel: Kernel, task: Process): Inode {
  const { uid, gid } = task.who;
  const text = (read: () => string, mode = 0o444) =>
    kernel.fs.liveInode({ device: { kind: '-', read }, mode, uid, gid });
  const entries = new Map<string, Inode>([
    ['cmdline', text(() => (task.kernelThread ? '' : `${task.command.join('\0')}\0`))],
    ['comm', text(() => `${task.name}\n`)],
    ['cwd', kernel.fs.liveInode({ target: () => task.cwd, uid, gid })],
    [
      'environ',
      text(() => [...task.environment].map(([key, value]) => `${key}=${value}\0`).join(''), 0o400),
    ],
    ['root', kernel.fs.liveInode({ target: () => '/', uid, gid })],
    ['stat', text(() => statLine(kernel, task))],
    ['status', text(() => statusText(task))],
  ]);
  return kernel.fs.liveInode({ entries, mode: 0o555, uid, gid });
}

function statLine(kernel: Kernel, task: Process): string {
  const ticks = Math.round((task.cpuTime / 1000) * TICKS);
  const started = Math.round(((task.started - kernel.booted) / 1000) * TICKS);
  const tty = task.tty === undefined ? 0 : 34_816 + Number(task.tty.split('/')[1] ?? 0);
  const fields = [task.state, task.parent?.pid ?? 0, task.pid, task.pid, tty, -1, 0, 0, 0, 0, 0];
  const times = [ticks, 0, 0, 0, 20 + task.nice, task.nice, 1, 0, Math.max(0, started)];
  const memory = [task.rssKib * 1024 * 3, Math.round(task.rssKib / PAGE_KIB)];
  return `${task.pid} (${task.name}) ${[...fields, ...times, ...memory].join(' ')}\n`;
}

const STATES = { R: 'running', S: 'sleeping', T: 'stopped', Z: 'zombie' } as const;

function statusText(task: Process): string {
  const { uid, gid, groups } = task.who;
  const lines = [
    `Name:\t${task.name}`,
    `State:\t${task.state} (${STATES[task.state]})`,
    `Tgid:\t${task.pid}`,
    `Pid:\t${task.pid}`,
    `PPid:\t${task.parent?.pid ?? 0}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
    `Groups:\t${groups.join(' ')}`,
    ...(task.kernelThread ? [] : [`VmRSS:\t${String(task.rssKib).padStart(8)} kB`]),
    'Threads:\t1',
  ];
  return `${lines.join('\n')}\n`;
}
