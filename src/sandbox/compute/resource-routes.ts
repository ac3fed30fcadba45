import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { apiMethod } from '../wire/api-method.ts';
import { sendJson } from '../wire/reply.ts';
import { askFor, askMore, userOf } from './access/ask.ts';
import type { Need } from './access/resources.ts';
import { readBody } from './body.ts';
import { regionNames } from './catalogue/regions.ts';
import { zoneNames } from './catalogue/zones.ts';
import type { Collection, Kind } from './collection.ts';
import { alreadyExists } from './errors.ts';
import { pageOf, readListRequest } from './lists/page.ts';
import { requireName } from './names.ts';
import { FAILING, FailsLater, failureOf } from './operations/failing.ts';
import type { Plan } from './operations/plans.ts';
import type { OperationRecord, OperationWarning } from './operations/records.ts';
import { presentOperation } from './operations/representation.ts';
import { beginOperation, changeOnce, readRequestId } from './operations/start.ts';
import { type Place, placeOf, scopePath } from './place.ts';
import { requireOneMore } from './quotas/quotas.ts';
import { type ResourceRecord, recordKey, type Scope } from './records.ts';
import { pathOfUrl, ROOT } from './references.ts';
import { present } from './representation.ts';
import { type ComputeState, newRecord } from './state.ts';

/*
 * What all kinds of resources have in common: get, list, aggregatedList, insert, delete, and
 * custom methods (`POST .../instances/web-1/stop`). Reads answer from the tables; changes
 * check everything and begin an operation in one transaction.
 */

/** How one resource is shown; default: as `present` does. */
export type Show<R> = (state: ComputeState, record: R) => Record<string, unknown>;

/** get and list, and aggregatedList where resources are in zones or regions. */
export function readRoutes<R extends ResourceRecord>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  show: Show<R> = (_state, record) => present(state, collection, record),
): void {
  const { kind } = collection;
  const path = `${scopePath(kind.scope)}/${kind.collection}`;
  app.get(`${path}/:name`, apiMethod(`${kind.api}.get`), async (request, reply) => {
    const { scope, name } = placeOf(state, request);
    return sendJson(request, reply, show(state, collection.require(scope, name)));
  });
  app.get(path, apiMethod(`${kind.api}.list`), async (request, reply) => {
    const { scope, query } = placeOf(state, request);
    const page = pageOf(await readListRequest(query), {
      records: (from) => collection.inScope(scope, from),
      keyOf: (record) => recordKey(kind.collection, record.scope, record.name),
      show: (record) => show(state, record),
    });
    return sendJson(request, reply, listOf(state, kind, scope, page));
  });
  if (kind.aggregated ?? kind.scope !== 'global') aggregatedRoute(app, state, collection, show);
}

/** The envelope of a list. */
export function listOf(
  state: ComputeState,
  kind: Pick<Kind, 'collection' | 'singular' | 'listKind'>,
  scope: Scope,
  { items, nextPageToken }: { items: object[]; nextPageToken?: string },
): object {
  const path = `projects/${state.projectId}/${scope}/${kind.collection}`;
  return {
    kind: `compute#${kind.listKind ?? `${kind.singular}List`}`,
    id: path,
    ...(items.length > 0 ? { items } : {}),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    selfLink: ROOT + path,
  };
}

/** All scopes in one list, as `gcloud compute instances list` asks for it. */
function aggregatedRoute<R extends ResourceRecord>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  show: Show<R>,
): void {
  const { kind } = collection;
  app.get(
    `/compute/v1/projects/:project/aggregated/${kind.collection}`,
    apiMethod(`${kind.api}.aggregatedList`),
    async (request, reply) => {
      const { query } = placeOf(state, request);
      const scopes = new Map<object, Scope>();
      const { items, nextPageToken } = pageOf(await readListRequest(query), {
        records: (from) => collection.everywhere(from),
        keyOf: (record) => recordKey(kind.collection, record.scope, record.name),
        show: (record) => {
          const shown = show(state, record);
          scopes.set(shown, record.scope);
          return shown;
        },
      });
      const byScope = groupByScope(items, scopes);
      return sendJson(
        request,
        reply,
        aggregated(state, kind, byScope, nextPageToken, query['pageToken'] === undefined),
      );
    },
  );
}

/** @param scopes where each of them is */
export function groupByScope(
  items: readonly object[],
  scopes: ReadonlyMap<object, Scope>,
): Map<Scope, object[]> {
  const byScope = new Map<Scope, object[]>();
  for (const item of items) {
    const scope = scopes.get(item) ?? 'global';
    const here = byScope.get(scope);
    if (here === undefined) byScope.set(scope, [item]);
    else here.push(item);
  }
  return byScope;
}

/** @param withEmpty names the scopes that hold nothing, with a warning each, as GCP does */
export function aggregated(
  state: ComputeState,
  kind: Pick<Kind, 'collection' | 'singular' | 'scope'>,
  byScope: ReadonlyMap<Scope, object[]>,
  nextPageToken: string | undefined,
  withEmpty = true,
): object {
  const items: Record<string, object> = {};
  const names = kind.scope === 'zones' ? zoneNames() : regionNames();
  for (const name of withEmpty ? names : []) {
    const scope = `${kind.scope}/${name}`;
    if (!byScope.has(scope)) items[scope] = { warning: nothingIn(scope) };
  }
  for (const [scope, found] of byScope) items[scope] = { [kind.collection]: found };
  const path = `projects/${state.projectId}/aggregated/${kind.collection}`;
  return {
    kind: `compute#${kind.singular}AggregatedList`,
    id: path,
    items,
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    selfLink: ROOT + path,
  };
}

const nothingIn = (scope: Scope): object => ({
  code: 'NO_RESULTS_ON_PAGE',
  message: `There are no results for scope '${scope}' on this page.`,
  data: [{ key: 'scope', value: scope }],
});

/** What a change is asked for with. */
export interface Asked<Body = unknown> extends Place {
  body: Body;
}

/**
 * insert: the new resource is there at once (its name is taken), what it becomes comes with
 * the operation.
 */
export interface Insertion<R extends ResourceRecord, Body> {
  schema: z.ZodType<Body>;
  /** The name in the body. */
  nameOf(body: Body): string;
  /** What whoever asks needs besides the permission to create it. */
  needs?(asked: Asked<Body>): Iterable<Need>;
  /** Inside the change: checks everything, throws before it writes, makes the record. */
  make(asked: Asked<Body>): R;
  /** Default: complete at once. */
  plan?: Plan;
  details?(asked: Asked<Body>): Record<string, unknown>;
  /** What the client should know although nothing is wrong. */
  warnings?(asked: Asked<Body>): OperationWarning[];
}

export function insertRoute<R extends ResourceRecord, Body>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  insertion: Insertion<R, Body>,
): void {
  const { kind } = collection;
  const plan = `${kind.api}.insert`;
  state.plans.set(plan, insertion.plan ?? { steps: [{ seconds: 2 }] });
  app.post(
    `${scopePath(kind.scope)}/${kind.collection}`,
    apiMethod(`${kind.api}.insert`),
    async (request, reply) => {
      const place = placeOf(state, request);
      const body = await readBody(request, insertion.schema);
      const asked = { ...place, body };
      const { labels } = body as { labels?: Record<string, string> };
      askFor(state, request, kind, place.scope, insertion.nameOf(body), labels);
      askMore(state, request, insertion.needs?.(asked));
      return change(
        state,
        request,
        reply,
        () => {
          const name = requireName('resource.name', insertion.nameOf(body));
          if (collection.get(place.scope, name) !== undefined) {
            throw alreadyExists(collection.path(place.scope, name));
          }
          const { record, failure } = madeOr(() => {
            requireOneMore(state, kind.collection, place.scope);
            return insertion.make(asked);
          });
          if (failure !== undefined || record === undefined) {
            const about = newRecord(state, place.scope, name) as R;
            return { type: 'insert', plan: FAILING, about, details: failure };
          }
          collection.put(record);
          return {
            type: 'insert',
            plan,
            about: record,
            details: insertion.details?.(asked),
            warnings: insertion.warnings?.(asked),
          };
        },
        collection,
      );
    },
  );
}

/** What a change made, or why its operation is to fail. */
function madeOr<T>(make: () => T): { record?: T; failure?: Record<string, unknown> } {
  try {
    return { record: make() };
  } catch (error) {
    if (!(error instanceof FailsLater)) throw error;
    return { failure: failureOf(error) };
  }
}

/** delete: the resource is there until the operation is done. */
export interface Deletion<R extends ResourceRecord> {
  /** Inside the change: refuses what is in use. */
  refuse?(record: R, query: Place['query']): void;
  /** Real seconds. */
  seconds?: number;
  /** What whoever asks needs besides the permission to delete it. */
  needs?(record: R): Iterable<Need>;
  /** Inside the change in which it goes, before it does: what goes with it. */
  before?(state: ComputeState, record: R, operation: OperationRecord): void;
  /** Once that is on disk. */
  afterwards?(state: ComputeState, operation: OperationRecord): void | Promise<void>;
}

export function deleteRoute<R extends ResourceRecord>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  { refuse, seconds = 3, needs, before, afterwards }: Deletion<R> = {},
): void {
  const { kind } = collection;
  const plan = `${kind.api}.delete`;
  state.plans.set(plan, {
    steps: [
      {
        seconds,
        apply: (given, operation) => {
          const record = targetOf(collection, operation);
          if (record === undefined) return;
          before?.(given, record, operation);
          collection.remove(record);
        },
        ...(afterwards === undefined ? {} : { afterwards }),
      },
    ],
  });
  actionRoute(app, state, collection, {
    verb: 'DELETE',
    action: 'delete',
    type: 'delete',
    plan,
    ...(needs === undefined ? {} : { needs: (record: R) => needs(record) }),
    run: (record, { query }) => {
      refuse?.(record, query);
      return undefined;
    },
  });
}

/** A custom method of a resource, such as `stop` or `setLabels`. */
export interface Action<R extends ResourceRecord, Body> {
  /** Default: POST. */
  verb?: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As in `compute.instances.stop`. */
  action: string;
  /** What follows the name in the path; default: `/stop` for a POST, nothing for the others. */
  suffix?: string;
  /** The operation's type; default: as the method is called. */
  type?: string;
  schema?: z.ZodType<Body>;
  /** A plan by its name, or the plan itself; default: complete at once. */
  plan?: string | Plan;
  /** What whoever asks needs besides the method's own permission. */
  needs?(record: R, asked: Asked<Body>): Iterable<Need>;
  /**
   * Inside the change: checks everything, then changes the record.
   * @returns what the plan's steps have to know
   */
  run(record: R, asked: Asked<Body>): Record<string, unknown> | undefined;
}

export function actionRoute<R extends ResourceRecord, Body = undefined>(
  app: FastifyInstance,
  state: ComputeState,
  collection: Collection<R>,
  action: Action<R, Body>,
): void {
  const { kind } = collection;
  const { verb = 'POST', schema, plan: given } = action;
  const method = `${kind.api}.${action.action}`;
  const plan = typeof given === 'string' ? given : method;
  if (typeof given !== 'string') state.plans.set(plan, given ?? { steps: [{ seconds: 1 }] });
  const suffix = action.suffix ?? (verb === 'POST' ? `/${action.action}` : '');
  app.route({
    method: verb,
    url: `${scopePath(kind.scope)}/${kind.collection}/:name${suffix}`,
    ...apiMethod(`compute.${method.replace(/^compute\./, '')}`),
    handler: async (request, reply) => {
      const place = placeOf(state, request);
      const body = (schema && (await readBody(request, schema))) as Body;
      return change(
        state,
        request,
        reply,
        () => {
          const record = collection.require(place.scope, place.name);
          const asked = { ...place, body };
          askMore(state, request, action.needs?.(record, asked));
          const type = action.type ?? action.action;
          const made = madeOr(() => action.run(record, asked));
          if (made.failure === undefined)
            return { type, plan, about: record, details: made.record };
          return { type, plan: FAILING, about: record, details: made.failure };
        },
        collection,
      );
    },
  });
}

/** The resource that an operation is about, if it is still there. */
export function targetOf<R extends ResourceRecord>(
  collection: Collection<R>,
  { targetLink, targetId }: OperationRecord,
): R | undefined {
  const { scope, name } = placeOfUrl(targetLink);
  const record = collection.get(scope, name);
  return record?.id === targetId ? record : undefined;
}

/** Scope and name inside a URL of ours. */
export function placeOfUrl(url: string): { scope: Scope; name: string } {
  const parts = pathOfUrl(url).split('/').slice(2);
  const scope = parts[0] === 'global' ? 'global' : parts.slice(0, 2).join('/');
  return { scope, name: parts.at(-1) ?? '' };
}

/** Makes a change in one transaction, begins its operation, and answers with that. */
export async function change<R extends ResourceRecord>(
  state: ComputeState,
  request: FastifyRequest,
  reply: FastifyReply,
  make: () => {
    type: string;
    plan: string;
    about: R;
    details?: Record<string, unknown> | undefined;
    warnings?: OperationWarning[] | undefined;
  },
  collection: Collection<R>,
): Promise<FastifyReply> {
  const requestId = readRequestId((request.query as Record<string, string>)['requestId']);
  const operation = await changeOnce(state, requestId, () => {
    const { type, plan, about, details, warnings = [] } = make();
    return beginOperation(
      state,
      {
        type,
        plan,
        targetLink: collection.url(about),
        targetId: about.id,
        scope: about.scope,
        user: userOf(state, request),
        ...(details === undefined ? {} : { details }),
        ...(warnings.length === 0 ? {} : { warnings }),
      },
      requestId,
    );
  });
  return sendJson(request, reply, presentOperation(state, operation));
}
