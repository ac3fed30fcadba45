import { invalidField, notFound } from '../errors.ts';
import { given } from '../given.ts';
import { resolveImage } from '../images/resolve.ts';
import { pathOf, readReference } from '../references.ts';
import { SNAPSHOTS, type SnapshotRecord } from '../snapshots/kind.ts';
import { nearestMultiRegion } from '../snapshots/locations.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { DISKS, type DiskRecord } from './kind.ts';

/** What a disk is made from: at most one of these. */
export interface SourceFields {
  sourceImage?: string | undefined;
  sourceSnapshot?: string | undefined;
  sourceDisk?: string | undefined;
}

export interface DiskSource {
  /** What the disk, image or snapshot takes over from it. */
  fields: Pick<
    Partial<DiskRecord>,
    | 'sourceImage'
    | 'sourceImageId'
    | 'sourceSnapshot'
    | 'sourceSnapshotId'
    | 'sourceDisk'
    | 'sourceDiskId'
    | 'architecture'
    | 'licenses'
    | 'guestOsFeatures'
  >;
  /** As errors call it. */
  what: 'image' | 'snapshot' | 'disk';
  sizeGb: number;
  /** Where what is made of it is kept, unless it is asked for otherwise. */
  storageLocations: string[];
  os?: string;
  /** The files that are to be copied; none where it is a public image. */
  from?: string;
}

/**
 * Looks up what a disk or an image is to be made from.
 *
 * @param path where the fields stand, such as `resource.disks[0].initializeParams`
 * @throws 400 or 404
 */
export function readSource(
  state: ComputeState,
  path: string,
  { sourceImage, sourceSnapshot, sourceDisk }: SourceFields,
): DiskSource | undefined {
  const many = [sourceImage, sourceSnapshot, sourceDisk].filter((one) => one).length > 1;
  if (many) throw invalidField(path, '', 'At most one source can be specified.');
  if (sourceImage) return fromImage(state, `${path}.sourceImage`, sourceImage);
  if (sourceSnapshot) return fromSnapshot(state, `${path}.sourceSnapshot`, sourceSnapshot);
  if (sourceDisk) return fromDisk(state, `${path}.sourceDisk`, sourceDisk);
  return undefined;
}

function fromImage(state: ComputeState, field: string, text: string): DiskSource {
  const image = resolveImage(state, text);
  if (image === undefined) {
    throw invalidField(field, text, 'The referenced image resource cannot be found.');
  }
  const { url, id, architecture, licenses, guestOsFeatures, diskSizeGb, os, content } = image;
  const fields = { sourceImage: url, sourceImageId: id, architecture, licenses, guestOsFeatures };
  return given({
    fields: given(fields),
    what: 'image' as const,
    sizeGb: diskSizeGb,
    storageLocations: image.storageLocations,
    os,
    from: content?.id,
  });
}

function fromSnapshot(state: ComputeState, field: string, text: string): DiskSource {
  const snapshots = collectionOf<SnapshotRecord>(state, SNAPSHOTS);
  const reference = readReference(field, text, state.projectId, {
    collection: 'snapshots',
    scope: 'global',
  });
  const snapshot = snapshots.get('global', reference.name);
  if (snapshot === undefined) throw notFound(pathOf(reference));
  const { id, architecture, licenses, guestOsFeatures, content } = snapshot;
  const fields = { architecture, licenses, guestOsFeatures };
  return given({
    fields: given({ sourceSnapshot: snapshots.url(snapshot), sourceSnapshotId: id, ...fields }),
    what: 'snapshot' as const,
    sizeGb: Number(snapshot.diskSizeGb),
    storageLocations: snapshot.storageLocations,
    os: content.os,
    from: content.id,
  });
}

function fromDisk(state: ComputeState, field: string, text: string): DiskSource {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  const reference = readReference(field, text, state.projectId, { collection: 'disks' });
  const disk = disks.get(reference.scope, reference.name);
  if (disk === undefined) throw notFound(pathOf(reference));
  const { id, architecture, licenses, guestOsFeatures, content } = disk;
  const fields = { architecture, licenses, guestOsFeatures };
  return given({
    fields: given({ sourceDisk: disks.url(disk), sourceDiskId: id, ...fields }),
    what: 'disk' as const,
    sizeGb: Number(disk.sizeGb),
    storageLocations: [nearestMultiRegion(disk.scope)],
    os: content.os,
    from: content.id,
  });
}
