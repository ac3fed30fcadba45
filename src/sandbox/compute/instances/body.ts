import * as z from 'zod';
import { int32, int64, labels, oneOf, refused, text } from '../body.ts';

/*
 * Instances as clients send them. Fields that are only kept and shown are in `KEPT`; what is
 * in none of these schemas is only ever output, and ignored as Compute Engine ignores it.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances
 */

const object = z.record(text, z.unknown());

export const metadataItem = z.object({ key: text, value: text.default('') });
export const metadata = z.object({
  fingerprint: text.optional(),
  items: z.array(metadataItem).optional(),
});

export const tags = z.object({ fingerprint: text.optional(), items: z.array(text).optional() });

export const accessConfig = z.object({
  type: z.literal('ONE_TO_ONE_NAT').optional(),
  name: text.optional(),
  natIP: text.optional(),
  networkTier: z.enum(['PREMIUM', 'STANDARD']).optional(),
  ...refused(
    'externalIpv6',
    'externalIpv6PrefixLength',
    'publicPtrDomainName',
    'securityPolicy',
    'setPublicPtr',
  ),
});
export type AccessConfigRequest = z.infer<typeof accessConfig>;

export const networkInterface = z.object({
  name: text.optional(),
  network: text.optional(),
  subnetwork: text.optional(),
  networkIP: text.optional(),
  stackType: text.optional(),
  nicType: oneOf(
    'UNSPECIFIED_NIC_TYPE',
    'VIRTIO_NET',
    'GVNIC',
    'IDPF',
    'MRDMA',
    'IRDMA',
    'GVNIC_RDMA',
  ),
  fingerprint: text.optional(),
  accessConfigs: z.array(accessConfig).optional(),
  ...refused(
    'aliasIpRanges',
    'aliasIpv6Ranges',
    'enableVpcScopedDns',
    'igmpQuery',
    'internalIpv6PrefixLength',
    'ipv6AccessConfigs',
    'ipv6Address',
    'networkAttachment',
    'parentNicName',
    'queueCount',
    'serviceClassId',
    'vlan',
  ),
});
export type InterfaceRequest = z.infer<typeof networkInterface>;

const initializeParams = z.object({
  diskName: text.optional(),
  description: text.optional(),
  sourceImage: text.optional(),
  sourceSnapshot: text.optional(),
  diskSizeGb: int64.optional(),
  diskType: text.optional(),
  labels: labels.optional(),
  licenses: z.array(text).optional(),
  architecture: z.enum(['X86_64', 'ARM64']).optional(),
  provisionedIops: int64.optional(),
  provisionedThroughput: int64.optional(),
  ...refused(
    'diskEncryptionKey',
    'enableConfidentialCompute',
    'onUpdateAction',
    'replicaZones',
    'resourceManagerTags',
    'resourcePolicies',
    'sourceImageEncryptionKey',
    'sourceSnapshotEncryptionKey',
    'storagePool',
  ),
});

export const attachedDisk = z.object({
  type: z.enum(['PERSISTENT', 'SCRATCH']).optional(),
  mode: z.enum(['READ_WRITE', 'READ_ONLY']).optional(),
  source: text.optional(),
  deviceName: text.optional(),
  boot: z.boolean().optional(),
  autoDelete: z.boolean().optional(),
  interface: z.enum(['SCSI', 'NVME']).optional(),
  diskSizeGb: int64.optional(),
  initializeParams: initializeParams.optional(),
  guestOsFeatures: z.array(z.object({ type: text })).optional(),
  ...refused('diskEncryptionKey', 'forceAttach'),
});
export type AttachedDiskRequest = z.infer<typeof attachedDisk>;

const duration = z.object({ seconds: int64.optional(), nanos: int32.optional() });

export const scheduling = z.object({
  onHostMaintenance: z.enum(['MIGRATE', 'TERMINATE']).optional(),
  automaticRestart: z.boolean().optional(),
  preemptible: z.boolean().optional(),
  provisioningModel: z.enum(['STANDARD', 'SPOT']).optional(),
  instanceTerminationAction: z.enum(['STOP', 'DELETE']).optional(),
  maxRunDuration: duration.optional(),
  ...refused(
    'availabilityDomain',
    'gracefulShutdown',
    'hostErrorTimeoutSeconds',
    'localSsdRecoveryTimeout',
    'locationHint',
    'minNodeCpus',
    'nodeAffinities',
    'onInstanceStopAction',
    'skipGuestOsShutdown',
    'terminationTime',
  ),
});
export type SchedulingRequest = z.infer<typeof scheduling>;

export const serviceAccount = z.object({
  email: text.optional(),
  scopes: z.array(text).optional(),
});
export type ServiceAccountRequest = z.infer<typeof serviceAccount>;

/** What the sandbox keeps and shows, and that changes nothing in it. */
const KEPT = {
  minCpuPlatform: text.optional(),
  shieldedInstanceConfig: object.optional(),
  shieldedInstanceIntegrityPolicy: object.optional(),
  confidentialInstanceConfig: object.optional(),
  displayDevice: object.optional(),
  reservationAffinity: object.optional(),
  advancedMachineFeatures: object.optional(),
  networkPerformanceConfig: object.optional(),
  keyRevocationActionType: text.optional(),
  privateIpv6GoogleAccess: text.optional(),
};

/** What an instance and an instance template have in common. */
export const properties = z.object({
  description: text.optional(),
  machineType: text.optional(),
  canIpForward: z.boolean().optional(),
  tags: tags.optional(),
  metadata: metadata.optional(),
  labels: labels.optional(),
  networkInterfaces: z.array(networkInterface).optional(),
  disks: z.array(attachedDisk).optional(),
  serviceAccounts: z.array(serviceAccount).optional(),
  scheduling: scheduling.optional(),
  ...refused(
    'guestAccelerators',
    'instanceEncryptionKey',
    'localSsdEncryptionMode',
    'partnerMetadata',
    'resourceManagerTags',
    'resourcePolicies',
    'sourceMachineImage',
    'sourceMachineImageEncryptionKey',
    'workloadIdentityConfig',
  ),
  ...KEPT,
});
export type InstanceProperties = z.infer<typeof properties>;

export const instance = properties.extend({
  name: text,
  hostname: text.optional(),
  deletionProtection: z.boolean().optional(),
});
export type InstanceRequest = z.infer<typeof instance>;

/** The names of the fields that are kept as they were sent. */
export const KEPT_FIELDS = Object.keys(KEPT) as (keyof typeof KEPT)[];
