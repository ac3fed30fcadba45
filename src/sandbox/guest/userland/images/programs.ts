/**
 * Which programs stand where, by package. Only what the sandbox can run is here: a file in
 * /usr/bin that does nothing would be a lie.
 */

/** Package, then its programs: `sbin/` before those of /usr/sbin. */
export const packagePrograms: Readonly<Record<string, string>> = {
  bash: 'bash',
  dash: 'dash',
  'libc-bin': 'getent',
  coreutils:
    'arch base64 basename cat chgrp chmod chown comm cp cut date dd df dirname du echo env expand expr false fold groups head id join ln ls md5sum mkdir mktemp mv nl nohup nproc od paste printenv printf pwd readlink realpath rm rmdir seq sha1sum sha256sum sleep sort split stat sync tac tail tee timeout touch tr true truncate tty uname unexpand uniq users wc who whoami yes',
  grep: 'grep egrep fgrep',
  sed: 'sed',
  mawk: 'awk',
  diffutils: 'diff',
  findutils: 'find xargs',
  gzip: 'gzip gunzip zcat',
  tar: 'tar',
  file: 'file',
  bsdextrautils: 'column',
  'util-linux':
    'dmesg findmnt last lscpu lsblk more mount rev su whereis sbin/nologin sbin/runuser',
  debianutils: 'which',
  procps: 'free kill pgrep pkill ps top uptime w watch pidof sbin/sysctl',
  psmisc: 'killall',
  hostname: 'hostname',
  'ncurses-bin': 'clear tput',
  less: 'less',
  nano: 'nano',
  'vim-tiny': 'vi',
  'man-db': 'man',
  cron: 'crontab',
  passwd:
    'passwd chsh sbin/useradd sbin/usermod sbin/userdel sbin/groupadd sbin/groupdel sbin/chpasswd',
  adduser: 'sbin/adduser sbin/deluser sbin/addgroup',
  sudo: 'sudo',
  iproute2: 'ip ss sbin/ip',
  'iputils-ping': 'ping',
  curl: 'curl',
  wget: 'wget',
  systemd: 'systemctl journalctl hostnamectl timedatectl loginctl',
  'systemd-sysv': 'sbin/shutdown sbin/poweroff sbin/reboot sbin/halt',
  'init-system-helpers': 'sbin/service',
  apt: 'apt apt-get apt-cache',
  dpkg: 'dpkg dpkg-query',
  'lsb-release': 'lsb_release',
  'openssh-client': 'ssh scp ssh-keygen',
  'google-cloud-cli': 'gcloud gsutil',
  docker: 'docker',
  git: 'git',
  tree: 'tree',
  htop: 'htop',
  jq: 'jq',
  ripgrep: 'rg',
  nginx: 'sbin/nginx',
  'net-tools': 'netstat ifconfig',
  python3: 'python3',
  vim: 'vim',
};

const everywhere =
  'bash coreutils grep sed mawk diffutils findutils gzip tar file bsdextrautils util-linux debianutils procps hostname ncurses-bin less passwd sudo iproute2 iputils-ping curl systemd systemd-sysv openssh-client dash libc-bin';

const debianFamily =
  'psmisc nano vim-tiny man-db cron adduser wget init-system-helpers apt dpkg lsb-release google-cloud-cli';

export function imagePackages(id: 'debian' | 'ubuntu' | 'cos' | 'rocky'): string[] {
  const more = { debian: debianFamily, ubuntu: debianFamily, cos: '', rocky: 'man-db psmisc' };
  return `${everywhere} ${more[id]}`.split(' ').filter((name) => name !== '');
}

/** Paths of a package's programs, and the name of the program in each. */
export function programPaths(name: string): { path: string; program: string }[] {
  return (packagePrograms[name] ?? '')
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => {
      const [program, folder] = one.startsWith('sbin/') ? [one.slice(5), 'sbin'] : [one, 'bin'];
      return { path: `/usr/${folder}/${program}`, program };
    });
}
