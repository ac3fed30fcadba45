import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { needsOfSource } from '../access/needs.ts';
import { int64, labels, refused, text } from '../body.ts';
import { diskSizes, findDiskType } from '../catalogue/disk-types.ts';
import { inUse, invalidField, requiredField } from '../errors.ts';
import { INSTANCES, type InstanceRecord } from '../instances/kind.ts';
import { tell } from '../instances/machines.ts';
import { placeName } from '../place.ts';
import { requireQuota } from '../quotas/quotas.ts';
import { diskUsage } from '../quotas/usage.ts';
import { nameOf, pathOfUrl } from '../references.ts';
import {
  actionRoute,
  deleteRoute,
  insertRoute,
  placeOfUrl,
  readRoutes,
} from '../resource-routes.ts';
import { setLabelsRoute } from '../set-labels.ts';
import { SNAPSHOTS, type SnapshotRecord } from '../snapshots/kind.ts';
import { makeSnapshot, putSnapshot, snapshotBody, UPLOAD } from '../snapshots/make.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { DISKS, type DiskRecord } from './kind.ts';
import { makeDisk, putDisk } from './make.ts';
import { showDisk } from './show.ts';
import { sizeWarnings } from './warnings.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/disks */
const disk = z.object({
  name: text,
  description: text.optional(),
  sizeGb: int64.optional(),
  type: text.optional(),
  labels: labels.optional(),
  licenses: z.array(text).optional(),
  guestOsFeatures: z.array(z.object({ type: text })).optional(),
  architecture: z.enum(['X86_64', 'ARM64']).optional(),
  physicalBlockSizeBytes: z.enum(['4096', '16384']).optional(),
  provisionedIops: int64.optional(),
  provisionedThroughput: int64.optional(),
  sourceImage: text.optional(),
  sourceSnapshot: text.optional(),
  sourceDisk: text.optional(),
  ...refused(
    'accessMode',
    'asyncPrimaryDisk',
    'diskEncryptionKey',
    'enableConfidentialCompute',
    'licenseCodes',
    'replicaZones',
    'resourcePolicies',
    'sourceImageEncryptionKey',
    'sourceInstantSnapshot',
    'sourceSnapshotEncryptionKey',
    'sourceStorageObject',
    'storagePool',
  ),
});

export function diskRoutes(app: FastifyInstance, state: ComputeState): void {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  readRoutes(app, state, disks, showDisk);
  insertRoute(app, state, disks, {
    schema: disk,
    nameOf: ({ name }) => name,
    needs: ({ scope, body, query }) =>
      needsOfSource(state, scope, {
        ...body,
        sourceImage: query['sourceImage'] ?? body.sourceImage,
      }),
    make({ scope, body, query }) {
      // The image may stand beside the body too, where the API first had it.
      const { sourceImage = body.sourceImage } = query;
      const made = makeDisk(state, scope, { ...body, sourceImage });
      requireQuota(state, scope, diskUsage(made.disk));
      putDisk(state, made);
      return made.disk;
    },
    warnings: ({ body, query }) =>
      sizeWarnings(state, body.sizeGb, query['sourceImage'] ?? body.sourceImage),
  });
  const refuseUsed = (record: DiskRecord) => {
    const [user] = record.users ?? [];
    if (user === undefined) return;
    throw inUse('disk', disks.path(record.scope, record.name), pathOfUrl(user));
  };
  deleteRoute(app, state, disks, {
    refuse: refuseUsed,
    before(_state, record) {
      // Somebody may have attached it since the operation began.
      refuseUsed(record);
      state.machines?.eraseFiles(record.content.id);
    },
  });
  setLabelsRoute(app, state, disks);
  resizeRoute(app, state);
  createSnapshotRoute(app, state);
}

/** Disks only ever grow; instances see it at once, their file systems after a restart. */
function resizeRoute(app: FastifyInstance, state: ComputeState): void {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  const instances = collectionOf<InstanceRecord>(state, INSTANCES);
  actionRoute(app, state, disks, {
    action: 'resize',
    schema: z.object({ sizeGb: int64.optional() }),
    plan: { steps: [{ seconds: 5 }] },
    run(record, { scope, body: { sizeGb } }) {
      if (sizeGb === undefined) throw requiredField('sizeGb');
      const more = Number(sizeGb) - Number(record.sizeGb);
      if (more < 0) {
        const why = `New disk size '${sizeGb}' must be larger than existing size '${record.sizeGb}'.`;
        throw invalidField('sizeGb', sizeGb, why);
      }
      const type = findDiskType(placeName(scope), nameOf(record.type));
      if (type !== undefined && Number(sizeGb) > diskSizes(type).most) {
        const why = `Disk size cannot be larger than ${diskSizes(type).most} GB.`;
        throw invalidField('sizeGb', sizeGb, why);
      }
      requireQuota(state, scope, diskUsage({ type: record.type, sizeGb: String(more) }));
      record.sizeGb = sizeGb;
      disks.put(record);
      for (const user of record.users ?? []) {
        const place = placeOfUrl(user);
        const instance = instances.get(place.scope, place.name);
        const attached = instance?.disks.find(({ source }) => source === disks.url(record));
        if (instance === undefined || attached === undefined) continue;
        attached.diskSizeGb = sizeGb;
        instances.put(instance);
        tell(state, 'changed', instance);
      }
      return undefined;
    },
  });
}

/** disks.createSnapshot, the older way to what `snapshots.insert` does. */
function createSnapshotRoute(app: FastifyInstance, state: ComputeState): void {
  actionRoute(app, state, collectionOf<DiskRecord>(state, DISKS), {
    action: 'createSnapshot',
    type: 'createSnapshot',
    schema: snapshotBody.omit({ sourceDisk: true }),
    plan: UPLOAD,
    needs: (_record, { body }) => [
      {
        permission: 'compute.snapshots.create',
        path: collectionOf(state, SNAPSHOTS).path('global', body.name),
      },
    ],
    run(record, { body }) {
      const snapshot = makeSnapshot(state, record, body);
      putSnapshot(state, snapshot, record);
      return { snapshot: collectionOf<SnapshotRecord>(state, SNAPSHOTS).url(snapshot) };
    },
  });
}
