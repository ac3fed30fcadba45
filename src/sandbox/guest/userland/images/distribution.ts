import { cos } from './cos.ts';
import { debian12, debian13 } from './debian.ts';
import { rocky9 } from './rocky.ts';
import { ubuntu } from './ubuntu.ts';

/** What sets one operating system image apart from another, as a table of facts. */
export interface Distribution {
  /** `ID` of /etc/os-release. */
  id: 'debian' | 'ubuntu' | 'cos' | 'rocky';
  /** `VERSION_ID` of /etc/os-release. */
  version: string;
  codename: string;
  prettyName: string;
  osRelease: string;
  /** What /etc/issue says; the first line of the login prompt on the serial console. */
  issue: string;
  /** `uname -r`, `uname -v`, `uname -o` is the same everywhere; who compiled it, for /proc/version. */
  kernel: { release: string; version: string; builtWith: string };
  /** `apt` where Debian's package manager is. */
  packages: 'apt' | 'dnf' | 'none';
  /** Whether rsyslog writes /var/log/syslog and auth.log: Debian has the journal alone since 12. */
  rsyslog: boolean;
  /** Container-Optimized OS mounts its root read-only. */
  readOnlyRoot: boolean;
  /** Interface, root partition and the EFI partition as the image lays them out. */
  partitions: { root: string; efi: string; efiMount: string; bios?: string; boot?: string };
  /** Megabytes that the image takes up on its disk. */
  usedMb: number;
  /** When the image was made: the date of its files. */
  builtAt: number;
  /** Groups that the guest agent puts users in, as far as the image has them. */
  loginGroups: readonly string[];
  /** Packages that the image comes with, beyond what every one has (packages/base.ts). */
  installed: readonly string[];
  systemd: string;
}

const byFamily: readonly [family: RegExp, distribution: Distribution][] = [
  [/^debian-13/, debian13],
  [/^debian/, debian12],
  [/^ubuntu-(minimal-|pro-|accelerator-)*2204/, ubuntu.jammy],
  [/^ubuntu-(minimal-|pro-|accelerator-)*2404/, ubuntu.noble],
  [/^ubuntu/, ubuntu.resolute],
  [/^cos/, cos],
  [/^(rocky|centos|rhel|almalinux|oracle)-?/, rocky9],
];

/**
 * Images that somebody made have no family; they were made from one of these, and their disk's
 * own files say which. Debian 12 is what `gcloud compute instances create` takes by itself.
 */
export function distributionOf(family: string): Distribution {
  return byFamily.find(([pattern]) => pattern.test(family))?.[1] ?? debian12;
}
