import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { ApiError } from '../../wire/errors.ts';
import { requireOnObject } from '../access/permissions.ts';
import { sweepDeletedObjects } from '../deleted-objects.ts';
import { deleteObject } from '../objects.ts';
import { requireBucket, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { codeOf, messageOf } from './errors.ts';
import { element, malformedXml, many, requireXml, token } from './read.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { LISTING_NAMESPACE, type XmlElement } from './write.ts';

const MAX_OBJECTS = 1000;

/**
 * Deletes up to a thousand objects of a bucket, each for itself: the answer says of each
 * whether it is gone (one that never was counts as gone) or why not.
 *
 * https://cloud.google.com/storage/docs/xml-api/post-bucket
 */
export const deleteObjects: XmlHandler = async (state, request, reply) => {
  const { bucket } = targetOf(request);
  requireBucket(state, bucket);
  const { Object: objects, Quiet: quiet } = await requireXml(request, 'Delete', deleteRequest);
  if (objects.length === 0 || objects.length > MAX_OBJECTS) {
    throw malformedXml(`A request can delete between 1 and ${MAX_OBJECTS} objects.`);
  }
  request.about = objects.map(({ Key: key }) => `projects/_/buckets/${bucket}/objects/${key}`);
  // Queued in one go, they share one transaction and one flush.
  const results = await Promise.all(
    objects.map((object) => deleteOne(state, request, bucket, object.Key, object.VersionId)),
  );
  await sweepDeletedObjects(state);
  const shown = results.filter(([kind]) => kind === 'Error' || quiet?.toLowerCase() !== 'true');
  return sendXml(reply, 'DeleteResult', shown, LISTING_NAMESPACE);
};

const deleteRequest = element({
  Object: many(z.object({ Key: z.string(), VersionId: token.regex(/^(?:\d{1,16}|)$/).optional() })),
  Quiet: token.optional(),
});

async function deleteOne(
  state: StorageState,
  request: FastifyRequest,
  bucket: string,
  name: string,
  versionId: string | undefined,
): Promise<XmlElement> {
  const generation = versionId ? Number(versionId) : undefined;
  const about: XmlElement[] = [
    ['Key', name],
    ['VersionId', generation],
  ];
  try {
    requireOnObject(state, request, 'storage.objects.delete', { bucket, name, generation });
    await state.store.write(() =>
      deleteObject(state, bucket, name, { generation, preconditions: {} }),
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (codeOf(error) !== 'NoSuchKey') {
      return ['Error', [...about, ['Code', codeOf(error)], ['Message', messageOf(error)]]];
    }
  }
  return ['Deleted', about];
}
