import { notImplemented } from '../../wire/errors.ts';
import { DISKS, type DiskRecord } from '../disks/kind.ts';
import { type MadeDisk, makeDisk, putDisk, usualTypeFor } from '../disks/make.ts';
import { inUse, invalidField, notFound } from '../errors.ts';
import { given } from '../given.ts';
import type { Scope } from '../records.ts';
import { pathOf, pathOfUrl, readReference } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import { type ComputeState, collectionOf, now } from '../state.ts';
import { pacificTime } from '../timestamps.ts';
import type { AttachedDiskRequest } from './body.ts';
import { type AttachedDisk, INSTANCES, type InstanceRecord } from './kind.ts';

/** The disks of a new instance: new ones, and such that were there. Nothing is written yet. */
export interface PlannedDisks {
  attached: AttachedDisk[];
  made: MadeDisk[];
  /** Of both kinds, in their order. */
  disks: DiskRecord[];
}

/** A disk that is about to be attached; made for it, or one that was there. */
interface Planned {
  disk: DiskRecord;
  made?: MadeDisk;
}

export function planDisks(
  state: ComputeState,
  scope: Scope,
  { name: instanceName, series }: { name: string; series: string },
  requests: readonly AttachedDiskRequest[],
): PlannedDisks {
  if (requests.length === 0) {
    throw invalidField('resource.disks', '', 'No disks are specified.');
  }
  const attached: AttachedDisk[] = [];
  const made: MadeDisk[] = [];
  const disks: DiskRecord[] = [];
  for (const [index, request] of requests.entries()) {
    const path = `resource.disks[${index}]`;
    if ((request.boot ?? false) !== (index === 0)) {
      const why = 'Boot disk must be the first disk attached to the instance.';
      throw invalidField(`${path}.boot`, String(request.boot ?? false), why);
    }
    const planned = planDisk(state, scope, { path, request, instanceName, series, index });
    if (planned.made !== undefined) made.push(planned.made);
    const one = attachmentOf(state, planned.disk, request, index);
    if (attached.some(({ source }) => source === one.source)) {
      const why = 'The same disk cannot be attached twice.';
      throw invalidField(path, pathOfUrl(one.source ?? ''), why);
    }
    requireDeviceName(attached, one.deviceName, `${path}.deviceName`);
    attached.push(one);
    disks.push(planned.disk);
  }
  return { attached, made, disks };
}

function planDisk(
  state: ComputeState,
  scope: Scope,
  at: {
    path: string;
    request: AttachedDiskRequest;
    instanceName: string;
    series: string;
    index: number;
  },
): Planned {
  const { path, request, instanceName, series, index } = at;
  const { initializeParams, source } = request;
  if (request.type === 'SCRATCH') throw notImplemented('local SSDs');
  if (source !== undefined) {
    if (initializeParams !== undefined) {
      const why = 'Source and initializeParams cannot both be specified.';
      throw invalidField(path, '', why);
    }
    return { disk: readAttachable(state, scope, `${path}.source`, source, request.mode) };
  }
  if (initializeParams === undefined) {
    throw invalidField(path, '', 'Either source or initializeParams must be specified.');
  }
  const { diskName, diskSizeGb, diskType, ...params } = initializeParams;
  const fallback = index === 0 ? instanceName : `${instanceName}-${index}`;
  const at_ = `${path}.initializeParams`;
  const made = makeDisk(
    state,
    scope,
    {
      name: diskName ?? fallback,
      sizeGb: diskSizeGb ?? request.diskSizeGb,
      type: diskType || usualTypeFor(series),
      ...params,
      guestOsFeatures: request.guestOsFeatures,
    },
    {
      path: at_,
      name: `${at_}.diskName`,
      sizeGb: `${at_}.diskSizeGb`,
      type: `${at_}.diskType`,
    },
  );
  return { disk: made.disk, made };
}

/**
 * A disk of the zone that may be attached: nobody else writes to it, and nobody else has it
 * at all if it is to be written to.
 */
export function readAttachable(
  state: ComputeState,
  scope: Scope,
  field: string,
  text: string,
  mode: AttachedDisk['mode'] = 'READ_WRITE',
): DiskRecord {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  const reference = readReference(field, text, state.projectId, { collection: 'disks', scope });
  if (reference.scope !== scope) {
    throw invalidField(field, text, 'Disk must be in the same zone as the instance.');
  }
  const disk = disks.get(scope, reference.name);
  if (disk === undefined) throw notFound(pathOf(reference));
  const [user] = disk.users ?? [];
  if (user !== undefined && (mode === 'READ_WRITE' || isWrittenBy(state, disk, user))) {
    throw inUse('disk', disks.path(scope, disk.name), pathOfUrl(user));
  }
  return disk;
}

function isWrittenBy(state: ComputeState, disk: DiskRecord, user: string): boolean {
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  const { scope, name } = placeOfUrl(user);
  const source = collectionOf<DiskRecord>(state, DISKS).url(disk);
  const attached = instances.get(scope, name)?.disks.find((one) => one.source === source);
  return attached?.mode === 'READ_WRITE';
}

/** How a disk is attached to an instance. */
export function attachmentOf(
  state: ComputeState,
  disk: DiskRecord,
  request: AttachedDiskRequest,
  index: number,
): AttachedDisk {
  const { architecture, licenses, guestOsFeatures } = disk;
  return {
    type: 'PERSISTENT',
    mode: request.mode ?? 'READ_WRITE',
    source: collectionOf<DiskRecord>(state, DISKS).url(disk),
    deviceName: request.deviceName ?? `persistent-disk-${index}`,
    index,
    boot: request.boot ?? false,
    autoDelete: request.autoDelete ?? false,
    interface: request.interface ?? 'SCSI',
    diskSizeGb: disk.sizeGb,
    ...given({ architecture, licenses, guestOsFeatures }),
  };
}

/** Device names are unique in an instance. */
export function requireDeviceName(
  attached: readonly AttachedDisk[],
  name: string,
  field: string,
): void {
  if (!/^[a-zA-Z0-9_.-]{1,63}$/.test(name)) {
    throw invalidField(
      field,
      name.slice(0, 200),
      "Must be a match of regex '[a-zA-Z0-9_.-]{1,63}'",
    );
  }
  if (attached.some(({ deviceName }) => deviceName === name)) {
    throw invalidField(field, name, 'Specified device name already exists for the instance.');
  }
}

/** Inside a change, after all checks: an instance's disks are there, and its own. */
export function putDisksOf(
  state: ComputeState,
  instance: InstanceRecord,
  made: readonly MadeDisk[],
): void {
  for (const one of made) putDisk(state, one);
  for (const { source } of instance.disks) markAttached(state, source, instance);
}

/** Inside a change: a disk knows who uses it. */
export function markAttached(
  state: ComputeState,
  source: string | undefined,
  instance: InstanceRecord,
): void {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  const disk = diskAt(state, source);
  if (disk === undefined) return;
  const user = collectionOf<InstanceRecord>(state, INSTANCES).url(instance);
  disk.users = [...(disk.users ?? []), user];
  disk.lastAttachTimestamp = pacificTime(now(state));
  disks.put(disk);
}

/** Inside a change: a disk is nobody's, or another's. */
export function markDetached(
  state: ComputeState,
  source: string | undefined,
  instance: InstanceRecord,
): void {
  const disk = diskAt(state, source);
  if (disk === undefined) return;
  const user = collectionOf<InstanceRecord>(state, INSTANCES).url(instance);
  const users = (disk.users ?? []).filter((one) => one !== user);
  if (users.length > 0) disk.users = users;
  else delete disk.users;
  disk.lastDetachTimestamp = pacificTime(now(state));
  collectionOf<DiskRecord>(state, DISKS).put(disk);
}

/** The disks of an instance, in their order. */
export const disksOf = (state: ComputeState, { disks }: InstanceRecord): DiskRecord[] =>
  disks.flatMap(({ source }) => diskAt(state, source) ?? []);

/** The disk of a URL. */
export function diskAt(state: ComputeState, source: string | undefined): DiskRecord | undefined {
  if (source === undefined) return undefined;
  const { scope, name } = placeOfUrl(source);
  return collectionOf<DiskRecord>(state, DISKS).get(scope, name);
}

/** Inside a change: disks that follow their instance go, the others stay. */
export function releaseDisksOf(state: ComputeState, instance: InstanceRecord): void {
  for (const { source, autoDelete } of instance.disks) {
    const disk = diskAt(state, source);
    if (disk === undefined) continue;
    if (autoDelete && (disk.users ?? []).length <= 1) removeDisk(state, disk);
    else markDetached(state, source, instance);
  }
}

/** Inside a change: the disk and its files are gone. */
export function removeDisk(state: ComputeState, disk: DiskRecord): void {
  collectionOf<DiskRecord>(state, DISKS).remove(disk);
  state.machines?.eraseFiles(disk.content.id);
}
