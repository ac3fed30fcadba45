import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ApiError, notImplemented } from '../../wire/errors.ts';
import { needsOfNetwork } from '../access/needs.ts';
import { int32, refused, text } from '../body.ts';
import { invalidField } from '../errors.ts';
import { given } from '../given.ts';
import { pathOf, urlOf } from '../references.ts';
import { deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, newRecord } from '../state.ts';
import { cannotBeFound, referenceIn, requireNetwork } from './interfaces.ts';
import { contains, isCanonical, parseAddress, parseRange, within } from './ipv4.ts';
import type { RouteRecord } from './kinds.ts';
import { internetGateway, rangesOf } from './make.ts';
import { showRoute, subnetworksOf } from './representation.ts';

const route = z.object({
  name: text,
  description: text.optional(),
  network: text,
  destRange: text,
  priority: int32.optional(),
  tags: z.array(text).optional(),
  nextHopGateway: text.optional(),
  nextHopInstance: text.optional(),
  nextHopIp: text.optional(),
  ...refused('nextHopIlb', 'nextHopNetwork', 'nextHopVpnTunnel'),
});
type RouteRequest = z.infer<typeof route>;

/** https://cloud.google.com/compute/docs/reference/rest/v1/routes */
export function routesRoutes(app: FastifyInstance, state: ComputeState): void {
  const { routes } = state.vpc;
  readRoutes(app, state, routes, showRoute);
  insertRoute(app, state, routes, {
    schema: route,
    nameOf: ({ name }) => name,
    needs: ({ body }) => needsOfNetwork(state, body.network),
    make: ({ body }) => makeRoute(state, body),
    plan: { steps: [{ seconds: 5 }] },
  });
  deleteRoute(app, state, routes, {
    needs: ({ network }) => needsOfNetwork(state, network),
    seconds: 5,
    refuse({ routeType }) {
      if (routeType !== 'SUBNET') return;
      const message = "Invalid resource usage: 'The local route cannot be deleted.'.";
      throw new ApiError(400, 'invalidResourceUsage', message);
    },
  });
}

/** Inside a change. */
function makeRoute(state: ComputeState, body: RouteRequest): RouteRecord {
  const { name, description, destRange, priority = 1000, tags } = body;
  const network = requireNetwork(state, body.network, 'resource.network');
  const url = state.vpc.networks.url(network);
  if (destRange.includes(':')) throw notImplemented('IPv6 routes');
  const range = parseRange(destRange);
  if (range === undefined || !isCanonical(destRange) || !destRange.includes('/')) {
    const why = 'Must be a valid IPV4 CIDR address range.';
    throw invalidField('resource.destRange', destRange, why);
  }
  if (priority < 0 || priority > 65_535) {
    const why = 'Must be between 0 and 65535, inclusive.';
    throw invalidField('resource.priority', String(priority), why);
  }
  for (const subnetwork of subnetworksOf(state, url)) {
    const taken = rangesOf(subnetwork).find((one) => {
      const other = parseRange(one);
      return other !== undefined && within(range, other);
    });
    if (taken === undefined) continue;
    const why = `The destination range must not be within the range '${taken}' of subnetwork '${subnetwork.name}'.`;
    throw invalidField('resource.destRange', destRange, why);
  }
  const nextHop = nextHopOf(state, url, body);
  return {
    ...newRecord(state, 'global', name),
    ...given({ description, tags: tags?.length ? tags : undefined }),
    network: url,
    destRange,
    priority,
    routeType: 'STATIC',
    ...nextHop,
  };
}

/** Exactly one next hop. */
function nextHopOf(
  state: ComputeState,
  network: string,
  body: RouteRequest,
): Pick<RouteRecord, 'nextHopGateway' | 'nextHopInstance' | 'nextHopIp'> {
  const { nextHopGateway: gateway, nextHopInstance: instance, nextHopIp: address } = body;
  const hops = [gateway, instance, address].filter((hop) => hop);
  if (hops.length !== 1) {
    throw invalidField('resource.nextHop', '', 'Exactly one next hop must be specified.');
  }
  if (gateway) return { nextHopGateway: readGateway(state, gateway) };
  if (instance) return { nextHopInstance: readInstance(state, network, instance) };
  return { nextHopIp: readAddress(state, network, address ?? '') };
}

function readGateway(state: ComputeState, text: string): string {
  const reference = referenceIn(state, text, 'gateways', 'global', 'resource.nextHopGateway');
  if (urlOf(reference) === internetGateway(state)) return internetGateway(state);
  throw cannotBeFound('resource.nextHopGateway', pathOf(reference), 'gateway');
}

function readInstance(state: ComputeState, network: string, text: string): string {
  const field = 'resource.nextHopInstance';
  const reference = referenceIn(state, text, 'instances', 'zones/-', field);
  const instance = state.vpc.instances.get(reference.scope, reference.name);
  if (instance === undefined) throw cannotBeFound(field, pathOf(reference), 'instance');
  if (instance.networkInterfaces.some((one) => one.network === network)) return urlOf(reference);
  throw invalidField(field, text, 'The instance has no interface in the network of the route.');
}

function readAddress(state: ComputeState, network: string, text: string): string {
  const address = parseAddress(text);
  if (address === undefined) {
    throw invalidField('resource.nextHopIp', text, 'IP address is invalid.');
  }
  const isIn = subnetworksOf(state, network).some((one) => {
    const range = parseRange(one.ipCidrRange);
    return range !== undefined && contains(range, address);
  });
  if (isIn) return text;
  const why = 'Next hop IP must be in the range of a subnetwork of the network.';
  throw invalidField('resource.nextHopIp', text, why);
}
