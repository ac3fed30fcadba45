import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { headerOf } from '../../wire/header-text.ts';
import { percentDecoded } from '../../wire/urls.ts';
import { requireOnExisting } from '../access/permissions.ts';
import { composeObject } from '../copies/compose.ts';
import { copyKeys, copyObject } from '../copies/copy.ts';
import { customerKey } from '../customer-keys.ts';
import type { ObjectRecord } from '../records.ts';
import { requireObject, type StorageState } from '../state.ts';
import { type Target, targetOf } from './address.ts';
import { extension } from './dialect.ts';
import {
  checkSourceConditions,
  entityTag,
  preconditionQuery,
  refuseWriteConditions,
} from './entity-tag.ts';
import { xmlError } from './errors.ts';
import { element, many, requireXml, token } from './read.ts';
import { sendXml, type XmlHandler } from './reply.ts';
import { LISTING_NAMESPACE } from './write.ts';
import {
  attributeHeaders,
  predefinedAcl,
  refuseUnsupported,
  storageClass,
  writtenHeaders,
} from './write-headers.ts';

/** https://cloud.google.com/storage/docs/xml-api/put-object-copy */
export async function copyToTarget(
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
  target: Target,
): Promise<FastifyReply> {
  refuseUnsupported(request);
  const source = findSource(state, request);
  const directive = extension(request, 'metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw xmlError(400, 'InvalidArgument', `Invalid metadata directive: ${directive}`);
  }
  const replacement =
    directive === 'REPLACE'
      ? {
          contentType: headerOf(request, 'content-type') ?? 'application/octet-stream',
          ...attributeHeaders(request),
        }
      : {};
  const record = await copyObject(state, {
    request,
    from: { bucket: source.bucket, name: source.name },
    to: { bucket: target.bucket, name: target.object },
    query: {
      sourceGeneration: String(source.generation),
      destinationPredefinedAcl: predefinedAcl(request),
      ...preconditionQuery(request),
    },
    body: { ...replacement, ...storageClass(request) },
    keys: copyKeys(request.headers),
  });
  return sendXml(
    reply.headers(writtenHeaders(request, record)),
    'CopyObjectResult',
    [
      ['LastModified', new Date(record.updated).toISOString()],
      ['ETag', entityTag(record)],
    ],
    LISTING_NAMESPACE,
  );
}

/** The object that `x-goog-copy-source: /BUCKET/OBJECT` names, its conditions checked. */
export function findSource(state: StorageState, request: FastifyRequest): ObjectRecord {
  const text = extension(request, 'copy-source') ?? '';
  const [path = '', parameters = ''] = text.replace(/^\//, '').split('?', 2);
  const slash = path.indexOf('/');
  if (slash < 1) throw xmlError(400, 'InvalidArgument', `Invalid copy source: ${text}`);
  // Some clients send the name as it is.
  const bucket = percentDecoded(path.slice(0, slash));
  const name = percentDecoded(path.slice(slash + 1));
  const generation =
    extension(request, 'copy-source-generation') ??
    new URLSearchParams(parameters).get('versionId') ??
    undefined;
  if (generation !== undefined && !/^\d{1,16}$/.test(generation)) {
    throw xmlError(400, 'InvalidArgument', `Invalid generation of the copy source: ${generation}`);
  }
  const named = {
    bucket,
    name,
    generation: generation === undefined ? undefined : Number(generation),
  };
  requireOnExisting(state, request, 'storage.objects.get', named);
  const source = requireObject(state, bucket, name, named.generation);
  checkSourceConditions(request, source);
  const wanted = extension(request, 'copy-source-if-generation-match');
  const wantedMeta = extension(request, 'copy-source-if-metageneration-match');
  if (
    (wanted !== undefined && wanted !== String(source.generation)) ||
    (wantedMeta !== undefined && wantedMeta !== String(source.metageneration))
  ) {
    throw xmlError(412, 'PreconditionFailed');
  }
  return source;
}

/** https://cloud.google.com/storage/docs/xml-api/put-object-compose */
export const putComposed: XmlHandler = async (state, request, reply) => {
  const target = targetOf(request);
  refuseWriteConditions(request);
  refuseUnsupported(request);
  const { Component: components } = await requireXml(request, 'ComposeRequest', composeRequest);
  const contentType = headerOf(request, 'content-type');
  const record = await composeObject(state, {
    request,
    to: { bucket: target.bucket, name: target.object },
    components: components.map((component) => ({
      name: component.Name,
      generation: component.Generation,
      generationMatch: component.IfGenerationMatch,
    })),
    query: { destinationPredefinedAcl: predefinedAcl(request), ...preconditionQuery(request) },
    body: {
      ...(contentType === undefined ? {} : { contentType }),
      ...attributeHeaders(request),
      ...storageClass(request),
    },
    key: customerKey(request.headers),
  });
  return reply.headers(writtenHeaders(request, record)).send();
};

const generation = token.regex(/^\d{1,16}$/).transform(Number);

const composeRequest = element({
  Component: many(
    z.object({
      Name: z.string(),
      Generation: generation.optional(),
      IfGenerationMatch: generation.optional(),
    }),
  ),
});
