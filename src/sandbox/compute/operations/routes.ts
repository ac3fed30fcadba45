import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiMethod } from '../../wire/api-method.ts';
import { startWithin } from '../../wire/paging.ts';
import { sendJson } from '../../wire/reply.ts';
import type { ScopeType } from '../collection.ts';
import { notFound } from '../errors.ts';
import { type ListRequest, type Page, pageOf, readListRequest } from '../lists/page.ts';
import { placeOf, scopePath } from '../place.ts';
import type { Scope } from '../records.ts';
import { aggregated, groupByScope, listOf } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { pacificTime } from '../timestamps.ts';
import { type OperationRecord, operationKey } from './records.ts';
import { presentOperation } from './representation.ts';

const APIS: Readonly<Record<ScopeType, string>> = {
  global: 'compute.globalOperations',
  regions: 'compute.regionOperations',
  zones: 'compute.zoneOperations',
};

const KIND = { collection: 'operations', singular: 'operation' };

/** GCP's `wait` holds a request no longer than this, and may answer before the operation is done. */
const MAX_WAIT_MS = 120_000;

/** zoneOperations, regionOperations, globalOperations: get, list, wait, delete; all in one list. */
export function operationRoutes(app: FastifyInstance, state: ComputeState): void {
  for (const type of ['global', 'regions', 'zones'] as const) {
    const api = APIS[type];
    const path = `${scopePath(type)}/operations`;
    const one = `${path}/:name`;
    app.get(one, apiMethod(`${api}.get`), async (request, reply) =>
      sendJson(request, reply, presentOperation(state, requireOperation(state, request))),
    );
    app.post(`${one}/wait`, apiMethod(`${api}.wait`), async (request, reply) => {
      const operation = requireOperation(state, request);
      await state.scheduler.wait(operation, MAX_WAIT_MS);
      const now = state.operations.get(operationKey(operation)) ?? operation;
      return sendJson(request, reply, presentOperation(state, now));
    });
    app.delete(one, apiMethod(`${api}.delete`), async (request, reply) => {
      const operation = requireOperation(state, request);
      await state.store.write(() => state.operations.remove(operationKey(operation)));
      return reply.code(204).send();
    });
    app.get(path, apiMethod(`${api}.list`), async (request, reply) => {
      const { scope, query } = placeOf(state, request);
      const page = list(state, await readListRequest(query), Buffer.from(`${scope}\0`));
      return sendJson(request, reply, listOf(state, KIND, scope, page));
    });
  }
  app.get(
    '/compute/v1/projects/:project/aggregated/operations',
    apiMethod('compute.globalOperations.aggregatedList'),
    async (request, reply) => {
      const { query } = placeOf(state, request);
      const scopes = new Map<object, Scope>();
      const page = list(state, await readListRequest(query), Buffer.alloc(0), scopes);
      const byScope = groupByScope(page.items, scopes);
      const kind = { ...KIND, scope: 'zones' as const };
      return sendJson(request, reply, aggregated(state, kind, byScope, page.nextPageToken, false));
    },
  );
}

function requireOperation(state: ComputeState, request: FastifyRequest): OperationRecord {
  const { scope, name } = placeOf(state, request);
  const found = state.operations.get(operationKey({ scope, name })) ?? byId(state, scope, name);
  if (found === undefined)
    throw notFound(`projects/${state.projectId}/${scope}/operations/${name}`);
  return found;
}

function byId(state: ComputeState, scope: Scope, id: string): OperationRecord | undefined {
  if (!/^\d+$/.test(id)) return undefined;
  const prefix = Buffer.from(`${scope}\0`);
  for (const { value } of state.operations.below(prefix)) {
    if (value.id === id) return value;
  }
  return undefined;
}

function list(
  state: ComputeState,
  request: ListRequest,
  prefix: Buffer,
  scopes?: Map<object, Scope>,
): Page {
  return pageOf(request, {
    *records(from) {
      for (const { value } of state.operations.below(prefix, startWithin(prefix, from))) {
        yield { ...value, creationTimestamp: pacificTime(value.insertTime) };
      }
    },
    keyOf: (operation) => operationKey(operation),
    show: (operation) => {
      const shown = presentOperation(state, operation);
      scopes?.set(shown, operation.scope);
      return shown;
    },
  });
}
