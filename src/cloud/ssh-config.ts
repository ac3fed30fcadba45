/**
 * The same login for OpenSSH's own clients, and for what reads their configuration. Host keys go
 * by an alias (`HostKeyAlias`), because the ports of VMs change.
 */
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import type { Home } from '../home.ts';
import type { RunningVm } from './sandbox-machines.ts';
import { keyFile } from './ssh-identity.ts';

const knownHostsFile = (home: Home): string => join(home.ssh, 'known_hosts');

/** As `gcloud compute config-ssh` names hosts. */
const aliasOf = ({ name, zone }: RunningVm, project: string) => `${name}.${zone}.${project}`;

/** Writes down the host keys of VMs as the sandbox tells them. */
export function writeKnownHosts(home: Home, machines: readonly RunningVm[], project: string): void {
  const lines = machines.map((one) => `${aliasOf(one, project)} ${one.ssh.hostKey}\n`);
  writeFileAtomically(knownHostsFile(home), lines.join(''));
}

function settingsOf(home: Home, machine: RunningVm, project: string): [string, string][] {
  return [
    ['HostKeyAlias', aliasOf(machine, project)],
    ['IdentityFile', keyFile(home)],
    ['IdentitiesOnly', 'yes'],
    ['UserKnownHostsFile', knownHostsFile(home)],
    ['StrictHostKeyChecking', 'yes'],
  ];
}

/** The words of the command line that logs in. */
export function opensshCommand(
  home: Home,
  machine: RunningVm,
  project: string,
  user: string,
  command: readonly string[],
): string[] {
  const { host, port } = machine.ssh;
  const settings = settingsOf(home, machine, project).flatMap(([name, value]) => [
    '-o',
    `${name}=${/\s/.test(value) ? `"${value}"` : value}`,
  ]);
  return ['ssh', '-p', String(port), ...settings, `${user}@${host}`, ...command];
}

/** A line that a shell reads as these words. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** Writes `Host` entries: by name alone, too, where only one zone has a VM of that name. */
export function writeOpensshConfig(
  home: Home,
  machines: readonly RunningVm[],
  project: string,
  user: string,
): { path: string; text: string } {
  const entries = machines.map((machine) => {
    const isOnly = machines.filter(({ name }) => name === machine.name).length === 1;
    const alias = aliasOf(machine, project);
    const { host, port } = machine.ssh;
    return [
      `Host ${isOnly ? `${machine.name} ` : ''}${alias}`,
      `  HostName ${host}`,
      `  Port ${port}`,
      `  User ${user}`,
      ...settingsOf(home, machine, project).map(
        ([name, value]) => `  ${name} ${/\s/.test(value) ? `"${value}"` : value}`,
      ),
    ].join('\n');
  });
  const path = join(home.ssh, 'config');
  const text = `${entries.join('\n\n')}\n`;
  writeFileAtomically(path, text);
  return { path, text };
}
