import type { Kind } from '../collection.ts';
import type { ResourceRecord } from '../records.ts';

export const DISKS: Kind = {
  collection: 'disks',
  singular: 'disk',
  api: 'compute.disks',
  scope: 'zones',
};

/**
 * Which files are on a disk, an image or a snapshot. The files are kept by whoever runs the
 * machines, under `id`; here is only whose they are.
 */
export interface DiskContent {
  id: string;
  /** Family of the public image that it all began with; undefined for what began empty. */
  os?: string;
}

/** A disk; URLs in their whole form. https://cloud.google.com/compute/docs/reference/rest/v1/disks */
export interface DiskRecord extends ResourceRecord {
  description?: string;
  status: 'CREATING' | 'RESTORING' | 'READY' | 'DELETING';
  sizeGb: string;
  type: string;
  sourceImage?: string;
  sourceImageId?: string;
  sourceSnapshot?: string;
  sourceSnapshotId?: string;
  sourceDisk?: string;
  sourceDiskId?: string;
  licenses?: string[];
  guestOsFeatures?: { type: string }[];
  architecture?: 'X86_64' | 'ARM64';
  /** The instances that it is attached to. */
  users?: string[];
  labels?: Record<string, string>;
  physicalBlockSizeBytes: string;
  provisionedIops?: string;
  provisionedThroughput?: string;
  lastAttachTimestamp?: string;
  lastDetachTimestamp?: string;
  /** Not shown. */
  content: DiskContent;
}
