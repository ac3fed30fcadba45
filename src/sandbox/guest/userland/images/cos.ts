import type { Distribution } from './distribution.ts';

/**
 * Container-Optimized OS: no package manager, a root file system that is mounted read-only and
 * checked by dm-verity; what may change is in /home and /var.
 * https://cloud.google.com/container-optimized-os/docs/concepts/security
 */
export const cos: Distribution = {
  id: 'cos',
  version: '121',
  codename: '',
  prettyName: 'Container-Optimized OS from Google',
  osRelease: `NAME="Container-Optimized OS"
ID=cos
PRETTY_NAME="Container-Optimized OS from Google"
HOME_URL="https://cloud.google.com/container-optimized-os/docs"
BUG_REPORT_URL="https://cloud.google.com/container-optimized-os/docs/resources/support-policy#contact_us"
GOOGLE_METRICS_PRODUCT_ID=26
KERNEL_COMMIT_ID=0d0a4a4fb4e1bf5ad2e2c4f3d7be6e9f7ad84d0e
GOOGLE_CRASH_ID=Lakitu
VERSION=121
VERSION_ID=121
BUILD_ID=18867.294.25
`,
  issue: 'Container-Optimized OS from Google \\n \\l\n\n',
  kernel: {
    release: '6.6.105+',
    version: '#1 SMP Sat Oct 25 08:33:22 UTC 2025',
    builtWith:
      '(builder@localhost) (Chromium OS 17.0_pre498229-r33 clang version 17.0.0, LLD 17.0.0)',
  },
  packages: 'none',
  rsyslog: false,
  readOnlyRoot: true,
  partitions: { root: 'dm-0', efi: 'sda12', efiMount: '/boot/efi' },
  usedMb: 1010,
  builtAt: Date.UTC(2025, 9, 25, 8, 41, 0),
  loginGroups: ['adm', 'docker', 'google-sudoers'],
  installed: ['docker', 'python3'],
  systemd: '254 (254)',
};
