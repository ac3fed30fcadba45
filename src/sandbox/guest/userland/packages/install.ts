import { binaryOf } from '../../kernel/binary.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { clock, isoDay } from '../facts/time.ts';
import { programPaths } from '../images/programs.ts';
import { start, stop } from '../services/manager.ts';
import * as nginx from '../services/nginx/files.ts';
import { WANTS } from '../services/units.ts';
import type { Package } from './catalogue.ts';
import { note } from './status.ts';

/** What a package brings to the disk, and what its scripts do when it comes and goes. */

interface Contents {
  readonly files: readonly { path: string; text: string; mode?: number; configuration?: boolean }[];
  readonly folders: readonly { path: string; owner?: string; mode?: number }[];
  readonly links: readonly { path: string; target: string }[];
  /** A service that starts when the package is configured. */
  readonly service?: string;
}

const EMPTY: Contents = { files: [], folders: [], links: [] };

const contents: Readonly<Record<string, Contents>> = {
  'nginx-common': {
    folders: [
      { path: '/etc/nginx' },
      { path: '/etc/nginx/conf.d' },
      { path: '/etc/nginx/modules-enabled' },
      { path: '/etc/nginx/sites-available' },
      { path: '/etc/nginx/sites-enabled' },
      { path: '/etc/nginx/snippets' },
      { path: '/var/www' },
      { path: '/var/www/html' },
      { path: '/var/log/nginx', owner: 'www-data:adm', mode: 0o755 },
      { path: '/var/lib/nginx' },
      { path: '/usr/share/nginx' },
      { path: '/usr/share/nginx/html' },
    ],
    files: [
      { path: '/etc/nginx/nginx.conf', text: nginx.mainConfig, configuration: true },
      { path: '/etc/nginx/mime.types', text: nginx.mimeTypes, configuration: true },
      { path: '/etc/nginx/sites-available/default', text: nginx.defaultSite, configuration: true },
      { path: '/usr/lib/systemd/system/nginx.service', text: nginx.unit },
      { path: '/usr/share/nginx/html/index.html', text: nginx.welcomePage },
    ],
    links: [
      { path: '/etc/nginx/sites-enabled/default', target: '/etc/nginx/sites-available/default' },
    ],
  },
  nginx: { ...EMPTY, service: 'nginx.service' },
};

/** Paths that `dpkg -L` lists. */
export function filesOf(name: string): string[] {
  const one = contents[name] ?? EMPTY;
  return [
    '/.',
    ...one.folders.map((each) => each.path),
    ...one.files.map((each) => each.path),
    ...one.links.map((each) => each.path),
    ...programPaths(name).map((each) => each.path),
  ];
}

/** `dpkg --unpack`: its files. */
export function unpack(kernel: Kernel, one: Package): void {
  const { root, users } = kernel;
  const { files, folders, links } = contents[one.name] ?? EMPTY;
  for (const folder of folders) {
    if (root.exists(folder.path)) continue;
    root.mkdir(folder.path, { parents: true });
    if (folder.mode !== undefined) root.chmod(folder.path, folder.mode);
    const [user, group] = (folder.owner ?? '').split(':');
    if (user)
      root.chown(
        folder.path,
        users.byName(user)?.uid ?? 0,
        users.groupByName(group ?? '')?.gid ?? 0,
      );
  }
  for (const file of files) {
    // What the administrator changed stays.
    if (file.configuration && root.exists(file.path)) continue;
    root.write(file.path, file.text);
    root.chmod(file.path, file.mode ?? 0o644);
  }
  for (const link of links) if (!root.exists(link.path)) root.symlink(link.target, link.path);
  for (const { path, program } of programPaths(one.name)) {
    root.write(path, binaryOf(program));
    root.chmod(path, 0o755);
  }
  log(kernel, `install ${one.name}:${one.architecture} <none> ${one.version}`);
}

/** `dpkg --configure`: what its postinst says and does. */
export async function configure(kernel: Kernel, one: Package): Promise<string> {
  note(kernel, one, 'installed');
  log(kernel, `status installed ${one.name}:${one.architecture} ${one.version}`);
  const { root } = kernel;
  if (one.name === 'nginx-common') {
    const page = '/var/www/html/index.nginx-debian.html';
    if (!root.exists(page)) root.write(page, nginx.welcomePage);
    for (const name of ['access.log', 'error.log']) {
      const path = `/var/log/nginx/${name}`;
      if (root.exists(path)) continue;
      root.write(path, '', { mode: 0o640 });
      root.chown(
        path,
        kernel.users.byName('www-data')?.uid ?? 0,
        kernel.users.groupByName('adm')?.gid ?? 0,
      );
    }
    const link = `${WANTS}/nginx.service`;
    if (root.exists(link)) return '';
    root.mkdir(WANTS, { parents: true });
    root.symlink('/lib/systemd/system/nginx.service', link);
    return `Created symlink ${link} → /lib/systemd/system/nginx.service.\n`;
  }
  const { service } = contents[one.name] ?? EMPTY;
  if (service === undefined) return '';
  const ok = await start(kernel, service);
  return ok
    ? `Upgrading binary: ${one.name}.\n`
    : `Not attempting to start NGINX, port 80 is already in use.\n`;
}

/** `dpkg --remove`, or `--purge`: configuration goes too. */
export async function remove(kernel: Kernel, one: Package, purge: boolean): Promise<void> {
  const { root } = kernel;
  const { files, folders, links, service } = contents[one.name] ?? EMPTY;
  if (service !== undefined) await stop(kernel, service);
  for (const { path } of programPaths(one.name)) if (root.exists(path)) root.unlink(path);
  for (const file of files) {
    if ((purge || !file.configuration) && root.exists(file.path)) root.unlink(file.path);
  }
  if (purge) {
    for (const path of [
      ...links.map((link) => link.path),
      ...(one.name === 'nginx-common' ? [`${WANTS}/nginx.service`] : []),
    ]) {
      if (present(kernel, path)) root.unlink(path);
    }
    if (one.name === 'nginx-common')
      for (const path of ['/var/log/nginx', '/var/lib/nginx', '/etc/nginx'])
        if (root.exists(path)) root.removeAll(path);
  }
  for (const folder of [...folders].reverse()) {
    if (
      root.exists(folder.path) &&
      root.list(folder.path).length === 0 &&
      !folder.path.startsWith('/var/www')
    )
      root.rmdir(folder.path);
  }
  const kept = !purge && files.some((file) => file.configuration);
  note(kernel, one, kept ? 'config-files' : 'gone');
  log(
    kernel,
    `${purge ? 'purge' : 'remove'} ${one.name}:${one.architecture} ${one.version} <none>`,
  );
}

function present(kernel: Kernel, path: string): boolean {
  try {
    kernel.root.lstat(path);
    return true;
  } catch {
    return false;
  }
}

function log(kernel: Kernel, line: string): void {
  kernel.root.append(
    '/var/log/dpkg.log',
    `${isoDay(kernel.now())} ${clock(kernel.now())} ${line}\n`,
  );
}
