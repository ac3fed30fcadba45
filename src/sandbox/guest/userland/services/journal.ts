import * as z from 'zod';
import type { Kernel } from '../../kernel/kernel.ts';

/**
 * What services and the system say, as journald keeps it. The real file is binary; here each
 * line is an entry in JSON, and the oldest go when it gets long.
 */

const entryShape = z.object({
  /** Milliseconds since 1970. */
  time: z.number(),
  boot: z.string(),
  /** `nginx.service`; undefined for what belongs to none. */
  unit: z.string().optional(),
  /** Who said it: `systemd`, `sshd`, `sudo`... */
  identifier: z.string(),
  pid: z.number().optional(),
  message: z.string(),
  /** 0 is an emergency, 3 an error, 6 information. */
  priority: z.number(),
});

export type JournalEntry = z.infer<typeof entryShape>;

const FOLDER = '/var/log/journal';
const FILE = `${FOLDER}/system.journal`;
const MAX_BYTES = 192 * 1024;
const MAX_MESSAGE = 4096;
/** Of one piece of output. */
const MAX_LINES = 100;

export function record(
  kernel: Kernel,
  entry: { identifier: string; message: string; unit?: string; pid?: number; priority?: number },
): void {
  const lines = entry.message
    .split('\n')
    .slice(0, MAX_LINES)
    .map((message) =>
      JSON.stringify({
        time: kernel.now(),
        boot: kernel.bootId,
        priority: 6,
        ...entry,
        message: message.slice(0, MAX_MESSAGE),
      }),
    );
  const { root } = kernel;
  try {
    if (!root.exists(FOLDER)) root.mkdir(FOLDER, { parents: true });
    if (root.exists(FILE) && root.stat(FILE).size > MAX_BYTES) {
      const kept = root.readText(FILE).slice(-MAX_BYTES / 2);
      root.write(FILE, kept.slice(kept.indexOf('\n') + 1));
    }
    root.write(FILE, `${lines.join('\n')}\n`, { append: true, mode: 0o640 });
    syslog(kernel, entry);
  } catch {
    // A full disk loses log lines, and nothing else.
  }
}

/** Where the image has rsyslog, the same goes to /var/log/syslog and auth.log. */
function syslog(
  kernel: Kernel,
  entry: { identifier: string; message: string; pid?: number },
): void {
  const { root } = kernel;
  const secret = ['sudo', 'sshd', 'useradd', 'su', 'systemd-logind'].includes(entry.identifier);
  const path = ['/var/log/syslog', '/var/log/messages'].find((one) => root.exists(one));
  if (path === undefined) return;
  const file = secret ? path.replace('syslog', 'auth.log').replace('messages', 'secure') : path;
  const pid = entry.pid === undefined ? '' : `[${entry.pid}]`;
  const time = new Date(kernel.now()).toISOString().replace('Z', '+00:00');
  if (root.exists(file) && root.stat(file).size > MAX_BYTES) root.write(file, '');
  root.append(file, `${time} ${kernel.hostname} ${entry.identifier}${pid}: ${entry.message}\n`);
}

export function journal(kernel: Kernel): JournalEntry[] {
  const { root } = kernel;
  if (!root.exists(FILE)) return [];
  return root
    .readText(FILE)
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [entryShape.parse(JSON.parse(line))];
      } catch {
        // Somebody wrote to the file.
        return [];
      }
    });
}
