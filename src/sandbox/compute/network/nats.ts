import * as z from 'zod';
import { notImplemented } from '../../wire/errors.ts';
import { int32, refused, text } from '../body.ts';
import { inUse, invalidField, requiredField } from '../errors.ts';
import { given } from '../given.ts';
import { requireName } from '../names.ts';
import { placeName } from '../place.ts';
import { pathOf } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { putUse, useOf } from './address-use.ts';
import { nextExternal } from './external-addresses.ts';
import { cannotBeFound, referenceIn, requireSubnetwork } from './interfaces.ts';
import { formatAddress, parseAddress } from './ipv4.ts';
import type { AddressRecord, Nat, RouterRecord } from './kinds.ts';

/*
 * Cloud NAT: lets VMs without an external address out, by addresses that belong to the gateway.
 * Nothing gets in by it. https://cloud.google.com/nat/docs/overview
 */

export const nat = z.object({
  name: text,
  type: text.optional(),
  sourceSubnetworkIpRangesToNat: z.enum([
    'ALL_SUBNETWORKS_ALL_IP_RANGES',
    'ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES',
    'LIST_OF_SUBNETWORKS',
  ]),
  subnetworks: z
    .array(
      z.object({
        name: text,
        sourceIpRangesToNat: z.array(text).optional(),
        secondaryIpRangeNames: z.array(text).optional(),
      }),
    )
    .optional(),
  natIpAllocateOption: z.enum(['AUTO_ONLY', 'MANUAL_ONLY']).optional(),
  natIps: z.array(text).optional(),
  ...refused('drainNatIps', 'nat64Subnetworks', 'rules', 'sourceSubnetworkIpRangesToNat64'),
  endpointTypes: z.array(text).optional(),
  logConfig: z.looseObject({}).optional(),
  minPortsPerVm: int32.optional(),
  maxPortsPerVm: int32.optional(),
  enableDynamicPortAllocation: z.boolean().optional(),
  enableEndpointIndependentMapping: z.boolean().optional(),
  udpIdleTimeoutSec: int32.optional(),
  icmpIdleTimeoutSec: int32.optional(),
  tcpEstablishedIdleTimeoutSec: int32.optional(),
  tcpTransitoryIdleTimeoutSec: int32.optional(),
  tcpTimeWaitTimeoutSec: int32.optional(),
  autoNetworkTier: text.optional(),
});
type NatRequest = z.infer<typeof nat>;

/**
 * Checks the gateways of a router; URLs in their whole form.
 *
 * @throws 400 before anything is written
 */
export function readNats(
  state: ComputeState,
  router: RouterRecord,
  requests: readonly NatRequest[],
): Nat[] {
  const names = new Set<string>();
  const nats = requests.map((request, index) => {
    const field = `resource.nats[${index}]`;
    requireName(`${field}.name`, request.name);
    if (names.has(request.name)) {
      throw invalidField(`${field}.name`, request.name, 'NAT names must be unique in a router.');
    }
    names.add(request.name);
    return readNat(state, router, request, field);
  });
  refuseOverlap(state, router, nats);
  return nats;
}

function readNat(
  state: ComputeState,
  router: RouterRecord,
  request: NatRequest,
  field: string,
): Nat {
  const { type = 'PUBLIC', natIps = [], subnetworks = [] } = request;
  if (type !== 'PUBLIC') throw notImplemented(`NAT type ${type}`);
  const { natIpAllocateOption: option } = request;
  if (option === undefined) throw requiredField(`${field}.natIpAllocateOption`);
  if (option === 'AUTO_ONLY' && natIps.length > 0) {
    const why = 'Must be empty when natIpAllocateOption is AUTO_ONLY.';
    throw invalidField(`${field}.natIps`, natIps.join(','), why);
  }
  if (option === 'MANUAL_ONLY' && natIps.length === 0) {
    const why = 'At least one address must be given when natIpAllocateOption is MANUAL_ONLY.';
    throw invalidField(`${field}.natIps`, '', why);
  }
  const isList = request.sourceSubnetworkIpRangesToNat === 'LIST_OF_SUBNETWORKS';
  if (isList !== subnetworks.length > 0) {
    const why = 'Subnetworks must be given for LIST_OF_SUBNETWORKS, and for nothing else.';
    throw invalidField(`${field}.subnetworks`, '', why);
  }
  return {
    ...given(request),
    type,
    natIpAllocateOption: option,
    sourceSubnetworkIpRangesToNat: request.sourceSubnetworkIpRangesToNat,
    ...(isList ? { subnetworks: readSubnetworks(state, router, subnetworks, field) } : {}),
    ...(natIps.length > 0 ? { natIps: readAddresses(state, router, natIps, field) } : {}),
    endpointTypes: request.endpointTypes ?? ['ENDPOINT_TYPE_VM'],
  } as Nat;
}

function readSubnetworks(
  state: ComputeState,
  { scope, network }: RouterRecord,
  subnetworks: NonNullable<NatRequest['subnetworks']>,
  field: string,
) {
  return subnetworks.map((one, index) => {
    const own = `${field}.subnetworks[${index}].name`;
    const found = requireSubnetwork(state, placeName(scope), one.name, own);
    if (found.network !== network) {
      throw invalidField(own, one.name, 'The subnetwork is not in the network of the router.');
    }
    return {
      ...one,
      name: state.vpc.subnetworks.url(found),
      sourceIpRangesToNat: one.sourceIpRangesToNat ?? ['ALL_IP_RANGES'],
    };
  });
}

/** Reserved external addresses of the region that nothing else uses. */
function readAddresses(
  state: ComputeState,
  router: RouterRecord,
  given: readonly string[],
  field: string,
): string[] {
  const { addresses, routers } = state.vpc;
  return given.map((text, index) => {
    const own = `${field}.natIps[${index}]`;
    const reference = referenceIn(state, text, 'addresses', router.scope, own);
    const found = addresses.get(reference.scope, reference.name);
    if (found === undefined || reference.scope !== router.scope) {
      throw cannotBeFound(own, pathOf(reference), 'address');
    }
    if (found.addressType !== 'EXTERNAL') {
      throw invalidField(own, pathOf(reference), 'The address must be external.');
    }
    const [user] = found.users ?? [];
    if (user !== undefined && user !== routers.url(router)) {
      throw inUse('address', pathOf(reference), user.slice(user.indexOf('projects/')));
    }
    return addresses.url(found);
  });
}

/** A subnet's range is translated by one gateway at most. */
function refuseOverlap(state: ComputeState, router: RouterRecord, nats: readonly Nat[]): void {
  const { routers } = state.vpc;
  const others = [...routers.inScope(router.scope)].filter(
    ({ id, network }) => id !== router.id && network === router.network,
  );
  const existing = others.flatMap((one) => one.nats ?? []);
  const all = [...existing, ...nats];
  const isList = (one: Nat) => one.sourceSubnetworkIpRangesToNat === 'LIST_OF_SUBNETWORKS';
  const subnets = all.flatMap((one) => one.subnetworks ?? []).map(({ name }) => name);
  const clash = subnets.some((name, at) => subnets.indexOf(name) !== at);
  if (!clash && (all.length < 2 || all.every(isList))) return;
  const why = 'Another NAT of the network in this region serves the same subnetworks.';
  throw invalidField('resource.nats', nats.map(({ name }) => name).join(','), why);
}

/**
 * Inside a change, after `readNats`: gives back the addresses of the gateways that a router
 * had and takes those of the new ones; undefined where the router goes. An automatic one keeps
 * its address as long as the gateway has its name.
 *
 * @returns the router, to be written
 */
export function applyNats(
  state: ComputeState,
  router: RouterRecord,
  nats: readonly Nat[] | undefined,
): RouterRecord {
  const { vpc } = state;
  const user = vpc.routers.url(router);
  const { nats: before = [], autoNatIps = {}, ...rest } = router;
  const kept = (nats ?? []).flatMap((one) => one.natIps ?? []);
  for (const url of before.flatMap((one) => one.natIps ?? [])) {
    if (!kept.includes(url)) markAddress(state, url, undefined);
  }
  for (const url of kept) markAddress(state, url, user);
  const isAuto = (name: string) =>
    nats?.some((one) => one.name === name && one.natIpAllocateOption === 'AUTO_ONLY') === true;
  for (const [name, address] of Object.entries(autoNatIps)) {
    if (!isAuto(name)) putUse(vpc, 'external', parseAddress(address) ?? 0, {});
  }
  const auto: Record<string, string> = {};
  for (const { name } of nats?.filter((one) => isAuto(one.name)) ?? []) {
    const own = autoNatIps[name];
    const address = own === undefined ? nextExternal(state, placeName(router.scope)) : undefined;
    if (address !== undefined) putUse(vpc, 'external', address, { user });
    auto[name] = own ?? formatAddress(address ?? 0);
  }
  return {
    ...rest,
    ...(nats === undefined || nats.length === 0 ? {} : { nats: [...nats] }),
    ...(Object.keys(auto).length === 0 ? {} : { autoNatIps: auto }),
  };
}

function markAddress({ vpc }: ComputeState, url: string, user: string | undefined): void {
  const { scope, name } = placeOfUrl(url);
  const found = vpc.addresses.get(scope, name);
  if (found === undefined) return;
  const { users: _, ...record } = found;
  const changed: AddressRecord =
    user === undefined
      ? { ...record, status: 'RESERVED' }
      : { ...record, status: 'IN_USE', users: [user] };
  vpc.addresses.put(changed);
  const number = parseAddress(found.address) ?? 0;
  const { user: __, ...use } = useOf(vpc, 'external', number) ?? {};
  putUse(vpc, 'external', number, user === undefined ? use : { ...use, user });
}
