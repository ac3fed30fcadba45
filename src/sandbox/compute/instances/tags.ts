import { invalidField } from '../errors.ts';
import { requireName } from '../names.ts';

const MOST = 64;

/** Network tags: names of RFC 1035, each once. @throws 400 */
export function readTags(
  items: readonly string[] = [],
  field = 'resource.tags',
): { items?: string[] } {
  for (const [index, tag] of items.entries()) requireName(`${field}.items[${index}]`, tag);
  const once = [...new Set(items)];
  if (once.length > MOST) {
    throw invalidField(`${field}.items`, '', `At most ${MOST} tags can be specified.`);
  }
  return once.length === 0 ? {} : { items: once };
}
