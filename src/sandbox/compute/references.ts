import { invalidField } from './errors.ts';
import { isName } from './names.ts';

/**
 * References between resources. A client may write one as a whole URL with any host and any
 * version of the API, as the part of it from `projects/`, or from the scope on
 * (`zones/z/machineTypes/e2-micro`, `global/networks/default`). Stored and shown is one form:
 * `https://www.googleapis.com/compute/v1/projects/...`, which is what GCP shows whatever host
 * it was reached by.
 */
export const ROOT = 'https://www.googleapis.com/compute/v1/';

export interface Reference {
  project: string;
  /** `global`, `regions/R` or `zones/Z`. */
  scope: string;
  /** Such as `machineTypes`. */
  collection: string;
  /** What stands behind the collection: a name, or `family/debian-12`. */
  name: string;
}

/** `projects/p/zones/z/instances/web-1` */
export const pathOf = ({ project, scope, collection, name }: Reference): string =>
  `projects/${project}/${scope}/${collection}/${name}`;

export const urlOf = (reference: Reference): string => ROOT + pathOf(reference);

/** The path inside a URL of ours. */
export const pathOfUrl = (url: string): string => url.slice(ROOT.length);

/** The last segment: the name of what a URL names. */
export const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** Takes apart a URL of ours, or what a client wrote for one; undefined where it is none. */
export function parseReference(text: string, project: string): Reference | undefined {
  const path = text.replace(/^https?:\/\/[^/]+\/(?:compute\/)?(?:v1|beta|alpha)\//, '');
  const match =
    /^(?:projects\/([^/]+)\/)?(global|(?:regions|zones)\/[^/]+)\/([a-zA-Z]+)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, own = project, scope = '', collection = '', name = ''] = match;
  return { project: own, scope, collection, name };
}

/**
 * The reference that a field holds, of the kind that it has to have.
 *
 * @param field as the API names it, for the error
 * @param wanted the collection, and the scope where a bare name is enough or only one will do
 */
export function readReference(
  field: string,
  text: string,
  project: string,
  wanted: { collection: string; scope?: string },
): Reference {
  const { collection, scope } = wanted;
  if (scope !== undefined && isName(text)) return { project, scope, collection, name: text };
  const reference = parseReference(text, project);
  if (reference === undefined || reference.collection !== collection) {
    throw invalidField(field, text, 'The URL is malformed.');
  }
  return reference;
}
