import { errorText, SystemError } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { parseOptions } from '../options.ts';
import { Failure, program, programs } from '../program.ts';
import { fullScreen } from '../screen/full-screen.ts';
import { less } from '../screen/less.ts';
import { dateOf } from './change.ts';

/** Small programs that just-bash does not bring along. */

/** What `dd` and `truncate` make at most: the file system bounds the rest. */
const MAX_DD = 64 * 1024 * 1024;

const mktemp = program('mktemp', (io) => {
  const options = parseOptions(io, 'd,directory p:,tmpdir: u,dry-run q,quiet t suffix:');
  const [template = 'tmp.XXXXXXXXXX'] = options.operands;
  const blanks = /X{3,}(?=[^X]*$)/.exec(template)?.[0];
  if (!blanks) throw new Failure(`mktemp: too few X's in template ‘${template}’`);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const chosen = [...io.kernel.randomBytes(blanks.length)].map(
    (byte) => letters[byte % letters.length],
  );
  const name =
    template.replace(/X{3,}(?=[^X]*$)/, chosen.join('')) + (options.value('suffix') ?? '');
  const base =
    options.value('p') ??
    (options.operands.length === 0 || options.has('t')
      ? (io.env.get('TMPDIR') ?? '/tmp')
      : undefined);
  const path = base === undefined ? name : `${base}/${name}`;
  if (!options.has('u')) {
    if (options.has('d')) io.fs.mkdir(path, { mode: 0o700 });
    else io.fs.write(path, '', { mode: 0o600, exclusive: true });
  }
  io.out(`${path}\n`);
  return 0;
});

/** `10M`, `4k`, `1GB`; NaN for what is no size. */
export function sizeOf(text: string): number {
  const match = /^(\d+)([cwbkKMGT]?)(iB|B)?$/.exec(text);
  if (!match) return Number.NaN;
  const [, count, unit = '', tail] = match;
  const base = tail === 'B' ? 1000 : 1024;
  const power = { '': 0, c: 0, w: 0, b: 0, k: 1, K: 1, M: 2, G: 3, T: 4 }[unit] ?? 0;
  return Number(count) * (unit === 'b' ? 512 : unit === 'w' ? 2 : base ** power);
}

const truncate = program('truncate', async (io) => {
  const options = parseOptions(io, 's:,size: c,no-create r:,reference: o');
  const text = options.value('s');
  const reference = options.value('r');
  if (text === undefined && reference === undefined) {
    throw new Failure(
      "truncate: you must specify either ‘--size’ or ‘--reference’\nTry 'truncate --help' for more information.",
    );
  }
  const sign = /^[-+]/.exec(text ?? '')?.[0];
  const given =
    reference === undefined
      ? sizeOf((text as string).slice(sign ? 1 : 0))
      : io.fs.stat(reference).size;
  if (Number.isNaN(given)) throw new Failure(`truncate: Invalid number: ‘${text}’`);
  for (const path of options.operands) {
    const there = io.fs.exists(path);
    if (!there && options.has('c')) continue;
    const before = there ? io.fs.read(path) : new Uint8Array(0);
    const size =
      sign === '+'
        ? before.length + given
        : sign === '-'
          ? Math.max(0, before.length - given)
          : given;
    // A sparse file would cost nothing on ext4; here every byte is kept.
    if (size > MAX_DD)
      throw new Failure(`truncate: failed to truncate '${path}' at ${size} bytes: File too large`);
    const after = new Uint8Array(size);
    after.set(before.subarray(0, size));
    try {
      io.fs.write(path, after);
    } catch (error) {
      throw new Failure(`truncate: cannot open '${path}' for writing: ${errorText(error)}`);
    }
  }
  return 0;
});

const dd = program('dd', async (io) => {
  const set = new Map<string, string>();
  for (const arg of io.args) {
    const [key = '', ...rest] = arg.split('=');
    if (
      rest.length === 0 ||
      ![
        'if',
        'of',
        'bs',
        'ibs',
        'obs',
        'count',
        'skip',
        'seek',
        'status',
        'conv',
        'iflag',
        'oflag',
      ].includes(key)
    ) {
      throw new Failure(`dd: unrecognized operand ‘${arg}’\nTry 'dd --help' for more information.`);
    }
    set.set(key, rest.join('='));
  }
  const size = (key: string, otherwise: number): number => {
    const text = set.get(key);
    const value = text === undefined ? otherwise : sizeOf(text);
    if (Number.isNaN(value)) throw new Failure(`dd: invalid number: ‘${text}’`);
    return value;
  };
  const block = size('bs', size('ibs', 512));
  const count = set.has('count') ? size('count', 0) : undefined;
  const from = set.get('if');
  const to = set.get('of');
  let input: Uint8Array;
  let status = 0;
  const wanted = count === undefined ? undefined : count * block;
  const endless =
    from !== undefined &&
    ['/dev/zero', '/dev/urandom', '/dev/random'].includes(io.fs.absolute(from));
  const started = io.kernel.now();
  try {
    if (endless) {
      // One more than a disk takes: then it is full.
      const most = Math.min(wanted ?? Number.POSITIVE_INFINITY, MAX_DD + 1);
      input = from?.endsWith('zero') ? new Uint8Array(most) : io.kernel.randomBytes(most);
      if (to === undefined && most > MAX_DD) {
        throw new Failure("dd: error writing 'standard output': No space left on device");
      }
    } else input = from === undefined ? await io.stdin() : io.fs.read(from);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`dd: failed to open '${from}': ${errorText(error)}`);
  }
  const skipped = endless ? 0 : size('skip', 0) * block;
  let bytes = input.subarray(skipped, wanted === undefined ? undefined : skipped + wanted);
  if (to === undefined) await io.out(bytes);
  else {
    try {
      io.fs.write(to, bytes, { piecewise: true });
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'ENOSPC') {
        throw new Failure(`dd: failed to open '${to}': ${errorText(error)}`);
      }
      await io.err(`dd: error writing '${to}': ${error.text}\n`);
      status = 1;
      bytes = bytes.subarray(0, io.fs.exists(to) ? io.fs.stat(to).size : 0);
    }
  }
  if (set.get('status') === 'none') return status;
  const full = Math.floor(bytes.length / block);
  const partial = bytes.length % block === 0 ? 0 : 1;
  const seconds = Math.max(0.000_2, (io.kernel.now() - started) / 1000 + bytes.length / 4e8);
  const decimal = (value: number, base: number, names: readonly string[]): string => {
    const power = Math.min(
      names.length - 1,
      Math.floor(Math.log(Math.max(value, 1)) / Math.log(base)),
    );
    const shown = value / base ** power;
    return `${shown < 10 ? shown.toFixed(1).replace(/\.0$/, power === 0 ? '' : '.0') : Math.round(shown)} ${names[power]}`;
  };
  const sizes =
    bytes.length < 1000
      ? ''
      : bytes.length < 1024
        ? ` (${decimal(bytes.length, 1000, ['B', 'kB'])})`
        : ` (${decimal(bytes.length, 1000, ['B', 'kB', 'MB', 'GB'])}, ${decimal(bytes.length, 1024, ['B', 'KiB', 'MiB', 'GiB'])})`;
  const records = `${full}+${partial} records in\n${full}+${partial} records out\n`;
  const rate = decimal(bytes.length / seconds, 1000, ['B', 'kB', 'MB', 'GB']);
  const summary = `${bytes.length} byte${bytes.length === 1 ? '' : 's'}${sizes} copied, ${seconds.toPrecision(6)} s, ${rate}/s\n`;
  await io.err(set.get('status') === 'noxfer' ? records : records + summary);
  return status;
});

/** Without a terminal, and where it fits on one, the text goes through. */
const pagers = programs(['less', 'more'], async (io) => {
  const paged = await page(io);
  if (paged !== undefined) return paged;
  return throughPager(io);
});

async function page(io: ProgramIo): Promise<number | undefined> {
  const files = io.args.filter((arg) => !arg.startsWith('-') && !arg.startsWith('+'));
  const [path] = files;
  if (io.openKeys === undefined || files.length > 1) return undefined;
  if (path !== undefined && (!io.fs.exists(path) || !io.fs.may('r', path))) return undefined;
  if (path !== undefined && io.fs.stat(path).type === 'folder') return undefined;
  if (path === undefined && io.stdinIsTerminal) return undefined;
  const text = path === undefined ? await io.stdinText() : io.fs.readText(path);
  return fullScreen(io, (keys) => less(io, keys, path ?? '', text));
}

async function throughPager(io: ProgramIo): Promise<number> {
  const files = io.args.filter((arg) => !arg.startsWith('-') && !arg.startsWith('+'));
  if (files.length === 0) {
    if (io.args.length === 0 && io.terminal && (await io.stdin()).length === 0) {
      throw new Failure(
        io.name.endsWith('less')
          ? 'Missing filename ("less --help" for help)'
          : "more: bad usage\nTry 'more --help' for more information.",
      );
    }
    await io.out(await io.stdin());
    return 0;
  }
  let status = 0;
  for (const path of files) {
    try {
      if (files.length > 1) await io.out(`::::::::::::::\n${path}\n::::::::::::::\n`);
      await io.out(io.fs.read(path));
    } catch (error) {
      await io.err(
        `${io.fs.exists(path) && io.fs.stat(path).type === 'folder' ? `${path} is a directory` : `${path}: ${errorText(error)}`}\n`,
      );
      status = 1;
    }
  }
  return status;
}

/** Follows files that grow with -f; all else is just-bash's. */
const tail = program('tail', async (io) => {
  const original = io.original as (args: readonly string[]) => Promise<number>;
  const follows = (arg: string) => /^-[qvnc]*[fF][qv]*$|^--follow/.test(arg);
  if (!io.args.some(follows)) return original(io.args);
  if (io.limit !== undefined) {
    throw new Failure(
      'tail: -f never ends, and what follows in this pipe would wait for its end: use -f alone',
    );
  }
  const numbered = io.args.flatMap((arg, at) =>
    /^-[nc]$/.test(io.args[at - 1] ?? '') ? [arg] : [],
  );
  const files = io.args.filter((arg) => !arg.startsWith('-') && !numbered.includes(arg));
  const rest = io.args.map((arg) => (follows(arg) ? arg.replace(/^--follow.*$|[fF]/, '') : arg));
  const status = await original(rest.filter((arg) => arg !== '' && arg !== '-'));
  const sizes = new Map(
    files.filter((path) => io.fs.exists(path)).map((path) => [path, io.fs.read(path).length]),
  );
  if (sizes.size === 0) return status;
  let last = files.at(-1);
  while (!io.signal.aborted) {
    await io.sleep(250);
    for (const [path, before] of sizes) {
      const size = io.fs.exists(path) ? io.fs.stat(path).size : before;
      if (size === before) continue;
      if (size < before) await io.err(`tail: ${path}: file truncated\n`);
      if (path !== last && files.length > 1) await io.out(`\n==> ${path} <==\n`);
      last = path;
      const content = io.fs.read(path);
      await io.out(content.subarray(size < before ? 0 : before));
      sizes.set(path, content.length);
    }
  }
  return status;
});

const realpath = program('realpath', async (io) => {
  const options = parseOptions(io, 'e,canonicalize-existing m,canonicalize-missing s,strip q');
  let status = 0;
  for (const path of options.operands) {
    try {
      await io.out(
        `${options.has('m') || options.has('s') ? io.fs.absolute(path) : io.fs.realpath(path)}\n`,
      );
    } catch (error) {
      const parent = io.fs.absolute(`${path}/..`);
      if (!options.has('e') && io.fs.exists(parent)) await io.out(`${io.fs.absolute(path)}\n`);
      else {
        await io.err(`realpath: ${path}: ${errorText(error)}\n`);
        status = 1;
      }
    }
  }
  return status;
});

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The sandbox's clock, which may be ahead of the host's; zones by name as Intl knows them. */
const date = program('date', (io) => {
  const options = parseOptions(
    io,
    'u,utc,universal d:,date: r:,reference: I?,iso-8601? R,rfc-email s:,set: rfc-3339:',
  );
  if (options.has('s'))
    throw new Failure(
      io.who.uid === 0
        ? 'date: cannot set date: Operation not permitted'
        : 'date: cannot set date: Operation not permitted',
    );
  const reference = options.value('r');
  const text = options.value('d');
  const time =
    text !== undefined
      ? dateOf(text, io.kernel.now())
      : reference !== undefined
        ? io.fs.stat(reference).mtime
        : io.kernel.now();
  if (Number.isNaN(time)) throw new Failure(`date: invalid date ‘${text}’`);
  const [operand] = options.operands;
  if (operand !== undefined && !operand.startsWith('+'))
    throw new Failure(`date: invalid date ‘${operand}’`);
  const iso = options.value('I') ?? options.value('iso-8601');
  const format =
    operand?.slice(1) ??
    (iso !== undefined
      ? iso === '' || iso === 'date'
        ? '%Y-%m-%d'
        : '%Y-%m-%dT%H:%M:%S%:z'
      : options.has('R')
        ? '%a, %d %b %Y %H:%M:%S %z'
        : '%a %b %e %H:%M:%S %Z %Y');
  io.out(`${formatDate(format, time, options.has('u') ? 'UTC' : (io.env.get('TZ') ?? 'UTC'))}\n`);
  return 0;
});

function formatDate(format: string, time: number, zone: string): string {
  const [offset, name] = zoneOf(time, zone);
  const at = new Date(time + offset * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const [year, month, day, weekday] = [
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCDay(),
  ];
  const [hour, minute, second] = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
  const dayOfYear =
    Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const sign = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}`;
  const letters: Record<string, () => string> = {
    Y: () => String(year),
    y: () => two(year % 100),
    C: () => two(Math.floor(year / 100)),
    m: () => two(month + 1),
    d: () => two(day),
    e: () => String(day).padStart(2),
    j: () => String(dayOfYear).padStart(3, '0'),
    H: () => two(hour),
    I: () => two(hour % 12 || 12),
    k: () => String(hour).padStart(2),
    l: () => String(hour % 12 || 12).padStart(2),
    M: () => two(minute),
    S: () => two(second),
    N: () => `${String(at.getUTCMilliseconds()).padStart(3, '0')}000000`,
    p: () => (hour < 12 ? 'AM' : 'PM'),
    P: () => (hour < 12 ? 'am' : 'pm'),
    a: () => (weekdays[weekday] as string).slice(0, 3),
    A: () => weekdays[weekday] as string,
    u: () => String(weekday || 7),
    w: () => String(weekday),
    b: () => (monthNames[month] as string).slice(0, 3),
    h: () => (monthNames[month] as string).slice(0, 3),
    B: () => monthNames[month] as string,
    F: () => `${year}-${two(month + 1)}-${two(day)}`,
    T: () => `${two(hour)}:${two(minute)}:${two(second)}`,
    R: () => `${two(hour)}:${two(minute)}`,
    D: () => `${two(month + 1)}/${two(day)}/${two(year % 100)}`,
    r: () => `${two(hour % 12 || 12)}:${two(minute)}:${two(second)} ${hour < 12 ? 'AM' : 'PM'}`,
    c: () => formatDate('%a %b %e %H:%M:%S %Y', time, zone),
    x: () => formatDate('%m/%d/%y', time, zone),
    X: () => formatDate('%T', time, zone),
    s: () => String(Math.floor(time / 1000)),
    Z: () => name,
    z: () => `${sign}${two(Math.abs(offset) % 60)}`,
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
    U: () => two(Math.floor((dayOfYear + 6 - weekday) / 7)),
    q: () => String(Math.floor(month / 3) + 1),
  };
  return format
    .replaceAll('%:z', `${sign}:${two(Math.abs(offset) % 60)}`)
    .replaceAll(
      /%([-_0^]?)(\d*)([A-Za-z%])/g,
      (whole, flag: string, width: string, letter: string) => {
        const value = letters[letter]?.();
        if (value === undefined) return whole;
        if (flag === '-') return value.replace(/^[0 ]+(?=.)/, '');
        if (flag === '_') return value.replace(/^0/, ' ');
        if (flag === '^') return value.toUpperCase();
        return letter === 'N' && width !== '' ? value.slice(0, Number(width)) : value;
      },
    );
}

/** Minutes east of Greenwich, and what `date` calls the zone; unknown ones are UTC. */
function zoneOf(time: number, zone: string): [offset: number, name: string] {
  if (/^(UTC|GMT|Etc\/UTC|)$/.test(zone)) return [0, zone === 'GMT' ? 'GMT' : 'UTC'];
  try {
    const part = (kind: 'longOffset' | 'short') =>
      new Intl.DateTimeFormat('en-US', { timeZone: zone.replace(/^:/, ''), timeZoneName: kind })
        .formatToParts(new Date(time))
        .find((one) => one.type === 'timeZoneName')?.value ?? '';
    const match = /GMT([-+])(\d\d):(\d\d)/.exec(part('longOffset'));
    const offset = match
      ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
      : 0;
    const known: Record<string, string> = {
      'Asia/Seoul': 'KST',
      'Asia/Tokyo': 'JST',
      ROK: 'KST',
      'Asia/Singapore': '+08',
    };
    const short = part('short');
    return [
      offset,
      known[zone] ?? (short.startsWith('GMT') ? (match ? `${match[1]}${match[2]}` : 'GMT') : short),
    ];
  } catch {
    return [0, zone.replace(/[^A-Za-z].*$/, '') || 'UTC'];
  }
}

const tty = program('tty', (io) => {
  io.out(io.process.tty === undefined ? 'not a tty\n' : `/dev/${io.process.tty}\n`);
  return io.process.tty === undefined ? 1 : 0;
});

const sync = program('sync', () => 0);

export const textPrograms = [mktemp, truncate, dd, ...pagers, tail, realpath, date, tty, sync];
