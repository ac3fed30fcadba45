import type { FastifyInstance } from 'fastify';
import { apiMethod } from '../wire/api-method.ts';
import { sendJson } from '../wire/reply.ts';
import type { ScopeType } from './collection.ts';
import { notFound } from './errors.ts';
import { pageOf, readListRequest } from './lists/page.ts';
import { placeOf, scopePath } from './place.ts';
import type { Scope } from './records.ts';
import { ROOT } from './references.ts';
import { placeFields } from './representation.ts';
import { aggregated, groupByScope, listOf } from './resource-routes.ts';
import type { ComputeState } from './state.ts';

/** What the catalogue's entries have in common. */
export interface Entry {
  id: string;
  name: string;
  creationTimestamp: string;
}

/** Something that GCP offers, in regions or zones: nobody makes or changes it. */
export interface Offer<E extends Entry> {
  /** As in paths: `machineTypes`. */
  collection: string;
  /** As in `kind`: `machineType`. */
  singular: string;
  /** As methods are named: `compute.machineTypes`. */
  api: string;
  scope: ScopeType;
  /** False where the API has no `aggregated/` list of its own for them; default: it has. */
  aggregated?: boolean;
  /** The regions or zones that have any, ordered by name. */
  places(): Iterable<string>;
  /** Those of one, ordered by name. */
  of(place: string): readonly E[];
  find(place: string, name: string): E | undefined;
  bareZone?: boolean;
}

/** get, list and aggregatedList of what the catalogue offers. */
export function catalogueRoutes<E extends Entry>(
  app: FastifyInstance,
  state: ComputeState,
  offer: Offer<E>,
): void {
  const { collection, api } = offer;
  const path = `${scopePath(offer.scope)}/${collection}`;
  const show = (scope: Scope, entry: E) => present(state, offer, scope, entry);
  app.get(`${path}/:name`, apiMethod(`${api}.get`), async (request, reply) => {
    const { scope, name } = placeOf(state, request);
    const found = offer.find(placeIn(scope), name);
    if (found === undefined) {
      throw notFound(`projects/${state.projectId}/${scope}/${collection}/${name}`);
    }
    return sendJson(request, reply, show(scope, found));
  });
  app.get(path, apiMethod(`${api}.list`), async (request, reply) => {
    const { scope, query } = placeOf(state, request);
    const page = pageOf(await readListRequest(query), {
      records: (from) => after(offer.of(placeIn(scope)), from?.toString()),
      keyOf: ({ name }) => Buffer.from(name),
      show: (entry) => show(scope, entry),
    });
    return sendJson(request, reply, listOf(state, offer, scope, page));
  });
  if (offer.aggregated !== false) aggregatedRoute(app, state, offer);
}

interface Placed<E> extends Entry {
  place: string;
  entry: E;
}

function aggregatedRoute<E extends Entry>(
  app: FastifyInstance,
  state: ComputeState,
  offer: Offer<E>,
): void {
  const path = `/compute/v1/projects/:project/aggregated/${offer.collection}`;
  app.get(path, apiMethod(`${offer.api}.aggregatedList`), async (request, reply) => {
    const { query } = placeOf(state, request);
    const scopes = new Map<object, Scope>();
    const page = pageOf<Placed<E>>(await readListRequest(query), {
      records: (from) => everywhere(offer, from?.toString().split('\0')),
      keyOf: ({ place, name }) => Buffer.from(`${place}\0${name}`),
      show: ({ place, entry }) => {
        const scope = `${offer.scope}/${place}`;
        const shown = present(state, offer, scope, entry);
        scopes.set(shown, scope);
        return shown;
      },
    });
    const byScope = groupByScope(page.items, scopes);
    return sendJson(
      request,
      reply,
      aggregated(state, offer, byScope, page.nextPageToken, query['pageToken'] === undefined),
    );
  });
}

function* everywhere<E extends Entry>(
  offer: Offer<E>,
  [fromPlace = '', fromName = '']: readonly string[] = [],
): Iterable<Placed<E>> {
  for (const place of offer.places()) {
    if (place < fromPlace) continue;
    const entries = offer.of(place);
    for (const entry of place === fromPlace ? after(entries, fromName) : entries) {
      const { id, name, creationTimestamp } = entry;
      yield { id, name, creationTimestamp, place, entry };
    }
  }
}

const after = <E extends Entry>(entries: readonly E[], from = ''): readonly E[] =>
  from === '' ? entries : entries.filter(({ name }) => name >= from);

const placeIn = (scope: Scope): string => scope.slice(scope.indexOf('/') + 1);

function present<E extends Entry>(
  state: ComputeState,
  offer: Offer<E>,
  scope: Scope,
  entry: E,
): Record<string, unknown> {
  return {
    kind: `compute#${offer.singular}`,
    ...(entry as Entry & Record<string, unknown>),
    // Machine types alone show their zone's bare name.
    ...(offer.bareZone === true ? {} : placeFields(state, scope)),
    selfLink: `${ROOT}projects/${state.projectId}/${scope}/${offer.collection}/${entry.name}`,
  };
}
