import type { PendingBody } from '../disk/bodies.ts';
import { invalid } from '../wire/errors.ts';
import { int64, type Query } from '../wire/query.ts';
import { attributesOf, parseObjectMetadata } from './attributes.ts';
import { objectNameFault } from './names.ts';
import { commitObject } from './objects.ts';
import { checkRead, checkWrite, parsePreconditions } from './preconditions.ts';
import { type ObjectRecord, objectKey } from './records.ts';
import { noSuchObject, requireBucket, requireObject, type StorageState } from './state.ts';

export interface Place {
  bucket: string;
  name: string;
}

/**
 * Copies an object, its bytes included: bodies are immutable and have one owner, which
 * keeps deletion free of reference counts. Metadata in the request replaces the
 * source's; without any, it is copied.
 */
export async function copyObject(
  state: StorageState,
  from: Place,
  to: Place,
  query: Query,
  body: Record<string, unknown>,
): Promise<ObjectRecord> {
  const metadata = parseObjectMetadata(body);
  const fault = objectNameFault(to.name);
  if (fault !== undefined) throw invalid(fault);
  const preconditions = parsePreconditions(query);
  requireBucket(state, to.bucket);
  checkWrite(preconditions, state.live.get(objectKey(to.bucket, to.name)));
  const source = requireObject(state, from.bucket, from.name, int64(query, 'sourceGeneration'));
  checkRead(parsePreconditions(query, 'ifSource'), source);

  const replaces = Object.entries(metadata).some(
    ([field, value]) => !NOT_REPLACING.has(field) && value !== undefined,
  );
  const contentType = source.attributes.contentType;
  const copy = await duplicate(state, source);
  return commitOrDiscard(state, copy, () =>
    commitObject(state, {
      bucket: to.bucket,
      name: to.name,
      body: copy,
      attributes: replaces ? attributesOf(metadata, contentType) : withoutHolds(source),
      storageClass: metadata.storageClass?.toUpperCase(),
      ...(source.componentCount === undefined ? {} : { componentCount: source.componentCount }),
      preconditions,
    }),
  );
}

/** What a copy's request can say without replacing the source's attributes. */
const NOT_REPLACING = new Set(['name', 'storageClass', 'md5Hash', 'crc32c']);

const MAX_COMPONENTS = 32;

/** One of the objects to compose, in order. */
export interface Component {
  name: string;
  generation?: number | undefined;
  generationMatch?: number | undefined;
}

/**
 * Joins up to 32 objects of a bucket into one. The result has no MD5, on GCS because it
 * is made without reading the bytes; clients check it by CRC32C.
 *
 * https://cloud.google.com/storage/docs/composite-objects
 */
export async function composeObject(
  state: StorageState,
  to: Place,
  components: Component[],
  query: Query,
  destination: Record<string, unknown>,
): Promise<ObjectRecord> {
  if (components.length < 1 || components.length > MAX_COMPONENTS) {
    throw invalid(`The number of source components must be between 1 and ${MAX_COMPONENTS}.`);
  }
  const metadata = parseObjectMetadata(destination);
  const fault = objectNameFault(to.name);
  if (fault !== undefined) throw invalid(fault);
  const preconditions = parsePreconditions(query);
  const sources = components.map(({ name, generation, generationMatch }) => {
    const source = requireObject(state, to.bucket, name, generation);
    checkWrite(generationMatch === undefined ? {} : { generationMatch }, source);
    return source;
  });
  const joined = await state.bodies.receive(bytesOf(state, sources));
  const componentCount = sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0);
  return commitOrDiscard(state, joined, () =>
    commitObject(state, {
      ...to,
      body: joined,
      attributes: attributesOf(metadata, 'application/octet-stream'),
      storageClass: metadata.storageClass?.toUpperCase(),
      componentCount,
      preconditions,
    }),
  );
}

async function duplicate(state: StorageState, source: ObjectRecord): Promise<PendingBody> {
  const copy = await state.bodies.receive(bytesOf(state, [source]));
  if (copy.crc32c === source.crc32c && copy.size === source.size) return copy;
  await state.bodies.discard(copy);
  throw new Error(`${source.bucket}/${source.name}: the stored bytes are damaged`);
}

async function* bytesOf(state: StorageState, sources: ObjectRecord[]): AsyncGenerator<Buffer> {
  for (const source of sources) {
    if (source.size === 0) continue;
    const stored = await state.bodies.open(source.body, 0, source.size - 1);
    // Deleted between the lookup and now: to the client it is as if it came later.
    if (!stored) throw noSuchObject(source.bucket, source.name);
    for await (const chunk of stored) yield chunk as Buffer;
  }
}

async function commitOrDiscard(
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
