import type { Kind } from '../collection.ts';
import type { DiskContent } from '../disks/kind.ts';
import type { ResourceRecord } from '../records.ts';

export const SNAPSHOTS: Kind = {
  collection: 'snapshots',
  singular: 'snapshot',
  api: 'compute.snapshots',
  scope: 'global',
};

/** https://cloud.google.com/compute/docs/reference/rest/v1/snapshots */
export interface SnapshotRecord extends ResourceRecord {
  description?: string;
  status: 'CREATING' | 'UPLOADING' | 'READY' | 'DELETING';
  diskSizeGb: string;
  storageBytes: string;
  storageBytesStatus: 'UP_TO_DATE' | 'UPDATING';
  downloadBytes: string;
  sourceDisk: string;
  sourceDiskId: string;
  licenses?: string[];
  guestOsFeatures?: { type: string }[];
  architecture?: 'X86_64' | 'ARM64';
  labels?: Record<string, string>;
  storageLocations: string[];
  snapshotType: 'STANDARD' | 'ARCHIVE';
  autoCreated: boolean;
  /** Not shown. */
  content: DiskContent;
}
