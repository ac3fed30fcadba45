import type { Kernel } from '../../kernel/kernel.ts';
import { mountsOf } from '../commands/filesystems.ts';
import { cpuOf } from '../facts/cpu.ts';
import { blockDevices } from '../facts/disks.ts';
import { memoryOf } from '../facts/memory.ts';
import { loadAverages, uptimeSeconds } from '../facts/time.ts';
import { distributionOf } from '../images/distribution.ts';

/**
 * What may be written to where the root is read-only, see
 * https://cloud.google.com/container-optimized-os/docs/concepts/disks-and-filesystem
 */
const STATEFUL = /^\/(etc|home|var|tmp|mnt|run|dev|proc|sys)(\/|$)/;

/**
 * The texts of /proc and /sys that say what machine this is, see proc(5). Every one is made when
 * somebody reads it, from what the machine has: nothing of the host shows through.
 */
export function mountTexts(kernel: Kernel): void {
  const { fs, machine } = kernel;
  const distribution = distributionOf(machine.imageFamily);
  const { release, version, builtWith } = distribution.kernel;
  const mounts = () =>
    mountsOf(kernel)
      .map((one) => `${one.source} ${one.mount} ${one.type} ${one.options} 0 0\n`)
      .join('');
  const texts: Record<string, () => string> = {
    '/proc/cpuinfo': () => cpuinfo(kernel),
    '/proc/meminfo': () => meminfo(kernel),
    '/proc/version': () => `Linux version ${release} ${builtWith} ${version}\n`,
    '/proc/uptime': () => {
      const up = uptimeSeconds(kernel);
      return `${up.toFixed(2)} ${(up * machine.vcpus * 0.97).toFixed(2)}\n`;
    },
    '/proc/loadavg': () => {
      const all = kernel.processes.all();
      const running = all.filter((one) => one.state === 'R').length;
      return `${loadAverages(kernel)
        .map((one) => one.toFixed(2))
        .join(' ')} ${Math.max(1, running)}/${all.length + 31} ${all.at(-1)?.pid ?? 1}\n`;
    },
    '/proc/stat': () => stat(kernel),
    '/proc/mounts': mounts,
    '/proc/cmdline': () =>
      `BOOT_IMAGE=/boot/vmlinuz-${release} root=PARTUUID=9a1d1a0c-6f9c-4c52-9d35-1d6a0c5ef0aa ro console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200 consoleblank=0\n`,
    '/proc/filesystems': () =>
      'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tcgroup2\n\text4\n\tvfat\n',
    '/proc/swaps': () => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
    '/proc/partitions': () => partitions(kernel),
    '/proc/net/dev': () => networkDevices(kernel),
    '/proc/net/route': () => routes(kernel),
    '/proc/sys/kernel/hostname': () => `${kernel.hostname}\n`,
    '/proc/sys/kernel/ostype': () => 'Linux\n',
    '/proc/sys/kernel/osrelease': () => `${release}\n`,
    '/proc/sys/kernel/version': () => `${version}\n`,
    '/proc/sys/kernel/pid_max': () => '4194304\n',
    '/proc/sys/kernel/random/boot_id': () => `${kernel.bootId}\n`,
    '/proc/sys/kernel/random/uuid': () => uuid(kernel.randomBytes(16)),
    '/proc/sys/net/ipv4/ip_forward': () => '0\n',
    '/proc/sys/vm/swappiness': () => '60\n',
    '/proc/sys/fs/file-max': () => '9223372036854775807\n',
    '/sys/class/dmi/id/product_name': () => 'Google Compute Engine\n',
    '/sys/class/dmi/id/sys_vendor': () => 'Google\n',
    '/sys/class/dmi/id/bios_vendor': () => 'Google\n',
    '/sys/devices/system/cpu/online': () =>
      machine.vcpus === 1 ? '0\n' : `0-${machine.vcpus - 1}\n`,
    '/sys/hypervisor/type': () => 'kvm\n',
  };
  for (const one of machine.interfaces) {
    texts[`/sys/class/net/${one.name}/address`] = () => `${one.mac}\n`;
    texts[`/sys/class/net/${one.name}/mtu`] = () => `${one.mtu}\n`;
    texts[`/sys/class/net/${one.name}/operstate`] = () => 'up\n';
  }
  if (distribution.readOnlyRoot) fs.readOnly = (path) => !STATEFUL.test(path);
  for (const [path, read] of Object.entries(texts)) fs.live(path, () => read());
  for (const device of blockDevices(machine)) {
    const nothing = () => '';
    fs.device(`/dev/${device.name}`, { kind: 'b', numbers: [8, 0], read: nothing }, 0o660);
    for (const part of device.partitions)
      fs.device(
        `/dev/${part.name}`,
        { kind: 'b', numbers: [8, part.number], read: nothing },
        0o660,
      );
    fs.liveLink(`/dev/disk/by-id/google-${device.disk.deviceName}`, () => `../../${device.name}`);
  }
}

function cpuinfo(kernel: Kernel): string {
  const { machine } = kernel;
  const cpu = cpuOf(machine);
  const cores = Math.max(1, Math.ceil(machine.vcpus / 2));
  return Array.from({ length: machine.vcpus }, (_, index) => {
    if (cpu.architecture === 'aarch64') {
      return `processor\t: ${index}\nBogoMIPS\t: 50.00\nFeatures\t: ${cpu.flags}\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n`;
    }
    return `processor\t: ${index}
vendor_id\t: ${cpu.vendor}
cpu family\t: ${cpu.family}
model\t\t: ${cpu.model}
model name\t: ${cpu.name}
stepping\t: ${cpu.stepping}
microcode\t: 0xffffffff
cpu MHz\t\t: ${cpu.mhz.toFixed(3)}
cache size\t: ${cpu.cacheKb} KB
physical id\t: 0
siblings\t: ${machine.vcpus}
core id\t\t: ${Math.floor(index / 2)}
cpu cores\t: ${cores}
apicid\t\t: ${index}
initial apicid\t: ${index}
fpu\t\t: yes
fpu_exception\t: yes
cpuid level\t: 13
wp\t\t: yes
flags\t\t: ${cpu.flags}
bugs\t\t: ${cpu.vendor === 'GenuineIntel' ? 'cpu_meltdown spectre_v1 spectre_v2 spec_store_bypass l1tf mds swapgs itlb_multihit' : 'sysret_ss_attrs null_seg spectre_v1 spectre_v2 spec_store_bypass'}
bogomips\t: ${(cpu.mhz * 2).toFixed(2)}
clflush size\t: 64
cache_alignment\t: 64
address sizes\t: 46 bits physical, 48 bits virtual
power management:

`;
  }).join('');
}

function meminfo(kernel: Kernel): string {
  const memory = memoryOf(kernel.machine, kernel.processes.all());
  const rows: [string, number][] = [
    ['MemTotal', memory.total],
    ['MemFree', memory.free],
    ['MemAvailable', memory.available],
    ['Buffers', memory.buffers],
    ['Cached', memory.cached],
    ['SwapCached', 0],
    ['Active', Math.round(memory.cached * 0.5)],
    ['Inactive', Math.round(memory.cached * 0.6)],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 112],
    ['Writeback', 0],
    ['AnonPages', Math.round(memory.used * 0.4)],
    ['Mapped', Math.round(memory.cached * 0.3)],
    ['Shmem', memory.shared],
    ['Slab', 52_000],
    ['KernelStack', 2400],
    ['PageTables', 2900],
    ['CommitLimit', Math.round(memory.total / 2)],
    ['VmallocTotal', 34_359_738_367],
    ['HugePages_Total', 0],
    ['HugePages_Free', 0],
    ['Hugepagesize', 2048],
  ];
  return rows
    .map(
      ([name, value]) =>
        `${`${name}:`.padEnd(16)}${String(value).padStart(8)}${name.startsWith('HugePages_') ? '' : ' kB'}\n`,
    )
    .join('');
}

function stat(kernel: Kernel): string {
  const { vcpus } = kernel.machine;
  const ticks = Math.round(uptimeSeconds(kernel) * 100);
  const used =
    Math.round(kernel.processes.all().reduce((sum, one) => sum + one.cpuTime, 0) / 10) +
    Math.min(ticks, 600);
  const line = (name: string, share: number) =>
    `${name} ${Math.round((used * 0.7) / share)} 0 ${Math.round((used * 0.3) / share)} ${Math.max(0, Math.round((ticks * vcpus - used) / share))} 120 0 9 0 0 0\n`;
  const each = Array.from({ length: vcpus }, (_, index) => line(`cpu${index}`, vcpus)).join('');
  return `${line('cpu ', 1)}${each}ctxt ${ticks * 12}\nbtime ${Math.floor(kernel.booted / 1000)}\nprocesses ${kernel.processes.all().at(-1)?.pid ?? 1}\nprocs_running 1\nprocs_blocked 0\n`;
}

function partitions(kernel: Kernel): string {
  let text = 'major minor  #blocks  name\n\n';
  blockDevices(kernel.machine).forEach((device, index) => {
    const row = (minor: number, bytes: number, name: string) =>
      `   8 ${String(minor).padStart(8)} ${String(Math.floor(bytes / 1024)).padStart(10)} ${name}\n`;
    text += row(index * 16, device.bytes, device.name);
    for (const part of device.partitions)
      text += row(index * 16 + part.number, part.bytes, part.name);
  });
  return text;
}

function networkDevices(kernel: Kernel): string {
  const up = Math.floor(uptimeSeconds(kernel));
  const line = (name: string, bytes: number) => {
    const packets = Math.ceil(bytes / 240);
    return `${name.padStart(6)}: ${String(bytes).padStart(7)} ${String(packets).padStart(7)}    0    0    0     0          0         0 ${String(Math.round(bytes * 0.6)).padStart(8)} ${String(packets).padStart(7)}    0    0    0     0       0          0\n`;
  };
  return `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
${line('lo', 18_400)}${kernel.machine.interfaces.map((one) => line(one.name, 284_000 + up * 310)).join('')}`;
}

function routes(kernel: Kernel): string {
  const hex = (address: string) =>
    address
      .split('.')
      .reverse()
      .map((one) => Number(one).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  const rows = kernel.machine.interfaces
    .slice(0, 1)
    .map(
      (one) =>
        `${one.name}\t00000000\t${hex(one.gateway)}\t0003\t0\t0\t100\t00000000\t0\t0\t0\n${one.name}\t${hex(one.gateway)}\t00000000\t0005\t0\t0\t100\tFFFFFFFF\t0\t0\t0\n`,
    );
  return `Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n${rows.join('')}`;
}

function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}\n`;
}
