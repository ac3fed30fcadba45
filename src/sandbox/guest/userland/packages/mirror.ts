import type { GuestNetworkFault } from '../../contract.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { faultOf } from '../commands/http.ts';
import type { Distribution } from '../images/distribution.ts';
import { catalogue } from './catalogue.ts';

/**
 * The way out to the archive. Whether a request gets there is decided by the VPC network; what
 * the packages are stands in the catalogue, and is not downloaded.
 */

export interface Mirror {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Where its name leads, for messages about connections. */
  readonly address: string;
  readonly suites: readonly { name: string; size: number }[];
  readonly lists: number;
}

/** Ubuntu's images take the mirror of the region that they run in. */
export function mirrorsOf(distribution: Distribution, zone: string): Mirror[] {
  const { codename } = distribution;
  const near = `${zone.replace(/-[a-z]$/, '')}.gce.archive.ubuntu.com`;
  if (distribution.id === 'ubuntu') {
    return [
      {
        url: `http://${near}/ubuntu`,
        host: near,
        port: 80,
        address: '34.64.204.71',
        suites: [
          { name: codename, size: 256e3 },
          { name: `${codename}-updates`, size: 126e3 },
          { name: `${codename}-backports`, size: 126e3 },
        ],
        lists: 21e6,
      },
      {
        url: 'http://security.ubuntu.com/ubuntu',
        host: 'security.ubuntu.com',
        port: 80,
        address: '185.125.190.81',
        suites: [{ name: `${codename}-security`, size: 126e3 }],
        lists: 6.2e6,
      },
    ];
  }
  return [
    {
      url: 'https://deb.debian.org/debian',
      host: 'deb.debian.org',
      port: 443,
      address: '151.101.130.132',
      suites: [
        { name: codename, size: 151e3 },
        { name: `${codename}-updates`, size: 55.4e3 },
        { name: `${codename}-backports`, size: 59.4e3 },
      ],
      lists: 8.8e6,
    },
    {
      url: 'https://deb.debian.org/debian-security',
      host: 'deb.debian.org',
      port: 443,
      address: '151.101.130.132',
      suites: [{ name: `${codename}-security`, size: 48e3 }],
      lists: 0.5e6,
    },
    {
      url: 'https://packages.cloud.google.com/apt',
      host: 'packages.cloud.google.com',
      port: 443,
      address: '142.250.207.110',
      suites: [{ name: `google-compute-engine-${codename}-stable`, size: 1321 }],
      lists: 12e3,
    },
  ];
}

/** How long apt tries to connect before it gives up: `Acquire::http::ConnectionAttemptDelayMsec` and kin. */
const TIMEOUT = 30_000;

/** Undefined if the mirror was reached; any answer is one. */
export async function reach(
  kernel: Kernel,
  mirror: Mirror,
  path: string,
): Promise<GuestNetworkFault | undefined> {
  try {
    await kernel.request({
      method: 'GET',
      url: `${mirror.url}/${path}`,
      headers: [
        ['Host', mirror.host],
        ['User-Agent', 'Debian APT-HTTP/1.3'],
      ],
      body: new Uint8Array(0),
      timeoutMs: TIMEOUT,
    });
    return undefined;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    return fault;
  }
}

export function complaint(mirror: Mirror, fault: GuestNetworkFault): string {
  const where = `Could not connect to ${mirror.host}:${mirror.port} (${mirror.address})`;
  switch (fault) {
    case 'unresolved':
      return `Temporary failure resolving '${mirror.host}'`;
    case 'timeout':
      return `${where}, connection timed out`;
    case 'refused':
      return `${where}. - connect (111: Connection refused)`;
    case 'unreachable':
      return `Cannot initiate the connection to ${mirror.host}:${mirror.port} (${mirror.address}). - connect (101: Network is unreachable)`;
    case 'reset':
      return 'Connection reset by peer';
  }
}

const LISTS = '/var/lib/apt/lists';

/** Images come without package lists: `apt update` fetches them. */
export function hasLists(kernel: Kernel): boolean {
  return (
    kernel.root.exists(LISTS) && kernel.root.list(LISTS).some((name) => name.endsWith('_Packages'))
  );
}

export function writeLists(kernel: Kernel, distribution: Distribution): void {
  const { root } = kernel;
  if (!root.exists(LISTS)) root.mkdir(LISTS, { parents: true });
  const [first] = mirrorsOf(distribution, kernel.machine.zone);
  if (!first) return;
  const name = first.url.replace(/^https?:\/\//, '').replaceAll('/', '_');
  const text = [...catalogue(distribution).values()]
    .map(
      (one) =>
        `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: ${one.architecture}\nFilename: ${one.file}\nSize: ${one.size}\nDescription: ${one.description}\n`,
    )
    .join('\n');
  root.write(`${LISTS}/${name}_dists_${distribution.codename}_main_binary-amd64_Packages`, text);
}
