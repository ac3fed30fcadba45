import { ApiError, notImplemented } from '../../wire/errors.ts';
import { invalidField } from '../errors.ts';
import { given } from '../given.ts';
import type { AccessConfigRequest, InterfaceRequest } from '../instances/body.ts';
import type { AccessConfig, InstanceRecord, NetworkInterface } from '../instances/kind.ts';
import { placeName, regionOf } from '../place.ts';
import type { Scope } from '../records.ts';
import { nameOf, parseReference, pathOf } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import type { ComputeState } from '../state.ts';
import { putUse, type Space, useOf } from './address-use.ts';
import { nextExternal } from './external-addresses.ts';
import { chooseInternal } from './internal-addresses.ts';
import { formatAddress, parseAddress } from './ipv4.ts';
import type { NetworkRecord, SubnetworkRecord } from './kinds.ts';

/*
 * The interfaces of instances: which network and subnet each is in, and which addresses it has.
 * An internal address is kept until the instance is deleted. An ephemeral external one is given
 * back when the instance stops, a reserved one stays.
 */

/**
 * Inside a change: the interfaces of an instance that is to be created. Nothing is taken yet.
 *
 * @throws 400 as Compute Engine refuses them
 */
export function planInterfaces(
  state: ComputeState,
  scope: Scope,
  requests: readonly InterfaceRequest[],
): NetworkInterface[] {
  if (requests.length === 0) {
    const why = 'At least one network interface is required.';
    throw invalidField('resource.networkInterfaces', '', why);
  }
  const region = regionOf(placeName(scope));
  const interfaces = requests.map((request, index) => planInterface(state, region, request, index));
  const networks = interfaces.map(({ network }) => network);
  const again = networks.findIndex((network, at) => networks.indexOf(network) !== at);
  if (again >= 0) {
    const field = `resource.networkInterfaces[${again}]`;
    throw invalidField(field, '', 'Networks must be distinct for NICs attached to a VM.');
  }
  const external = interfaces.flatMap(natIPs);
  const twice = external.find((address, at) => external.indexOf(address) !== at);
  if (twice !== undefined) throw externalInUse(twice);
  return interfaces;
}

function planInterface(
  state: ComputeState,
  region: string,
  request: InterfaceRequest,
  index: number,
): NetworkInterface {
  const field = `resource.networkInterfaces[${index}]`;
  const { accessConfigs = [] } = request;
  if (request.stackType !== undefined && request.stackType !== 'IPV4_ONLY') {
    throw notImplemented(`stackType ${request.stackType}`);
  }
  const { network, subnetwork } = resolveInterface(state, region, request, field);
  const wanted = internalAddressOf(state, region, request.networkIP, `${field}.networkIP`);
  const address = chooseInternal(state.vpc, { subnetwork, wanted, field: `${field}.networkIP` });
  if (accessConfigs.length > 1) {
    const why = 'At most one access config currently supported.';
    throw invalidField(`${field}.accessConfigs`, '', why);
  }
  return {
    name: `nic${index}`,
    network: state.vpc.networks.url(network),
    subnetwork: state.vpc.subnetworks.url(subnetwork),
    networkIP: formatAddress(address),
    stackType: 'IPV4_ONLY',
    ...given({ nicType: request.nicType || undefined }),
    ...(accessConfigs.length === 0
      ? {}
      : {
          accessConfigs: accessConfigs.map((config, at) =>
            planAccessConfig(state, { region, config, field: `${field}.accessConfigs[${at}]` }),
          ),
        }),
  };
}

const natIPs = ({ accessConfigs = [] }: NetworkInterface): string[] =>
  accessConfigs.flatMap(({ natIP }) => natIP ?? []);

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

const externalInUse = (address: string): ApiError =>
  new ApiError(400, 'externalIpInUse', `External IP address: ${address} is already in-use.`);

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
    throw externalInUse(natIP);
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

/** Inside a change: a new instance has its internal addresses, and the reserved external ones. */
export function takeAddresses(state: ComputeState, instance: InstanceRecord): void {
  const user = state.vpc.instances.url(instance);
  for (const one of instance.networkInterfaces) {
    take(state, { network: nameOf(one.network) }, one.networkIP, user);
    for (const address of natIPs(one)) take(state, 'external', address, user);
  }
}

/** Inside a change: ephemeral external addresses come with the start. The record is not written. */
export function giveExternal(state: ComputeState, instance: InstanceRecord): void {
  const user = state.vpc.instances.url(instance);
  const region = regionOf(placeName(instance.scope));
  for (const config of instance.networkInterfaces.flatMap((one) => one.accessConfigs ?? [])) {
    config.natIP ??= formatAddress(nextExternal(state, region));
    take(state, 'external', config.natIP, user);
  }
}

/**
 * Inside a change: ephemeral external addresses go with the stop, reserved ones stay, in use.
 * The record is not written.
 */
export function takeExternal({ vpc }: ComputeState, instance: InstanceRecord): void {
  for (const config of instance.networkInterfaces.flatMap((one) => one.accessConfigs ?? [])) {
    const address = parseAddress(config.natIP ?? '');
    if (address === undefined) continue;
    if (useOf(vpc, 'external', address)?.reservation !== undefined) continue;
    putUse(vpc, 'external', address, {});
    delete config.natIP;
  }
}

/** Inside a change: an access config is taken off; its address is free, or only reserved again. */
export function releaseAccessConfig(state: ComputeState, { natIP }: AccessConfig): void {
  if (natIP !== undefined) release(state, 'external', natIP);
}

/** Inside a change: the instance is going away. */
export function releaseAddresses(state: ComputeState, instance: InstanceRecord): void {
  for (const one of instance.networkInterfaces) {
    release(state, { network: nameOf(one.network) }, one.networkIP);
    for (const address of natIPs(one)) release(state, 'external', address);
  }
}

function take(state: ComputeState, space: Space, text: string, user: string): void {
  const address = parseAddress(text) ?? 0;
  const use = useOf(state.vpc, space, address);
  putUse(state.vpc, space, address, { ...use, user });
  markReservation(state, use?.reservation, user);
}

function release(state: ComputeState, space: Space, text: string): void {
  const address = parseAddress(text) ?? 0;
  const reservation = useOf(state.vpc, space, address)?.reservation;
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
