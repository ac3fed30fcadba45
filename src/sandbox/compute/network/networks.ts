import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { apiMethod } from '../../wire/api-method.ts';
import { ApiError } from '../../wire/errors.ts';
import { sendJson } from '../../wire/reply.ts';
import { int32, oneOf, refused, text } from '../body.ts';
import { inUse, invalidField, requiredField } from '../errors.ts';
import { given } from '../given.ts';
import { FailsLater } from '../operations/failing.ts';
import { placeOf } from '../place.ts';
import { actionRoute, deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, newRecord } from '../state.ts';
import { DEFAULT_MTU, type NetworkRecord } from './kinds.ts';
import { isAutomatic, putAutoSubnetworks, putDefaultRoute, removeSubnetwork } from './make.ts';
import { peeringRoutes } from './peerings.ts';
import { showFirewall, showNetwork, subnetworksOf } from './representation.ts';

const order = z.enum(['AFTER_CLASSIC_FIREWALL', 'BEFORE_CLASSIC_FIREWALL']);
const routingConfig = z.object({
  routingMode: z.enum(['REGIONAL', 'GLOBAL']).optional(),
  ...refused('bgpAlwaysCompareMed', 'bgpInterRegionCost'),
  // As it is if nobody says anything; Terraform sends it.
  bgpBestPathSelectionMode: oneOf('LEGACY'),
});

const network = z.object({
  name: text,
  description: text.optional(),
  IPv4Range: text.optional(),
  autoCreateSubnetworks: z.boolean().optional(),
  mtu: int32.optional(),
  routingConfig: routingConfig.optional(),
  networkFirewallPolicyEnforcementOrder: order.optional(),
  ...refused('enableUlaInternalIpv6', 'internalIpv6Range', 'networkProfile'),
});

const changes = network.partial();

/** https://cloud.google.com/compute/docs/reference/rest/v1/networks */
export function networksRoutes(app: FastifyInstance, state: ComputeState): void {
  const { networks } = state.vpc;
  readRoutes(app, state, networks, showNetwork);
  insertRoute(app, state, networks, {
    schema: network,
    nameOf: ({ name }) => name,
    make: ({ body }) => makeNetwork(state, body),
    plan: { steps: [{ seconds: 10 }] },
  });
  deleteRoute(app, state, networks, {
    // Compute Engine finds out while the operation runs.
    refuse: (record) => {
      const refusal = refusalOf(state, record);
      if (refusal !== undefined) throw new FailsLater(refusal);
    },
    seconds: 10,
    before: (_state, record) => {
      const refusal = refusalOf(state, record);
      if (refusal !== undefined) throw refusal;
      removeWhatBelongs(state, record);
    },
  });
  actionRoute(app, state, networks, {
    verb: 'PATCH',
    action: 'patch',
    schema: changes,
    run(record, { body }) {
      const { mtu, routingConfig: routing, networkFirewallPolicyEnforcementOrder: rank } = body;
      if (body.autoCreateSubnetworks === true && !record.autoCreateSubnetworks) {
        const why = 'A custom mode network cannot be switched to auto mode.';
        throw invalidField('resource.autoCreateSubnetworks', 'true', why);
      }
      networks.put({
        ...record,
        ...given({ mtu: mtu && readMtu(mtu), networkFirewallPolicyEnforcementOrder: rank }),
        routingConfig: { ...record.routingConfig, ...given({ ...routing }) },
      });
      return undefined;
    },
  });
  actionRoute(app, state, networks, {
    action: 'switchToCustomMode',
    run(record) {
      if (!record.autoCreateSubnetworks) {
        const path = networks.path('global', record.name);
        throw new ApiError(
          400,
          'invalidResourceUsage',
          `Invalid resource usage: 'Network '${path}' is already in custom subnet mode.'.`,
        );
      }
      networks.put({ ...record, autoCreateSubnetworks: false });
      return undefined;
    },
  });
  peeringRoutes(app, state);
  app.get(
    '/compute/v1/projects/:project/global/networks/:name/getEffectiveFirewalls',
    apiMethod('compute.networks.getEffectiveFirewalls'),
    async (request, reply) => {
      const { name } = placeOf(state, request);
      const url = networks.url(networks.require('global', name));
      const firewalls = [...state.vpc.firewalls.inScope('global')]
        .filter((one) => one.network === url)
        .map((one) => showFirewall(state, one));
      return sendJson(request, reply, firewalls.length > 0 ? { firewalls } : {});
    },
  );
}

/** Inside a change. */
function makeNetwork(state: ComputeState, body: z.infer<typeof network>): NetworkRecord {
  const { name, description, autoCreateSubnetworks, mtu, routingConfig: routing } = body;
  if (body.IPv4Range !== undefined) {
    throw invalidField('resource.IPv4Range', body.IPv4Range, 'Legacy networks are not supported.');
  }
  // Without it the API takes the network for a legacy one, which cannot be made any more.
  if (autoCreateSubnetworks === undefined) throw requiredField('resource.autoCreateSubnetworks');
  const record: NetworkRecord = {
    ...newRecord(state, 'global', name),
    ...given({ description }),
    autoCreateSubnetworks,
    mtu: readMtu(mtu ?? DEFAULT_MTU),
    routingConfig: { routingMode: routing?.routingMode ?? 'REGIONAL' },
    networkFirewallPolicyEnforcementOrder:
      body.networkFirewallPolicyEnforcementOrder ?? 'AFTER_CLASSIC_FIREWALL',
  };
  putDefaultRoute(state, state.vpc.networks.url(record));
  if (autoCreateSubnetworks) putAutoSubnetworks(state, record);
  return record;
}

function readMtu(mtu: number): number {
  if (mtu >= 1300 && mtu <= 8896) return mtu;
  throw invalidField('resource.mtu', String(mtu), 'Must be between 1300 and 8896, inclusive.');
}

/** Why a network cannot be deleted: what is in it, besides what came with it. */
function refusalOf(state: ComputeState, record: NetworkRecord): ApiError | undefined {
  const { vpc } = state;
  const url = vpc.networks.url(record);
  const used = (user: string) => inUse('network', vpc.networks.path('global', record.name), user);
  for (const { scope, name, networkInterfaces } of vpc.instances.everywhere()) {
    if (networkInterfaces.some((one) => one.network === url)) {
      return used(vpc.instances.path(scope, name));
    }
  }
  const isIn = (one: { network?: string }) => one.network === url;
  const firewall = [...vpc.firewalls.inScope('global')].find(isIn);
  if (firewall !== undefined) return used(vpc.firewalls.path('global', firewall.name));
  const route = [...vpc.routes.inScope('global')].find((one) => isIn(one) && !isAutomatic(one));
  if (route !== undefined) return used(vpc.routes.path('global', route.name));
  const router = [...vpc.routers.everywhere()].find(isIn);
  if (router !== undefined) return used(vpc.routers.path(router.scope, router.name));
  for (const one of subnetworksOf(state, url)) {
    const comesWithIt = record.autoCreateSubnetworks && one.name === record.name;
    if (!comesWithIt) return used(vpc.subnetworks.path(one.scope, one.name));
    const subnetwork = vpc.subnetworks.url(one);
    const address = [...vpc.addresses.inScope(one.scope)].find((a) => a.subnetwork === subnetwork);
    if (address !== undefined) return used(vpc.addresses.path(address.scope, address.name));
  }
  return undefined;
}

/** The default route, and the subnets of auto mode. */
function removeWhatBelongs(state: ComputeState, record: NetworkRecord): void {
  const url = state.vpc.networks.url(record);
  for (const one of subnetworksOf(state, url)) removeSubnetwork(state, one);
  for (const route of [...state.vpc.routes.inScope('global')]) {
    if (route.network === url) state.vpc.routes.remove(route);
  }
}
