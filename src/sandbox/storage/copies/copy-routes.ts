import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { type Projection, readProjectionOfNew } from '../access/projection.ts';
import { customerKey } from '../customer-keys.ts';
import { presentObject } from '../representation.ts';
import { parse } from '../schema.ts';
import type { StorageState } from '../state.ts';
import { composeObject } from './compose.ts';
import { type CopyRequest, copyKeys, copyObject, rewriteObject } from './copy.ts';

const FROM_TO = '/storage/v1/b/:bucket/o/:object';
const DESTINATION = 'b/:toBucket/o/:toObject';

/**
 * https://cloud.google.com/storage/docs/json_api/v1/objects/copy
 * https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
 * https://cloud.google.com/storage/docs/json_api/v1/objects/compose
 */
export function copyRoutes(app: FastifyInstance, state: StorageState): void {
  app.post(
    `${FROM_TO}/copyTo/${DESTINATION}`,
    apiMethod('storage.objects.copy'),
    async (request, reply) => {
      const asked = await copyRequest(request);
      const object = await copyObject(state, asked);
      return sendJson(
        request,
        reply,
        presentObject(state, request, object, { projection: asked.projection }),
      );
    },
  );

  app.post(
    `${FROM_TO}/rewriteTo/${DESTINATION}`,
    apiMethod('storage.objects.rewrite'),
    async (request, reply) => {
      const asked = await copyRequest(request);
      const result = await rewriteObject(state, asked);
      const done = !('token' in result);
      return sendJson(request, reply, {
        kind: 'storage#rewriteResponse',
        totalBytesRewritten: String(done ? result.size : result.rewritten),
        objectSize: String(result.size),
        done,
        ...(done
          ? { resource: presentObject(state, request, result, { projection: asked.projection }) }
          : { rewriteToken: result.token }),
      });
    },
  );

  app.post(`${FROM_TO}/compose`, apiMethod('storage.objects.compose'), async (request, reply) => {
    const { bucket, object: name } = paramsOf<'bucket' | 'object'>(request);
    const { sourceObjects, destination, deleteSourceObjects } = parse(
      composeRequest,
      await readJson(request),
    );
    const components = sourceObjects.map((source) => ({
      name: source.name,
      generation: source.generation,
      generationMatch: source.objectPreconditions?.ifGenerationMatch,
    }));
    const object = await composeObject(state, {
      request,
      to: { bucket, name },
      components,
      query: queryOf(request),
      body: destination ?? {},
      key: customerKey(request.headers),
      deleteSources: deleteSourceObjects ?? false,
    });
    // The method has no projection to choose, and Google's clients read the ACL they asked for.
    return sendJson(request, reply, presentObject(state, request, object, { projection: 'full' }));
  });
}

async function copyRequest(
  request: FastifyRequest,
): Promise<CopyRequest & { projection: Projection }> {
  const params = paramsOf<'bucket' | 'object' | 'toBucket' | 'toObject'>(request);
  const query = queryOf(request);
  const body = await readJson(request);
  return {
    request,
    from: { bucket: params.bucket, name: params.object },
    to: { bucket: params.toBucket, name: params.toObject },
    query,
    body,
    keys: copyKeys(request.headers),
    projection: readProjectionOfNew(query, body),
  };
}

/** 64-bit numbers come as strings from most clients, as numbers from some; null is absence. */
const int64 = z
  .union([z.string().regex(/^\d{1,19}$/), z.int().nonnegative()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : Number(value)));

const composeRequest = z.object({
  sourceObjects: z.array(
    z.object({
      name: z.string(),
      generation: int64,
      objectPreconditions: z.object({ ifGenerationMatch: int64 }).nullish(),
    }),
  ),
  destination: z.record(z.string(), z.unknown()).nullish(),
  deleteSourceObjects: z.boolean().nullish(),
});
