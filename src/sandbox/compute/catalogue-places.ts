import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { sendJson } from '../wire/reply.ts';
import { type CatalogueRegion, findRegion, regions } from './catalogue/regions.ts';
import { type CatalogueZone, findZone, zones, zonesOf } from './catalogue/zones.ts';
import type { Entry } from './catalogue-routes.ts';
import { notFound } from './errors.ts';
import { pageOf, readListRequest } from './lists/page.ts';
import { placeOf, requireProject } from './place.ts';
import { quotasOfRegion } from './quotas/quotas.ts';
import { ROOT } from './references.ts';
import { listOf } from './resource-routes.ts';
import type { ComputeState } from './state.ts';

/** regions and zones: where everything else is. */
export function placeRoutes(app: FastifyInstance, state: ComputeState): void {
  routes(app, state, {
    collection: 'regions',
    singular: 'region',
    all: regions,
    find: findRegion,
    show: (region) => presentRegion(state, region),
  });
  routes(app, state, {
    collection: 'zones',
    singular: 'zone',
    all: zones,
    find: findZone,
    show: (zone) => presentZone(state, zone),
  });
}

interface Places<E extends Entry> {
  collection: 'regions' | 'zones';
  singular: string;
  /** Ordered by name. */
  all(): readonly E[];
  find(name: string): E | undefined;
  show(entry: E): Record<string, unknown>;
}

function routes<E extends Entry>(
  app: FastifyInstance,
  state: ComputeState,
  { collection, singular, all, find, show }: Places<E>,
): void {
  const path = `/compute/v1/projects/:project/${collection}`;
  app.get(path, apiMethod(`compute.${collection}.list`), async (request, reply) => {
    const { query } = placeOf(state, request);
    const page = pageOf(await readListRequest(query), {
      records: (from = Buffer.alloc(0)) => all().filter(({ name }) => name >= from.toString()),
      keyOf: ({ name }) => Buffer.from(name),
      show,
    });
    const { id: _, ...list } = listOf(state, { collection, singular }, '', page) as { id: string };
    const at = `projects/${state.projectId}/${collection}`;
    return sendJson(request, reply, { ...list, id: at, selfLink: ROOT + at });
  });
  // The parameter is called as in longer paths: fastify knows one name for a segment.
  app.get(
    `${path}/:${singular}`,
    apiMethod(`compute.${collection}.get`),
    async (request, reply) => {
      const params = request.params as Record<string, string>;
      requireProject(state, params['project'] ?? '');
      const name = params[singular] ?? '';
      const found = find(name);
      if (found === undefined) throw notFound(`projects/${state.projectId}/${collection}/${name}`);
      return sendJson(request, reply, show(found));
    },
  );
}

const urlIn = (state: ComputeState, path: string): string =>
  `${ROOT}projects/${state.projectId}/${path}`;

function presentRegion(
  state: ComputeState,
  { id, creationTimestamp, name, description, status }: CatalogueRegion,
): Record<string, unknown> {
  return {
    kind: 'compute#region',
    id,
    creationTimestamp,
    name,
    description,
    status,
    zones: zonesOf(name).map((zone) => urlIn(state, `zones/${zone.name}`)),
    quotas: quotasOfRegion(state, name),
    selfLink: urlIn(state, `regions/${name}`),
    supportsPzs: false,
  };
}

function presentZone(
  state: ComputeState,
  {
    id,
    creationTimestamp,
    name,
    description,
    status,
    region,
    availableCpuPlatforms,
  }: CatalogueZone,
): Record<string, unknown> {
  return {
    kind: 'compute#zone',
    id,
    creationTimestamp,
    name,
    description,
    status,
    region: urlIn(state, `regions/${region}`),
    selfLink: urlIn(state, `zones/${name}`),
    availableCpuPlatforms,
    supportsPzs: false,
  };
}
