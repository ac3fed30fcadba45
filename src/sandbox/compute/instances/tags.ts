import { invalidField } from '../errors.ts';
import { isName } from '../names.ts';

const MOST = 64;

/** Network tags: names of RFC 1035, each once. @throws 400 */
export function readTags(
  items: readonly string[] = [],
  field = 'resource.tags',
): { items?: string[] } {
  for (const [index, tag] of items.entries()) {
    if (isName(tag)) continue;
    const why = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
    throw invalidField(`${field}.items[${index}]`, tag.slice(0, 200), why);
  }
  const once = [...new Set(items)];
  if (once.length > MOST) {
    throw invalidField(`${field}.items`, '', `At most ${MOST} tags can be specified.`);
  }
  return once.length === 0 ? {} : { items: once };
}
