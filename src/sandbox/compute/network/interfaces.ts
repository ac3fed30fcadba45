import { ApiError } from '../../wire/errors.ts';
import { invalidField } from '../errors.ts';
import type { AccessConfig, InstanceRecord, NetworkInterface } from '../instances/kind.ts';
import { placeName, regionOf } from '../place.ts';
import { nameOf, parseReference, pathOf } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { putUse, useOf } from './address-use.ts';
import { nextExternal } from './external-addresses.ts';
import { addressInUse, chooseInternal } from './internal-addresses.ts';
import { formatAddress, parseAddress } from './ipv4.ts';
import type { NetworkRecord, SubnetworkRecord } from './kinds.ts';

/*
 * The interfaces of instances: which network and subnet each is in, and which addresses it has.
 * An internal address is kept until the instance is deleted. An ephemeral external one is given
 * back when the instance stops, a reserved one stays.
 */

/** What a request says of an interface. */
export interface InterfaceRequest {
  network?: string | undefined;
  subnetwork?: string | undefined;
  /** An address, or the URL or name of an internal address resource. */
  networkIP?: string | undefined;
  accessConfigs?: readonly AccessConfigRequest[] | undefined;
}

export interface AccessConfigRequest {
  name?: string | undefined;
  type?: string | undefined;
  /** A reserved address of the region; an ephemeral one where there is none. */
  natIP?: string | undefined;
  networkTier?: string | undefined;
}

/** What the checks came to. Nothing is written before `take`. */
export interface PlannedInterfaces {
  readonly interfaces: NetworkInterface[];
  /** Inside the same change, once nothing can be refused any more: takes the addresses. */
  take(): void;
}

/**
 * Inside a change: the interfaces of an instance that is to be created.
 *
 * @param user the instance's URL
 * @param zone its scope: `zones/Z`
 * @throws 400 as Compute Engine refuses them, before anything is written
 */
export function planInterfaces(
  state: ComputeState,
  { user, scope, requests }: { user: string; scope: string; requests: readonly InterfaceRequest[] },
): PlannedInterfaces {
  const region = regionOf(placeName(scope));
  const seen = new Map<string, Set<number>>();
  const writes: (() => void)[] = [];
  const interfaces = requests.map((request, index): NetworkInterface => {
    const field = `resource.networkInterfaces[${index}]`;
    const { network, subnetwork } = resolveInterface(state, region, request, field);
    const besides = seen.get(network.name);
    if (besides !== undefined) {
      throw invalidField(field, '', 'Networks must be distinct for NICs attached to a VM.');
    }
    seen.set(network.name, new Set());
    const wanted = internalAddressOf(state, region, request.networkIP, `${field}.networkIP`);
    const chosen = chooseInternal(state.vpc, { subnetwork, wanted, field: `${field}.networkIP` });
    writes.push(() => useInternal(state, network.name, chosen.address, user));
    const record: NetworkInterface = {
      name: `nic${index}`,
      network: state.vpc.networks.url(network),
      subnetwork: state.vpc.subnetworks.url(subnetwork),
      networkIP: formatAddress(chosen.address),
      stackType: 'IPV4_ONLY',
    };
    const { accessConfigs = [] } = request;
    if (accessConfigs.length > 1) {
      throw invalidField(`${field}.accessConfigs`, '', 'At most one access config is supported.');
    }
    record.accessConfigs = accessConfigs.map((config, at) =>
      planAccessConfig(state, { region, config, field: `${field}.accessConfigs[${at}]` }),
    );
    if (record.accessConfigs.length === 0) delete record.accessConfigs;
    return record;
  });
  const given = interfaces.flatMap((one) => one.accessConfigs ?? []).map((one) => one.natIP);
  const fixed = given.filter((one) => one !== undefined);
  const twice = fixed.find((one, at) => fixed.indexOf(one) !== at);
  if (twice !== undefined) throw addressInUse(twice);
  return {
    interfaces,
    take: () => {
      for (const write of writes) write();
      takeExternal(state, { user, scope, networkInterfaces: interfaces });
    },
  };
}

/**
 * The network and the subnet that an interface is to be in.
 *
 * @param field `resource.networkInterfaces[0]`
 */
export function resolveInterface(
  state: ComputeState,
  region: string,
  request: Pick<InterfaceRequest, 'network' | 'subnetwork'>,
  field: string,
): { network: NetworkRecord; subnetwork: SubnetworkRecord } {
  const { vpc } = state;
  const asked = request.network || undefined;
  if (request.subnetwork) {
    const subnetwork = requireSubnetwork(state, region, request.subnetwork, `${field}.subnetwork`);
    const name = nameOf(subnetwork.network);
    if (asked !== undefined && requireNetwork(state, asked, `${field}.network`).name !== name) {
      throw invalidField(
        `${field}.network`,
        asked,
        'Specified network does not match the network of the subnetwork.',
      );
    }
    return { network: vpc.networks.require('global', name), subnetwork };
  }
  const network = requireNetwork(state, asked ?? 'global/networks/default', `${field}.network`);
  const url = vpc.networks.url(network);
  if (!network.autoCreateSubnetworks) {
    throw invalidField(field, '', 'Subnetwork should be specified for custom subnetmode network');
  }
  const subnetwork = vpc.subnetworks.get(`regions/${region}`, network.name);
  if (subnetwork?.network === url) return { network, subnetwork };
  throw invalidField(
    field,
    '',
    `Network '${network.name}' has no subnetwork in region '${region}'.`,
  );
}

/** @throws 400 where the network that a field names is not there */
export function requireNetwork(state: ComputeState, text: string, field: string): NetworkRecord {
  const reference = referenceIn(state, text, 'networks', 'global', field);
  const found =
    reference.project === state.projectId
      ? state.vpc.networks.get('global', reference.name)
      : undefined;
  if (found !== undefined) return found;
  throw cannotBeFound(field, pathOf(reference), 'network');
}

/** @throws 400 where the subnet that a field names is not there, or is in another region */
export function requireSubnetwork(
  state: ComputeState,
  region: string,
  text: string,
  field: string,
): SubnetworkRecord {
  const reference = referenceIn(state, text, 'subnetworks', `regions/${region}`, field);
  const path = pathOf(reference);
  if (reference.scope !== `regions/${region}`) {
    throw invalidField(
      field,
      path,
      `Cross-region references for this resource are not allowed: the subnetwork must be in region '${region}'.`,
    );
  }
  const found =
    reference.project === state.projectId
      ? state.vpc.subnetworks.get(reference.scope, reference.name)
      : undefined;
  if (found !== undefined) return found;
  throw cannotBeFound(field, path, 'subnetwork');
}

export const cannotBeFound = (field: string, path: string, singular: string): ApiError =>
  invalidField(field, path, `The referenced ${singular} resource cannot be found.`);

/** A reference that may be a bare name. */
export function referenceIn(
  { projectId, projectNumber }: Pick<ComputeState, 'projectId' | 'projectNumber'>,
  text: string,
  collection: string,
  scope: string,
  field: string,
) {
  const bare = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
  const reference = bare
    ? { project: projectId, scope, collection, name: text }
    : parseReference(text, projectId);
  if (reference === undefined || reference.collection !== collection) {
    throw invalidField(field, text, 'The URL is malformed.');
  }
  const project = reference.project === projectNumber ? projectId : reference.project;
  return { ...reference, project };
}

/** The address that `networkIP` means: itself, or that of the reservation it names. */
function internalAddressOf(
  state: ComputeState,
  region: string,
  text: string | undefined,
  field: string,
): string | undefined {
  if (text === undefined || text === '' || /^[\d.]+$/.test(text)) return text;
  const reference = referenceIn(state, text, 'addresses', `regions/${region}`, field);
  const found = state.vpc.addresses.get(reference.scope, reference.name);
  if (found === undefined) throw cannotBeFound(field, pathOf(reference), 'address');
  return found.address;
}

/** An access config as it is stored; its address is only there if it was asked for. */
export function planAccessConfig(
  state: ComputeState,
  { region, config, field }: { region: string; config: AccessConfigRequest; field: string },
): AccessConfig {
  const { name = 'External NAT', type = 'ONE_TO_ONE_NAT', natIP, networkTier = 'PREMIUM' } = config;
  if (type !== 'ONE_TO_ONE_NAT') {
    throw invalidField(`${field}.type`, type, 'Must be ONE_TO_ONE_NAT.');
  }
  if (networkTier !== 'PREMIUM' && networkTier !== 'STANDARD') {
    throw invalidField(`${field}.networkTier`, networkTier, 'Must be PREMIUM or STANDARD.');
  }
  const stored: AccessConfig = { type, name, networkTier };
  if (natIP === undefined || natIP === '') return stored;
  const address = parseAddress(natIP);
  if (address === undefined) throw invalidField(`${field}.natIP`, natIP, 'IP address is invalid.');
  const use = useOf(state.vpc, 'external', address);
  const reserved = use?.reservation === undefined ? undefined : placeOfUrl(use.reservation);
  if (use?.user !== undefined) {
    throw new ApiError(400, 'externalIpInUse', `External IP address: ${natIP} is already in-use.`);
  }
  if (reserved?.scope !== `regions/${region}`) {
    throw invalidField(
      `${field}.natIP`,
      natIP,
      `The specified external IP address '${natIP}' was not found in region '${region}'.`,
    );
  }
  return { ...stored, natIP };
}

type Addressed = { user: string } & Pick<InstanceRecord, 'scope' | 'networkInterfaces'>;

/**
 * Inside a change: gives every access config that has no address an ephemeral one, and marks
 * the reserved ones as used. For an instance that is created or started; the interfaces are
 * changed in place.
 */
export function takeExternal(
  state: ComputeState,
  { user, scope, networkInterfaces }: Addressed,
): void {
  const region = regionOf(placeName(scope));
  for (const config of networkInterfaces.flatMap((one) => one.accessConfigs ?? [])) {
    const address =
      config.natIP === undefined ? nextExternal(state, region) : (parseAddress(config.natIP) ?? 0);
    config.natIP = formatAddress(address);
    const use = useOf(state.vpc, 'external', address);
    putUse(state.vpc, 'external', address, { ...use, user });
    markReservation(state, use?.reservation, user);
  }
}

/**
 * Inside a change: takes away the ephemeral addresses of an instance that stops. Reserved ones
 * stay with it, in use. The interfaces are changed in place.
 */
export function giveBackEphemeral({ vpc }: ComputeState, { networkInterfaces }: Addressed): void {
  for (const config of networkInterfaces.flatMap((one) => one.accessConfigs ?? [])) {
    const address = config.natIP === undefined ? undefined : parseAddress(config.natIP);
    if (address === undefined) continue;
    if (useOf(vpc, 'external', address)?.reservation !== undefined) continue;
    putUse(vpc, 'external', address, {});
    delete config.natIP;
  }
}

/** Inside a change: an access config is taken off, so its address is free or only reserved again. */
export function giveBackAccessConfig(state: ComputeState, config: AccessConfig): void {
  const address = config.natIP === undefined ? undefined : parseAddress(config.natIP);
  if (address !== undefined) giveBack(state, 'external', address);
}

/** Inside a change: all addresses of an instance that is deleted. */
export function giveBackAll(
  state: ComputeState,
  { networkInterfaces }: Pick<InstanceRecord, 'networkInterfaces'>,
): void {
  for (const { network, networkIP, accessConfigs = [] } of networkInterfaces) {
    const address = parseAddress(networkIP);
    if (address !== undefined) giveBack(state, { network: nameOf(network) }, address);
    for (const config of accessConfigs) giveBackAccessConfig(state, config);
  }
}

function useInternal(state: ComputeState, network: string, address: number, user: string): void {
  const use = useOf(state.vpc, { network }, address);
  putUse(state.vpc, { network }, address, { ...use, user });
  markReservation(state, use?.reservation, user);
}

function giveBack(
  state: ComputeState,
  space: 'external' | { network: string },
  address: number,
): void {
  const use = useOf(state.vpc, space, address);
  const reservation = use?.reservation;
  putUse(state.vpc, space, address, reservation === undefined ? {} : { reservation });
  markReservation(state, reservation, undefined);
}

/** An address resource shows who uses it. */
function markReservation(
  { vpc }: ComputeState,
  reservation: string | undefined,
  user: string | undefined,
): void {
  if (reservation === undefined) return;
  const { scope, name } = placeOfUrl(reservation);
  const found = vpc.addresses.get(scope, name);
  if (found === undefined) return;
  const { users: _, ...record } = found;
  vpc.addresses.put(
    user === undefined
      ? { ...record, status: 'RESERVED' }
      : { ...record, status: 'IN_USE', users: [user] },
  );
}
