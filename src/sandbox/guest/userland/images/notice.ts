import type { GuestMachine } from '../../contract.ts';
import { type Distribution, distributionOf } from './distribution.ts';

/** /etc/motd of Debian, as its package base-files has it. */
export function loginNotice(distribution: Distribution): string {
  if (distribution.id !== 'debian') return '';
  return `
The programs included with the Debian GNU/Linux system are free software;
the exact distribution terms for each program are described in the
individual files in /usr/share/doc/*/copyright.

Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent
permitted by applicable law.
`;
}

/** What a login shell on a terminal prints above the first prompt, `motd` being /etc/motd. */
export function greeting(machine: GuestMachine, motd: string): string {
  const distribution = distributionOf(machine.imageFamily);
  const { release, version } = distribution.kernel;
  switch (distribution.id) {
    case 'debian':
      return `Linux ${machine.hostname} ${release} ${version} x86_64\n${motd}`;
    case 'ubuntu':
      return `Welcome to ${distribution.prettyName} (GNU/Linux ${release} x86_64)

 * Documentation:  https://help.ubuntu.com
 * Management:     https://landscape.canonical.com
 * Support:        https://ubuntu.com/pro

${motd}`;
    default:
      return motd;
  }
}
