import type { Table } from '../../disk/store.ts';
import type { ServiceHost } from '../../services.ts';

/** What is kept of an instance's machine besides its disks, by the instance's id. */
export interface MachineRecord {
  /** PEM; made at the first start. */
  hostKey: string;
  /** As a line of known_hosts has it, without the host. */
  publicHostKey: string;
  /** Where it listened the last time on this machine, so that known hosts and links stay right. */
  sshPort?: number;
  webPorts?: Record<string, number>;
}

export const machineRecords = ({ store }: Pick<ServiceHost, 'store'>): Table<MachineRecord> =>
  store.table('compute-machines');
