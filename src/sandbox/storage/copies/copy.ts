import type { IncomingHttpHeaders } from 'node:http';
import type { PendingBody } from '../../disk/bodies.ts';
import { invalid } from '../../wire/errors.ts';
import { int64, type Query } from '../../wire/query.ts';
import { newObjectAcl, readObjectAccess } from '../access/object-access.ts';
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
import { objectNameFault } from '../names.ts';
import { commitObject } from '../objects.ts';
import { checkRead, checkWrite, parsePreconditions } from '../preconditions.ts';
import { type ObjectRecord, objectKey } from '../records.ts';
import { noSuchObject, requireBucket, requireObject, type StorageState } from '../state.ts';
import { endRewrite, movesBytes, parseStep, rewriteBody, stepRewrite } from './rewrites.ts';

export interface Place {
  bucket: string;
  name: string;
}

/** The customer's encryption keys that a copy comes with. */
export interface CopyKeys {
  source: CustomerKey | undefined;
  destination: CustomerKey | undefined;
}

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
export async function copyObject(
  state: StorageState,
  from: Place,
  to: Place,
  query: Query,
  body: Record<string, unknown>,
  keys: CopyKeys,
): Promise<ObjectRecord> {
  const { rewriteToken: _, maxBytesRewrittenPerCall: __, ...rest } = query;
  return (await rewriteObject(state, from, to, rest, body, keys)) as ObjectRecord;
}

/**
 * `objects.rewrite`: gives an object's bytes a second object, encrypted with another key
 * or none if so asked. Metadata in the request replaces the source's; without any, it is
 * copied.
 */
export async function rewriteObject(
  state: StorageState,
  from: Place,
  to: Place,
  query: Query,
  body: Record<string, unknown>,
  keys: CopyKeys,
): Promise<ObjectRecord | Unfinished> {
  refuseKmsKey(query);
  const token = query['rewriteToken'] || undefined;
  const given = rewriteBody(state, token, body);
  const metadata = parseObjectMetadata(given);
  const fault = objectNameFault(to.name);
  if (fault !== undefined) throw invalid(fault);
  const preconditions = parsePreconditions(query);
  const maxBytes = parseStep(query);
  const access = readObjectAccess(state, query, 'destinationPredefinedAcl', metadata.acl);
  newObjectAcl(state, requireBucket(state, to.bucket), access);
  checkWrite(preconditions, state.live.get(objectKey(to.bucket, to.name)));
  const source = requireObject(state, from.bucket, from.name, int64(query, 'sourceGeneration'));
  checkRead(parsePreconditions(query, 'ifSource'), source);
  checkKey(source, keys.source);

  const storageClass = metadata.storageClass?.toUpperCase();
  const keySha256 = keys.destination?.sha256;
  if (token !== undefined || maxBytes < source.size) {
    const call = {
      token,
      bucket: source.bucket,
      name: source.name,
      generation: source.generation,
      toBucket: to.bucket,
      toName: to.name,
      ...(keySha256 === undefined ? {} : { keySha256 }),
      maxBytes,
      body: given,
    };
    const moves = movesBytes(state, source, { bucket: to.bucket, storageClass, keySha256 });
    const step = await stepRewrite(state, call, source, moves);
    if (step !== undefined) return { ...step, size: source.size };
  }

  const replaces = Object.entries(metadata).some(
    ([field, value]) => !NOT_REPLACING.has(field) && value !== undefined,
  );
  const contentType = source.attributes.contentType;
  const copy = await duplicate(state, source, keys);
  return commitOrDiscard(state, copy, () => {
    const object = commitObject(state, {
      bucket: to.bucket,
      name: to.name,
      body: copy,
      attributes: replaces ? attributesOf(metadata, contentType) : withoutHolds(source),
      storageClass,
      keySha256,
      contexts: inheritedValues(metadata.contexts, query['dropContextGroups'], [source]),
      retention: metadata.retention,
      access,
      ...(source.componentCount === undefined ? {} : { componentCount: source.componentCount }),
      preconditions,
    });
    endRewrite(state, token);
    return object;
  });
}

/** What a copy's request can say without replacing the source's attributes. */
const NOT_REPLACING = new Set(['name', 'storageClass', 'acl', 'md5Hash', 'crc32c']);

const MAX_COMPONENTS = 32;

/** One of the objects to compose, in order. */
export interface Component {
  name: string;
  generation?: number | undefined;
  generationMatch?: number | undefined;
}

/**
 * Joins up to 32 objects of a bucket into one. The result has no MD5, on GCS because it
 * is made without reading the bytes; clients check it by CRC32C. Encrypted sources have one
 * key in common, and the result has it too.
 *
 * https://cloud.google.com/storage/docs/composite-objects
 */
export async function composeObject(
  state: StorageState,
  to: Place,
  components: Component[],
  query: Query,
  destination: Record<string, unknown>,
  key: CustomerKey | undefined,
): Promise<ObjectRecord> {
  if (components.length < 1 || components.length > MAX_COMPONENTS) {
    throw invalid(`The number of source components must be between 1 and ${MAX_COMPONENTS}.`);
  }
  refuseKmsKey(query);
  const metadata = parseObjectMetadata(destination);
  const fault = objectNameFault(to.name);
  if (fault !== undefined) throw invalid(fault);
  const preconditions = parsePreconditions(query);
  const access = readObjectAccess(state, query, 'destinationPredefinedAcl', metadata.acl);
  newObjectAcl(state, requireBucket(state, to.bucket), access);
  checkWrite(preconditions, state.live.get(objectKey(to.bucket, to.name)));
  const sources = components.map(({ name, generation, generationMatch }) => {
    const source = requireObject(state, to.bucket, name, generation);
    checkWrite(generationMatch === undefined ? {} : { generationMatch }, source);
    checkKey(source, key);
    return source;
  });
  const bytes = bytesOf(state, sources, key);
  const joined = await state.bodies.receive(bytes, encryptionWith(state, key));
  const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
  return commitOrDiscard(state, joined, () =>
    commitObject(state, {
      ...to,
      body: joined,
      attributes: attributesOf(metadata, 'application/octet-stream'),
      storageClass: metadata.storageClass?.toUpperCase(),
      keySha256: key?.sha256,
      contexts: inheritedValues(metadata.contexts, query['dropContextGroups'], sources),
      retention: metadata.retention,
      access,
      componentCount,
      preconditions,
    }),
  );
}

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

async function* bytesOf(
  state: StorageState,
  sources: ObjectRecord[],
  key: CustomerKey | undefined,
): AsyncGenerator<Buffer> {
  for (const source of sources) {
    if (source.size === 0) continue;
    const stored = await state.bodies.open(source.body, 0, source.size - 1, key?.bytes);
    // Deleted between the lookup and now: to the client it is as if it came later.
    if (!stored) throw noSuchObject(source.bucket, source.name);
    for await (const chunk of stored) yield chunk as Buffer;
  }
}

/** Commits a body that was received; gives it up if that is refused. */
export async function commitOrDiscard(
  state: StorageState,
  body: PendingBody,
  commit: () => ObjectRecord,
): Promise<ObjectRecord> {
  try {
    return await state.store.write(commit);
  } catch (error) {
    await state.bodies.discard(body);
    throw error;
  }
}

function withoutHolds(source: ObjectRecord): ObjectRecord['attributes'] {
  const { temporaryHold: _, eventBasedHold: __, ...kept } = source.attributes;
  return kept;
}
