import { notImplemented } from '../../wire/errors.ts';
import {
  type CatalogueDiskType,
  diskSizes,
  findDiskType,
  seriesTakesDisk,
} from '../catalogue/disk-types.ts';
import { alreadyExists, invalidField, notFound } from '../errors.ts';
import { given } from '../given.ts';
import { requireName } from '../names.ts';
import { placeName } from '../place.ts';
import type { Scope } from '../records.ts';
import { pathOf, readReference, urlOf } from '../references.ts';
import { type ComputeState, collectionOf, newRecord, randomId } from '../state.ts';
import { DISKS, type DiskRecord } from './kind.ts';
import { type DiskSource, readSource, type SourceFields } from './source.ts';

/** What is asked for, of an insertion and of an instance's `initializeParams`. */
export interface DiskRequest extends SourceFields {
  name: string;
  description?: string | undefined;
  sizeGb?: string | undefined;
  type?: string | undefined;
  labels?: Record<string, string> | undefined;
  licenses?: string[] | undefined;
  guestOsFeatures?: { type: string }[] | undefined;
  architecture?: 'X86_64' | 'ARM64' | undefined;
  physicalBlockSizeBytes?: string | undefined;
  provisionedIops?: string | undefined;
  provisionedThroughput?: string | undefined;
}

/** A disk that is not written yet, and whose files it begins with. */
export interface MadeDisk {
  disk: DiskRecord;
  from?: string | undefined;
}

/** Where the fields of a request stand, for errors. */
export interface DiskFields {
  /** `resource`, or `resource.disks[0].initializeParams`. */
  path: string;
  name: string;
  sizeGb: string;
  type: string;
}

export const DISK_FIELDS: DiskFields = {
  path: 'resource',
  name: 'resource.name',
  sizeGb: 'resource.sizeGb',
  type: 'resource.type',
};

/** Checks everything and writes nothing. */
export function makeDisk(
  state: ComputeState,
  scope: Scope,
  request: DiskRequest,
  at: DiskFields = DISK_FIELDS,
): MadeDisk {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  const name = requireName(at.name, request.name);
  if (disks.get(scope, name) !== undefined) throw alreadyExists(disks.path(scope, name));
  const type = readDiskType(state, scope, at.type, request.type);
  const source = readSource(state, at.path, request);
  const { fields = {}, from, os } = source ?? {};
  const { description, labels, licenses, guestOsFeatures, architecture } = request;
  const { provisionedIops, provisionedThroughput } = request;
  const disk: DiskRecord = {
    ...newRecord(state, scope, name),
    status: 'READY',
    sizeGb: String(readSize(at.sizeGb, request.sizeGb, type, source)),
    type: urlOf({ project: state.projectId, scope, collection: 'diskTypes', name: type.name }),
    ...fields,
    ...given({ description, labels, licenses, guestOsFeatures, architecture }),
    ...given({ provisionedIops, provisionedThroughput }),
    physicalBlockSizeBytes: request.physicalBlockSizeBytes ?? '4096',
    content: given({ id: randomId(state), os }),
  };
  return { disk, from };
}

/** Inside a change, after all checks: the disk is there, with its files. */
export function putDisk(state: ComputeState, { disk, from }: MadeDisk): void {
  collectionOf<DiskRecord>(state, DISKS).put(disk);
  if (from !== undefined) state.machines?.copyFiles(from, disk.content.id);
}

/** What a client gets who does not say. */
const USUAL_TYPE = 'pd-standard';

/** The same for the disks of machines of a series that takes no Persistent Disk. */
export const usualTypeFor = (series: string): string =>
  seriesTakesDisk(series, USUAL_TYPE) ? USUAL_TYPE : 'hyperdisk-balanced';

function readDiskType(
  state: ComputeState,
  scope: Scope,
  field: string,
  text: string | undefined,
): CatalogueDiskType {
  const reference = readReference(field, text || USUAL_TYPE, state.projectId, {
    collection: 'diskTypes',
    scope,
  });
  if (reference.scope !== scope) {
    throw invalidField(field, text ?? '', 'Disk type must be in the same zone as the disk.');
  }
  const type = findDiskType(placeName(scope), reference.name);
  if (type === undefined) throw notFound(pathOf(reference));
  if (type.name === 'local-ssd') throw notImplemented('local SSDs');
  return type;
}

function readSize(
  field: string,
  text: string | undefined,
  type: CatalogueDiskType,
  source: DiskSource | undefined,
): number {
  const { least, most } = diskSizes(type);
  if (text === undefined || text === '0') {
    return Math.max(source?.sizeGb ?? Number(type.defaultDiskSizeGb), least);
  }
  const size = Number(text);
  if (source !== undefined && size < source.sizeGb) {
    const why = `Requested disk size cannot be smaller than the ${source.what} size (${source.sizeGb} GB)`;
    throw invalidField(field, text, why);
  }
  if (size < least) {
    throw invalidField(field, text, `Disk size cannot be smaller than ${least} GB.`);
  }
  if (size > most) {
    throw invalidField(field, text, `Disk size cannot be larger than ${most} GB.`);
  }
  return size;
}
