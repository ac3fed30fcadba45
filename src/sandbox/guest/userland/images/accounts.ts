import type { Distribution } from './distribution.ts';

/**
 * Users and groups of the images. Debian's numbers below 100 are the same everywhere
 * (base-passwd); what packages added came in the order in which the image was built.
 */
const debianUsers = `root:0:0:root:/root:/bin/bash
daemon:1:1:daemon:/usr/sbin
bin:2:2:bin:/bin
sys:3:3:sys:/dev
sync:4:65534:sync:/bin:/bin/sync
games:5:60:games:/usr/games
man:6:12:man:/var/cache/man
lp:7:7:lp:/var/spool/lpd
mail:8:8:mail:/var/mail
news:9:9:news:/var/spool/news
uucp:10:10:uucp:/var/spool/uucp
proxy:13:13:proxy:/bin
www-data:33:33:www-data:/var/www
backup:34:34:backup:/var/backups
list:38:38:Mailing List Manager:/var/list
irc:39:39:ircd:/run/ircd
_apt:42:65534::/nonexistent
nobody:65534:65534:nobody:/nonexistent
systemd-network:998:998:systemd Network Management:/
messagebus:100:107::/nonexistent
_chrony:101:109:Chrony daemon,,,:/var/lib/chrony
sshd:102:65534::/run/sshd
polkitd:996:996:polkit:/nonexistent`;

const redHatUsers = `root:0:0:root:/root:/bin/bash
bin:1:1:bin:/bin
daemon:2:2:daemon:/sbin
adm:3:4:adm:/var/adm
lp:4:7:lp:/var/spool/lpd
mail:8:12:mail:/var/spool/mail
operator:11:0:operator:/root
nobody:65534:65534:Kernel Overflow User:/
dbus:81:81:System message bus:/
systemd-coredump:999:997:systemd Core Dumper:/
sshd:74:74:Privilege-separated SSH:/usr/share/empty.sshd
chrony:998:996:chrony system user:/var/lib/chrony`;

const debianGroups =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534 systemd-journal:999 systemd-network:998 input:104 kvm:105 render:106 messagebus:107 _ssh:108 _chrony:109 polkitd:996';

const redHatGroups =
  'root:0 bin:1 daemon:2 sys:3 adm:4 tty:5 disk:6 lp:7 mem:8 kmem:9 wheel:10 cdrom:11 mail:12 man:15 dialout:18 floppy:19 games:20 video:39 ftp:50 users:100 nobody:65534 utmp:22 dbus:81 sshd:74 systemd-journal:190 systemd-coredump:997 chrony:996';

/** Ubuntu's image comes with a user of the image's name, made by cloud-init. */
const ubuntuUsers = `${debianUsers}
syslog:103:104::/nonexistent
ubuntu:1000:1000:Ubuntu:/home/ubuntu:/bin/bash`;
const ubuntuGroups = `${debianGroups} syslog:103 lxd:110 ubuntu:1000 google-sudoers:1001`;
const ubuntuIsIn = ['adm', 'cdrom', 'sudo', 'dip', 'lxd'];

/** Days since 1970 at which passwords were last changed, as /etc/shadow counts. */
const DAY = 86_400_000;

export function accountFiles(distribution: Distribution): {
  passwd: string;
  group: string;
  shadow: string;
} {
  const { id, builtAt } = distribution;
  const [users, groups] = {
    debian: [debianUsers, `${debianGroups} google-sudoers:1000`],
    ubuntu: [ubuntuUsers, ubuntuGroups],
    cos: [debianUsers, `${debianGroups} docker:412 google-sudoers:1000`],
    rocky: [redHatUsers, `${redHatGroups} google-sudoers:1000`],
  }[id] as [string, string];
  const nologin = id === 'rocky' ? '/sbin/nologin' : '/usr/sbin/nologin';
  const rows = users.split('\n').map((line) => line.split(':'));
  const lines = (each: (row: string[]) => string) => `${rows.map(each).join('\n')}\n`;
  return {
    passwd: lines(
      ([name, uid, gid, comment, home, shell]) =>
        `${name}:x:${uid}:${gid}:${comment}:${home}:${shell ?? nologin}`,
    ),
    shadow: lines(([name]) => `${name}:*:${Math.floor(builtAt / DAY)}:0:99999:7:::`),
    group: `${groups
      .split(' ')
      .map((one) => one.split(':'))
      .map(([name, gid]) => {
        const members = id === 'ubuntu' && ubuntuIsIn.includes(name as string) ? 'ubuntu' : '';
        return `${name}:x:${gid}:${members}`;
      })
      .join('\n')}\n`,
  };
}
