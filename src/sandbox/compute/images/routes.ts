import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { ApiError } from '../../wire/errors.ts';
import { paramsOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { needsOfSource } from '../access/needs.ts';
import { labels, refused, text } from '../body.ts';
import { DISKS, type DiskRecord } from '../disks/kind.ts';
import { readSource } from '../disks/source.ts';
import { invalidField, notFound } from '../errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { given } from '../given.ts';
import { pageOf, readListRequest } from '../lists/page.ts';
import { requireName } from '../names.ts';
import { placeOf, requireProject, zoneScope } from '../place.ts';
import { recordKey } from '../records.ts';
import { pathOf, ROOT } from '../references.ts';
import { present } from '../representation.ts';
import { actionRoute, deleteRoute, insertRoute, listOf, placeOfUrl } from '../resource-routes.ts';
import { setLabelsRoute } from '../set-labels.ts';
import { type ComputeState, collectionOf, newRecord, randomId } from '../state.ts';
import { type Deprecation, IMAGES, type ImageRecord } from './kind.ts';
import {
  imageProjectOf,
  listPublic,
  presentPublic,
  requirePublic,
  requirePublicFamily,
} from './public-routes.ts';
import { newestOwn } from './resolve.ts';

/** https://cloud.google.com/compute/docs/reference/rest/v1/images */
const image = z.object({
  name: text,
  description: text.optional(),
  family: text.optional(),
  labels: labels.optional(),
  licenses: z.array(text).optional(),
  guestOsFeatures: z.array(z.object({ type: text })).optional(),
  architecture: z.enum(['X86_64', 'ARM64']).optional(),
  storageLocations: z.array(text).optional(),
  sourceDisk: text.optional(),
  sourceImage: text.optional(),
  sourceSnapshot: text.optional(),
  ...refused(
    'imageEncryptionKey',
    'licenseCodes',
    'rawDisk',
    'shieldedInstanceInitialState',
    'sourceDiskEncryptionKey',
    'sourceImageEncryptionKey',
    'sourceSnapshotEncryptionKey',
  ),
});

const deprecation = z.object({
  state: z.enum(['ACTIVE', 'DEPRECATED', 'OBSOLETE', 'DELETED']).optional(),
  replacement: text.optional(),
  deprecated: text.optional(),
  obsolete: text.optional(),
  deleted: text.optional(),
});

const PATH = '/compute/v1/projects/:project/global/images';

/** Images: those of the project, which can be changed, and those of Google's projects. */
export function imageRoutes(app: FastifyInstance, state: ComputeState): void {
  const images = collectionOf<ImageRecord>(state, IMAGES);
  readImageRoutes(app, state);
  insertRoute(app, state, images, {
    schema: image,
    nameOf: ({ name }) => name,
    plan: { steps: [{ seconds: 20, apply: makeReady }] },
    needs: ({ scope, body }) => needsOfSource(state, scope, body),
    make: ({ body, query }) => makeImage(state, body, query['forceCreate'] === 'true'),
  });
  deleteRoute(app, state, images, {
    before: (_state, { content }) => state.machines?.eraseFiles(content.id),
  });
  actionRoute(app, state, images, {
    action: 'deprecate',
    schema: deprecation,
    run(record, { body }) {
      const { state: wanted = 'ACTIVE', ...dates } = body;
      const stored: Deprecation = { state: wanted, ...given(dates) };
      if (wanted === 'ACTIVE') delete record.deprecated;
      else record.deprecated = stored;
      images.put(record);
      return undefined;
    },
  });
  setLabelsRoute(app, state, images);
}

type ImageRequest = z.infer<typeof image>;

function makeImage(state: ComputeState, request: ImageRequest, force: boolean): ImageRecord {
  const source = readSource(state, 'resource', request);
  if (source === undefined) {
    throw invalidField('resource', '', 'A source disk, image or snapshot must be specified.');
  }
  if (request.sourceDisk !== undefined && !force) refuseRunning(state, source.fields.sourceDisk);
  const { family, description, licenses, guestOsFeatures, architecture } = request;
  if (family !== undefined) requireName('resource.family', family);
  const record: ImageRecord = {
    ...newRecord(state, 'global', request.name),
    status: 'PENDING',
    sourceType: 'RAW',
    diskSizeGb: String(source.sizeGb),
    archiveSizeBytes: '0',
    storageLocations: request.storageLocations ?? source.storageLocations,
    ...source.fields,
    ...given({ description, family, licenses, guestOsFeatures, architecture }),
    ...given({ labels: request.labels }),
    content: given({ id: randomId(state), os: source.os }),
  };
  if (source.from !== undefined) state.machines?.copyFiles(source.from, record.content.id);
  return record;
}

/** A disk that a running machine writes to has no moment at which it could be copied. */
function refuseRunning(state: ComputeState, url = ''): void {
  const { scope, name } = placeOfUrl(url);
  const [user] = collectionOf<DiskRecord>(state, DISKS).get(scope, name)?.users ?? [];
  if (user === undefined) return;
  const place = placeOfUrl(user);
  const instance = state.vpc.instances.get(place.scope, place.name);
  if (instance === undefined || instance.status === 'TERMINATED') return;
  const message = `The disk resource '${pathOf({ project: state.projectId, scope, collection: 'disks', name })}' is already being used by '${user.slice(ROOT.length)}'`;
  throw new ApiError(400, 'resourceInUseByAnotherResource', message);
}

function makeReady(state: ComputeState, { targetLink }: { targetLink: string }): void {
  const images = collectionOf<ImageRecord>(state, IMAGES);
  const record = images.get('global', placeOfUrl(targetLink).name);
  if (record === undefined) return;
  images.put({
    ...record,
    status: 'READY',
    archiveSizeBytes: record.content.os ? '540000000' : '0',
  });
}

function readImageRoutes(app: FastifyInstance, state: ComputeState): void {
  const images = collectionOf<ImageRecord>(state, IMAGES);
  const show = ({ content: _, ...record }: ImageRecord) => ({
    ...present(state, images, record as ImageRecord),
    labelFingerprint: fingerprintOf(record.labels ?? {}),
  });
  const ofFamily = (family: string) => {
    const found = newestOwn(state, family);
    if (found === undefined) throw notFound(images.path('global', `family/${family}`));
    return show(found);
  };

  app.get(`${PATH}/:name`, apiMethod('compute.images.get'), async (request, reply) => {
    const { name } = paramsOf<'name'>(request);
    const project = imageProjectOf(request);
    if (project !== undefined) {
      return sendJson(request, reply, presentPublic(requirePublic(project, name)));
    }
    placeOf(state, request);
    return sendJson(request, reply, show(images.require('global', name)));
  });
  app.get(
    `${PATH}/family/:family`,
    apiMethod('compute.images.getFromFamily'),
    async (request, reply) => {
      const { family } = paramsOf<'family'>(request);
      const project = imageProjectOf(request);
      if (project !== undefined) {
        return sendJson(request, reply, presentPublic(requirePublicFamily(project, family)));
      }
      placeOf(state, request);
      return sendJson(request, reply, ofFamily(family));
    },
  );
  app.get(PATH, apiMethod('compute.images.list'), async (request, reply) => {
    const project = imageProjectOf(request);
    if (project !== undefined) return listPublic(request, reply, project);
    const { query } = placeOf(state, request);
    const page = pageOf(await readListRequest(query), {
      records: (from) => images.inScope('global', from),
      keyOf: (record) => recordKey('images', record.scope, record.name),
      show,
    });
    return sendJson(request, reply, listOf(state, IMAGES, 'global', page));
  });
  // The newest image of a family in a zone; Google rolls images out zone by zone.
  app.get(
    '/compute/v1/projects/:project/zones/:zone/imageFamilyViews/:name',
    apiMethod('compute.imageFamilyViews.get'),
    async (request, reply) => {
      const { zone, name } = paramsOf<'zone' | 'name'>(request);
      if (zone !== '-') zoneScope(zone);
      const project = imageProjectOf(request);
      if (project !== undefined) {
        const found = presentPublic(requirePublicFamily(project, name));
        return sendJson(request, reply, { image: found });
      }
      requireProject(state, paramsOf<'project'>(request).project);
      return sendJson(request, reply, { image: ofFamily(name) });
    },
  );
}
