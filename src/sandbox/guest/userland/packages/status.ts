import type { Kernel } from '../../kernel/kernel.ts';
import type { Distribution } from '../images/distribution.ts';
import { basePackages, type Package } from './catalogue.ts';

/** /var/lib/dpkg/status: which packages are there is what this file says. */

const FILE = '/var/lib/dpkg/status';

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  /** KiB. */
  readonly size: number;
  /** `deinstall` after `apt remove`: only its configuration is left. */
  readonly state: 'installed' | 'config-files';
  readonly stanza: string;
}

export function statusFile(distribution: Distribution): string {
  return basePackages(distribution)
    .map((one) => stanza(one, 'installed'))
    .join('\n');
}

function stanza(one: Package, state: Installed['state']): string {
  const wanted = state === 'installed' ? 'install' : 'deinstall';
  const depends = one.depends.length === 0 ? '' : `Depends: ${one.depends.join(', ')}\n`;
  return `Package: ${one.name}
Status: ${wanted} ok ${state}
Priority: optional
Section: ${one.section}
Installed-Size: ${one.installed}
Maintainer: Debian maintainers
Architecture: ${one.architecture}
Version: ${one.version}
${depends}Description: ${one.description}
`;
}

export function installed(kernel: Kernel): Map<string, Installed> {
  const text = kernel.root.exists(FILE) ? kernel.root.readText(FILE) : '';
  const found = new Map<string, Installed>();
  for (const one of text.split(/\n\n+/)) {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(one)?.[1] ?? '';
    const name = field('Package');
    if (name === '') continue;
    found.set(name, {
      name,
      version: field('Version'),
      architecture: field('Architecture'),
      description: field('Description'),
      size: Number(field('Installed-Size')) || 0,
      state: field('Status').endsWith('config-files') ? 'config-files' : 'installed',
      stanza: one,
    });
  }
  return found;
}

/** Notes a package as installed, removed with its configuration left, or gone. */
export function note(kernel: Kernel, one: Package, state: Installed['state'] | 'gone'): void {
  const others = [...installed(kernel).values()].filter((each) => each.name !== one.name);
  const stanzas = others.map((each) => ({ name: each.name, text: `${each.stanza.trimEnd()}\n` }));
  if (state !== 'gone') stanzas.push({ name: one.name, text: stanza(one, state) });
  stanzas.sort((a, b) => (a.name < b.name ? -1 : 1));
  kernel.root.write(FILE, stanzas.map((each) => each.text).join('\n'));
}

/** KiB of what was installed beyond the image. */
export function addedKib(kernel: Kernel, distribution: Distribution): number {
  if (distribution.packages !== 'apt') return 0;
  const start = new Set(basePackages(distribution).map((one) => one.name));
  return [...installed(kernel).values()]
    .filter((one) => one.state === 'installed' && !start.has(one.name))
    .reduce((sum, one) => sum + one.size, 0);
}
