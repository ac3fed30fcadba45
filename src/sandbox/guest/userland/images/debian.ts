import type { Distribution } from './distribution.ts';

/**
 * Debian's cloud images as Google publishes them (`debian-cloud`): no rsyslog, the journal alone;
 * chrony, unattended-upgrades and the guest agent beside what a minimal Debian has.
 * https://cloud.google.com/compute/docs/images/os-details#debian
 */
function debian(facts: {
  version: string;
  codename: string;
  full: string;
  kernel: Distribution['kernel'];
  builtAt: number;
  systemd: string;
}): Distribution {
  const { version, codename } = facts;
  return {
    id: 'debian',
    version,
    codename,
    prettyName: `Debian GNU/Linux ${version} (${codename})`,
    osRelease: `PRETTY_NAME="Debian GNU/Linux ${version} (${codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${version}"
VERSION="${version} (${codename})"
VERSION_CODENAME=${codename}
${version === '13' ? `DEBIAN_VERSION_FULL=${facts.full}\n` : ''}ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
    issue: `Debian GNU/Linux ${version} \\n \\l\n\n`,
    kernel: facts.kernel,
    packages: 'apt',
    rsyslog: false,
    readOnlyRoot: false,
    partitions: { root: 'sda1', efi: 'sda15', efiMount: '/boot/efi', bios: 'sda14' },
    usedMb: 1960,
    builtAt: facts.builtAt,
    loginGroups: ['adm', 'dip', 'plugdev', 'video', 'google-sudoers'],
    installed: ['python3', 'unattended-upgrades'],
    systemd: facts.systemd,
  };
}

export const debian12 = debian({
  version: '12',
  codename: 'bookworm',
  full: '12.12',
  kernel: {
    release: '6.1.0-41-cloud-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)',
    builtWith:
      '(debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40)',
  },
  builtAt: Date.UTC(2025, 10, 11, 9, 12, 31),
  systemd: '252 (252.39-1~deb12u1)',
});

export const debian13 = debian({
  version: '13',
  codename: 'trixie',
  full: '13.2',
  kernel: {
    release: '6.12.57+deb13-cloud-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1 (2025-11-05)',
    builtWith:
      '(debian-kernel@lists.debian.org) (x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils for Debian) 2.44)',
  },
  builtAt: Date.UTC(2025, 10, 18, 8, 40, 2),
  systemd: '257 (257.9-1~deb13u1)',
});
