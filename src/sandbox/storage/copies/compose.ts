import { invalid } from '../../wire/errors.ts';
import type { Query } from '../../wire/query.ts';
import { attributesOf, parseObjectMetadata } from '../attributes.ts';
import { inheritedValues } from '../contexts.ts';
import { type CustomerKey, checkKey, encryptionWith, refuseKmsKey } from '../customer-keys.ts';
import { commitObject } from '../objects.ts';
import { checkWrite } from '../preconditions.ts';
import type { ObjectRecord } from '../records.ts';
import { requireObject, type StorageState } from '../state.ts';
import { type Place, readWriteTerms } from '../write-terms.ts';
import { bytesOf } from './source-bytes.ts';

/**
 * Joins up to 32 objects of a bucket into one. The result has no MD5, on GCS because it
 * is made without reading the bytes; clients check it by CRC32C. Encrypted sources have one
 * key in common, and the result has it too.
 *
 * https://cloud.google.com/storage/docs/composite-objects
 */
export interface ComposeRequest {
  to: Place;
  /** The objects to join, in order. */
  components: Component[];
  query: Query;
  /** The metadata of the result. */
  body: Record<string, unknown>;
  key: CustomerKey | undefined;
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
  { to, components, query, body, key }: ComposeRequest,
): Promise<ObjectRecord> {
  if (components.length < 1 || components.length > MAX_COMPONENTS) {
    throw invalid(`The number of source components must be between 1 and ${MAX_COMPONENTS}.`);
  }
  refuseKmsKey(query);
  const metadata = parseObjectMetadata(body);
  const terms = readWriteTerms(state, to, query, 'destinationPredefinedAcl', metadata.acl);
  const sources = components.map(({ name, generation, generationMatch }) => {
    const source = requireObject(state, to.bucket, name, generation);
    checkWrite(generationMatch === undefined ? {} : { generationMatch }, source);
    checkKey(source, key);
    return source;
  });
  const bytes = bytesOf(state, sources, key);
  const joined = await state.bodies.receive(bytes, encryptionWith(state, key));
  return state.bodies.commit(joined, () =>
    commitObject(state, {
      ...to,
      body: joined,
      attributes: attributesOf(metadata, 'application/octet-stream'),
      storageClass: metadata.storageClass,
      keySha256: key?.sha256,
      contexts: inheritedValues(metadata.contexts, query['dropContextGroups'], sources),
      retention: metadata.retention,
      componentCount: sources.reduce((sum, source) => sum + (source.componentCount ?? 1), 0),
      ...terms,
    }),
  );
}
