import { ROOT } from '../../kernel/credentials.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { cpuOf } from '../facts/cpu.ts';
import { memoryOf } from '../facts/memory.ts';
import { type Distribution, distributionOf } from '../images/distribution.ts';
import { greeting } from '../images/notice.ts';
import { record } from './journal.ts';
import { resumeUnits, start, states, stop } from './manager.ts';
import { daemonsOf, findUnit, WANTS } from './units.ts';

/** From the firmware to the login prompt: what the serial port shows, and what runs afterwards. */

/** Threads of the kernel that `ps` shows in brackets. */
const threads =
  'kthreadd pool_workqueue_release kworker/R-rcu_g kworker/R-slub_ kworker/0:0-events kworker/u2:0-events_unbound ksoftirqd/0 rcu_sched migration/0 cpuhp/0 kdevtmpfs kauditd khungtaskd oom_reaper kcompactd0 kswapd0 scsi_eh_0 jbd2/sda1-8';

/** Processes that every boot has, with the pids that `ps` shows first. */
function firstProcesses(kernel: Kernel): void {
  const { processes } = kernel;
  if (processes.get(1)) return;
  processes.start({
    parent: undefined,
    who: ROOT,
    command: ['/sbin/init'],
    rssKib: 12_600,
    pid: 1,
    started: kernel.booted,
  });
  let pid = 2;
  let parent: ReturnType<typeof processes.start> | undefined;
  for (const name of threads.split(' ')) {
    const thread = processes.start({
      parent,
      who: ROOT,
      command: [name],
      kernelThread: true,
      pid,
      started: kernel.booted,
      rssKib: 0,
    });
    parent ??= thread;
    pid += name.startsWith('kworker') ? 1 : 2;
  }
  processes.countFrom(300);
}

export async function bootMachine(kernel: Kernel): Promise<void> {
  const distribution = distributionOf(kernel.machine.imageFamily);
  const { root } = kernel;
  const lines = kernelLines(kernel, distribution);
  kernel.serial(firmware);
  kernel.serial(lines.map((line) => `${line}\n`).join(''));
  firstProcesses(kernel);
  if (!root.exists('/etc/machine-id') || root.readText('/etc/machine-id').trim() === '') {
    root.write('/etc/machine-id', `${Buffer.from(kernel.randomBytes(16)).toString('hex')}\n`);
    root.chmod('/etc/machine-id', 0o444);
  }
  root.write('/run/kernel.log', `${lines.join('\n')}\n`, { mode: 0o600 });
  const login = greeting(kernel.machine, '');
  if (login !== '') root.write('/run/motd.dynamic', login);
  for (const line of lines.slice(0, 4))
    record(kernel, { identifier: 'kernel', message: line.replace(/^\[[^\]]*\] /, '') });
  // What ran before the machine was switched off does not run by itself.
  kernel.state['units'] = {};
  await startUnits(kernel, distribution);
  const { hostname } = kernel;
  kernel.serial(
    `[  OK  ] Reached target multi-user.target - Multi-User System.\n[  OK  ] Reached target graphical.target - Graphical Interface.\n`,
  );
  kernel.serial(
    `\n${distribution.issue.trimEnd().replace('\\S', distribution.prettyName).replace('\\r', distribution.kernel.release).replace('\\m', 'x86_64').replace('\\n', hostname).replace('\\l', 'ttyS0')}\n\n${hostname} login: \n`,
  );
  record(kernel, {
    identifier: 'systemd',
    pid: 1,
    message: 'Startup finished in 1.204s (kernel) + 5.811s (userspace) = 7.015s.',
  });
}

/** The image's own, then what `systemctl enable` added. */
async function startUnits(kernel: Kernel, distribution: Distribution): Promise<void> {
  const { root } = kernel;
  const enabled = root.exists(WANTS) ? root.list(WANTS) : [];
  const own = daemonsOf(distribution)
    .filter(([name, one]) => one.always || enabled.includes(`${name}.service`))
    .map(([name]) => `${name}.service`);
  const others = enabled.filter(
    (name) => !own.includes(name) && name !== 'google-startup-scripts.service',
  );
  for (const name of [...own, ...others]) {
    const unit = findUnit(root, name);
    if (!unit) continue;
    const begun = start(kernel, name);
    // A service of a learner's own may take its time, or never be ready: the boot goes on.
    const ok = own.includes(name) || name === 'nginx.service' ? await begun : true;
    kernel.serial(
      ok
        ? `[  OK  ] Started ${unit.name} - ${unit.description}.\n`
        : `[FAILED] Failed to start ${unit.name} - ${unit.description}.\nSee 'systemctl status ${unit.name}' for details.\n`,
    );
  }
  for (const name of [
    'basic.target',
    'network-online.target',
    'multi-user.target',
    'graphical.target',
  ])
    await start(kernel, name);
}

export async function resumeMachine(kernel: Kernel): Promise<void> {
  firstProcesses(kernel);
  resumeUnits(kernel);
}

export async function shutdownMachine(kernel: Kernel): Promise<void> {
  record(kernel, {
    identifier: 'systemd',
    pid: 1,
    message: 'Stopping target multi-user.target - Multi-User System...',
  });
  for (const [name, state] of Object.entries(states(kernel)).reverse()) {
    if (state.active !== 'active' || name.startsWith('systemd-journald')) continue;
    await stop(kernel, name);
    const unit = findUnit(kernel.root, name);
    if (unit) kernel.serial(`[  OK  ] Stopped ${unit.name} - ${unit.description}.\n`);
  }
  kernel.serial(
    '[  OK  ] Reached target poweroff.target - System Power Off.\nreboot: Power down\n',
  );
}

const firmware = `\x1b[2J\x1b[01;01H\x1b[=3h\x1b[2J\x1b[01;01HUEFI: Attempting to start image.
Description: Debian GNU/Linux
FilePath: PciRoot(0x0)/Pci(0x3,0x0)/Scsi(0x1,0x0)
OptionNumber: 0.

\x1b[0m\x1b[37m\x1b[40mWelcome to GRUB!

`.replace('Debian GNU/Linux', 'boot disk');

/** `[    0.004128] ...`, as the kernel counts from its start. */
function kernelLines(kernel: Kernel, distribution: Distribution): string[] {
  const { machine } = kernel;
  const { release, version, builtWith } = distribution.kernel;
  const cpu = cpuOf(machine);
  const { total } = memoryOf(machine, []);
  const [boot] = machine.disks;
  const texts: [number, string][] = [
    [0, `Linux version ${release} ${builtWith} ${version}`],
    [
      0,
      `Command line: BOOT_IMAGE=/boot/vmlinuz-${release} root=PARTUUID=9a1d1a0c-6f9c-4c52-9d35-1d6a0c5ef0aa ro console=tty0 console=ttyS0,115200`,
    ],
    [0, 'BIOS-provided physical RAM map:'],
    [0, 'DMI: Google Google Compute Engine/Google Compute Engine, BIOS Google'],
    [0, 'Hypervisor detected: KVM'],
    [0.000_012, `tsc: Detected ${cpu.mhz.toFixed(3)} MHz processor`],
    [0.041_2, `Memory: ${total}K/${machine.memoryMb * 1024}K available`],
    [0.062_5, `smpboot: Allowing ${machine.vcpus} CPUs, 0 hotplug CPUs`],
    [
      0.118_4,
      `smpboot: CPU0: ${cpu.name} (family: 0x${cpu.family.toString(16)}, model: 0x${cpu.model.toString(16)}, stepping: 0x${cpu.stepping.toString(16)})`,
    ],
    [0.204_9, `smp: Brought up 1 node, ${machine.vcpus} CPU${machine.vcpus === 1 ? '' : 's'}`],
    [0.412_7, 'PCI: Using configuration type 1 for base access'],
    [0.688_1, 'NET: Registered PF_INET protocol family'],
    [0.902_3, 'scsi host0: Virtio SCSI HBA'],
    [
      0.934_8,
      `sd 0:0:1:0: [sda] ${((boot?.sizeGb ?? 10) * 2_097_152).toString()} 512-byte logical blocks: (${((boot?.sizeGb ?? 10) * 1.073_741_824).toFixed(1)} GB/${boot?.sizeGb ?? 10}.0 GiB)`,
    ],
    [
      1.012_4,
      `EXT4-fs (${distribution.partitions.root}): mounted filesystem with ordered data mode. Quota mode: none.`,
    ],
    [
      1.204_1,
      `systemd[1]: systemd ${distribution.systemd} running in system mode (+PAM +AUDIT +SELINUX +APPARMOR)`,
    ],
    [1.211_6, 'systemd[1]: Detected virtualization google.'],
    [1.214_9, 'systemd[1]: Detected architecture x86-64.'],
    [1.240_2, `systemd[1]: Hostname set to <${kernel.hostname}>.`],
    [1.702_8, 'systemd[1]: Reached target basic.target - Basic System.'],
    ...machine.interfaces.map((one, index): [number, string] => [
      1.93 + index / 10,
      `virtio_net virtio${index + 1} ${one.name}: renamed from eth${index}`,
    ]),
  ];
  return texts.map(([at, text]) => `[${at.toFixed(6).padStart(12)}] ${text}`);
}
