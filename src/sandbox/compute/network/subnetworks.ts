import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { ApiError, notImplemented } from '../../wire/errors.ts';
import { needsOfNetwork } from '../access/needs.ts';
import { refused, text } from '../body.ts';
import { inUse, invalidField, requiredField } from '../errors.ts';
import { checkFingerprint } from '../fingerprint.ts';
import { given } from '../given.ts';
import { nameOf } from '../references.ts';
import { actionRoute, deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, newRecord } from '../state.ts';
import { requireNetwork } from './interfaces.ts';
import { parseRange, within } from './ipv4.ts';
import type { SubnetworkRecord } from './kinds.ts';
import { changeSubnetwork, putSubnetwork, removeSubnetwork } from './make.ts';
import { changeable, showSubnetwork } from './representation.ts';
import { checkRanges, readSubnetRange } from './subnet-ranges.ts';
import { usableRoute } from './usable-subnetworks.ts';

const secondaryRange = z.object({ rangeName: text, ipCidrRange: text });
const logConfig = z.looseObject({ enable: z.boolean().default(false) });

const subnetwork = z.object({
  name: text,
  description: text.optional(),
  network: text,
  ipCidrRange: text.optional(),
  privateIpGoogleAccess: z.boolean().optional(),
  secondaryIpRanges: z.array(secondaryRange).optional(),
  enableFlowLogs: z.boolean().optional(),
  logConfig: logConfig.optional(),
  purpose: text.optional(),
  role: text.optional(),
  stackType: text.optional(),
  ...refused(
    'allowSubnetCidrRoutesOverlap',
    'externalIpv6Prefix',
    'internalIpv6Prefix',
    'ipCollection',
    'ipv6AccessType',
    'reservedInternalRange',
    'resolveSubnetMask',
  ),
});

const changes = z.object({
  ...subnetwork.partial().shape,
  fingerprint: text.optional(),
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks */
export function subnetworksRoutes(app: FastifyInstance, state: ComputeState): void {
  const { subnetworks } = state.vpc;
  // Before `get`: its path is that of a subnet called listUsable.
  usableRoute(app, state);
  readRoutes(app, state, subnetworks, showSubnetwork);
  insertRoute(app, state, subnetworks, {
    schema: subnetwork,
    nameOf: ({ name }) => name,
    needs: ({ body }) => needsOfNetwork(state, body.network),
    make: ({ scope, body }) => makeSubnetwork(state, scope, body),
    plan: { steps: [{ seconds: 8 }] },
  });
  deleteRoute(app, state, subnetworks, {
    needs: ({ network }) => needsOfNetwork(state, network),
    refuse: (record) => refuseInUse(state, record),
    seconds: 8,
    before: (_state, record) => {
      refuseInUse(state, record);
      removeSubnetwork(state, record);
    },
  });
  actionRoute(app, state, subnetworks, {
    verb: 'PATCH',
    action: 'patch',
    schema: changes,
    run(record, { scope, body }) {
      if (body.fingerprint === undefined) throw requiredField('resource.fingerprint');
      checkFingerprint('resource', changeable(record), body.fingerprint);
      refuseMissing(body);
      if (body.ipCidrRange !== undefined && body.ipCidrRange !== record.ipCidrRange) {
        const why = 'Changing the primary range is done by expandIpCidrRange.';
        throw invalidField('resource.ipCidrRange', body.ipCidrRange, why);
      }
      const { description, privateIpGoogleAccess, secondaryIpRanges, enableFlowLogs } = body;
      const changed = {
        ...record,
        ...given({ description, privateIpGoogleAccess, secondaryIpRanges, enableFlowLogs }),
        ...given({ logConfig: body.logConfig }),
      };
      checkRanges(state, { ...changed, scope }, record);
      changeSubnetwork(state, record, changed);
      return undefined;
    },
  });
  actionRoute(app, state, subnetworks, {
    action: 'expandIpCidrRange',
    schema: z.object({ ipCidrRange: text }),
    run(record, { body }) {
      const range = readSubnetRange('ipCidrRange', body.ipCidrRange);
      const now = parseRange(record.ipCidrRange);
      if (now === undefined || !within(now, range) || range.prefix >= now.prefix) {
        const why = `New range must be larger than the existing range '${record.ipCidrRange}' and contain it.`;
        throw invalidField('ipCidrRange', body.ipCidrRange, why);
      }
      const changed = { ...record, ipCidrRange: body.ipCidrRange };
      checkRanges(state, changed, record, 'ipCidrRange');
      changeSubnetwork(state, record, changed);
      return undefined;
    },
  });
  actionRoute(app, state, subnetworks, {
    action: 'setPrivateIpGoogleAccess',
    schema: z.object({ privateIpGoogleAccess: z.boolean().default(false) }),
    run(record, { body }) {
      subnetworks.put({ ...record, privateIpGoogleAccess: body.privateIpGoogleAccess });
      return undefined;
    },
  });
}

/** Inside a change. */
function makeSubnetwork(
  state: ComputeState,
  scope: string,
  body: z.infer<typeof subnetwork>,
): SubnetworkRecord {
  refuseMissing(body);
  const network = requireNetwork(state, body.network, 'resource.network');
  if (!body.ipCidrRange) throw requiredField('resource.ipCidrRange');
  const { name, description, ipCidrRange, secondaryIpRanges, enableFlowLogs } = body;
  const record: SubnetworkRecord = {
    ...newRecord(state, scope, name),
    ...given({ description, secondaryIpRanges, enableFlowLogs, logConfig: body.logConfig }),
    network: state.vpc.networks.url(network),
    ipCidrRange,
    privateIpGoogleAccess: body.privateIpGoogleAccess ?? false,
  };
  checkRanges(state, record);
  putSubnetwork(state, record);
  return record;
}

function refuseMissing(body: z.infer<typeof changes>): void {
  const { purpose = 'PRIVATE', role, stackType = 'IPV4_ONLY' } = body;
  if (!['PRIVATE', 'PRIVATE_RFC_1918'].includes(purpose)) {
    throw notImplemented(`purpose ${purpose}`);
  }
  if (role !== undefined) throw notImplemented(`role ${role}`);
  if (stackType !== 'IPV4_ONLY') throw notImplemented(`stackType ${stackType}`);
}

/** @throws 400 while something is in the subnet, and for those that belong to auto mode */
function refuseInUse({ vpc }: ComputeState, record: SubnetworkRecord): void {
  const url = vpc.subnetworks.url(record);
  const used = (user: string) =>
    inUse('subnetwork', vpc.subnetworks.path(record.scope, record.name), user);
  for (const { scope, name, networkInterfaces } of vpc.instances.everywhere()) {
    if (networkInterfaces.some((one) => one.subnetwork === url)) {
      throw used(vpc.instances.path(scope, name));
    }
  }
  for (const { scope, name, subnetwork: own } of vpc.addresses.inScope(record.scope)) {
    if (own === url) throw used(vpc.addresses.path(scope, name));
  }
  for (const { scope, name, nats = [] } of vpc.routers.inScope(record.scope)) {
    if (nats.some((nat) => nat.subnetworks?.some((one) => one.name === url))) {
      throw used(vpc.routers.path(scope, name));
    }
  }
  const network = vpc.networks.get('global', nameOf(record.network));
  if (network?.autoCreateSubnetworks && record.name === network.name) {
    throw new ApiError(
      400,
      'invalidResourceUsage',
      `Invalid resource usage: 'Cannot delete auto subnetwork from an auto subnet mode network.'.`,
    );
  }
}
