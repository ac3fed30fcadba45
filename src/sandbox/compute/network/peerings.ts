import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ApiError, notImplemented } from '../../wire/errors.ts';
import { text } from '../body.ts';
import { invalidField, requiredField } from '../errors.ts';
import { requireName } from '../names.ts';
import { urlOf } from '../references.ts';
import { actionRoute } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { referenceIn } from './interfaces.ts';
import { overlap, parseRange } from './ipv4.ts';
import type { NetworkRecord, Peering } from './kinds.ts';
import { rangesOf } from './make.ts';
import { subnetworksOf } from './representation.ts';

/*
 * VPC Network Peering: two networks become one for internal addresses, once each has a peering
 * that leads to the other. Until then, and after one of them was removed, a peering is INACTIVE.
 * Peering is not transitive, and no ranges may overlap.
 * https://cloud.google.com/vpc/docs/vpc-peering
 */

const networkPeering = z.object({
  name: text.optional(),
  network: text.optional(),
  exchangeSubnetRoutes: z.boolean().optional(),
  exportCustomRoutes: z.boolean().optional(),
  importCustomRoutes: z.boolean().optional(),
  exportSubnetRoutesWithPublicIp: z.boolean().optional(),
  importSubnetRoutesWithPublicIp: z.boolean().optional(),
  stackType: text.optional(),
  updateStrategy: text.optional(),
});
type PeeringRequest = z.infer<typeof networkPeering>;

const addition = z.object({
  name: text.optional(),
  peerNetwork: text.optional(),
  autoCreateRoutes: z.boolean().optional(),
  networkPeering: networkPeering.optional(),
});

/** compute.networks.addPeering, updatePeering, removePeering */
export function peeringRoutes(app: FastifyInstance, state: ComputeState): void {
  const { networks } = state.vpc;
  actionRoute(app, state, networks, {
    action: 'addPeering',
    schema: addition,
    run(record, { body }) {
      // The fields beside `networkPeering` are older; either form will do.
      const { name, peerNetwork: network, networkPeering: given = {} } = body;
      const peering = makePeering(state, record, { name, network, ...given });
      networks.put({ ...record, peerings: [...(record.peerings ?? []), peering] });
      return undefined;
    },
  });
  actionRoute(app, state, networks, {
    verb: 'PATCH',
    action: 'updatePeering',
    suffix: '/updatePeering',
    schema: z.object({ networkPeering }),
    run(record, { body }) {
      const found = requirePeering(record, body.networkPeering.name);
      refuseMissing(body.networkPeering);
      const changed = { ...found, ...policiesOf(body.networkPeering, found) };
      const peerings = record.peerings?.map((one) => (one.name === found.name ? changed : one));
      networks.put({ ...record, ...(peerings === undefined ? {} : { peerings }) });
      return undefined;
    },
  });
  actionRoute(app, state, networks, {
    action: 'removePeering',
    schema: z.object({ name: text.optional() }),
    run(record, { body }) {
      const found = requirePeering(record, body.name);
      const { peerings = [], ...rest } = record;
      const left = peerings.filter((one) => one.name !== found.name);
      networks.put(left.length > 0 ? { ...rest, peerings: left } : rest);
      return undefined;
    },
  });
}

function makePeering(state: ComputeState, record: NetworkRecord, request: PeeringRequest): Peering {
  const { name, network } = request;
  if (!name) throw requiredField('networkPeering.name');
  if (!network) throw requiredField('networkPeering.network');
  requireName('networkPeering.name', name);
  refuseMissing(request);
  const reference = referenceIn(state, network, 'networks', 'global', 'networkPeering.network');
  const url = urlOf(reference);
  if (url === state.vpc.networks.url(record)) {
    throw invalidField('networkPeering.network', network, 'Cannot peer a network with itself.');
  }
  for (const one of record.peerings ?? []) {
    if (one.name === name) {
      throw new ApiError(409, 'alreadyExists', `The peering '${name}' already exists.`);
    }
    if (one.network === url) {
      const message = `There is already a peering (${one.name}) with the same network. Select another network.`;
      throw new ApiError(400, 'invalid', message);
    }
  }
  refuseOverlap(state, record, url);
  return { name, network: url, ...policiesOf(request) };
}

function policiesOf(request: PeeringRequest, now?: Peering): Omit<Peering, 'name' | 'network'> {
  const { exchangeSubnetRoutes, exportCustomRoutes, importCustomRoutes } = request;
  const { exportSubnetRoutesWithPublicIp: exports, importSubnetRoutesWithPublicIp: imports } =
    request;
  return {
    exchangeSubnetRoutes: exchangeSubnetRoutes ?? now?.exchangeSubnetRoutes ?? true,
    exportCustomRoutes: exportCustomRoutes ?? now?.exportCustomRoutes ?? false,
    importCustomRoutes: importCustomRoutes ?? now?.importCustomRoutes ?? false,
    exportSubnetRoutesWithPublicIp: exports ?? now?.exportSubnetRoutesWithPublicIp ?? true,
    importSubnetRoutesWithPublicIp: imports ?? now?.importSubnetRoutesWithPublicIp ?? false,
    stackType: 'IPV4_ONLY',
  };
}

function refuseMissing({ stackType = 'IPV4_ONLY', updateStrategy, ...rest }: PeeringRequest): void {
  if (stackType !== 'IPV4_ONLY') throw notImplemented(`stackType ${stackType}`);
  if (updateStrategy === 'CONSENSUS') throw notImplemented('updateStrategy CONSENSUS');
  if (rest.exchangeSubnetRoutes === false) {
    const why = 'Subnet routes are always exchanged between peered networks.';
    throw invalidField('networkPeering.exchangeSubnetRoutes', 'false', why);
  }
}

function refuseOverlap(state: ComputeState, record: NetworkRecord, peer: string): void {
  const own = subnetworksOf(state, state.vpc.networks.url(record)).flatMap(rangesOf);
  for (const theirs of subnetworksOf(state, peer).flatMap(rangesOf)) {
    const conflict = own.find((mine) => overlaps(mine, theirs));
    if (conflict === undefined) continue;
    throw new ApiError(
      400,
      'invalid',
      `An IP range in the peer network (${theirs}) overlaps with an IP range (${conflict}) in the local network '${record.name}'.`,
    );
  }
}

export function overlaps(a: string, b: string): boolean {
  const [one, other] = [parseRange(a), parseRange(b)];
  return one !== undefined && other !== undefined && overlap(one, other);
}

function requirePeering(record: NetworkRecord, name: string | undefined): Peering {
  if (!name) throw requiredField('name');
  const found = record.peerings?.find((one) => one.name === name);
  if (found !== undefined) return found;
  const message = `There is no peering '${name}' in network '${record.name}'.`;
  throw new ApiError(400, 'invalid', message);
}
