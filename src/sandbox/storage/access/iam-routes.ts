import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { invalidParameter } from '../../wire/errors.ts';
import { int64, paramsOf, queryOf, valuesOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { parse } from '../schema.ts';
import { requireBucket, type StorageState, saveBucket } from '../state.ts';
import { admitPolicy } from './admission.ts';
import {
  bindingsOf,
  checkRequestedVersion,
  policiedBucket,
  policySchema,
  showPolicy,
} from './policy.ts';
import { BucketResource } from './resources.ts';
import { checkPermissions } from './roles.ts';

const IAM = '/storage/v1/b/:bucket/iam';

/**
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/getIamPolicy
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/setIamPolicy
 * https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
 */
export function iamRoutes(app: FastifyInstance, state: StorageState): void {
  app.get(IAM, apiMethod('storage.buckets.getIamPolicy'), async (request, reply) => {
    const bucket = requireBucket(state, paramsOf<'bucket'>(request).bucket);
    const requested = int64(queryOf(request), VERSION) ?? 1;
    if (requested < 1) throw invalidParameter(VERSION, String(requested), 'Must be 1 or greater');
    checkRequestedVersion(state, bucket, requested);
    return sendJson(request, reply, showPolicy(state, bucket));
  });

  app.put(IAM, apiMethod('storage.buckets.setIamPolicy'), async (request, reply) => {
    const { bucket: name } = paramsOf<'bucket'>(request);
    const policy = parse(policySchema, await readJson(request));
    await admitPolicy(state, bindingsOf(state, requireBucket(state, name)), policy);
    const bucket = await state.store.write(() =>
      saveBucket(state, policiedBucket(state, requireBucket(state, name), policy)),
    );
    return sendJson(request, reply, showPolicy(state, bucket));
  });

  app.get(
    `${IAM}/testPermissions`,
    apiMethod('storage.buckets.testIamPermissions'),
    async (request, reply) => {
      const { bucket } = paramsOf<'bucket'>(request);
      requireBucket(state, bucket);
      const permissions = valuesOf(request, 'permissions');
      checkPermissions(state.identity, permissions);
      const resource = new BucketResource(state, bucket);
      const granted = state.identity.allowed(request, permissions, resource);
      request.about = [resource.name];
      return sendJson(request, reply, {
        kind: 'storage#testIamPermissionsResponse',
        ...(granted.length > 0 ? { permissions: granted } : {}),
      });
    },
  );
}

const VERSION = 'optionsRequestedPolicyVersion';
