import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../../identity.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { invalid } from '../../wire/errors.ts';
import { pageOf } from '../../wire/paging.ts';
import { flag, paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { requirePermission } from '../require-permission.ts';
import { type IamState, now } from '../state.ts';
import { checkActive, checkPlace, notFound } from './pools.ts';
import type { PoolRecord } from './records.ts';
import { showOperation } from './representation.ts';

/** A collection of these resources: how its members are found, kept and shown. */
export interface Collection<R extends PoolRecord> {
  /** Its permissions: `iam.googleapis.com/workloadIdentityPools` and the verb. */
  permissions: string;
  /** The end of its methods' names: `iam.projects.locations.workloadIdentityPools` and this. */
  methods: string;
  type: string;
  list(state: IamState, at: At): R[];
  get(state: IamState, at: At): R;
  put(state: IamState, record: R): void;
  show(state: IamState, record: R): object;
  name(state: IamState, record: R): string;
}

export type At = Record<'project' | 'location' | 'pool' | 'provider', string>;

export interface Asked {
  app: FastifyInstance;
  state: IamState;
  identity: Identity;
}

/** What is the same for pools and for providers. */
export function collectionRoutes<R extends PoolRecord>(
  asked: Asked,
  collection: Collection<R>,
  ...[all, one, call]: [all: string, one: string, call: string]
): void {
  const { app, state } = asked;
  app.get(all, methodOf(collection, 'list'), async (request, reply) => {
    const at = permit(asked, request, collection, 'list');
    const query = queryOf(request);
    const { pageSize = '0', pageToken } = query;
    if (!/^\d{1,9}$/.test(pageSize)) throw invalid(`Invalid value at 'page_size': ${pageSize}`);
    const deleted = flag(query, 'showDeleted');
    const records = collection
      .list(state, at)
      .filter(({ timeDeleted }) => deleted || timeDeleted === undefined);
    const size = Math.min(Number(pageSize) || 50, 100);
    const { items, nextPageToken } = pageOf(records, ({ id }) => id, { size, pageToken });
    const shown = items.map((record) => collection.show(state, record));
    const key = `${collection.type.slice(0, 1).toLowerCase()}${collection.type.slice(1)}s`;
    return sendJson(request, reply, {
      ...(shown.length > 0 ? { [key]: shown } : {}),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
  });

  app.get(one, methodOf(collection, 'get'), async (request, reply) => {
    const at = permit(asked, request, collection, 'get');
    return sendJson(request, reply, collection.show(state, collection.get(state, at)));
  });

  const setDeleted =
    (verb: 'delete' | 'undelete') => async (request: FastifyRequest, reply: FastifyReply) => {
      const at = permit(asked, request, collection, verb);
      const record = await state.store.write(() => {
        const record = collection.get(state, at);
        if (verb === 'delete') checkActive(record);
        const after = { ...record };
        delete after.timeDeleted;
        if (verb === 'delete') after.timeDeleted = now(state);
        collection.put(state, after);
        return after;
      });
      return sendOperation(asked, request, reply, collection, record);
    };
  app.delete(one, methodOf(collection, 'delete'), setDeleted('delete'));
  app.post(`${call}::undelete`, methodOf(collection, 'undelete'), setDeleted('undelete'));

  app.get(
    `${one}/operations/:operation`,
    methodOf(collection, 'operations.get'),
    async (request, reply) => {
      const at = permit(asked, request, collection, 'get');
      return sendOperation(asked, request, reply, collection, collection.get(state, at));
    },
  );
}

export const methodOf = ({ methods }: Pick<Collection<PoolRecord>, 'methods'>, verb: string) =>
  apiMethod(`iam.projects.locations.workloadIdentityPools${methods}.${verb}`);

/** Where a request is about, once it is clear that its sender may. */
export function permit(
  { state, identity }: Asked,
  request: FastifyRequest,
  { permissions }: Pick<Collection<PoolRecord>, 'permissions'>,
  verb: string,
): At {
  const at = paramsOf<keyof At>(request);
  checkPlace(state, at);
  requirePermission(identity, request, `${permissions}.${verb}`, {
    name: `projects/${state.projectId}`,
    type: 'cloudresourcemanager.googleapis.com/Project',
  });
  return at;
}

export function sendOperation<R extends PoolRecord>(
  { state }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, show, type }: Collection<R>,
  record: R,
): FastifyReply {
  const { operation } = paramsOf<'operation'>(request);
  if (operation !== undefined && !/^[\w-]{1,64}$/.test(operation)) throw notFound();
  const id = operation ?? `a${Buffer.from(state.randomBytes(12)).toString('hex')}`;
  const path = `${name(state, record)}/operations/${id}`;
  return sendJson(request, reply, showOperation(path, type, show(state, record)));
}
