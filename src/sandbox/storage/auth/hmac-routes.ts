import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { required } from '../../wire/errors.ts';
import { parseMaxResults } from '../../wire/paging.ts';
import { flag, paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { baseUrl } from '../../wire/urls.ts';
import { parse } from '../schema.ts';
import { requireProject, type StorageState } from '../state.ts';
import {
  createHmacKey,
  deleteHmacKey,
  type HmacKeyRecord,
  hmacEtag,
  listHmacKeys,
  requireHmacKey,
  updateHmacKey,
} from './hmac-keys.ts';

const KEYS = '/storage/v1/projects/:project/hmacKeys';
const KEY = `${KEYS}/:accessId`;
const MAX_PAGE = 250;

const method = (name: string) => apiMethod(`storage.projects.hmacKeys.${name}`);

const update = z.object({ state: z.enum(['ACTIVE', 'INACTIVE']), etag: z.string().nullish() });

/** https://cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys */
export function hmacRoutes(app: FastifyInstance, state: StorageState): void {
  app.post(KEYS, method('create'), async (request, reply) => {
    requireProjectOf(state, request);
    const { serviceAccountEmail } = queryOf(request);
    if (!serviceAccountEmail) throw required('serviceAccountEmail');
    const key = await state.store.write(() => createHmacKey(state, serviceAccountEmail));
    const metadata = showHmacKey(key, state.projectId, baseUrl(request));
    return sendJson(request, reply, { kind: 'storage#hmacKey', secret: key.secret, metadata });
  });

  app.get(KEYS, method('list'), async (request, reply) => {
    requireProjectOf(state, request);
    const query = queryOf(request);
    const { items, nextPageToken } = listHmacKeys(state, {
      email: query['serviceAccountEmail'] || undefined,
      showDeleted: flag(query, 'showDeletedKeys'),
      maxResults: Math.min(parseMaxResults(query['maxResults']), MAX_PAGE),
      pageToken: query['pageToken'],
    });
    const shown = items.map((key) => showHmacKey(key, state.projectId, baseUrl(request)));
    return sendJson(request, reply, {
      kind: 'storage#hmacKeysMetadata',
      ...(shown.length > 0 ? { items: shown } : {}),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
  });

  app.get(KEY, method('get'), async (request, reply) => {
    const key = requireHmacKey(state, accessIdOf(state, request));
    return sendJson(request, reply, showHmacKey(key, state.projectId, baseUrl(request)));
  });

  app.put(KEY, method('update'), async (request, reply) => {
    const accessId = accessIdOf(state, request);
    const { state: target, etag } = parse(update, await readJson(request));
    const key = await state.store.write(() =>
      updateHmacKey(state, accessId, target, etag ?? undefined),
    );
    return sendJson(request, reply, showHmacKey(key, state.projectId, baseUrl(request)));
  });

  app.delete(KEY, method('delete'), async (request, reply) => {
    const accessId = accessIdOf(state, request);
    await state.store.write(() => deleteHmacKey(state, accessId));
    return reply.code(204).send();
  });
}

/** https://cloud.google.com/storage/docs/json_api/v1/projects/hmacKeys#resource */
function showHmacKey(key: HmacKeyRecord, projectId: string, base: string): object {
  return {
    kind: 'storage#hmacKeyMetadata',
    id: `${projectId}/${key.accessId}`,
    selfLink: `${base}/storage/v1/projects/${projectId}/hmacKeys/${key.accessId}`,
    accessId: key.accessId,
    projectId,
    serviceAccountEmail: key.serviceAccountEmail,
    state: key.state,
    timeCreated: new Date(key.timeCreated).toISOString(),
    updated: new Date(key.updated).toISOString(),
    etag: hmacEtag(key),
  };
}

function accessIdOf(state: StorageState, request: FastifyRequest): string {
  requireProjectOf(state, request);
  return paramsOf<'accessId'>(request).accessId;
}

const requireProjectOf = (state: StorageState, request: FastifyRequest): void =>
  requireProject(state, paramsOf<'project'>(request).project);
