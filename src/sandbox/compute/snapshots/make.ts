import * as z from 'zod';
import { labels, refused, text } from '../body.ts';
import { DISKS, type DiskRecord } from '../disks/kind.ts';
import { alreadyExists } from '../errors.ts';
import { given } from '../given.ts';
import { requireName } from '../names.ts';
import type { Plan } from '../operations/plans.ts';
import { requireOneMore } from '../quotas/quotas.ts';
import { placeOfUrl } from '../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord, randomId } from '../state.ts';
import { SNAPSHOTS, type SnapshotRecord } from './kind.ts';
import { nearestMultiRegion } from './locations.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/snapshots */
export const snapshotBody = z.object({
  name: text,
  description: text.optional(),
  labels: labels.optional(),
  snapshotType: z.enum(['STANDARD', 'ARCHIVE']).optional(),
  storageLocations: z.array(text).optional(),
  sourceDisk: text.optional(),
  ...refused(
    'chainName',
    'guestFlush',
    'snapshotEncryptionKey',
    'sourceDiskEncryptionKey',
    'sourceDiskForRecoveryCheckpoint',
    'sourceInstantSnapshot',
    'sourceInstantSnapshotEncryptionKey',
  ),
});
export type SnapshotRequest = Omit<z.infer<typeof snapshotBody>, 'sourceDisk'>;

/** Checks everything and writes nothing. What is on the disk now is in the snapshot. */
export function makeSnapshot(
  state: ComputeState,
  disk: DiskRecord,
  request: SnapshotRequest,
): SnapshotRecord {
  const snapshots = collectionOf<SnapshotRecord>(state, SNAPSHOTS);
  const name = requireName('resource.name', request.name);
  if (snapshots.get('global', name) !== undefined) {
    throw alreadyExists(snapshots.path('global', name));
  }
  requireOneMore(state, 'snapshots', 'global');
  const { licenses, guestOsFeatures, architecture, content } = disk;
  const { description, labels: own } = request;
  return {
    ...newRecord(state, 'global', name),
    ...given({ description, labels: own, licenses, guestOsFeatures, architecture }),
    status: 'UPLOADING',
    diskSizeGb: disk.sizeGb,
    storageBytes: '0',
    storageBytesStatus: 'UPDATING',
    downloadBytes: '0',
    sourceDisk: collectionOf<DiskRecord>(state, DISKS).url(disk),
    sourceDiskId: disk.id,
    storageLocations: request.storageLocations ?? [nearestMultiRegion(disk.scope)],
    snapshotType: request.snapshotType ?? 'STANDARD',
    autoCreated: false,
    content: given({ id: randomId(state), os: content.os }),
  };
}

/** Inside a change, after all checks. */
export function putSnapshot(state: ComputeState, snapshot: SnapshotRecord, disk: DiskRecord): void {
  collectionOf<SnapshotRecord>(state, SNAPSHOTS).put(snapshot);
  state.machines?.copyFiles(disk.content.id, snapshot.content.id);
}

/** A snapshot is copied to where it is kept, and only then READY. Details: `snapshot`, its URL. */
export const UPLOAD: Plan = {
  steps: [
    {
      seconds: 20,
      apply(state, { targetLink, details }) {
        const snapshots = collectionOf<SnapshotRecord>(state, SNAPSHOTS);
        const { name } = placeOfUrl(String(details?.['snapshot'] ?? targetLink));
        const snapshot = snapshots.get('global', name);
        if (snapshot?.status !== 'UPLOADING') return;
        const bytes = storedBytes(snapshot);
        snapshots.put({
          ...snapshot,
          status: 'READY',
          storageBytes: bytes,
          downloadBytes: bytes,
          storageBytesStatus: 'UP_TO_DATE',
        });
      },
    },
  ],
};

/**
 * What a snapshot takes: blocks that were written, compressed. Of a disk with an operating
 * system GCP shows about half a gigabyte; the files of the sandbox's machines add nothing to
 * speak of.
 */
const SYSTEM_BYTES = 540_000_000;
const storedBytes = ({ content }: SnapshotRecord): string =>
  String(content.os === undefined ? 0 : SYSTEM_BYTES);
