import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { changeBucket, parseBucketMetadata } from '../buckets.ts';
import { requireBucket, type StorageState } from '../state.ts';
import { targetOf } from './address.ts';
import { corsRules } from './cors.ts';
import { headerPreconditions } from './entity-tag.ts';
import { element, many, requireXml, token } from './read.ts';
import { sendXml, XML_TYPE, type XmlHandler } from './reply.ts';
import { LISTING_NAMESPACE } from './write.ts';

/*
 * Settings of a bucket that are resources of their own: `?location`, `?storageClass`,
 * `?versioning`, `?cors`. They are the same settings that the JSON API has as fields.
 *
 * https://cloud.google.com/storage/docs/xml-api/reference-methods
 */
export const getLocation: XmlHandler = async (state, request, reply) =>
  sendXml(reply, 'LocationConstraint', bucketOf(state, request).location);

export const getStorageClass: XmlHandler = async (state, request, reply) =>
  sendXml(reply, 'StorageClass', bucketOf(state, request).storageClass);

export const putStorageClass: XmlHandler = async (state, request, reply) => {
  const storageClass = await requireXml(request, 'StorageClass', token);
  return change(state, request, reply, { storageClass });
};

export const getVersioning: XmlHandler = async (state, request, reply) => {
  const { versioning } = bucketOf(state, request);
  const status = versioning === undefined ? undefined : versioning ? 'Enabled' : 'Suspended';
  return sendXml(reply, 'VersioningConfiguration', [['Status', status]], LISTING_NAMESPACE);
};

export const putVersioning: XmlHandler = async (state, request, reply) => {
  const schema = element({ Status: token.pipe(z.enum(['Enabled', 'Suspended'])) });
  const { Status: status } = await requireXml(request, 'VersioningConfiguration', schema);
  return change(state, request, reply, { versioning: { enabled: status === 'Enabled' } });
};

export const getCors: XmlHandler = async (state, request, reply) => {
  const rules = corsRules(bucketOf(state, request));
  return sendXml(
    reply,
    'CorsConfig',
    rules.map((rule) => [
      'Cors',
      [
        ['Origins', rule.origin.map((origin) => ['Origin', origin])],
        ['Methods', rule.method.map((method) => ['Method', method])],
        ['ResponseHeaders', rule.responseHeader.map((name) => ['ResponseHeader', name])],
        ['MaxAgeSec', rule.maxAgeSeconds],
      ],
    ]),
  );
};

export const putCors: XmlHandler = async (state, request, reply) => {
  const { Cors: rules } = await requireXml(request, 'CorsConfig', corsConfig);
  const cors = rules.map((rule) => ({
    origin: rule.Origins.Origin,
    method: rule.Methods.Method,
    ...(rule.ResponseHeaders === undefined
      ? {}
      : { responseHeader: rule.ResponseHeaders.ResponseHeader }),
    ...(rule.MaxAgeSec === undefined ? {} : { maxAgeSeconds: Number(rule.MaxAgeSec) }),
  }));
  return change(state, request, reply, { cors: cors.length > 0 ? cors : null });
};

const corsConfig = element({
  Cors: many(
    element({
      Origins: element({ Origin: many(token) }),
      Methods: element({ Method: many(token) }),
      ResponseHeaders: element({ ResponseHeader: many(token) }).optional(),
      MaxAgeSec: token.regex(/^\d{1,9}$/).optional(),
    }),
  ),
});

const bucketOf = (state: StorageState, request: FastifyRequest) =>
  requireBucket(state, targetOf(request).bucket);

async function change(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: Record<string, unknown>,
): Promise<FastifyReply> {
  const { bucket } = targetOf(request);
  const metadata = parseBucketMetadata(settings);
  const preconditions = headerPreconditions(request);
  await state.store.write(() =>
    changeBucket(state, bucket, metadata, { replace: false, preconditions }),
  );
  return reply.type(XML_TYPE).send();
}
