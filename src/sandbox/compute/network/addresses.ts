import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { type ApiError, notImplemented } from '../../wire/errors.ts';
import { needsOfReservation } from '../access/needs.ts';
import { labels, refused, text } from '../body.ts';
import type { Collection } from '../collection.ts';
import { inUse, invalidField } from '../errors.ts';
import { checkFingerprint } from '../fingerprint.ts';
import { given } from '../given.ts';
import { placeName } from '../place.ts';
import { nameOf } from '../references.ts';
import {
  actionRoute,
  deleteRoute,
  insertRoute,
  placeOfUrl,
  readRoutes,
} from '../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord } from '../state.ts';
import { putUse, type Space, useOf } from './address-use.ts';
import { nextExternal } from './external-addresses.ts';
import { resolveInterface } from './interfaces.ts';
import { chooseInternal } from './internal-addresses.ts';
import { formatAddress, parseAddress } from './ipv4.ts';
import { ADDRESSES, type AddressRecord, GLOBAL_ADDRESSES } from './kinds.ts';
import { showAddress } from './representation.ts';
import type { AddressUse } from './vpc.ts';

const address = z.object({
  name: text,
  description: text.optional(),
  address: text.optional(),
  addressType: text.optional(),
  ipVersion: text.optional(),
  networkTier: z.enum(['PREMIUM', 'STANDARD']).optional(),
  purpose: text.optional(),
  network: text.optional(),
  subnetwork: text.optional(),
  ...refused('ipCollection', 'ipv6EndpointType', 'prefixLength'),
  labels: labels.optional(),
});
type AddressRequest = z.infer<typeof address>;

/**
 * Static addresses: of a region, and the global ones of load balancers.
 * https://cloud.google.com/compute/docs/reference/rest/v1/addresses
 */
export function addressesRoutes(app: FastifyInstance, state: ComputeState): void {
  for (const kind of [ADDRESSES, GLOBAL_ADDRESSES]) {
    const addresses = collectionOf<AddressRecord>(state, kind);
    readRoutes(app, state, addresses, showAddress);
    insertRoute(app, state, addresses, {
      schema: address,
      nameOf: ({ name }) => name,
      needs: ({ scope, body }) => needsOfReservation(state, scope, body),
      make: ({ scope, body }) => reserve(state, scope, body),
    });
    deleteRoute(app, state, addresses, {
      refuse: (record) => refuseInUse(addresses, record),
      before: (_state, record) => {
        refuseInUse(addresses, record);
        putUse(state.vpc, spaceOf(state, record), parseAddress(record.address) ?? 0, {});
      },
    });
    actionRoute(app, state, addresses, {
      action: 'setLabels',
      schema: z.object({ labels: labels.optional(), labelFingerprint: text.optional() }),
      run(record, { body }) {
        checkFingerprint('label', record.labels, body.labelFingerprint);
        const { labels: _, ...rest } = record;
        addresses.put({ ...rest, ...given({ labels: body.labels }) });
        return undefined;
      },
    });
  }
}

/** Inside a change. */
function reserve(state: ComputeState, scope: string, body: AddressRequest): AddressRecord {
  const { addressType = 'EXTERNAL', ipVersion = 'IPV4', purpose } = body;
  if (ipVersion === 'IPV6') throw notImplemented('ipVersion IPV6');
  if (addressType === 'INTERNAL') {
    if (scope === 'global') throw notImplemented('global addresses of type INTERNAL');
    if (purpose !== undefined && purpose !== 'GCE_ENDPOINT')
      throw notImplemented(`purpose ${purpose}`);
    return reserveInternal(state, scope, body);
  }
  if (addressType !== 'EXTERNAL' && addressType !== 'UNSPECIFIED_TYPE') {
    throw invalidField('resource.addressType', addressType, 'Must be INTERNAL or EXTERNAL.');
  }
  if (purpose !== undefined) throw notImplemented(`purpose ${purpose}`);
  return reserveExternal(state, scope, body);
}

function reserveExternal(state: ComputeState, scope: string, body: AddressRequest): AddressRecord {
  const { networkTier = 'PREMIUM' } = body;
  if (body.network) {
    const why = 'Network may only be specified for internal addresses.';
    throw invalidField('resource.network', body.network, why);
  }
  if (body.subnetwork) {
    const why = 'Subnetwork may only be specified for internal addresses.';
    throw invalidField('resource.subnetwork', body.subnetwork, why);
  }
  if (scope === 'global' && networkTier === 'STANDARD') {
    throw invalidField('resource.networkTier', networkTier, 'Global addresses must be PREMIUM.');
  }
  const chosen = body.address ? inUseEphemeral(state, scope, body.address) : undefined;
  const number = chosen?.address ?? nextExternal(state, placeName(scope));
  return keep(state, scope, body, number, chosen?.use, {
    addressType: 'EXTERNAL',
    networkTier,
    ...(scope === 'global' ? { ipVersion: 'IPV4' as const } : {}),
  });
}

/** An address cannot be wished for, but the one that a VM has already can be made static. */
function inUseEphemeral(
  state: ComputeState,
  scope: string,
  wanted: string,
): { address: number; use: AddressUse } {
  const number = parseAddress(wanted);
  if (number === undefined) {
    throw invalidField('resource.address', wanted, 'IP address is invalid.');
  }
  const use = useOf(state.vpc, 'external', number);
  if (use?.reservation !== undefined) throw alreadyReserved(wanted);
  const user = use?.user === undefined ? '' : placeOfUrl(use.user).scope;
  if (use !== undefined && user.startsWith(`zones/${placeName(scope)}-`)) {
    return { address: number, use };
  }
  const why = `The specified external IP address '${wanted}' was not found in region '${placeName(scope)}'.`;
  throw invalidField('resource.address', wanted, why);
}

function reserveInternal(state: ComputeState, scope: string, body: AddressRequest): AddressRecord {
  const { vpc } = state;
  if (body.networkTier !== undefined) {
    const why = 'Network tier may only be specified for external addresses.';
    throw invalidField('resource.networkTier', body.networkTier, why);
  }
  const { network, subnetwork } = resolveInterface(state, placeName(scope), body, 'resource');
  const space = { network: network.name };
  const wanted = parseAddress(body.address ?? '');
  const use = wanted === undefined ? undefined : useOf(vpc, space, wanted);
  if (use?.reservation !== undefined) throw alreadyReserved(body.address ?? '');
  // An address that a VM has already may be made static.
  const number =
    wanted !== undefined && use?.user !== undefined
      ? wanted
      : chooseInternal(vpc, { subnetwork, wanted: body.address, field: 'resource.address' });
  return keep(state, scope, body, number, use, {
    addressType: 'INTERNAL',
    purpose: 'GCE_ENDPOINT',
    subnetwork: vpc.subnetworks.url(subnetwork),
  });
}

const alreadyReserved = (wanted: string): ApiError =>
  invalidField('resource.address', wanted, 'Specified IP address is already reserved.');

/** Makes the record and notes who has the address. */
function keep(
  state: ComputeState,
  scope: string,
  { name, description = '', labels: wanted }: AddressRequest,
  number: number,
  use: AddressUse | undefined,
  fields: Pick<AddressRecord, 'addressType'> & Partial<AddressRecord>,
): AddressRecord {
  const { user } = use ?? {};
  const record: AddressRecord = {
    ...newRecord(state, scope, name),
    description,
    address: formatAddress(number),
    status: user === undefined ? 'RESERVED' : 'IN_USE',
    ...fields,
    ...given({ labels: wanted, users: user === undefined ? undefined : [user] }),
  };
  const reservation = state.vpc.addresses.url(record);
  putUse(state.vpc, spaceOf(state, record), number, { ...use, reservation });
  return record;
}

/** Of an internal address, the network of its subnet. */
function spaceOf({ vpc }: ComputeState, { subnetwork }: AddressRecord): Space {
  if (subnetwork === undefined) return 'external';
  const { scope, name } = placeOfUrl(subnetwork);
  return { network: nameOf(vpc.subnetworks.require(scope, name).network) };
}

function refuseInUse(addresses: Collection<AddressRecord>, record: AddressRecord): void {
  const [user] = record.users ?? [];
  if (user === undefined) return;
  const path = addresses.path(record.scope, record.name);
  throw inUse('address', path, user.slice(user.indexOf('projects/')));
}
