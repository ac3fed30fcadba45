import { errorText } from '../../kernel/errors.ts';
import { type Process, SIGNALS, type Signal } from '../../kernel/processes.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { memoryOf } from '../facts/memory.ts';
import { clock, loadAverages, month, two, uptimeSeconds } from '../facts/time.ts';
import { parseOptions } from '../options.ts';
import { expression } from '../patterns.ts';
import { Failure, program, programs } from '../program.ts';
import { cut, graphemes } from '../screen/cells.ts';
import { fullScreen, inverse, paint } from '../screen/full-screen.ts';
import { uptimeLine } from './machine.ts';

/** Programs about the process table: `ps`, `top`, `kill` and their kin (procps). */

interface Column {
  readonly head: string;
  readonly width: number;
  readonly left?: boolean;
  readonly of: (process: Process, io: ProgramIo) => string;
}

function seconds(task: Process): number {
  return Math.floor(task.cpuTime / 1000);
}

function userOf(task: Process, io: ProgramIo): string {
  const name = io.kernel.users.nameOf(task.who.uid);
  // As procps: a name that does not fit is cut and marked.
  return name.length > 8 ? `${name.slice(0, 7)}+` : name;
}

function commandOf(task: Process): string {
  return task.kernelThread ? `[${task.name}]` : task.command.join(' ');
}

function cpuPercent(task: Process, io: ProgramIo): string {
  const lived = Math.max(1, io.kernel.now() - task.started);
  return Math.min(100 * io.kernel.machine.vcpus, (100 * task.cpuTime) / lived).toFixed(1);
}

function memoryPercent(task: Process, io: ProgramIo): string {
  const { total } = memoryOf(io.kernel.machine, []);
  return task.kernelThread ? '0.0' : ((100 * task.rssKib) / total).toFixed(1);
}

function resident(task: Process): number {
  return task.kernelThread ? 0 : task.rssKib;
}

function virtual(task: Process): number {
  return task.kernelThread ? 0 : Math.round(task.rssKib * 1.6) + 5200;
}

function stateOf(task: Process): string {
  const leader =
    task.tty === undefined && task.parent?.pid === 1
      ? 's'
      : task.command[0]?.startsWith('-')
        ? 's'
        : '';
  const state = task.kernelThread ? 'I' : task.state;
  const low = task.kernelThread && task.nice < 0 ? '<' : '';
  return `${state}${low}${task.pid === 1 ? 's' : leader}${task.state === 'R' && task.tty ? '+' : ''}`;
}

/** `13:05` today, `Nov20` this year, else the year. */
function startOf(task: Process, io: ProgramIo): string {
  const at = new Date(task.started);
  if (io.kernel.now() - task.started < 86_400_000) return clock(task.started).slice(0, 5);
  return `${month(task.started)}${two(at.getUTCDate())}`;
}

/** `00:00:50`. */
function longTime(task: Process): string {
  const all = seconds(task);
  return `${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

/** `0:50`. */
function shortTime(task: Process): string {
  return `${Math.floor(seconds(task) / 60)}:${two(seconds(task) % 60)}`;
}

const columns: Readonly<Record<string, Column>> = {
  user: { head: 'USER', width: 8, left: true, of: userOf },
  uid: { head: 'UID', width: 5, of: (one) => String(one.who.uid) },
  pid: { head: 'PID', width: 7, of: (one) => String(one.pid) },
  ppid: { head: 'PPID', width: 7, of: (one) => String(one.parent?.pid ?? 0) },
  pcpu: { head: '%CPU', width: 4, of: cpuPercent },
  pmem: { head: '%MEM', width: 4, of: memoryPercent },
  vsz: { head: 'VSZ', width: 6, of: (one) => String(virtual(one)) },
  rss: { head: 'RSS', width: 5, of: (one) => String(resident(one)) },
  tty: { head: 'TTY', width: 8, left: true, of: (one) => one.tty ?? '?' },
  stat: { head: 'STAT', width: 4, left: true, of: stateOf },
  state: { head: 'S', width: 1, of: (one) => (one.kernelThread ? 'I' : one.state) },
  start: { head: 'START', width: 7, left: true, of: startOf },
  stime: { head: 'STIME', width: 5, of: startOf },
  bsdtime: { head: 'TIME', width: 6, of: shortTime },
  time: { head: 'TIME', width: 8, of: longTime },
  c: { head: 'C', width: 2, of: (one, io) => String(Math.floor(Number(cpuPercent(one, io)))) },
  args: { head: 'COMMAND', width: 27, left: true, of: (one) => commandOf(one) },
  cmd: { head: 'CMD', width: 27, left: true, of: (one) => commandOf(one) },
  comm: { head: 'COMMAND', width: 15, left: true, of: (one) => one.name },
  name: { head: 'CMD', width: 15, left: true, of: (one) => one.name },
  ni: {
    head: 'NI',
    width: 3,
    of: (one) => (one.kernelThread && one.nice === 0 ? '0' : String(one.nice)),
  },
  pri: { head: 'PRI', width: 3, of: (one) => String(19 - one.nice) },
  etime: { head: 'ELAPSED', width: 11, of: (one, io) => elapsed(io.kernel.now() - one.started) },
  etimes: {
    head: 'ELAPSED',
    width: 7,
    of: (one, io) => String(Math.floor((io.kernel.now() - one.started) / 1000)),
  },
  lstart: {
    head: 'STARTED',
    width: 24,
    of: (one) => new Date(one.started).toUTCString().slice(0, 24),
  },
  nlwp: { head: 'NLWP', width: 4, of: () => '1' },
};

const aliases: Readonly<Record<string, string>> = {
  '%cpu': 'pcpu',
  '%mem': 'pmem',
  command: 'args',
  euser: 'user',
  ruser: 'user',
  cputime: 'time',
  tname: 'tty',
  tt: 'tty',
  s: 'state',
  ucmd: 'comm',
  rssize: 'rss',
  vsize: 'vsz',
  nice: 'ni',
  start_time: 'stime',
};

function elapsed(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [days, hours] = [Math.floor(all / 86_400), Math.floor(all / 3600) % 24];
  const front = days > 0 ? `${days}-${two(hours)}:` : hours > 0 ? `${two(hours)}:` : '';
  return `${front}${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

const ps = program('ps', (io) => {
  // BSD's letters come without a dash: `ps aux`.
  const bsd = io.args.filter((arg) => /^[auxwfe]+$/.test(arg)).join('');
  const rest = io.args.filter((arg) => !/^[auxwfe]+$/.test(arg));
  const options = parseOptions(
    { name: io.name, args: rest },
    'e A a d f,full F l j u:,user: U: p:,pid: C: o:,format: t: w ww x N h,no-headers,no-heading H forest sort: ppid:',
    {
      usage:
        "\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).",
    },
  );
  if (options.operands.some((one) => !/^\d+$/.test(one))) {
    throw new Failure(
      "error: unsupported option (BSD syntax)\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).",
    );
  }
  const { users } = io.kernel;
  const list = (name: string) =>
    options
      .values(name)
      .flatMap((one) => one.split(/[\s,]+/))
      .filter(Boolean);
  const pids = [...list('p'), ...options.operands].map(Number);
  const owners = [...list('u'), ...list('U')].map((one) => users.byName(one)?.uid ?? Number(one));
  if (owners.some(Number.isNaN)) throw new Failure('error: user name does not exist');
  const [names, parents] = [list('C'), list('ppid').map(Number)];
  const chosen = pids.length + owners.length + names.length + parents.length > 0;
  const every = options.has('e') || options.has('A') || bsd.includes('x');
  const own = (one: Process) =>
    bsd.includes('a') || options.has('a')
      ? one.tty !== undefined
      : one.tty === io.process.tty && one.who.uid === io.who.uid && one.tty !== undefined;
  const wanted = (one: Process): boolean => {
    if (chosen) {
      return (
        pids.includes(one.pid) ||
        owners.includes(one.who.uid) ||
        names.includes(one.name) ||
        parents.includes(one.parent?.pid ?? 0)
      );
    }
    if (every) return bsd.includes('x') && !bsd.includes('a') ? one.who.uid === io.who.uid : true;
    return (
      own(one) || one === io.process || (io.process.tty === undefined && one === io.process.parent)
    );
  };
  const processes = io.kernel.processes.all().filter(wanted);
  const sort = options.value('sort');
  if (sort !== undefined) order(processes, sort, io);
  const format = list('o');
  const shown: readonly { column: Column; head: string }[] =
    format.length > 0
      ? format.map((one) => {
          const [key = '', head] = one.split('=');
          const column = columns[aliases[key] ?? key];
          if (!column) throw new Failure(`error: unknown user-defined format specifier "${key}"`);
          return { column, head: head ?? column.head };
        })
      : layout(bsd, options.has('f') || options.has('F')).map((key) => {
          const column = columns[key] as Column;
          return { column, head: key === 'user' && options.has('f') ? 'UID' : column.head };
        });
  const headless = options.has('h') || shown.every(({ head }) => head === '');
  const width =
    io.toTerminal && !bsd.includes('w') && !options.has('w') ? io.terminal?.columns : undefined;
  const line = (cells: readonly string[]) => {
    const text = cells
      .map((cell, index) => {
        const { column } = shown[index] as { column: Column };
        const last = index === cells.length - 1;
        if (column.left) return last ? cell : cell.padEnd(column.width);
        return cell.padStart(column.width);
      })
      .join(' ');
    return `${width === undefined ? text : text.slice(0, width)}\n`;
  };
  let text = headless ? '' : line(shown.map(({ head }) => head));
  for (const one of processes) text += line(shown.map(({ column }) => column.of(one, io)));
  io.out(text);
  return processes.length === 0 ? 1 : 0;
});

function layout(bsd: string, full: boolean): string[] {
  if (bsd.includes('u')) return 'user pid pcpu pmem vsz rss tty stat start bsdtime args'.split(' ');
  if (bsd !== '') return 'pid tty stat bsdtime args'.split(' ');
  if (full) return 'user pid ppid c stime tty time cmd'.split(' ');
  return 'pid tty time name'.split(' ');
}

function order(processes: Process[], sort: string, io: ProgramIo): void {
  const down = sort.startsWith('-');
  const key = sort.replace(/^[-+]/, '');
  const column = columns[aliases[key] ?? key];
  if (!column) throw new Failure(`error: unknown sort specifier`);
  const value = (one: Process) => column.of(one, io);
  processes.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    const numeric = Number(left) - Number(right);
    return (down ? -1 : 1) * (Number.isNaN(numeric) ? left.localeCompare(right) : numeric);
  });
}

/** `top` and `htop`: until q is pressed on a terminal, otherwise one screen or as many as asked. */
async function top(io: ProgramIo): Promise<number> {
  const options = parseOptions(io, 'b n: d: u: p: o: c H i w? C t s');
  const { kernel } = io;
  const user = options.value('u');
  const uid = user === undefined ? undefined : kernel.users.byName(user)?.uid;
  if (user !== undefined && uid === undefined) throw new Failure(`top: Invalid user`);
  const pids = options.values('p').flatMap((one) => one.split(','));
  const chosen = () =>
    kernel.processes
      .all()
      .filter((one) => user === undefined || one.who.uid === uid)
      .filter((one) => pids.length === 0 || pids.includes(String(one.pid)));
  const seconds = Math.min(10, Math.max(0.5, Number(options.value('d') ?? 3)));
  if (!options.has('b') && options.value('n') === undefined) {
    const watched = await fullScreen(io, async (keys) => {
      for (;;) {
        const { columns, rows } = keys.window;
        const lines = screen(io, chosen(), false, options.has('c'), rows).trimEnd().split('\n');
        const shown = lines.map((line, at) => {
          const text = cut(graphemes(line), 0, columns);
          return at === HEADING ? inverse(text.padEnd(columns)) : text;
        });
        const empty = Array.from({ length: Math.max(0, rows - shown.length) }, () => '');
        paint(keys, [...shown, ...empty].slice(0, rows), { row: HEADING - 1, cell: 0 });
        const key = await keys.next(io.signal, seconds * 1000);
        if (key === undefined || key === 'q' || key === '\x03') return 0;
      }
    });
    if (watched !== undefined) return watched;
  }
  const times = Math.min(5, Math.max(1, Number(options.value('n') ?? 1)));
  for (let round = 0; round < times && !io.signal.aborted; round++) {
    if (round > 0) {
      await io.sleep(seconds * 1000);
      await io.out('\n');
    }
    await io.out(screen(io, chosen(), options.has('b') || !io.toTerminal, options.has('c')));
  }
  return 0;
}

/** The row of the columns' names. */
const HEADING = 6;

function screen(
  io: ProgramIo,
  processes: readonly Process[],
  batch: boolean,
  full: boolean,
  height = io.terminal?.rows ?? 24,
): string {
  const { kernel } = io;
  const all = kernel.processes.all();
  const memory = memoryOf(kernel.machine, all);
  const running = Math.max(1, all.filter((one) => one.state === 'R').length);
  const stopped = all.filter((one) => one.state === 'T').length;
  const mib = (kib: number) => (kib / 1024).toFixed(1).padStart(8);
  const busy = Math.min(
    100,
    (100 * (running - 1)) / kernel.machine.vcpus + loadAverages(kernel)[0] * 3,
  );
  const us = (busy * 0.7).toFixed(1).padStart(4);
  const sy = (busy * 0.3).toFixed(1).padStart(4);
  const idle = (100 - Number(us) - Number(sy)).toFixed(1).padStart(5);
  let text = `top -${uptimeLine(io)}
Tasks: ${String(all.length).padStart(3)} total, ${String(running).padStart(3)} running, ${String(all.length - running - stopped).padStart(3)} sleeping, ${String(stopped).padStart(3)} stopped,   0 zombie
%Cpu(s): ${us} us, ${sy} sy,  0.0 ni,${idle} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st
MiB Mem : ${mib(memory.total)} total, ${mib(memory.free)} free, ${mib(memory.total - memory.available)} used, ${mib(memory.buffers + memory.cached)} buff/cache
MiB Swap: ${mib(0)} total, ${mib(0)} free, ${mib(0)} used. ${mib(memory.available)} avail Mem

    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
`;
  const busyFirst = [...processes].sort(
    (a, b) => Number(b.state === 'R') - Number(a.state === 'R') || a.pid - b.pid,
  );
  for (const one of batch ? busyFirst : busyFirst.slice(0, Math.max(5, height - 8))) {
    const hundredths = Math.floor(one.cpuTime / 10);
    const time = `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
    text += `${[
      String(one.pid).padStart(7),
      userOf(one, io).padEnd(8),
      String(20 + one.nice).padStart(3),
      String(one.nice).padStart(3),
      String(virtual(one)).padStart(7),
      String(resident(one)).padStart(6),
      String(Math.round(resident(one) * 0.6)).padStart(6),
      one.kernelThread ? 'I' : one.state,
      (one.state === 'R' && !one.kernelThread ? cpuPercent(one, io) : '0.0').padStart(5),
      memoryPercent(one, io).padStart(5),
      time.padStart(9),
      full ? commandOf(one) : one.name,
    ].join(' ')}\n`;
  }
  return text;
}

/** `9`, `KILL`, `SIGKILL`. Undefined for what is no signal; 0 asks only whether it could be sent. */
function signalOf(text: string): Signal | 0 | undefined {
  if (text === '0') return 0;
  const name = text.toUpperCase().replace(/^SIG/, '');
  const found = Object.entries(SIGNALS).find(
    ([key, value]) => key === name || String(value) === text,
  );
  return found?.[0] as Signal | undefined;
}

/** Takes `-9`, `-KILL`, `-s KILL` out of the arguments. */
function takeSignal(io: ProgramIo, args: string[]): Signal | 0 {
  const at = args.findIndex((arg) => /^-(\d+|(SIG)?[A-Z]+[0-9]?|s|-signal.*)$/.test(arg));
  if (at < 0) return 'TERM';
  const [arg = ''] = args.splice(at, 1);
  const text =
    arg === '-s' || arg === '--signal'
      ? (args.splice(at, 1)[0] ?? '')
      : arg.replace(/^--signal=|^-/, '');
  const signal = signalOf(text);
  if (signal === undefined) throw new Failure(`${io.name}: ${text}: invalid signal specification`);
  return signal;
}

const kill = program('kill', async (io) => {
  if (io.args[0] === '-l' || io.args[0] === '-L') {
    io.out(`${Object.keys(SIGNALS).join(' ')}\n`);
    return 0;
  }
  const args = [...io.args];
  const signal = takeSignal(io, args);
  if (args.length === 0) {
    throw new Failure(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
      2,
    );
  }
  let status = 0;
  for (const text of args) {
    if (!/^-?\d+$/.test(text)) {
      await io.err(`bash: kill: ${text}: arguments must be process or job IDs\n`);
      status = 1;
      continue;
    }
    try {
      io.kernel.processes.kill(Number(text), signal, io.who);
    } catch (error) {
      await io.err(`bash: kill: (${text}) - ${errorText(error)}\n`);
      status = 1;
    }
  }
  return status;
});

const byName = programs(['pkill', 'pgrep', 'killall', 'pidof'], async (io) => {
  const name = io.name.split('/').at(-1) as 'pkill' | 'pgrep' | 'killall' | 'pidof';
  const args = [...io.args];
  const signal = name === 'pkill' || name === 'killall' ? takeSignal(io, args) : 0;
  const options = parseOptions(
    { name, args },
    'f,full l,list-name a,list-full u:,euid: n,newest o,oldest x,exact c,count v q,quiet i e w s I P: t: d:',
  );
  const [pattern] = options.operands;
  const user = options.value('u');
  if (pattern === undefined && user === undefined && options.value('P') === undefined) {
    if (name === 'killall') throw new Failure('Usage: killall [OPTION]... [--] NAME...');
    if (name === 'pidof') return 1;
    throw new Failure(
      `${name}: no matching criteria specified\nTry \`${name} --help' for more information.`,
      2,
    );
  }
  const exact = name === 'killall' || name === 'pidof' || options.has('x');
  const uid = user === undefined ? undefined : (io.kernel.users.byName(user)?.uid ?? Number(user));
  const fits = exact
    ? { test: (text: string) => options.operands.includes(text) }
    : await expression(pattern ?? '', { ignoreCase: options.has('i') }).catch(() => {
        throw new Failure(`${name}: regex error: Invalid preceding regular expression`, 2);
      });
  const matches = (one: Process): boolean => {
    if (one === io.process || (uid !== undefined && one.who.uid !== uid)) return false;
    const parent = options.value('P');
    if (parent !== undefined && String(one.parent?.pid) !== parent) return false;
    if (pattern === undefined) return true;
    return fits.test(options.has('f') ? one.command.join(' ') : one.name);
  };
  let found = io.kernel.processes.all().filter(matches);
  if (options.has('n')) found = found.slice(-1);
  if (options.has('o')) found = found.slice(0, 1);
  if (found.length === 0) {
    if (name === 'killall' && !options.has('q')) await io.err(`${pattern}: no process found\n`);
    if (options.has('c')) await io.out('0\n');
    return 1;
  }
  if (name === 'pidof') {
    await io.out(
      `${found
        .map((one) => one.pid)
        .reverse()
        .join(' ')}\n`,
    );
    return 0;
  }
  if (name === 'pgrep') {
    const line = (one: Process) =>
      options.has('a')
        ? `${one.pid} ${commandOf(one)}`
        : options.has('l')
          ? `${one.pid} ${one.name}`
          : String(one.pid);
    await io.out(
      options.has('c') ? `${found.length}\n` : found.map((one) => `${line(one)}\n`).join(''),
    );
    return 0;
  }
  let sent = 0;
  for (const one of found) {
    try {
      io.kernel.processes.kill(one.pid, signal, io.who);
      sent++;
    } catch (error) {
      const words =
        name === 'killall'
          ? `${one.name}(${one.pid}): ${errorText(error)}`
          : `pkill: killing pid ${one.pid} failed: ${errorText(error)}`;
      await io.err(`${words}\n`);
    }
  }
  return sent > 0 ? 0 : 1;
});

/** Runs a command again and again, printing each time: the screen is not cleared off a terminal. */
const watch = program('watch', async (io) => {
  const options = parseOptions(io, 'n:,interval: d t,no-title x e g b c', { operandsFirst: true });
  if (options.operands.length === 0) throw new Failure('Usage:\n watch [options] command');
  const every = Math.max(0.1, Number(options.value('n') ?? 2)) * 1000;
  // Without an end of its own; a day is what one session is given.
  for (let round = 0; round < 10_000 && !io.signal.aborted; round++) {
    const { stdout, stderr } = await io.run(options.operands.join(' '), { capture: true });
    const title = options.has('t')
      ? ''
      : `Every ${(every / 1000).toFixed(1)}s: ${options.operands.join(' ')}    ${io.kernel.hostname}: ${new Date(io.kernel.now()).toUTCString()}\n\n`;
    await io.out((io.toTerminal ? '\x1b[H\x1b[2J' : '') + title + stdout + stderr);
    await io.sleep(every);
  }
  return 130;
});

const sysctl = program('sysctl', async (io) => {
  const [key] = io.args.filter((arg) => !arg.startsWith('-'));
  if (key === undefined)
    throw new Failure("sysctl: no variables specified\nTry `sysctl --help' for more information.");
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  if (key.includes('=') || io.args.includes('-w'))
    throw new Failure(`sysctl: permission denied on key "${key.split('=')[0]}"`);
  if (!io.fs.exists(path))
    throw new Failure(`sysctl: cannot stat ${path}: No such file or directory`);
  await io.out(`${key} = ${io.fs.readText(path)}`);
  return 0;
});

/** The buffer of the kernel: what it said at the boot. */
const dmesg = program('dmesg', async (io) => {
  parseOptions(io, 'T,ctime H,human w l: k x L? n: e,reltime');
  if (io.who.uid !== 0)
    throw new Failure('dmesg: read kernel buffer failed: Operation not permitted');
  const lines = io.fs.readText('/run/kernel.log');
  await io.out(lines);
  return uptimeSeconds(io.kernel) >= 0 ? 0 : 1;
});

export const processPrograms = [
  ps,
  ...programs(['top', 'htop'], top),
  kill,
  ...byName,
  watch,
  sysctl,
  dmesg,
];
