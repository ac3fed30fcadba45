import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Identity } from '../../identity.ts';
import { readJson } from '../../wire/body.ts';
import { notImplemented } from '../../wire/errors.ts';
import { queryOf } from '../../wire/query.ts';
import { parse } from '../schema.ts';
import type { IamState } from '../state.ts';
import {
  type Collection,
  collectionRoutes,
  methodOf,
  permit,
  sendOperation,
} from './collection.ts';
import {
  checkActive,
  checkFree,
  findPool,
  findProvider,
  listPools,
  listProviders,
  poolName,
  providerName,
  requirePool,
  requireProvider,
} from './pools.ts';
import { patchedPool, patchedProvider, providerOf } from './provider-body.ts';
import { type PoolRecord, type ProviderRecord, poolKey, providerKey } from './records.ts';
import { showPool, showProvider } from './representation.ts';
import { checkId, poolBody, providerBody } from './schema.ts';

const POOLS = '/v1/projects/:project/locations/:location/workloadIdentityPools';
const POOL = `${POOLS}/:pool`;
/** Before a custom method (`...:undelete`), the name ends at the colon. */
const POOL_CALL = `${POOLS}/:pool([^/:]+)`;
const PROVIDERS = `${POOL}/providers`;
const PROVIDER = `${PROVIDERS}/:provider`;
const PROVIDER_CALL = `${PROVIDERS}/:provider([^/:]+)`;

const PERMISSIONS = 'iam.googleapis.com/workloadIdentityPool';

const pools: Collection<PoolRecord> = {
  permissions: `${PERMISSIONS}s`,
  methods: '',
  type: 'WorkloadIdentityPool',
  list: listPools,
  get: (state, { pool }) => requirePool(state, pool),
  put: (state, record) => state.pools.put(poolKey(record.id), record),
  show: showPool,
  name: (state, { id }) => poolName(state, id),
};

const providers: Collection<ProviderRecord> = {
  permissions: `${PERMISSIONS}Providers`,
  methods: '.providers',
  type: 'WorkloadIdentityPoolProvider',
  list: (state, { pool }) => listProviders(state, requirePool(state, pool).id),
  get: (state, { pool, provider }) => requireProvider(state, pool, provider),
  put: (state, record) => state.providers.put(providerKey(record.pool, record.id), record),
  show: showProvider,
  name: (state, { pool, id }) => providerName(state, pool, id),
};

/**
 * Workload identity pools and their providers: who may come from elsewhere.
 *
 * https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools
 */
export function federationRoutes(app: FastifyInstance, state: IamState, identity: Identity): void {
  const asked = { app, state, identity };
  collectionRoutes(asked, pools, POOLS, POOL, POOL_CALL);
  collectionRoutes(asked, providers, PROVIDERS, PROVIDER, PROVIDER_CALL);

  app.post(POOLS, methodOf(pools, 'create'), async (request, reply) => {
    permit(asked, request, pools, 'create');
    const { workloadIdentityPoolId: id = '' } = queryOf(request);
    checkId(id, 'workload_identity_pool_id');
    const body = parse(poolBody, await readJson(request));
    const pool = await state.store.write(() => {
      checkFree(findPool(state, id));
      const made = patchedPool({ id }, body, Object.keys(body));
      pools.put(state, made);
      return made;
    });
    return sendOperation(asked, request, reply, pools, pool);
  });

  app.post(PROVIDERS, methodOf(providers, 'create'), async (request, reply) => {
    const at = permit(asked, request, providers, 'create');
    const { workloadIdentityPoolProviderId: id = '' } = queryOf(request);
    checkId(id, 'workload_identity_pool_provider_id');
    const given = await readJson(request);
    for (const kind of ['aws', 'saml', 'x509']) {
      if (given[kind] !== undefined) throw notImplemented(`providers of the kind ${kind}`);
    }
    const made = await providerOf(at.pool, id, parse(providerBody, given));
    await state.store.write(() => {
      checkActive(requirePool(state, at.pool));
      checkFree(findProvider(state, at.pool, id));
      providers.put(state, made);
    });
    return sendOperation(asked, request, reply, providers, made);
  });

  app.patch(POOL, methodOf(pools, 'patch'), async (request, reply) => {
    const at = permit(asked, request, pools, 'update');
    const body = parse(poolBody, await readJson(request));
    const pool = await state.store.write(() => {
      const changed = patchedPool(checkActive(pools.get(state, at)), body, masked(request, body));
      pools.put(state, changed);
      return changed;
    });
    return sendOperation(asked, request, reply, pools, pool);
  });

  app.patch(PROVIDER, methodOf(providers, 'patch'), async (request, reply) => {
    const at = permit(asked, request, providers, 'update');
    const body = parse(providerBody, await readJson(request));
    const before = checkActive(providers.get(state, at));
    const changed = await patchedProvider(before, body, masked(request, body));
    await state.store.write(() => providers.put(state, changed));
    return sendOperation(asked, request, reply, providers, changed);
  });
}

/** The fields that a patch is about: those of its mask, or those that it brings. */
function masked(request: FastifyRequest, body: object): string[] {
  const { updateMask } = queryOf(request);
  return (updateMask ?? Object.keys(body).join(','))
    .split(',')
    .map((field) => field.trim().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()))
    .filter((field) => field !== '');
}
