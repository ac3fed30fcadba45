import type { Distribution } from './distribution.ts';

/** Rocky Linux 9 (`rocky-linux-cloud`): what stands here for the Red Hat family. */
export const rocky9: Distribution = {
  id: 'rocky',
  version: '9.7',
  codename: 'Blue Onyx',
  prettyName: 'Rocky Linux 9.7 (Blue Onyx)',
  osRelease: `NAME="Rocky Linux"
VERSION="9.7 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.7"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.7 (Blue Onyx)"
ANSI_COLOR="0;32"
LOGO="fedora-logo-icon"
CPE_NAME="cpe:/o:rocky:rocky:9::baseos"
HOME_URL="https://rockylinux.org/"
VENDOR_NAME="RESF"
VENDOR_URL="https://resf.org/"
BUG_REPORT_URL="https://bugs.rockylinux.org/"
SUPPORT_END="2032-05-31"
ROCKY_SUPPORT_PRODUCT="Rocky-Linux-9"
ROCKY_SUPPORT_PRODUCT_VERSION="9.7"
REDHAT_SUPPORT_PRODUCT="Rocky Linux"
REDHAT_SUPPORT_PRODUCT_VERSION="9.7"
`,
  issue: '\\S\nKernel \\r on an \\m\n\n',
  kernel: {
    release: '5.14.0-611.9.1.el9_7.x86_64',
    version: '#1 SMP PREEMPT_DYNAMIC Tue Nov 25 16:11:23 UTC 2025',
    builtWith:
      '(mockbuild@iad1-prod-build001.bld.equ.rockylinux.org) (gcc (GCC) 11.5.0 20240719 (Red Hat 11.5.0-11), GNU ld version 2.35.2-67.el9)',
  },
  packages: 'dnf',
  rsyslog: true,
  readOnlyRoot: false,
  partitions: { root: 'sda2', efi: 'sda1', efiMount: '/boot/efi' },
  usedMb: 2480,
  builtAt: Date.UTC(2025, 10, 28, 10, 0, 0),
  loginGroups: ['adm', 'video', 'google-sudoers'],
  installed: ['python3', 'rsyslog'],
  systemd: '252 (252-55.el9_7.7.rocky.0.1)',
};
