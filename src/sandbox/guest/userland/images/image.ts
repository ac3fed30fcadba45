import type { GuestMachine } from '../../contract.ts';
import type { ImageEntry } from '../../kernel/userland.ts';
import { statusFile } from '../packages/status.ts';
import { unitFiles } from '../services/units.ts';
import { accountFiles } from './accounts.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import { loginNotice } from './notice.ts';
import { imagePackages, packagePrograms, programPaths } from './programs.ts';
import * as skeleton from './skeleton.ts';

/**
 * The files of an image as it starts on this machine. What the guest agent and DHCP write at the
 * first boot (host name, resolver, hosts) is already in: nobody logs in before.
 */
export function* imageOf(machine: GuestMachine): Generator<ImageEntry> {
  const distribution = distributionOf(machine.imageFamily);
  for (const entry of [
    ...folders(),
    ...identity(machine, distribution),
    ...accounts(distribution),
    ...configuration(machine, distribution),
    ...logs(distribution),
    ...unitFiles(distribution),
    ...programs(distribution),
  ]) {
    yield { mtime: distribution.builtAt, ...entry };
  }
}

const SHADOW = 42;
const ADM = 4;
const STICKY = 0o1777;

function* folders(): Generator<ImageEntry> {
  const plain =
    '/boot /boot/efi /dev /etc /etc/default /etc/skel /etc/sudoers.d /etc/systemd /etc/systemd/system /etc/systemd/system/multi-user.target.wants /etc/cron.d /etc/cron.daily /etc/ssh /etc/ssh/sshd_config.d /etc/profile.d /etc/network /home /media /mnt /opt /proc /run /run/lock /run/sshd /srv /sys /usr /usr/bin /usr/sbin /usr/lib /usr/lib/systemd /usr/lib/systemd/system /usr/lib64 /usr/include /usr/games /usr/src /usr/local /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/share /usr/share /usr/share/doc /usr/share/zoneinfo /var /var/cache /var/lib /var/log /var/opt /var/spool /var/spool/cron /var/backups';
  for (const path of plain.split(' ')) yield { path, folder: true };
  for (const name of ['bin', 'sbin', 'lib', 'lib64'])
    yield { path: `/${name}`, link: `usr/${name}` };
  yield { path: '/root', folder: true, mode: 0o700 };
  for (const path of ['/tmp', '/var/tmp']) yield { path, folder: true, mode: STICKY };
  yield { path: '/var/run', link: '/run' };
  yield { path: '/var/lock', link: '/run/lock' };
  yield { path: '/var/mail', folder: true, mode: 0o2775, gid: 8 };
}

function* identity(machine: GuestMachine, distribution: Distribution): Generator<ImageEntry> {
  const { hostname, zone, projectId } = machine;
  // Whatever the machine is called, it looks for others in its zone.
  const domain = `${zone}.c.${projectId}.internal`;
  const address = machine.interfaces[0]?.address;
  yield { path: '/usr/lib/os-release', content: distribution.osRelease };
  yield { path: '/etc/os-release', link: '../usr/lib/os-release' };
  yield { path: '/etc/issue', content: distribution.issue };
  yield { path: '/etc/hostname', content: `${hostname}\n` };
  yield {
    path: '/etc/motd',
    content: distribution.id === 'debian' ? loginNotice(distribution) : '',
  };
  yield { path: '/etc/timezone', content: 'Etc/UTC\n' };
  yield { path: '/etc/localtime', link: '/usr/share/zoneinfo/Etc/UTC' };
  yield {
    path: '/etc/hosts',
    content: `127.0.0.1\tlocalhost
::1\t\tlocalhost ip6-localhost ip6-loopback
ff02::1\t\tip6-allnodes
ff02::2\t\tip6-allrouters

${address === undefined ? '' : `${address} ${hostname}.${machine.domain} ${hostname}  # Added by Google\n`}169.254.169.254 metadata.google.internal  # Added by Google
`,
  };
  yield {
    path: '/etc/resolv.conf',
    content: `domain ${domain}\nsearch ${domain}. google.internal.\nnameserver 169.254.169.254\n`,
  };
  if (distribution.id === 'debian') {
    const full = /DEBIAN_VERSION_FULL=(.*)/.exec(distribution.osRelease)?.[1] ?? '12.12';
    yield { path: '/etc/debian_version', content: `${full}\n` };
  }
  if (distribution.id === 'ubuntu') {
    yield {
      path: '/etc/lsb-release',
      content: `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${distribution.version}\nDISTRIB_CODENAME=${distribution.codename}\nDISTRIB_DESCRIPTION="${distribution.prettyName}"\n`,
    };
    yield { path: '/etc/debian_version', content: `${debianOf(distribution)}/sid\n` };
  }
  if (distribution.id === 'rocky') {
    yield { path: '/etc/rocky-release', content: 'Rocky Linux release 9.7 (Blue Onyx)\n' };
    yield { path: '/etc/redhat-release', link: 'rocky-release' };
  }
}

/** The Debian that a release of Ubuntu was branched from. */
function debianOf(distribution: Distribution): string {
  return { jammy: 'bookworm', noble: 'trixie' }[distribution.codename] ?? 'forky';
}

function* accounts(distribution: Distribution): Generator<ImageEntry> {
  const { passwd, group, shadow } = accountFiles(distribution);
  const secret = distribution.id === 'rocky' ? { mode: 0 } : { mode: 0o640, gid: SHADOW };
  yield { path: '/etc/passwd', content: passwd };
  yield { path: '/etc/group', content: group };
  yield { path: '/etc/shadow', content: shadow, ...secret };
  yield { path: '/etc/gshadow', content: group.replaceAll(/:x:\d+:/g, ':*::'), ...secret };
  yield {
    path: '/etc/shells',
    content: '# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n',
  };
  yield {
    path: '/etc/sudoers',
    mode: 0o440,
    content: `# This file MUST be edited with the 'visudo' command as root.
Defaults\tenv_reset
Defaults\tmail_badpass
Defaults\tsecure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# User privilege specification
root\tALL=(ALL:ALL) ALL

# Allow members of group ${distribution.id === 'rocky' ? 'wheel' : 'sudo'} to execute any command
%${distribution.id === 'rocky' ? 'wheel' : 'sudo'}\tALL=(ALL:ALL) ALL

@includedir /etc/sudoers.d
`,
  };
  yield {
    path: '/etc/sudoers.d/google_sudoers',
    mode: 0o440,
    content: '%google-sudoers ALL=(ALL:ALL) NOPASSWD:ALL\n',
  };
  const bashrc = distribution.id === 'ubuntu' ? skeleton.ubuntuBashrc : skeleton.bashrc;
  const home: [name: string, text: string][] = [
    ['.bash_logout', skeleton.bashLogout],
    ['.bashrc', bashrc],
    ['.profile', skeleton.profile],
  ];
  for (const [name, content] of home) yield { path: `/etc/skel/${name}`, content };
  yield {
    path: '/root/.bashrc',
    content: distribution.id === 'debian' ? skeleton.rootBashrc : bashrc,
  };
  yield { path: '/root/.profile', content: skeleton.profile };
  yield { path: '/root/.ssh', folder: true, mode: 0o700 };
  if (distribution.id === 'ubuntu') {
    const owner = { uid: 1000, gid: 1000 };
    yield { path: '/home/ubuntu', folder: true, mode: 0o750, ...owner };
    for (const [name, content] of home) yield { path: `/home/ubuntu/${name}`, content, ...owner };
  }
}

function* configuration(machine: GuestMachine, distribution: Distribution): Generator<ImageEntry> {
  const { id, codename } = distribution;
  yield { path: '/etc/profile', content: skeleton.etcProfile };
  yield { path: '/etc/bash.bashrc', content: skeleton.etcBashrc };
  yield {
    path: '/etc/environment',
    content:
      id === 'ubuntu'
        ? 'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"\n'
        : '',
  };
  yield { path: '/etc/default/locale', content: 'LANG=C.UTF-8\n' };
  yield { path: '/etc/fstab', content: fstab(distribution) };
  yield { path: '/etc/crontab', content: crontab };
  yield {
    path: '/etc/ssh/sshd_config',
    content: `# OpenSSH server configuration, as the image has it.
Include /etc/ssh/sshd_config.d/*.conf

PermitRootLogin no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem\tsftp\t/usr/lib/openssh/sftp-server
ClientAliveInterval 120
`,
  };
  yield {
    path: '/etc/default/instance_configs.cfg',
    content: `[Accounts]
deprovision_remove = false
groups = adm,dip,docker,lxd,plugdev,video

[Daemons]
accounts_daemon = true
clock_skew_daemon = true
network_daemon = true

[MetadataScripts]
default_shell = /bin/bash
run_dir =
startup = true
shutdown = true
`,
  };
  if (distribution.packages === 'apt') {
    yield* aptConfiguration(id, codename, machine.zone.replace(/-[a-z]$/, ''));
    yield { path: '/var/lib/dpkg', folder: true };
    yield { path: '/var/lib/dpkg/status', content: () => statusFile(distribution) };
    yield { path: '/var/lib/dpkg/lock-frontend', content: '', mode: 0o640 };
    yield { path: '/var/lib/dpkg/lock', content: '', mode: 0o640 };
  }
  if (id === 'cos') yield { path: '/mnt/stateful_partition', folder: true };
}

function* aptConfiguration(id: string, codename: string, region: string): Generator<ImageEntry> {
  const folders =
    '/etc/apt /etc/apt/apt.conf.d /etc/apt/sources.list.d /etc/apt/keyrings /var/lib/apt /var/lib/apt/lists /var/cache/apt /var/cache/apt/archives /var/log/apt';
  for (const path of folders.split(' ')) yield { path, folder: true };
  const debian = `Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian.list
Suites: ${codename} ${codename}-updates ${codename}-backports
Components: main

Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian-security.list
Suites: ${codename}-security
Components: main
`;
  const mirror = `http://${region}.gce.archive.ubuntu.com/ubuntu/`;
  const ubuntu = `Types: deb
URIs: ${mirror}
Suites: ${codename} ${codename}-updates ${codename}-backports
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
URIs: http://security.ubuntu.com/ubuntu/
Suites: ${codename}-security
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`;
  if (id === 'debian') {
    yield {
      path: '/etc/apt/sources.list',
      content: '# See /etc/apt/sources.list.d/debian.sources\n',
    };
    yield { path: '/etc/apt/sources.list.d/debian.sources', content: debian };
    yield { path: '/etc/apt/mirrors', folder: true };
    yield { path: '/etc/apt/mirrors/debian.list', content: 'https://deb.debian.org/debian\n' };
    yield {
      path: '/etc/apt/mirrors/debian-security.list',
      content: 'https://deb.debian.org/debian-security\n',
    };
    yield {
      path: '/etc/apt/sources.list.d/google-cloud.list',
      content: `deb [signed-by=/usr/share/keyrings/cloud.google.gpg] http://packages.cloud.google.com/apt google-compute-engine-${codename}-stable main\n`,
    };
  } else if (codename === 'jammy') {
    const line = (url: string, suite: string) =>
      `deb ${url} ${suite} main restricted universe multiverse\n`;
    yield {
      path: '/etc/apt/sources.list',
      content: `${line(mirror, codename)}${line(mirror, `${codename}-updates`)}${line('http://security.ubuntu.com/ubuntu', `${codename}-security`)}`,
    };
  } else {
    yield { path: '/etc/apt/sources.list.d/ubuntu.sources', content: ubuntu };
  }
}

function fstab(distribution: Distribution): string {
  if (distribution.id === 'cos') return '';
  if (distribution.id === 'ubuntu') {
    return 'LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,commit=30,errors=remount-ro\t0 1\nLABEL=UEFI\t/boot/efi\tvfat\tumask=0077\t0 1\n';
  }
  const filesystem =
    distribution.id === 'rocky'
      ? 'xfs defaults 0 0'
      : 'ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1';
  return `# /etc/fstab: static file system information\nUUID=7f2a9c1e-6d0b-4c43-9b0e-2f1d3a5c8e71 / ${filesystem}\nUUID=5B1E-92C4 /boot/efi vfat defaults 0 0\n`;
}

const crontab = `# /etc/crontab: system-wide crontab

SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin

# m h dom mon dow user\tcommand
17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly
25 6\t* * *\troot\ttest -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }
`;

function* logs(distribution: Distribution): Generator<ImageEntry> {
  yield { path: '/var/log/journal', folder: true, mode: 0o2755, gid: 999 };
  yield { path: '/var/log/private', folder: true, mode: 0o700 };
  yield { path: '/var/log/README', link: '../../usr/share/doc/systemd/README.logs' };
  yield { path: '/usr/share/doc/systemd', folder: true };
  yield {
    path: '/usr/share/doc/systemd/README.logs',
    content:
      'You are looking for the traditional text log files in /var/log, and they are gone?\n\nThis system keeps its log in the journal: read it with journalctl(1).\n',
  };
  for (const name of ['wtmp', 'btmp', 'lastlog']) {
    yield { path: `/var/log/${name}`, content: '', gid: 43, mode: name === 'btmp' ? 0o660 : 0o664 };
  }
  if (distribution.packages === 'apt') {
    yield { path: '/var/log/dpkg.log', content: '' };
    yield { path: '/var/log/apt/history.log', content: '' };
    yield { path: '/var/log/apt/term.log', content: '', mode: 0o640, gid: ADM };
    yield { path: '/var/log/unattended-upgrades', folder: true, mode: 0o750, gid: ADM };
  }
  if (distribution.rsyslog) {
    const owner =
      distribution.id === 'ubuntu' ? { uid: 103, gid: ADM, mode: 0o640 } : { mode: 0o600 };
    const names =
      distribution.id === 'ubuntu' ? ['syslog', 'auth.log', 'kern.log'] : ['messages', 'secure'];
    for (const name of names) yield { path: `/var/log/${name}`, content: '', ...owner };
  }
}

/** Programs that change who one is keep their setuid bit, for whoever looks. */
const setuid = new Set(['/usr/bin/sudo', '/usr/bin/su', '/usr/bin/passwd', '/usr/bin/mount']);

function* programs(distribution: Distribution): Generator<ImageEntry> {
  yield { path: '/usr/bin/sh', link: distribution.id === 'rocky' ? 'bash' : 'dash' };
  const names = [...imagePackages(distribution.id), ...distribution.installed];
  for (const name of names.filter((one) => packagePrograms[one] !== undefined)) {
    for (const { path, program } of programPaths(name)) {
      yield { path, program, mode: setuid.has(path) ? 0o4755 : 0o755 };
    }
  }
}
