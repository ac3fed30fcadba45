import { invalidField } from './errors.ts';

/**
 * Names of Compute Engine's resources: labels of RFC 1035, lower case.
 * https://cloud.google.com/compute/docs/naming-resources
 */
const PATTERN = '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)';
const NAME = new RegExp(`^${PATTERN}$`);

export const isName = (text: string): boolean => NAME.test(text);

/**
 * Refuses what is no name.
 *
 * @param field where it stands: `resource.name`, or the name of a path parameter
 * @throws 400
 */
export function requireName(field: string, text: string): string {
  if (isName(text)) return text;
  throw invalidField(field, text.slice(0, 200), `Must be a match of regex '${PATTERN}'`);
}
