/**
 * The names that Google's reference gives to requests of Compute Engine
 * (https://docs.cloud.google.com/compute/docs/reference/rest/v1). They follow
 * from the path, which is built in one way for all kinds of resources:
 *
 *     /compute/v1/projects/P/zones/Z/instances          GET list, POST insert
 *     /compute/v1/projects/P/zones/Z/instances/I        GET, PATCH, PUT, DELETE
 *     /compute/v1/projects/P/zones/Z/instances/I/stop   the verb itself
 *     /compute/v1/projects/P/aggregated/instances       aggregatedList
 */

const inProject = /^\/compute\/v1\/projects\/[^/]+\/(.+)$/;
const scoped = /^(?:(global)|(zones)\/[^/]+|(regions)\/[^/]+)\/(.+)$/;

const onCollection: Readonly<Record<string, string>> = { GET: 'list', POST: 'insert' };
const onResource: Readonly<Record<string, string>> = {
  GET: 'get',
  PATCH: 'patch',
  PUT: 'update',
  DELETE: 'delete',
};

/** Such as `compute.instances.insert`; undefined where the path is none of Compute Engine's. */
export function computeMethodOf(verb: string, pathAndQuery: string): string | undefined {
  const path = pathAndQuery.split('?')[0] ?? '';
  const rest = inProject.exec(path)?.[1]?.replace(/\/$/, '');
  if (rest === undefined) return undefined;
  const aggregated = /^aggregated\/(\w+)$/.exec(rest)?.[1];
  if (aggregated !== undefined) return `compute.${aggregated}.aggregatedList`;
  const [, global, zones, , below] = scoped.exec(rest) ?? [];
  // The zones and regions themselves are resources of the project.
  const [kind = '', name, action, ...more] = (below ?? rest).split('/');
  if (more.length > 0) return undefined;
  const scope = global !== undefined ? 'global' : zones !== undefined ? 'zone' : 'region';
  const collection = kind === 'operations' ? `${scope}Operations` : kind;
  const method = action ?? (name === undefined ? onCollection[verb] : onResource[verb]);
  return method === undefined ? undefined : `compute.${collection}.${method}`;
}
