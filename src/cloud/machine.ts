import type { HostKeyTrust } from './ssh-host-keys.ts';

/**
 * Where a VM is reached from this machine. On GCP that is its external address
 * and the ports that everybody knows. The sandbox's addresses exist inside the
 * sandbox only: there each VM has ports of this machine, and its API tells which.
 */
export interface Machine {
  readonly ssh: {
    readonly host: string;
    readonly port: number;
    readonly hostKeys: HostKeyTrust;
  };
  /** Where one from outside asks for what listens on a port of the VM; undefined where nothing does. */
  web(port: number): string | undefined;
}
