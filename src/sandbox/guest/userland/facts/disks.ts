import type { GuestDisk, GuestMachine } from '../../contract.ts';
import { distributionOf } from '../images/distribution.ts';

/** Block devices and file systems as the image lays them out on its boot disk. */

export interface Partition {
  readonly name: string;
  readonly bytes: number;
  readonly mount: string;
  readonly number: number;
}

export interface BlockDevice {
  /** `sda`. */
  readonly name: string;
  readonly disk: GuestDisk;
  readonly bytes: number;
  readonly partitions: readonly Partition[];
  readonly readOnly: boolean;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Disks in the order in which they are attached: the boot disk first. */
export function blockDevices(machine: GuestMachine): BlockDevice[] {
  const disks = [...machine.disks].sort((a, b) => Number(b.boot) - Number(a.boot));
  return disks.map((disk, index) => {
    const name = `sd${String.fromCharCode(97 + (index % 26))}`;
    const bytes = disk.sizeGb * GIB;
    return {
      name,
      disk,
      bytes,
      partitions: disk.boot ? bootPartitions(machine, bytes) : [],
      readOnly: false,
    };
  });
}

function bootPartitions(machine: GuestMachine, bytes: number): Partition[] {
  const distribution = distributionOf(machine.imageFamily);
  const { efi, efiMount, bios, boot, root } = distribution.partitions;
  if (distribution.id === 'cos') {
    return [
      { name: 'sda1', number: 1, bytes: bytes - 5 * GIB, mount: '/mnt/stateful_partition' },
      { name: 'sda3', number: 3, bytes: 2 * GIB, mount: '' },
      { name: 'sda5', number: 5, bytes: 2 * GIB, mount: '' },
      { name: 'sda8', number: 8, bytes: 16 * MIB, mount: '/usr/share/oem' },
      { name: 'sda12', number: 12, bytes: 32 * MIB, mount: '' },
    ];
  }
  const efiBytes =
    (distribution.id === 'ubuntu' ? 106 : distribution.id === 'rocky' ? 200 : 124) * MIB;
  const others: Partition[] = [
    { name: efi, number: numberOf(efi), bytes: efiBytes, mount: efiMount },
  ];
  if (bios) {
    const size = (distribution.id === 'ubuntu' ? 4 : 3) * MIB;
    others.unshift({ name: bios, number: numberOf(bios), bytes: size, mount: '' });
  }
  if (boot) others.push({ name: boot, number: numberOf(boot), bytes: 913 * MIB, mount: '/boot' });
  const taken = others.reduce((sum, one) => sum + one.bytes, 2 * MIB);
  return [{ name: root, number: numberOf(root), bytes: bytes - taken, mount: '/' }, ...others].sort(
    (a, b) => a.number - b.number,
  );
}

function numberOf(partition: string): number {
  return Number(/\d+$/.exec(partition)?.[0] ?? 1);
}

/** What `df` prints a line of, in bytes. */
export interface Mounted {
  readonly source: string;
  readonly type: string;
  readonly mount: string;
  readonly size: number;
  readonly used: number;
  readonly available: number;
  readonly inodes: number;
  readonly inodesUsed: number;
  readonly options: string;
}

/**
 * @param stored bytes that the guest's own files take up, beyond the image
 * @param memory of the machine in KiB, as programs see it
 */
export function mounted(
  machine: GuestMachine,
  use: { stored: number; files: number; packagesKib: number },
  memory: number,
): Mounted[] {
  const distribution = distributionOf(machine.imageFamily);
  const boot = blockDevices(machine).find((one) => one.disk.boot);
  const partitions = boot?.partitions ?? [];
  const bytes = memory * 1024;
  const root = partitions.find(
    (one) => one.mount === '/' || one.mount === '/mnt/stateful_partition',
  );
  const size = Math.round((root?.bytes ?? 10 * GIB) * 0.984);
  const used = distribution.usedMb * MIB + use.stored + use.packagesKib * 1024;
  const rootDevice = distribution.id === 'cos' ? 'sda1' : (root?.name ?? 'sda1');
  const main: Mounted = {
    source: distribution.id === 'ubuntu' ? '/dev/root' : `/dev/${rootDevice}`,
    type: distribution.id === 'rocky' ? 'xfs' : 'ext4',
    mount: distribution.id === 'cos' ? '/mnt/stateful_partition' : '/',
    size,
    used,
    available: Math.max(0, Math.round(size * 0.957) - used),
    inodes: Math.round(size / 16_384 / 1.6),
    inodesUsed: 33_120 + use.files,
    options:
      distribution.id === 'rocky'
        ? 'rw,seclabel,relatime,attr2,inode64'
        : 'rw,relatime,discard,errors=remount-ro',
  };
  const list: Mounted[] = [
    memoryBacked('udev', 'devtmpfs', '/dev', bytes * 0.49, 0),
    memoryBacked('tmpfs', 'tmpfs', '/run', bytes * 0.1, 392 * 1024),
  ];
  if (distribution.id === 'cos') {
    const verified = 1.9 * GIB;
    list.push({
      ...main,
      source: '/dev/root',
      type: 'ext2',
      mount: '/',
      size: verified,
      used: distribution.usedMb * MIB,
      available: verified - distribution.usedMb * MIB,
      options: 'ro,relatime',
    });
  }
  list.push(distribution.id === 'cos' ? { ...main, used: 40 * MIB + use.stored } : main);
  list.push(memoryBacked('tmpfs', 'tmpfs', '/dev/shm', bytes * 0.5, 0));
  list.push(memoryBacked('tmpfs', 'tmpfs', '/run/lock', 5 * MIB, 0));
  for (const one of partitions.filter((each) => each.mount.startsWith('/boot'))) {
    const taken = one.mount === '/boot' ? 112 * MIB : 12 * MIB;
    list.push({
      source: `/dev/${one.name}`,
      type: one.mount === '/boot' ? 'ext4' : 'vfat',
      mount: one.mount,
      size: one.bytes * 0.995,
      used: taken,
      available: one.bytes * 0.995 - taken,
      inodes: 0,
      inodesUsed: 0,
      options: 'rw,relatime',
    });
  }
  return list;
}

function memoryBacked(
  source: string,
  type: string,
  mount: string,
  size: number,
  used: number,
): Mounted {
  return {
    source,
    type,
    mount,
    size,
    used,
    available: size - used,
    inodes: Math.round(size / 4096),
    inodesUsed: used === 0 ? 1 : 420,
    options: type === 'devtmpfs' ? 'rw,nosuid,relatime' : 'rw,nosuid,nodev',
  };
}
