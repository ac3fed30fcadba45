import { METHODS } from './methods.ts';

interface Method {
  name: string;
  verb: string;
  /** Segments of the path behind `projects/P/`; `*` for any. */
  path: readonly string[];
}

let methods: readonly Method[] | undefined;

/**
 * The name of the method at a path, such as `compute.healthChecks.insert`.
 *
 * @param path what stands behind `projects/P/`
 */
export function methodAt(verb: string, path: string): string | undefined {
  methods ??= METHODS.trim().replaceAll('\n ', '').split('\n').flatMap(methodsOf);
  const given = path.split('/').filter((segment) => segment !== '');
  const found = methods.filter(
    (one) =>
      one.verb === verb &&
      one.path.length === given.length &&
      one.path.every((segment, at) => segment === '*' || segment === given[at]),
  );
  // `backendServices/listUsable` is not a backend service of that name.
  return found.sort((a, b) => wildcards(a) - wildcards(b))[0]?.name;
}

const wildcards = ({ path }: Method): number => path.filter((one) => one === '*').length;

const STANDARD: Readonly<Record<string, [verb: string, behind: string]>> = {
  list: ['GET', ''],
  insert: ['POST', ''],
  get: ['GET', '/*'],
  delete: ['DELETE', '/*'],
  patch: ['PATCH', '/*'],
  update: ['PUT', '/*'],
};

function methodsOf(line: string): Method[] {
  const [api, collection = '', ...words] = line.split(/\s+/);
  return words.flatMap((word) => {
    const [short = '', place] = word.split('=');
    const at = (verb: string, path: string): Method => ({
      name: `compute.${api}.${short}`,
      verb,
      path: path.split('/').filter((segment) => segment !== ''),
    });
    if (place !== undefined) {
      const [verb = '', path = ''] = place.split(':');
      return [at(verb, path)];
    }
    if (short === 'aggregatedList') {
      return [at('GET', `aggregated/${collection.split('/').at(-1)}`)];
    }
    const standard = STANDARD[short];
    if (standard !== undefined) return [at(standard[0], collection + standard[1])];
    const base = collection === '-' ? '' : collection;
    // Custom methods that only read are called with GET, some of an item and some of all.
    return ['GET', 'POST'].flatMap((verb) => [
      at(verb, `${base}/${short}`),
      at(verb, `${base}/*/${short}`),
    ]);
  });
}
