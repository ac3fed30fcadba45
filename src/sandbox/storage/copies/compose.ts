import type { FastifyRequest } from 'fastify';
import { invalid } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import { requireOnExisting, requireOnObject } from '../access/permissions.ts';
import { attributesOf, parseObjectMetadata } from '../attributes.ts';
import { inheritedValues } from '../contexts.ts';
import { type CustomerKey, checkKey, encryptionWith, refuseKmsKey } from '../customer-keys.ts';
import { commitObject, eraseObject } from '../objects.ts';
import { checkWrite } from '../preconditions.ts';
import type { ObjectRecord } from '../records.ts';
import { refuseIfKept } from '../retention/kept.ts';
import { findObject, now, requireBucket, requireObject, type StorageState } from '../state.ts';
import { type Place, readWriteTerms } from '../write-terms.ts';
import { bytesOf } from './source-bytes.ts';

/**
 * Joins up to 32 objects of a bucket into one. The result has no MD5, on GCS because it
 * is made without reading the bytes; clients check it by CRC32C. All sources have one
 * storage class, and the result has it too; likewise the key that they are encrypted with.
 *
 * The sources can be deleted in the same moment. Then neither soft delete nor object
 * versioning keeps them, because their bytes live on in the result.
 *
 * https://cloud.google.com/storage/docs/composite-objects
 * https://cloud.google.com/storage/docs/composing-objects
 */
export interface ComposeRequest {
  request: FastifyRequest;
  to: Place;
  /** The objects to join, in order. */
  components: Component[];
  query: Query;
  /** The metadata of the result. */
  body: Record<string, unknown>;
  key: CustomerKey | undefined;
  deleteSources?: boolean | undefined;
}

export interface Component {
  name: string;
  generation?: number | undefined;
  generationMatch?: number | undefined;
}

const MAX_COMPONENTS = 32;

/** `objects.compose` */
export async function composeObject(
  state: StorageState,
  { request, to, components, query, body, key, deleteSources = false }: ComposeRequest,
): Promise<ObjectRecord> {
  if (components.length < 1 || components.length > MAX_COMPONENTS) {
    throw invalid(`The number of source components must be between 1 and ${MAX_COMPONENTS}.`);
  }
  refuseKmsKey(query);
  const metadata = parseObjectMetadata(body);
  const parameter = 'destinationPredefinedAcl';
  const terms = readWriteTerms(state, request, to, query, parameter, metadata);
  const sources = components.map(({ name, generation, generationMatch }) => {
    const named = { bucket: to.bucket, name, generation };
    requireOnExisting(state, request, 'storage.objects.get', named);
    if (deleteSources) requireOnObject(state, request, 'storage.objects.delete', named);
    const source = requireObject(state, to.bucket, name, generation);
    checkWrite(generationMatch === undefined ? {} : { generationMatch }, source);
    checkKey(source, key);
    return source;
  });
  const classes = new Set(sources.map((source) => source.storageClass));
  if (classes.size > 1) throw invalid('All source objects must have the same storage class.');
  const bytes = bytesOf(state, sources, key);
  const joined = await state.bodies.receive(bytes, encryptionWith(state, key));
  return state.bodies.commit(joined, () => {
    const consumed = deleteSources ? consumable(state, to, sources) : [];
    const composed = commitObject(state, request, {
      ...to,
      body: joined,
      attributes: attributesOf(metadata),
      storageClass: metadata.storageClass ?? sources[0]?.storageClass,
      keySha256: key?.sha256,
      contexts: inheritedValues(metadata.contexts, query['dropContextGroups'], sources),
      retention: metadata.retention,
      componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
      ...terms,
    });
    for (const source of consumed) eraseObject(state, source);
    return composed;
  });
}

/**
 * Inside a change: the sources that can go, as they are now. The result takes the place of
 * the one that has its name.
 */
function consumable(state: StorageState, to: Place, sources: ObjectRecord[]): ObjectRecord[] {
  const bucket = requireBucket(state, to.bucket);
  const time = now(state);
  const found = new Map<number, ObjectRecord>();
  for (const { name, generation } of sources) {
    const source = findObject(state, to.bucket, name, generation);
    if (!source || name === to.name) continue;
    refuseIfKept(bucket, source, time, false);
    found.set(generation, source);
  }
  return [...found.values()];
}
