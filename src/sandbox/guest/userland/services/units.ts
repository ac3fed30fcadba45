import type { FileView } from '../../fs/view.ts';
import type { ImageEntry } from '../../kernel/userland.ts';
import type { Distribution } from '../images/distribution.ts';

/** Unit files: those of the image, and how any of them is read. */

export const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
] as const;
export const WANTS = '/etc/systemd/system/multi-user.target.wants';

export interface Unit {
  /** `nginx.service`. */
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly documentation: string | undefined;
  readonly type: string;
  /** The words of `ExecStart=`. */
  readonly start: string;
  readonly before: readonly string[];
  readonly reload: string | undefined;
  readonly stop: string | undefined;
  readonly user: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly restartSeconds: number;
  readonly remain: boolean;
  /** Whether `enable` has somewhere to link it. */
  readonly installable: boolean;
}

/** `nginx` for `nginx.service`; others keep their kind. */
export function unitName(text: string): string {
  return /\.(service|target|timer|socket|mount|path|slice)$/.test(text) ? text : `${text}.service`;
}

export function findUnit(fs: FileView, name: string): Unit | undefined {
  if (!/^[\w@:.\\-]+$/.test(name)) return undefined;
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    if (fs.exists(path) && fs.stat(path).type === 'file')
      return read(name, fs.realpath(path), fs.readText(path));
  }
  return undefined;
}

function read(name: string, path: string, text: string): Unit {
  const values = new Map<string, string[]>();
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const match = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, key = '', value = ''] = match;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string) => values.get(key)?.at(-1);
  const commands = (key: string) =>
    (values.get(key) ?? []).map((each) => each.replace(/^[-@:+!]+/, ''));
  return {
    name,
    path,
    description: one('Description') ?? name,
    documentation: one('Documentation'),
    type: one('Type') ?? 'simple',
    start: commands('ExecStart').join(' && '),
    before: commands('ExecStartPre'),
    reload: commands('ExecReload')[0],
    stop: commands('ExecStop')[0],
    user: one('User') ?? 'root',
    folder: one('WorkingDirectory')?.replace(/^-/, '') ?? '/',
    environment: Object.fromEntries(
      (values.get('Environment') ?? []).flatMap((line) =>
        [...line.matchAll(/"?([A-Za-z_]\w*)=((?:"[^"]*")|[^\s"]*)"?/g)].map(
          (each) => [each[1] ?? '', (each[2] ?? '').replaceAll('"', '')] as const,
        ),
      ),
    ),
    restart: one('Restart') ?? 'no',
    restartSeconds: Number.parseFloat(one('RestartSec') ?? '0.1') || 0.1,
    remain: /^(yes|true|1|on)$/i.test(one('RemainAfterExit') ?? ''),
    installable: values.has('WantedBy') || values.has('RequiredBy'),
  };
}

export function isEnabled(fs: FileView, name: string): boolean {
  return FOLDERS.some((folder) => {
    if (!fs.exists(folder)) return false;
    return fs
      .list(folder)
      .some((one) => one.endsWith('.wants') && linked(fs, `${folder}/${one}/${name}`));
  });
}

function linked(fs: FileView, path: string): boolean {
  try {
    return fs.lstat(path).type === 'link';
  } catch {
    return false;
  }
}

export function allUnits(fs: FileView): Unit[] {
  const names = new Set(FOLDERS.flatMap((folder) => (fs.exists(folder) ? fs.list(folder) : [])));
  return [...names]
    .filter((name) => /\.(service|target|timer)$/.test(name))
    .sort()
    .flatMap((name) => findUnit(fs, name) ?? []);
}

interface Daemon {
  readonly about: string;
  readonly exec: string;
  readonly rss: number;
  readonly on?: readonly Distribution['id'][];
  readonly user?: string;
  readonly type?: string;
  /** Part of the system: runs without being enabled. */
  readonly always?: boolean;
  readonly docs?: string;
}

/** Programs that run from the boot on: here they are processes, log lines and an open port. */
export const daemons: Readonly<Record<string, Daemon>> = {
  'systemd-journald': {
    about: 'Journal Service',
    exec: '/lib/systemd/systemd-journald',
    rss: 12_400,
    always: true,
    type: 'notify',
    docs: 'man:systemd-journald.service(8)',
  },
  'systemd-udevd': {
    about: 'Rule-based Manager for Device Events and Files',
    exec: '/lib/systemd/systemd-udevd',
    rss: 6200,
    always: true,
    type: 'notify',
  },
  'systemd-networkd': {
    about: 'Network Configuration',
    exec: '/lib/systemd/systemd-networkd',
    rss: 8100,
    user: 'systemd-network',
    type: 'notify',
  },
  'systemd-logind': {
    about: 'User Login Management',
    exec: '/lib/systemd/systemd-logind',
    rss: 7300,
    always: true,
    type: 'notify',
  },
  dbus: {
    about: 'D-Bus System Message Bus',
    exec: '/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only',
    rss: 4400,
    user: 'messagebus',
    always: true,
    type: 'notify',
  },
  cron: {
    about: 'Regular background program processing daemon',
    exec: '/usr/sbin/cron -f',
    rss: 2600,
    on: ['debian', 'ubuntu'],
    docs: 'man:cron(8)',
  },
  crond: { about: 'Command Scheduler', exec: '/usr/sbin/crond -n', rss: 2600, on: ['rocky'] },
  chrony: {
    about: 'chrony, an NTP client/server',
    exec: '/usr/sbin/chronyd -F 1',
    rss: 3100,
    user: '_chrony',
    type: 'forking',
    on: ['debian', 'ubuntu', 'cos'],
  },
  chronyd: {
    about: 'NTP client/server',
    exec: '/usr/sbin/chronyd -F 2',
    rss: 3100,
    user: 'chrony',
    on: ['rocky'],
  },
  rsyslog: {
    about: 'System Logging Service',
    exec: '/usr/sbin/rsyslogd -n -iNONE',
    rss: 5200,
    on: ['ubuntu', 'rocky'],
    type: 'notify',
  },
  docker: {
    about: 'Docker Application Container Engine',
    exec: '/usr/bin/dockerd --registry-mirror=https://mirror.gcr.io --host=unix:///var/run/docker.sock',
    rss: 74_000,
    on: ['cos'],
    type: 'notify',
  },
  'google-guest-agent': {
    about: 'Google Compute Engine Guest Agent',
    exec: '/usr/bin/google_guest_agent',
    rss: 18_900,
    type: 'notify',
  },
  'google-osconfig-agent': {
    about: 'Google OSConfig Agent',
    exec: '/usr/bin/google_osconfig_agent',
    rss: 21_300,
    on: ['debian', 'ubuntu', 'rocky'],
  },
  'unattended-upgrades': {
    about: 'Unattended Upgrades Shutdown',
    exec: '/usr/bin/python3 /usr/share/unattended-upgrades/unattended-upgrade-shutdown --wait-for-signal',
    rss: 21_000,
    on: ['debian', 'ubuntu'],
  },
  polkit: {
    about: 'Authorization Manager',
    exec: '/usr/lib/polkit-1/polkitd --no-debug',
    rss: 7800,
    user: 'polkitd',
    always: true,
    on: ['ubuntu', 'debian'],
    type: 'dbus',
  },
  ssh: {
    about: 'OpenBSD Secure Shell server',
    exec: '/usr/sbin/sshd -D',
    rss: 9200,
    on: ['debian', 'ubuntu'],
    type: 'notify',
    docs: 'man:sshd(8)',
  },
  sshd: {
    about: 'OpenSSH server daemon',
    exec: '/usr/sbin/sshd -D',
    rss: 9200,
    on: ['rocky', 'cos'],
    type: 'notify',
    docs: 'man:sshd(8)',
  },
};

/** Those of an image, in the order in which they start. */
export function daemonsOf(distribution: Distribution): [name: string, daemon: Daemon][] {
  return Object.entries(daemons).filter(
    ([, one]) => one.on === undefined || one.on.includes(distribution.id),
  );
}

export function* unitFiles(distribution: Distribution): Generator<ImageEntry> {
  for (const [name, one] of daemonsOf(distribution)) {
    const path = `/usr/lib/systemd/system/${name}.service`;
    yield {
      path,
      content: `[Unit]
Description=${one.about}
${one.docs === undefined ? '' : `Documentation=${one.docs}\n`}
[Service]
Type=${one.type ?? 'simple'}
ExecStart=${one.exec}
${name.startsWith('ssh') ? 'ExecReload=/usr/sbin/sshd -t\n' : ''}Restart=${name === 'unattended-upgrades' ? 'no' : 'on-failure'}
${one.user === undefined ? '' : `User=${one.user}\n`}${one.always ? '' : '\n[Install]\nWantedBy=multi-user.target\n'}`,
    };
    if (!one.always) yield { path: `${WANTS}/${name}.service`, link: path };
  }
  yield {
    path: '/usr/lib/systemd/system/google-startup-scripts.service',
    content: `[Unit]
Description=Google Compute Engine Startup Scripts
After=network-online.target google-guest-agent.service

[Service]
Type=oneshot
ExecStart=/usr/bin/google_metadata_script_runner startup
KillMode=process
RemainAfterExit=no

[Install]
WantedBy=multi-user.target
`,
  };
  yield {
    path: `${WANTS}/google-startup-scripts.service`,
    link: '/usr/lib/systemd/system/google-startup-scripts.service',
  };
  for (const [name, about] of [
    ['multi-user', 'Multi-User System'],
    ['graphical', 'Graphical Interface'],
    ['network-online', 'Network is Online'],
    ['basic', 'Basic System'],
  ]) {
    yield {
      path: `/usr/lib/systemd/system/${name}.target`,
      content: `[Unit]\nDescription=${about}\n`,
    };
  }
}
