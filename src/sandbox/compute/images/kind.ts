import type { Kind } from '../collection.ts';
import type { DiskContent } from '../disks/kind.ts';
import type { ResourceRecord } from '../records.ts';

export const IMAGES: Kind = {
  collection: 'images',
  singular: 'image',
  api: 'compute.images',
  scope: 'global',
};

/** An image of the project's own. https://cloud.google.com/compute/docs/reference/rest/v1/images */
export interface ImageRecord extends ResourceRecord {
  description?: string;
  family?: string;
  status: 'PENDING' | 'READY';
  sourceType: 'RAW';
  diskSizeGb: string;
  archiveSizeBytes: string;
  sourceDisk?: string;
  sourceDiskId?: string;
  sourceImage?: string;
  sourceImageId?: string;
  sourceSnapshot?: string;
  sourceSnapshotId?: string;
  licenses?: string[];
  guestOsFeatures?: { type: string }[];
  architecture?: 'X86_64' | 'ARM64';
  labels?: Record<string, string>;
  storageLocations: string[];
  deprecated?: Deprecation;
  /** Not shown. */
  content: DiskContent;
}

export interface Deprecation {
  state: 'ACTIVE' | 'DEPRECATED' | 'OBSOLETE' | 'DELETED';
  replacement?: string;
  deprecated?: string;
  obsolete?: string;
  deleted?: string;
}
