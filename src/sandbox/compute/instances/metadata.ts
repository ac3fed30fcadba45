import { invalidField } from '../errors.ts';
import type { MetadataItem } from './kind.ts';

/** https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations */
const KEY = /^[a-zA-Z0-9_-]{1,128}$/;
const VALUE_BYTES = 256 * 1024;
const TOTAL_BYTES = 512 * 1024;

/** Checks metadata of an instance, a template or the project. @throws 400 */
export function readMetadata(
  items: readonly MetadataItem[] = [],
  field = 'resource.metadata',
): { items?: MetadataItem[] } {
  const keys = new Set<string>();
  let total = 0;
  for (const [index, { key, value }] of items.entries()) {
    const at = `${field}.items[${index}]`;
    if (!KEY.test(key)) {
      throw invalidField(
        `${at}.key`,
        key.slice(0, 200),
        "Must be a match of regex '[a-zA-Z0-9-_]{1,128}'",
      );
    }
    if (keys.has(key)) throw invalidField(`${at}.key`, key, 'Metadata has duplicate keys.');
    keys.add(key);
    const size = Buffer.byteLength(value);
    if (size > VALUE_BYTES) {
      throw invalidField(
        `${at}.value`,
        `${value.slice(0, 50)}...`,
        `Value size is too large. Maximum size: ${VALUE_BYTES} bytes.`,
      );
    }
    total += size + key.length;
  }
  if (total > TOTAL_BYTES) {
    throw invalidField(
      field,
      '',
      `Metadata size is too large. Maximum size: ${TOTAL_BYTES} bytes.`,
    );
  }
  return items.length === 0 ? {} : { items: items.map(({ key, value }) => ({ key, value })) };
}
