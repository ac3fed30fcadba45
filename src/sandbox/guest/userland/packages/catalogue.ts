import type { Distribution } from '../images/distribution.ts';

/**
 * What apt finds in this sandbox: packages whose programs run here, and what they bring along,
 * with the names, versions and sizes that the distributions' own archives have.
 */

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the archive to fetch, in bytes. */
  readonly size: number;
  /** KiB on the disk. */
  readonly installed: number;
  readonly section: string;
  readonly depends: readonly string[];
  readonly suggests: readonly string[];
  readonly description: string;
  /** Of the archive's file, below the mirror's address. */
  readonly file: string;
}

type Codename = 'bookworm' | 'trixie' | 'jammy' | 'noble';
const codenames: readonly Codename[] = ['bookworm', 'trixie', 'jammy', 'noble'];

interface Row {
  readonly about: string;
  readonly size: number;
  readonly installed: number;
  readonly section: string;
  /** As `bookworm trixie jammy noble`. */
  readonly versions: string;
  readonly depends?: string;
  readonly suggests?: string;
  readonly all?: boolean;
  /** The source package, where it has another name. */
  readonly source?: string;
}

const rows: Readonly<Record<string, Row>> = {
  nginx: {
    about: 'small, powerful, scalable web/proxy server',
    size: 532_468,
    installed: 1336,
    section: 'httpd',
    versions: '1.22.1-9+deb12u3 1.26.3-3+deb13u1 1.18.0-6ubuntu14.7 1.24.0-2ubuntu7.5',
    depends: 'nginx-common',
    suggests: 'fcgiwrap nginx-doc',
  },
  'nginx-common': {
    about: 'small, powerful, scalable web/proxy server - common files',
    size: 115_544,
    installed: 333,
    section: 'httpd',
    versions: '1.22.1-9+deb12u3 1.26.3-3+deb13u1 1.18.0-6ubuntu14.7 1.24.0-2ubuntu7.5',
    all: true,
    source: 'nginx',
  },
  git: {
    about: 'fast, scalable, distributed revision control system',
    size: 7_264_380,
    installed: 44_890,
    section: 'vcs',
    versions: '1:2.39.5-0+deb12u2 1:2.47.3-0+deb13u1 1:2.34.1-1ubuntu1.15 1:2.43.0-1ubuntu7.3',
    depends: 'git-man liberror-perl',
    suggests: 'git-daemon-run git-doc git-email git-gui gitk gitweb git-cvs git-mediawiki git-svn',
  },
  'git-man': {
    about: 'fast, scalable, distributed revision control system (manual pages)',
    size: 2_053_236,
    installed: 2107,
    section: 'doc',
    versions: '1:2.39.5-0+deb12u2 1:2.47.3-0+deb13u1 1:2.34.1-1ubuntu1.15 1:2.43.0-1ubuntu7.3',
    all: true,
    source: 'git',
  },
  'liberror-perl': {
    about: 'Perl module for error/exception handling in an OO-ish way',
    size: 29_032,
    installed: 73,
    section: 'perl',
    versions: '0.17029-2 0.17030-1 0.17029-1 0.17029-2',
    all: true,
  },
  tree: {
    about: 'displays an indented directory tree, in color',
    size: 52_464,
    installed: 113,
    section: 'utils',
    versions: '2.1.0-1 2.2.1-1 2.0.2-1 2.1.1-2ubuntu3.24.04.2',
  },
  htop: {
    about: 'interactive processes viewer',
    size: 152_412,
    installed: 378,
    section: 'utils',
    versions: '3.2.2-2 3.4.1-5 3.0.5-7build2 3.3.0-4build1',
    depends: 'libnl-3-200 libnl-genl-3-200',
    suggests: 'lm-sensors lsof strace',
  },
  'libnl-3-200': {
    about: 'library for dealing with netlink sockets',
    size: 63_124,
    installed: 182,
    section: 'libs',
    versions: '3.7.0-0.2+b1 3.7.0-2 3.5.0-0.1 3.7.0-0.3build1.1',
    source: 'libnl3',
  },
  'libnl-genl-3-200': {
    about: 'library for dealing with netlink sockets - generic netlink',
    size: 21_600,
    installed: 58,
    section: 'libs',
    versions: '3.7.0-0.2+b1 3.7.0-2 3.5.0-0.1 3.7.0-0.3build1.1',
    source: 'libnl3',
  },
  jq: {
    about: 'lightweight and flexible command-line JSON processor',
    size: 64_432,
    installed: 111,
    section: 'utils',
    versions: '1.6-2.1+deb12u1 1.7.1-6+deb13u1 1.6-2.1ubuntu3.1 1.7.1-3ubuntu0.24.04.1',
    depends: 'libjq1 libonig5',
  },
  libjq1: {
    about: 'lightweight and flexible command-line JSON processor - shared library',
    size: 136_460,
    installed: 366,
    section: 'libs',
    versions: '1.6-2.1+deb12u1 1.7.1-6+deb13u1 1.6-2.1ubuntu3.1 1.7.1-3ubuntu0.24.04.1',
    source: 'jq',
  },
  libonig5: {
    about: 'regular expressions library',
    size: 187_828,
    installed: 666,
    section: 'libs',
    versions: '6.9.8-1 6.9.9-1+b1 6.9.7.1-2build1 6.9.9-1build1',
    source: 'libonig',
  },
  'net-tools': {
    about: 'NET-3 networking toolkit',
    size: 243_404,
    installed: 978,
    section: 'net',
    versions: '2.10-0.1+deb12u2 2.10-1.3 1.60+git20181103.0eebece-1ubuntu5.4 2.10-0.1ubuntu4.4',
  },
  ripgrep: {
    about: 'Recursively searches directories for a regex pattern',
    size: 1_252_716,
    installed: 4557,
    section: 'utils',
    versions: '13.0.0-4+b2 14.1.1-1+b4 13.0.0-2ubuntu0.1 14.1.0-1',
    source: 'rust-ripgrep',
  },
  python3: {
    about: 'interactive high-level object-oriented language (default python3 version)',
    size: 26_300,
    installed: 81,
    section: 'python',
    versions: '3.11.2-1+b1 3.13.5-1 3.10.6-1~22.04.1 3.12.3-0ubuntu2.1',
    source: 'python3-defaults',
    suggests: 'python3-doc python3-tk python3-venv',
  },
};

/** What the images come with: name, size on disk in KiB, section, versions, description. */
const base = `adduser|686|admin|3.134 3.152 3.118ubuntu5 3.137ubuntu1|add and remove users and groups
apt|4232|admin|2.6.1 3.0.3 2.4.14 2.8.3|commandline package manager
bash|7164|shells|5.2.15-2+b9 5.2.37-2+b5 5.1-6ubuntu1.1 5.2.21-2ubuntu4|GNU Bourne Again SHell
bsdextrautils|382|utils|2.38.1-5+deb12u3 2.41-5 2.37.2-4ubuntu3.4 2.39.3-9ubuntu6.3|extra utilities from 4.4BSD-Lite
chrony|598|net|4.3-2+deb12u1 4.6.1-3 4.2-2ubuntu2 4.5-1ubuntu4.2|Versatile implementation of the Network Time Protocol
coreutils|18062|utils|9.1-1 9.7-3 8.32-4.1ubuntu1.2 9.4-3ubuntu6.1|GNU core utilities
cron|177|admin|3.0pl1-162 3.0pl1-197 3.0pl1-137ubuntu3 3.0pl1-184ubuntu2|process scheduling daemon
curl|489|web|7.88.1-10+deb12u14 8.14.1-2+deb13u2 7.81.0-1ubuntu1.21 8.5.0-2ubuntu10.6|command line tool for transferring data with URL syntax
dash|191|shells|0.5.12-2 0.5.12-12 0.5.11+git20210903+really0.5.11-2ubuntu0.1 0.5.12-6ubuntu5|POSIX-compliant shell
debianutils|243|utils|5.7-0.5~deb12u1 5.23.2 5.5-1ubuntu2 5.17build1|Miscellaneous utilities specific to Debian
diffutils|1598|utils|1:3.8-4 1:3.10-4 1:3.8-0ubuntu2 1:3.10-1build1|File comparison utilities
dpkg|6397|admin|1.21.22 1.22.21 1.21.1ubuntu2.6 1.22.6ubuntu6.5|Debian package management system
file|95|utils|1:5.44-3 1:5.46-5 1:5.41-3ubuntu0.1 1:5.45-3build1|Recognize the type of data in a file using "magic" numbers
findutils|1938|utils|4.9.0-4 4.10.0-3 4.8.0-1ubuntu3 4.9.0-5build1|utilities for finding files--find, xargs
google-cloud-cli|611000|admin|548.0.0-0 548.0.0-0 548.0.0-0 548.0.0-0|Utilities for the Google Cloud Platform
google-guest-agent|45000|misc|1:20251017.00-g1 1:20251017.00-g1 20250506.01-0ubuntu1~22.04.0 20250506.01-0ubuntu1~24.04.0|Google Compute Engine Guest Agent
grep|1233|utils|3.8-5 3.11-4 3.7-1build1 3.11-4build1|GNU grep, egrep and fgrep
gzip|244|utils|1.12-1 1.13-1 1.10-4ubuntu4.1 1.12-1ubuntu3.1|GNU compression utilities
hostname|47|admin|3.23+nmu1 3.25 3.23ubuntu2 3.23+nmu2ubuntu2|utility to set/show the host name or domain name
init-system-helpers|131|admin|1.65.2 1.69~deb13u1 1.62 1.66ubuntu1|helper tools for all init systems
iproute2|3472|net|6.1.0-3 6.15.0-1 5.15.0-1ubuntu2 6.1.0-1ubuntu6.2|networking and traffic control tools
iputils-ping|122|net|3:20221126-1+deb12u1 3:20240905-3 3:20211215-1ubuntu0.1 3:20240117-1ubuntu0.1|Tools to test the reachability of network hosts
less|304|text|590-2.1~deb12u2 668-1 590-1ubuntu0.22.04.3 590-2ubuntu2.1|pager program similar to more
libc6|12989|libs|2.36-9+deb12u13 2.41-12 2.35-0ubuntu3.11 2.39-0ubuntu8.6|GNU C Library: Shared libraries
lsb-release|24|misc|12.0-1 12.1-1 11.1.0ubuntu4 12.0-2|Linux Standard Base version reporting utility
man-db|3246|doc|2.11.2-2 2.13.1-1 2.10.2-1 2.12.0-4build2|tools for reading manual pages
mawk|242|interpreters|1.3.4.20200120-3.1 1.3.4.20250131-1 1.3.4.20200120-3 1.3.4.20240123-1build1|Pattern scanning and text processing language
nano|2862|editors|7.2-1+deb12u1 8.4-1 6.2-1ubuntu0.1 7.2-2ubuntu0.1|small, friendly text editor inspired by Pico
ncurses-bin|722|utils|6.4-4 6.5+20250216-2 6.3-2ubuntu0.1 6.4+20240113-1ubuntu2|terminal-related programs and man pages
openssh-client|5986|net|1:9.2p1-2+deb12u7 1:10.0p1-7 1:8.9p1-3ubuntu0.13 1:9.6p1-3ubuntu13.14|secure shell (SSH) client, for secure access to remote machines
openssh-server|1830|net|1:9.2p1-2+deb12u7 1:10.0p1-7 1:8.9p1-3ubuntu0.13 1:9.6p1-3ubuntu13.14|secure shell (SSH) server, for secure access from remote machines
passwd|2885|admin|1:4.13+dfsg1-1+deb12u1 1:4.17.4-2 1:4.8.1-2ubuntu2.2 1:4.13+dfsg1-4ubuntu3.2|change and administer password and group data
procps|2388|admin|2:4.0.2-3 2:4.0.4-9 2:3.3.17-6ubuntu2.1 2:4.0.4-4ubuntu3.2|/proc file system utilities
psmisc|864|admin|23.6-1 23.7-2 23.4-2build3 23.7-1build1|utilities that use the proc file system
sed|987|utils|4.9-1 4.9-2 4.8-1ubuntu2 4.9-2build1|GNU stream editor for filtering/transforming text
sudo|6194|admin|1.9.13p3-1+deb12u2 1.9.16p2-3 1.9.9-1ubuntu2.5 1.9.15p5-3ubuntu5.24.04.1|Provide limited super user privileges to specific users
systemd|9951|admin|252.39-1~deb12u1 257.9-1~deb13u1 249.11-0ubuntu3.17 255.4-1ubuntu8.11|system and service manager
systemd-sysv|84|admin|252.39-1~deb12u1 257.9-1~deb13u1 249.11-0ubuntu3.17 255.4-1ubuntu8.11|system and service manager - SysV links
tar|3152|utils|1.34+dfsg-1.2+deb12u1 1.35+dfsg-3.1 1.34+dfsg-1ubuntu0.1.22.04.2 1.35+dfsg-3build1|GNU version of the tar archiving utility
unattended-upgrades|324|admin|2.9.1+nmu3 2.12 2.8ubuntu1 2.9.1+nmu4ubuntu1|automatic installation of security upgrades
util-linux|4780|utils|2.38.1-5+deb12u3 2.41-5 2.37.2-4ubuntu3.4 2.39.3-9ubuntu6.3|miscellaneous system utilities
vim-tiny|1700|editors|2:9.0.1378-2+deb12u2 2:9.1.1230-2 2:8.2.3995-1ubuntu2.24 2:9.1.0016-1ubuntu7.9|Vi IMproved - enhanced vi editor - compact version
wget|3692|web|1.21.3-1+deb12u1 1.25.0-2 1.21.2-2ubuntu1.1 1.21.4-1ubuntu4.1|retrieves files from the web`;

/** 26.04 takes the versions of 24.04: the last that are known here. */
function column(distribution: Distribution): number {
  const index = codenames.indexOf(distribution.codename as Codename);
  return index < 0 ? codenames.length - 1 : index;
}

function versionOf(versions: string, distribution: Distribution): string {
  return versions.split(' ')[column(distribution)] ?? versions.split(' ')[0] ?? '';
}

/** What `apt install` can install. */
export function catalogue(distribution: Distribution): Map<string, Package> {
  return new Map(
    Object.entries(rows).map(([name, row]) => {
      const version = versionOf(row.versions, distribution);
      const architecture = row.all ? 'all' : 'amd64';
      const source = row.source ?? name;
      const initial = source.startsWith('lib') ? source.slice(0, 4) : source[0];
      const file = `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
      return [
        name,
        {
          name,
          version,
          architecture,
          size: row.size,
          installed: row.installed,
          section: row.section,
          depends: words(row.depends),
          suggests: words(row.suggests),
          description: row.about,
          file: `pool/main/${initial}/${source}/${file}`,
        },
      ];
    }),
  );
}

function words(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : text.split(' ');
}

/** What is installed from the start. */
export function basePackages(distribution: Distribution): Package[] {
  const listed = base.split('\n').map((line): Package => {
    const [name = '', installed = '0', section = '', versions = '', description = ''] =
      line.split('|');
    return {
      name,
      version: versionOf(versions, distribution),
      architecture: [
        'adduser',
        'lsb-release',
        'init-system-helpers',
        'unattended-upgrades',
      ].includes(name)
        ? 'all'
        : 'amd64',
      size: 0,
      installed: Number(installed),
      section,
      depends: [],
      suggests: [],
      description,
      file: '',
    };
  });
  const offered = catalogue(distribution);
  const more = distribution.installed.flatMap((name) => {
    const found = offered.get(name);
    return found ? [found, ...found.depends.flatMap((one) => offered.get(one) ?? [])] : [];
  });
  return [...listed, ...more].sort((a, b) => (a.name < b.name ? -1 : 1));
}
