import { invalid } from '../wire/errors.ts';
import { STORAGE_CLASSES } from './locations.ts';
import type { ObjectAttributes } from './records.ts';
import {
  type ObjectMetadata,
  objectMetadata,
  parse,
  refuseUnsupported,
  UNSUPPORTED_OBJECT_FIELDS,
} from './schema.ts';

/** Validates the metadata of an object as a client sends it. */
export function parseObjectMetadata(body: Record<string, unknown>): ObjectMetadata {
  refuseUnsupported(body, UNSUPPORTED_OBJECT_FIELDS);
  const metadata = parse(objectMetadata, body);
  checkStorageClass(metadata.storageClass);
  return metadata;
}

/** The attributes of a new object, or of one whose attributes are replaced. */
export function attributesOf(metadata: ObjectMetadata, contentType?: string): ObjectAttributes {
  if (contentType === undefined) return mergeAttributes({}, metadata);
  checkLength('contentType', contentType);
  return mergeAttributes({ contentType }, metadata);
}

/** Merge patch: a field replaces, null removes, absence keeps; likewise inside custom metadata. */
export function mergeAttributes(
  current: ObjectAttributes,
  patch: ObjectMetadata,
): ObjectAttributes {
  const merged: Record<string, unknown> = { ...current };
  for (const field of FIELDS) {
    const value = patch[field];
    if (value === null) delete merged[field];
    else if (value !== undefined) {
      if (typeof value === 'string') checkLength(field, value);
      merged[field] = value;
    }
  }
  if (patch.metadata === null) delete merged['metadata'];
  else if (patch.metadata !== undefined) {
    const custom = mergeRecord(current.metadata, patch.metadata);
    if (Object.keys(custom).length > 0) merged['metadata'] = checkSize(custom);
    else delete merged['metadata'];
  }
  return merged;
}

/** Room for a `contentDisposition` with the longest name; clients take about 16 KiB of headers. */
const MAX_FIELD = 4 * 1024;

/** A longer text would be the header of an answer that no client can read. */
function checkLength(field: string, value: string): void {
  if (value.length > MAX_FIELD) throw invalid(`Invalid value for: ${field}: it is too long`);
}

/** Of all keys and values together: https://cloud.google.com/storage/quotas#objects */
const MAX_CUSTOM_BYTES = 8 * 1024;

function checkSize(custom: Record<string, string>): Record<string, string> {
  if (Buffer.byteLength(Object.entries(custom).flat().join('')) <= MAX_CUSTOM_BYTES) return custom;
  throw invalid('Your metadata headers exceed the maximum allowed metadata size.', {
    xmlCode: 'MetadataTooLarge',
  });
}

/**
 * The custom time that a change leaves an object with: once set, it cannot be removed
 * (asking for that is ignored) nor set back.
 *
 * https://cloud.google.com/storage/docs/metadata#custom-time
 */
export function keepCustomTime(
  current: ObjectAttributes,
  changed: ObjectAttributes,
): ObjectAttributes {
  const before = current.customTime;
  if (before === undefined || changed.customTime === before) return changed;
  const { customTime = before } = changed;
  if (Date.parse(customTime) < Date.parse(before)) {
    const times = `Previously: ${withOffset(before)}. Attempting to set: ${withOffset(customTime)}.`;
    throw invalid(`Custom time cannot be decreased. ${times}`);
  }
  return { ...changed, customTime };
}

/** As GCS writes a time in this message: `2026-02-01T00:00:00.5+00:00`. */
const withOffset = (time: string): string =>
  new Date(time).toISOString().replace(/\.?0*Z$/, '+00:00');

/** Merges string maps such as custom metadata and labels; null removes a key. */
export function mergeRecord(
  current: Record<string, string> | undefined,
  patch: Record<string, string | null>,
): Record<string, string> {
  const merged = { ...current, ...patch };
  const kept = Object.entries(merged).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return Object.fromEntries(kept);
}

/** Refuses a class that there is not, in capitals. */
export function checkStorageClass(storageClass: string | null | undefined): void {
  if (storageClass === undefined || storageClass === null) return;
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw invalid('The storage class you specified is not valid.', {
      xmlCode: 'InvalidStorageClass',
    });
  }
}

const FIELDS = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'customTime',
  'temporaryHold',
  'eventBasedHold',
] as const;
