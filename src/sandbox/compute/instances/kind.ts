import type { Kind } from '../collection.ts';
import type { ResourceRecord } from '../records.ts';

export const INSTANCES: Kind = {
  collection: 'instances',
  singular: 'instance',
  api: 'compute.instances',
  scope: 'zones',
};

/** https://cloud.google.com/compute/docs/instances/instance-lifecycle */
export type InstanceStatus =
  | 'PROVISIONING'
  | 'STAGING'
  | 'RUNNING'
  | 'STOPPING'
  | 'TERMINATED'
  | 'SUSPENDING'
  | 'SUSPENDED'
  | 'REPAIRING';

/** An instance; URLs in their whole form. https://cloud.google.com/compute/docs/reference/rest/v1/instances */
export interface InstanceRecord extends ResourceRecord {
  description?: string;
  status: InstanceStatus;
  machineType: string;
  cpuPlatform: string;
  canIpForward: boolean;
  hostname?: string;
  tags: { items?: string[] };
  metadata: { items?: MetadataItem[] };
  labels?: Record<string, string>;
  networkInterfaces: NetworkInterface[];
  disks: AttachedDisk[];
  serviceAccounts?: { email: string; scopes: string[] }[];
  scheduling: Scheduling;
  deletionProtection: boolean;
  lastStartTimestamp?: string;
  lastStopTimestamp?: string;
  lastSuspendedTimestamp?: string;
  /** It was taken back and has not been started since; not shown, but its metadata server says so. */
  preempted?: true;
  minCpuPlatform?: string;
  shieldedInstanceConfig?: Record<string, unknown>;
  shieldedInstanceIntegrityPolicy?: Record<string, unknown>;
  confidentialInstanceConfig?: Record<string, unknown>;
  displayDevice?: Record<string, unknown>;
  reservationAffinity?: Record<string, unknown>;
  advancedMachineFeatures?: Record<string, unknown>;
  networkPerformanceConfig?: Record<string, unknown>;
  keyRevocationActionType?: string;
  privateIpv6GoogleAccess?: string;
}

export interface MetadataItem {
  key: string;
  value: string;
}

export interface NetworkInterface {
  /** `nic0`, ... */
  name: string;
  network: string;
  subnetwork: string;
  /** The internal address. */
  networkIP: string;
  stackType: 'IPV4_ONLY';
  /** Kept and shown: `VIRTIO_NET`, `GVNIC`... */
  nicType?: string;
  accessConfigs?: AccessConfig[];
}

export interface AccessConfig {
  type: 'ONE_TO_ONE_NAT';
  /** `External NAT` unless the client called it otherwise. */
  name: string;
  /** The external address: an ephemeral one is there only while the instance runs. */
  natIP?: string;
  networkTier: 'PREMIUM' | 'STANDARD';
}

export interface AttachedDisk {
  type: 'PERSISTENT' | 'SCRATCH';
  mode: 'READ_WRITE' | 'READ_ONLY';
  source?: string;
  deviceName: string;
  index: number;
  boot: boolean;
  autoDelete: boolean;
  interface: 'SCSI' | 'NVME';
  diskSizeGb: string;
  architecture?: 'X86_64' | 'ARM64';
  licenses?: string[];
  guestOsFeatures?: { type: string }[];
}

export interface Scheduling {
  onHostMaintenance: 'MIGRATE' | 'TERMINATE';
  automaticRestart: boolean;
  preemptible: boolean;
  provisioningModel: 'STANDARD' | 'SPOT';
  instanceTerminationAction?: 'STOP' | 'DELETE';
  maxRunDuration?: { seconds: string };
}
