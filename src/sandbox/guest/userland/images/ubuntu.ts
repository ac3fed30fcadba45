import type { Distribution } from './distribution.ts';

/**
 * Ubuntu's images for Compute Engine (`ubuntu-os-cloud`): linux-gcp kernels, rsyslog, cloud-init's
 * user `ubuntu`, git and vim among what is there from the start.
 */
function release(facts: {
  version: string;
  full: string;
  codename: string;
  name: string;
  kernel: string;
  build: string;
  builtWith: string;
  builtAt: number;
  systemd: string;
  usedMb: number;
}): Distribution {
  const { version, full, codename, name } = facts;
  return {
    id: 'ubuntu',
    version,
    codename,
    prettyName: `Ubuntu ${full} LTS`,
    osRelease: `PRETTY_NAME="Ubuntu ${full} LTS"
NAME="Ubuntu"
VERSION_ID="${version}"
VERSION="${full} LTS (${name})"
VERSION_CODENAME=${codename}
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=${codename}
${version === '22.04' ? '' : 'LOGO=ubuntu-logo\n'}`,
    issue: `Ubuntu ${full} LTS \\n \\l\n\n`,
    kernel: { release: facts.kernel, version: facts.build, builtWith: facts.builtWith },
    packages: 'apt',
    rsyslog: true,
    readOnlyRoot: false,
    partitions:
      version === '22.04'
        ? { root: 'sda1', efi: 'sda15', efiMount: '/boot/efi', bios: 'sda14' }
        : { root: 'sda1', efi: 'sda15', efiMount: '/boot/efi', bios: 'sda14', boot: 'sda16' },
    usedMb: facts.usedMb,
    builtAt: facts.builtAt,
    loginGroups: ['adm', 'dip', 'lxd', 'plugdev', 'video', 'google-sudoers'],
    installed: ['git', 'vim', 'htop', 'unattended-upgrades', 'rsyslog', 'snapd', 'python3', 'wget'],
    systemd: facts.systemd,
  };
}

export const ubuntu = {
  jammy: release({
    version: '22.04',
    full: '22.04.5',
    codename: 'jammy',
    name: 'Jammy Jellyfish',
    kernel: '6.8.0-1043-gcp',
    build: '#46~22.04.1-Ubuntu SMP Wed Oct 22 19:00:03 UTC 2025',
    builtWith:
      '(buildd@lcy02-amd64-086) (x86_64-linux-gnu-gcc-12 (Ubuntu 12.3.0-1ubuntu1~22.04.2) 12.3.0, GNU ld (GNU Binutils for Ubuntu) 2.38)',
    builtAt: Date.UTC(2025, 10, 12, 4, 20, 10),
    systemd: '249 (249.11-0ubuntu3.17)',
    usedMb: 2150,
  }),
  noble: release({
    version: '24.04',
    full: '24.04.3',
    codename: 'noble',
    name: 'Noble Numbat',
    kernel: '6.14.0-1020-gcp',
    build: '#21~24.04.1-Ubuntu SMP Tue Nov  4 20:13:46 UTC 2025',
    builtWith:
      '(buildd@lcy02-amd64-059) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0, GNU ld (GNU Binutils for Ubuntu) 2.42)',
    builtAt: Date.UTC(2025, 10, 14, 5, 2, 44),
    systemd: '255 (255.4-1ubuntu8.11)',
    usedMb: 2320,
  }),
  resolute: release({
    version: '26.04',
    full: '26.04',
    codename: 'resolute',
    name: 'Resolute Raccoon',
    kernel: '7.0.0-1004-gcp',
    build: '#4-Ubuntu SMP PREEMPT_DYNAMIC Mon Apr 13 11:40:01 UTC 2026',
    builtWith:
      '(buildd@lcy02-amd64-017) (x86_64-linux-gnu-gcc-15 (Ubuntu 15.2.0-16ubuntu1) 15.2.0, GNU ld (GNU Binutils for Ubuntu) 2.46)',
    builtAt: Date.UTC(2026, 3, 21, 6, 10, 8),
    systemd: '259 (259.5-0ubuntu3)',
    usedMb: 2410,
  }),
};
