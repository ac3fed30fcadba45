import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { int64, labels, text } from '../body.ts';
import { inUse } from '../errors.ts';
import { pathOfUrl } from '../references.ts';
import { deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { DISKS, type DiskRecord } from './kind.ts';
import { makeDisk, putDisk } from './make.ts';
import { showDisk } from './show.ts';

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
});

export function diskRoutes(app: FastifyInstance, state: ComputeState): void {
  const disks = collectionOf<DiskRecord>(state, DISKS);
  readRoutes(app, state, disks, showDisk);
  insertRoute(app, state, disks, {
    schema: disk,
    nameOf: ({ name }) => name,
    make({ scope, body, query }) {
      // gcloud and Terraform have always given it beside the body, where the API first had it.
      const { sourceImage = body.sourceImage } = query;
      const made = makeDisk(state, scope, { ...body, sourceImage });
      putDisk(state, made);
      return made.disk;
    },
  });
  deleteRoute(app, state, disks, {
    refuse(record) {
      const [user] = record.users ?? [];
      if (user === undefined) return;
      throw inUse('disk', disks.path(record.scope, record.name), pathOfUrl(user));
    },
    before(_state, record) {
      const [user] = record.users ?? [];
      // Attached since the operation began.
      if (user !== undefined) {
        throw inUse('disk', disks.path(record.scope, record.name), pathOfUrl(user));
      }
      state.machines?.eraseFiles(record.content.id);
    },
  });
}
