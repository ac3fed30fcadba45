import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { PendingBody } from '../../disk/bodies.ts';
import { int64, type Query } from '../../wire/query.ts';
import { requireOnExisting } from '../access/permissions.ts';
import { attributesOf, parseObjectMetadata } from '../attributes.ts';
import { inheritedValues } from '../contexts.ts';
import {
  type CustomerKey,
  checkKey,
  copySourceKey,
  customerKey,
  encryptionWith,
  refuseKmsKey,
} from '../customer-keys.ts';
import { commitObject } from '../objects.ts';
import { checkRead, parsePreconditions } from '../preconditions.ts';
import type { ObjectRecord } from '../records.ts';
import type { ObjectMetadata } from '../schema.ts';
import { noSuchObject, requireObject, type StorageState } from '../state.ts';
import { type Place, readWriteTerms, type WriteTerms } from '../write-terms.ts';
import { endRewrite, parseStep, rewriteBody, stepRewrite } from './rewrites.ts';
import { bytesOf } from './source-bytes.ts';

/**
 * Copies: `objects.copy`, which always ends in one call, and `objects.rewrite`, which may
 * take several (see rewrites.ts). Metadata in the request replaces the source's; without
 * any, it is copied. Holds and the ACL are never copied.
 *
 * The bytes get a second name and are not read, unless another encryption key is asked
 * for, or none.
 *
 * https://cloud.google.com/storage/docs/json_api/v1/objects/copy
 * https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
 */
export interface CopyRequest {
  request: FastifyRequest;
  from: Place;
  to: Place;
  query: Query;
  /** The metadata of the copy. */
  body: Record<string, unknown>;
  keys: CopyKeys;
}

/** The customer's encryption keys that a copy comes with. */
export interface CopyKeys {
  source: CustomerKey | undefined;
  destination: CustomerKey | undefined;
}

/** Reads the keys from the headers of a request. */
export const copyKeys = (headers: IncomingHttpHeaders): CopyKeys => ({
  source: copySourceKey(headers),
  destination: customerKey(headers),
});

/** How far a rewrite is that takes more calls. */
export interface Unfinished {
  token: string;
  rewritten: number;
  size: number;
}

/** `objects.copy`: a rewrite that always ends in one call. */
export async function copyObject(state: StorageState, request: CopyRequest): Promise<ObjectRecord> {
  return finish(state, plan(state, request));
}

/** One call of `objects.rewrite`: the new object if it is the last. */
export async function rewriteObject(
  state: StorageState,
  request: CopyRequest,
): Promise<ObjectRecord | Unfinished> {
  const { to, query, keys } = request;
  const token = query['rewriteToken'] || undefined;
  const body = rewriteBody(state, token, request.body);
  const maxBytes = parseStep(query);
  const copy = plan(state, { ...request, body });
  const { source, metadata } = copy;
  if (token !== undefined || maxBytes < source.size) {
    const keySha256 = keys.destination?.sha256;
    const call = {
      token,
      bucket: source.bucket,
      name: source.name,
      generation: source.generation,
      toBucket: to.bucket,
      toName: to.name,
      ...(keySha256 === undefined ? {} : { keySha256 }),
      maxBytes,
      body,
    };
    const step = await stepRewrite(state, call, source, metadata.storageClass);
    if (step !== undefined) return { ...step, size: source.size };
  }
  return finish(state, copy, token);
}

/** A copy that nothing speaks against so far. */
interface Copy {
  request: FastifyRequest;
  to: Place;
  query: Query;
  keys: CopyKeys;
  metadata: ObjectMetadata;
  terms: WriteTerms;
  source: ObjectRecord;
}

function plan(state: StorageState, { request, from, to, query, body, keys }: CopyRequest): Copy {
  refuseKmsKey(query);
  const metadata = parseObjectMetadata(body);
  const generation = int64(query, 'sourceGeneration');
  requireOnExisting(state, request, 'storage.objects.get', { ...from, generation });
  const parameter = 'destinationPredefinedAcl';
  const terms = readWriteTerms(state, request, to, query, parameter, metadata);
  const source = requireObject(state, from.bucket, from.name, generation);
  checkRead(parsePreconditions(query, 'ifSource'), source);
  checkKey(source, keys.source);
  return { request, to, query, keys, metadata, terms, source };
}

async function finish(state: StorageState, copy: Copy, token?: string): Promise<ObjectRecord> {
  const { request, to, query, keys, metadata, terms, source } = copy;
  const { componentCount } = source;
  const body = await duplicate(state, source, keys);
  return state.bodies.commit(body, () => {
    const object = commitObject(state, request, {
      ...to,
      body,
      attributes: attributesOfCopy(source, metadata),
      storageClass: metadata.storageClass,
      keySha256: keys.destination?.sha256,
      contexts: inheritedValues(metadata.contexts, query['dropContextGroups'], [source]),
      retention: metadata.retention,
      ...(componentCount === undefined ? {} : { componentCount }),
      ...terms,
    });
    endRewrite(state, token);
    return object;
  });
}

function attributesOfCopy(
  { attributes }: ObjectRecord,
  metadata: ObjectMetadata,
): ObjectRecord['attributes'] {
  const replaces = Object.entries(metadata).some(
    ([field, value]) => !NOT_REPLACING.has(field) && value !== undefined,
  );
  if (replaces) return attributesOf(metadata, attributes.contentType);
  const { temporaryHold: _, eventBasedHold: __, ...kept } = attributes;
  return kept;
}

/** What a copy's request can say without replacing the source's attributes. */
const NOT_REPLACING = new Set(['name', 'storageClass', 'acl', 'md5Hash', 'crc32c']);

/** The source's bytes once more: read only if they have to be encrypted differently. */
async function duplicate(
  state: StorageState,
  source: ObjectRecord,
  keys: CopyKeys,
): Promise<PendingBody> {
  if (keys.source?.sha256 === keys.destination?.sha256) {
    const { size, crc32c, md5 = '' } = source;
    const copy = await state.bodies.duplicate(source.body, { size, crc32c, md5 });
    if (copy === undefined) throw noSuchObject(source.bucket, source.name);
    return copy;
  }
  const bytes = bytesOf(state, [source], keys.source);
  const copy = await state.bodies.receive(bytes, encryptionWith(state, keys.destination));
  if (copy.crc32c === source.crc32c && copy.size === source.size) return copy;
  await state.bodies.discard(copy);
  throw new Error(`${source.bucket}/${source.name}: the stored bytes are damaged`);
}
