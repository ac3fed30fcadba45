import type { FastifyRequest } from 'fastify';
import { readBucketAccess } from '../access/bucket-access.ts';
import { requireBucketCreation } from '../access/permissions.ts';
import { createBucket, deleteBucket, parseBucketMetadata } from '../buckets.ts';
import { requireBucket, requireProject, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { extension } from './dialect.ts';
import { headerPreconditions } from './entity-tag.ts';
import { ownerOf } from './listing.ts';
import { element, many, readXml, token } from './read.ts';
import { sendXml, XML_TYPE, type XmlHandler } from './reply.ts';
import { LISTING_NAMESPACE } from './write.ts';
import { predefinedAcl, refuseUnsupported, storageClass } from './write-headers.ts';

/** https://cloud.google.com/storage/docs/xml-api/get-service */
export const listBuckets: XmlHandler = async (state, request, reply) => {
  checkProject(state, request);
  const buckets = [...state.buckets.all()];
  return sendXml(
    reply,
    'ListAllMyBucketsResult',
    [
      ['Owner', ownerOf(state)],
      [
        'Buckets',
        buckets.map(({ value }) => [
          'Bucket',
          [
            ['Name', value.name],
            ['CreationDate', new Date(value.timeCreated).toISOString()],
          ],
        ]),
      ],
    ],
    LISTING_NAMESPACE,
  );
};

/**
 * Where the bucket shall be is in the body. Amazon's region names are no locations of
 * Google's, so `us-east-1` is refused as it is there; clients whose region is that one
 * send no body.
 *
 * https://cloud.google.com/storage/docs/xml-api/put-bucket-create
 */
export const putBucket: XmlHandler = async (state, request, reply) => {
  const { bucket: name } = targetOf(request);
  checkProject(state, request);
  const access = readBucketAccess({ predefinedAcl: predefinedAcl(request) });
  refuseUnsupported(request);
  const given = await readXml(request, 'CreateBucketConfiguration', configuration);
  const metadata = parseBucketMetadata({
    name,
    location: given?.LocationConstraint || undefined,
    customPlacementConfig: {
      dataLocations: given?.CustomPlacementConfig?.DataLocations.DataLocation,
    },
    ...storageClass(request),
    ...(given?.StorageClass ? { storageClass: given.StorageClass } : {}),
  });
  requireBucketCreation(state, request, 'storage.buckets.create', name);
  await state.store.write(() => createBucket(state, metadata, { access }));
  return reply.header('location', `/${name}`).type('text/html; charset=UTF-8').send();
};

const configuration = element({
  LocationConstraint: token.optional(),
  StorageClass: token.optional(),
  CustomPlacementConfig: element({
    DataLocations: element({ DataLocation: many(token) }),
  }).optional(),
});

/** https://cloud.google.com/storage/docs/xml-api/head-bucket */
export const headBucket: XmlHandler = async (state, request, reply) => {
  const bucket = requireBucket(state, targetOf(request).bucket);
  return reply.header('x-goog-metageneration', String(bucket.metageneration)).type(XML_TYPE).send();
};

/** https://cloud.google.com/storage/docs/xml-api/delete-bucket */
export const removeBucket: XmlHandler = async (state, request, reply) => {
  const { bucket } = targetOf(request);
  const preconditions = headerPreconditions(request);
  await state.store.write(() => deleteBucket(state, bucket, preconditions));
  return reply.code(204).send();
};

/** The project may be left out: this sandbox is one. */
function checkProject(state: StorageState, request: FastifyRequest): void {
  const project = extension(request, 'project-id');
  if (project !== undefined) requireProject(state, project);
}
