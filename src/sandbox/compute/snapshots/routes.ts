import type { FastifyInstance } from 'fastify';
import { needsOfSnapshot } from '../access/needs.ts';
import { DISKS, type DiskRecord } from '../disks/kind.ts';
import { notFound, requiredField } from '../errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { pathOf, readReference } from '../references.ts';
import { present } from '../representation.ts';
import { deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { setLabelsRoute } from '../set-labels.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { SNAPSHOTS, type SnapshotRecord } from './kind.ts';
import { makeSnapshot, putSnapshot, snapshotBody, UPLOAD } from './make.ts';

export function snapshotRoutes(app: FastifyInstance, state: ComputeState): void {
  const snapshots = collectionOf<SnapshotRecord>(state, SNAPSHOTS);
  readRoutes(app, state, snapshots, (_state, { content: _, ...record }) => ({
    ...present(state, snapshots, record as SnapshotRecord),
    labelFingerprint: fingerprintOf(record.labels ?? {}),
  }));
  insertRoute(app, state, snapshots, {
    schema: snapshotBody,
    nameOf: ({ name }) => name,
    plan: UPLOAD,
    needs: ({ body }) => needsOfSnapshot(state, body.sourceDisk),
    make({ body }) {
      const field = 'resource.sourceDisk';
      if (!body.sourceDisk) throw requiredField(field);
      const reference = readReference(field, body.sourceDisk, state.projectId, {
        collection: 'disks',
      });
      const disks = collectionOf<DiskRecord>(state, DISKS);
      const disk = disks.get(reference.scope, reference.name);
      if (disk === undefined) throw notFound(pathOf(reference));
      const snapshot = makeSnapshot(state, disk, body);
      putSnapshot(state, snapshot, disk);
      return snapshot;
    },
  });
  deleteRoute(app, state, snapshots, {
    before: (_state, { content }) => state.machines?.eraseFiles(content.id),
  });
  setLabelsRoute(app, state, snapshots);
}
