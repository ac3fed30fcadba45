import type { ProgramIo } from '../../kernel/programs.ts';
import { padStart } from '../columns.ts';
import { cpuOf } from '../facts/cpu.ts';
import { blockDevices } from '../facts/disks.ts';
import { memoryOf } from '../facts/memory.ts';
import { humanBinary } from '../facts/sizes.ts';
import {
  clock,
  isoDay,
  loadAverages,
  systemdTime,
  two,
  uptimeSeconds,
  weekday,
} from '../facts/time.ts';
import { distributionOf } from '../images/distribution.ts';
import { parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';

/** Programs that say what machine this is. */

const free = program('free', (io) => {
  const options = parseOptions(
    io,
    'b,bytes k,kibi m,mebi g,giga,gibi h,human t,total w,wide s:,seconds: c:,count: si',
  );
  const memory = memoryOf(io.kernel.machine, io.kernel.processes.all());
  const unit = options.has('b')
    ? 1 / 1024
    : options.has('m')
      ? 1024
      : options.has('g')
        ? 1024 ** 2
        : 1;
  const show = (kib: number) =>
    options.has('h') ? humanBinary(kib) : String(Math.floor(kib / unit));
  const wide = options.has('w');
  const cached = wide ? [memory.buffers, memory.cached] : [memory.buffers + memory.cached];
  const heads = [
    'total',
    'used',
    'free',
    'shared',
    ...(wide ? ['buffers', 'cache'] : ['buff/cache']),
    'available',
  ];
  const row = (label: string, values: readonly number[]) =>
    `${label.padEnd(7)}${values.map((one, index) => show(one).padStart(index === 0 ? 13 : 12)).join('')}\n`;
  let text = `${' '.repeat(7)}${heads.map((head, index) => head.padStart(index === 0 ? 13 : 12)).join('')}\n`;
  text += row('Mem:', [
    memory.total,
    memory.total - memory.available,
    memory.free,
    memory.shared,
    ...cached,
    memory.available,
  ]);
  text += row('Swap:', [0, 0, 0]);
  if (options.has('t')) text += row('Total:', [memory.total, memory.used, memory.free]);
  io.out(text);
  return 0;
});

const nproc = program('nproc', (io) => {
  const options = parseOptions(io, 'all ignore:');
  const ignored = Number(options.value('ignore') ?? 0);
  io.out(`${Math.max(1, io.kernel.machine.vcpus - ignored)}\n`);
  return 0;
});

const lscpu = program('lscpu', (io) => {
  parseOptions(io, 'e,extended p,parse J,json a,all');
  const { machine } = io.kernel;
  const cpu = cpuOf(machine);
  const { vcpus } = machine;
  const threads = cpu.architecture === 'x86_64' && vcpus > 1 ? 2 : 1;
  const cores = Math.max(1, Math.ceil(vcpus / threads));
  const kib = (size: number, count: number) =>
    `${size * count >= 1024 ? `${trim((size * count) / 1024)} MiB` : `${size * count} KiB`} (${count} instance${count === 1 ? '' : 's'})`;
  const rows: [string, string][] = [
    ['Architecture:', cpu.architecture],
    ['  CPU op-mode(s):', cpu.architecture === 'x86_64' ? '32-bit, 64-bit' : '32-bit, 64-bit'],
    ['  Address sizes:', '46 bits physical, 48 bits virtual'],
    ['  Byte Order:', 'Little Endian'],
    ['CPU(s):', String(vcpus)],
    ['  On-line CPU(s) list:', vcpus === 1 ? '0' : vcpus === 2 ? '0,1' : `0-${vcpus - 1}`],
    ['Vendor ID:', cpu.vendor],
    ['  Model name:', cpu.name],
    ['    CPU family:', String(cpu.family)],
    ['    Model:', String(cpu.model)],
    ['    Thread(s) per core:', String(threads)],
    ['    Core(s) per socket:', String(cores)],
    ['    Socket(s):', '1'],
    ['    Stepping:', String(cpu.stepping)],
    ['    BogoMIPS:', (cpu.mhz * 2).toFixed(2)],
    ['    Flags:', cpu.flags],
    ['Virtualization features:', ''],
    ['  Hypervisor vendor:', 'KVM'],
    ['  Virtualization type:', 'full'],
    ['Caches (sum of all):', ''],
    ['  L1d:', kib(32, cores)],
    ['  L1i:', kib(32, cores)],
    ['  L2:', kib(cpu.vendor === 'AuthenticAMD' ? cpu.cacheKb : 1024, cores)],
    ['  L3:', kib(cpu.vendor === 'AuthenticAMD' ? 32_768 : cpu.cacheKb, 1)],
    ['NUMA:', ''],
    ['  NUMA node(s):', '1'],
    ['  NUMA node0 CPU(s):', vcpus === 1 ? '0' : vcpus === 2 ? '0,1' : `0-${vcpus - 1}`],
  ];
  // Off a terminal the sub-items are not indented.
  const left = Math.max(...rows.map(([label]) => label.length)) + 2;
  io.out(rows.map(([label, value]) => `${`${label.padEnd(left)}${value}`.trimEnd()}\n`).join(''));
  return 0;
});

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

const lsblk = program('lsblk', (io) => {
  const options = parseOptions(
    io,
    'f,fs a,all b,bytes d,nodeps p,paths n,noheadings l,list o:,output:',
  );
  const prefix = options.has('p') ? '/dev/' : '';
  const size = (bytes: number) => (options.has('b') ? String(bytes) : blockSize(bytes));
  const rows: string[][] = [];
  blockDevices(io.kernel.machine).forEach((device, index) => {
    const minor = index * 16;
    const mount = device.partitions.length === 0 ? '' : '';
    rows.push([
      `${prefix}${device.name}`,
      `8:${minor}`,
      '0',
      size(device.bytes),
      '0',
      'disk',
      mount,
    ]);
    if (options.has('d')) return;
    device.partitions.forEach((one, at) => {
      const branch = at === device.partitions.length - 1 ? '└─' : '├─';
      rows.push([
        `${options.has('l') ? '' : branch}${prefix}${one.name}`,
        `${one.number > 15 ? '259' : '8'}:${one.number > 15 ? one.number - 16 : minor + one.number}`,
        '0',
        size(one.bytes),
        '0',
        'part',
        one.mount,
      ]);
    });
  });
  if (options.has('f') || options.has('o'))
    throw new Failure(`lsblk: only the default columns are shown by this machine`);
  const heads = ['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS'];
  const all = options.has('n') ? rows : [heads, ...rows];
  const widths = heads.map((_, column) =>
    Math.max(...[heads, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const right = [2, 3, 4];
  io.out(
    all
      .map((row) =>
        row
          .map((cell, column) => {
            const [major = '', minor = ''] = cell.split(':');
            if (column === 1 && cell !== 'MAJ:MIN')
              return `${major.padStart(3)}:${minor.padEnd(3)}`;
            if (column === 3) return padStart(cell, 5);
            return right.includes(column)
              ? padStart(cell, widths[column] ?? 0)
              : cell.padEnd(column === 6 ? 0 : (widths[column] ?? 0));
          })
          .join(' ')
          .concat('\n'),
      )
      .join(''),
  );
  return 0;
});

/** `10G`, `9.9G`, `124M`. */
function blockSize(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1).replace(/\.0$/, '')}${units[unit]}`;
}

export function unameFields(io: Pick<ProgramIo, 'kernel'>): Record<string, string> {
  const { machine, hostname } = io.kernel;
  const { kernel } = distributionOf(machine.imageFamily);
  const { architecture } = cpuOf(machine);
  return {
    s: 'Linux',
    n: hostname,
    r: architecture === 'aarch64' ? kernel.release.replace('amd64', 'arm64') : kernel.release,
    v: kernel.version,
    m: architecture,
    o: 'GNU/Linux',
  };
}

const uname = program('uname', (io) => {
  const options = parseOptions(
    io,
    'a,all s,kernel-name n,nodename r,kernel-release v,kernel-version m,machine p,processor i,hardware-platform o,operating-system',
  );
  const [extra] = options.operands;
  if (extra !== undefined) {
    throw new Failure(`uname: extra operand '${extra}'\nTry 'uname --help' for more information.`);
  }
  const fields = unameFields(io);
  // Debian's uname does not know processor and platform: -a leaves them out, alone they are unknown.
  const ubuntu = distributionOf(io.kernel.machine.imageFamily).id === 'ubuntu';
  const unknown = ubuntu ? fields['m'] : 'unknown';
  const asked = options.has('a')
    ? [...'snrvm', ...(ubuntu ? ['m', 'm'] : []), 'o'].map((letter) => fields[letter])
    : [...'snrvmpio']
        .filter((letter) => options.has(letter))
        .map((letter) => fields[letter] ?? unknown);
  io.out(`${(asked.length === 0 ? ['Linux'] : asked).join(' ')}\n`);
  return 0;
});

const hostname = program('hostname', (io) => {
  const options = parseOptions(
    io,
    'I,all-ip-addresses i,ip-address f,fqdn,long d,domain s,short A,all-fqdns',
  );
  const { kernel } = io;
  const { machine } = kernel;
  const [wanted] = options.operands;
  if (wanted !== undefined) {
    if (io.who.uid !== 0) throw new Failure('hostname: you must be root to change the host name');
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62})$/.test(wanted)) {
      throw new Failure('hostname: the specified hostname is invalid');
    }
    kernel.hostname = wanted;
    return 0;
  }
  const { domain } = machine;
  const addresses = machine.interfaces.map((one) => one.address);
  if (options.has('I')) io.out(`${addresses.join(' ')} \n`);
  else if (options.has('i')) io.out(`${addresses[0] ?? '127.0.0.1'}\n`);
  else if (options.has('f') || options.has('A')) io.out(`${kernel.hostname}.${domain}\n`);
  else if (options.has('d')) io.out(`${domain}\n`);
  else io.out(`${options.has('s') ? kernel.hostname.split('.')[0] : kernel.hostname}\n`);
  return 0;
});

const hostnamectl = program('hostnamectl', (io) => {
  const [verb = 'status', name] = parseOptions(io, 'static transient pretty').operands;
  const { kernel } = io;
  if (verb === 'hostname' && name === undefined) {
    io.out(`${kernel.hostname}\n`);
    return 0;
  }
  if (verb === 'set-hostname' || verb === 'hostname') {
    if (io.who.uid !== 0)
      throw new Failure('Could not set static hostname: Interactive authentication required.');
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62})$/.test(name ?? '')) {
      throw new Failure(`Could not set static hostname: Invalid static hostname '${name}'`);
    }
    kernel.hostname = name as string;
    kernel.root.write('/etc/hostname', `${name}\n`);
    return 0;
  }
  if (verb !== 'status') throw new Failure(`Unknown command verb ${verb}.`);
  const distribution = distributionOf(kernel.machine.imageFamily);
  const machineId = kernel.root.exists('/etc/machine-id')
    ? kernel.root.readText('/etc/machine-id').trim()
    : '';
  const rows = [
    ['Static hostname', kernel.hostname],
    ['Icon name', 'computer-vm'],
    ['Chassis', 'vm'],
    ['Machine ID', machineId],
    ['Boot ID', kernel.bootId.replaceAll('-', '')],
    ['Virtualization', 'google'],
    ['Operating System', distribution.prettyName],
    ['Kernel', `Linux ${unameFields(io)['r']}`],
    ['Architecture', cpuOf(kernel.machine).architecture === 'x86_64' ? 'x86-64' : 'arm64'],
    ['Hardware Vendor', 'Google'],
    ['Hardware Model', 'Google Compute Engine'],
    ['Firmware Version', 'Google'],
  ];
  io.out(rows.map(([label, value]) => `${(label as string).padStart(16)}: ${value}\n`).join(''));
  return 0;
});

/** `15:07:00 up  3:33,  1 user,  load average: 0.33, 0.14, 0.46`. */
export function uptimeLine(io: Pick<ProgramIo, 'kernel'>): string {
  const { kernel } = io;
  const minutes = Math.floor(uptimeSeconds(kernel) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const day = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `;
  const since =
    hours === 0 ? `${minutes % 60} min` : `${String(hours).padStart(2)}:${two(minutes % 60)}`;
  const users = [...kernel.sessions].filter((one) => one.tty !== undefined).length;
  const load = loadAverages(kernel).map((one) => one.toFixed(2));
  return ` ${clock(kernel.now())} up ${day}${since},  ${users} user${users > 1 ? 's' : ''},  load average: ${load.join(', ')}`;
}

const uptime = program('uptime', (io) => {
  const options = parseOptions(io, 'p,pretty s,since');
  const { kernel } = io;
  if (options.has('s')) io.out(`${isoDay(kernel.booted)} ${clock(kernel.booted)}\n`);
  else if (options.has('p')) {
    const minutes = Math.floor(uptimeSeconds(kernel) / 60);
    const parts = [
      [Math.floor(minutes / 1440), 'day'],
      [Math.floor(minutes / 60) % 24, 'hour'],
      [minutes % 60, 'minute'],
    ] as const;
    const shown = parts.filter(([count], index) => count > 0 || (index === 2 && minutes === 0));
    io.out(
      `up ${shown.map(([count, name]) => `${count} ${name}${count === 1 ? '' : 's'}`).join(', ')}\n`,
    );
  } else io.out(`${uptimeLine(io)}\n`);
  return 0;
});

const timedatectl = program('timedatectl', (io) => {
  const [verb = 'status'] = io.args;
  const now = io.kernel.now();
  if (verb === 'set-timezone' || verb === 'set-time') {
    throw new Failure('Failed to set time: the clock of this machine is the sandbox’s, and in UTC');
  }
  if (verb !== 'status') throw new Failure(`Unknown command verb ${verb}.`);
  const plain = `${weekday(now)} ${isoDay(now)} ${clock(now)}`;
  io.out(
    `               Local time: ${systemdTime(now)}
           Universal time: ${systemdTime(now)}
                 RTC time: ${plain}
                Time zone: Etc/UTC (UTC, +0000)
System clock synchronized: yes
              NTP service: active
          RTC in local TZ: no
`,
  );
  return 0;
});

const lsbRelease = program('lsb_release', (io) => {
  const options = parseOptions(io, 'a,all i,id d,description r,release c,codename s,short');
  const distribution = distributionOf(io.kernel.machine.imageFamily);
  const rows = [
    ['i', 'Distributor ID', distribution.id === 'ubuntu' ? 'Ubuntu' : 'Debian'],
    ['d', 'Description', distribution.prettyName],
    ['r', 'Release', distribution.version],
    ['c', 'Codename', distribution.codename],
  ] as const;
  const asked = rows.filter(([letter]) => options.has('a') || options.has(letter));
  if (options.has('a') || asked.length === 0) io.err('No LSB modules are available.\n');
  for (const [, label, value] of asked) {
    io.out(options.has('s') ? `${value}\n` : `${label}:\t${value}\n`);
  }
  return 0;
});

export const machinePrograms = [
  free,
  nproc,
  lscpu,
  lsblk,
  uname,
  hostname,
  hostnamectl,
  uptime,
  timedatectl,
  lsbRelease,
];
