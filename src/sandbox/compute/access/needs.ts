import { newestOwn } from '../images/resolve.ts';
import type {
  AccessConfigRequest,
  InstanceProperties,
  InterfaceRequest,
} from '../instances/body.ts';
import type { InstanceRecord } from '../instances/kind.ts';
import { defaultServiceAccount } from '../instances/service-accounts.ts';
import { useOf } from '../network/address-use.ts';
import { parseAddress } from '../network/ipv4.ts';
import { placeName, regionOf } from '../place.ts';
import type { Scope } from '../records.ts';
import { nameOf, parseReference, pathOf, pathOfUrl } from '../references.ts';
import type { ComputeState } from '../state.ts';
import { ACT_AS, type Need } from './resources.ts';

/*
 * What a request needs on the resources that it names in its body: whoever creates an instance
 * makes its disks too, puts it into a subnet, and lets it act as a service account.
 *
 * Nothing here looks whether those resources are there: who may not use them is not to hear it.
 *
 * https://docs.cloud.google.com/compute/docs/instances/create-start-instance#permissions
 */

/**
 * @param text a reference as a client writes it
 * @returns its path; undefined where it is none, or one to another project
 */
function pathOfText(
  { projectId, projectNumber }: ComputeState,
  text: string | undefined,
  collection: string,
  scope: Scope,
): string | undefined {
  if (!text) return undefined;
  const bare = /^[-a-z0-9]+$/.test(text);
  const reference = bare
    ? { project: projectId, scope, collection, name: text }
    : parseReference(text, projectId);
  if (reference === undefined) return undefined;
  const project = reference.project === projectNumber ? projectId : reference.project;
  return project === projectId ? pathOf({ ...reference, project }) : undefined;
}

const need = (permission: string, path: string | undefined): Need[] =>
  path === undefined ? [] : [{ permission, path }];

/** What a disk or an image is made from. Google's images are there for everybody. */
export function needsOfSource(
  state: ComputeState,
  scope: Scope,
  source: {
    sourceImage?: string | undefined;
    sourceSnapshot?: string | undefined;
    sourceDisk?: string | undefined;
  },
): Need[] {
  const image = pathOfText(state, source.sourceImage, 'images', 'global');
  const snapshot = pathOfText(state, source.sourceSnapshot, 'snapshots', 'global');
  return [
    ...need('compute.images.useReadOnly', image && ofFamily(state, image)),
    ...need('compute.snapshots.useReadOnly', snapshot),
    ...need('compute.disks.useReadOnly', pathOfText(state, source.sourceDisk, 'disks', scope)),
  ];
}

/** A family means the newest of its images. */
function ofFamily(state: ComputeState, path: string): string {
  const [, family] = /(?:images\/family|imageFamilyViews)\/(.+)$/.exec(path) ?? [];
  const found = family === undefined ? undefined : newestOwn(state, family);
  if (found === undefined) return path;
  const { name } = found;
  return pathOf({ project: state.projectId, scope: 'global', collection: 'images', name });
}

/** @param mode of one that is there already and is attached */
export const needsOfDisk = (
  state: ComputeState,
  scope: Scope,
  { source, mode }: { source?: string | undefined; mode?: string | undefined },
): Need[] =>
  need(
    mode === 'READ_ONLY' ? 'compute.disks.useReadOnly' : 'compute.disks.use',
    pathOfText(state, source, 'disks', scope),
  );

/** A snapshot is made of a disk. */
export const needsOfSnapshot = (state: ComputeState, sourceDisk: string | undefined): Need[] =>
  need('compute.disks.createSnapshot', pathOfText(state, sourceDisk, 'disks', ''));

/** Whoever changes a network's rules changes the network. */
export const needsOfNetwork = (state: ComputeState, network = 'global/networks/default'): Need[] =>
  need('compute.networks.updatePolicy', pathOfText(state, network, 'networks', 'global'));

/** To let a machine act as a service account. */
export function needsOfAccount(
  state: ComputeState,
  accounts: readonly { email?: string | undefined }[] = [],
): Need[] {
  const [account] = accounts;
  if (account === undefined) return [];
  const { email = 'default' } = account;
  const whole = email === 'default' ? defaultServiceAccount(state) : email;
  return [{ permission: ACT_AS, path: `projects/${state.projectId}/serviceAccounts/${whole}` }];
}

/** Whoever changes what runs in a machine acts as the machine's service account. */
export const needsOfMachine = (state: ComputeState, { serviceAccounts }: InstanceRecord): Need[] =>
  needsOfAccount(state, serviceAccounts);

/** An interface in a subnet, with or without a way to it from outside. */
export function needsOfInterface(
  state: ComputeState,
  region: string,
  { network, subnetwork, networkIP, accessConfigs = [] }: InterfaceRequest,
): Need[] {
  const scope = `regions/${region}`;
  // A network that has one subnet in each region calls it by its own name.
  const wanted = subnetwork || nameOf(network || 'default');
  const path = pathOfText(state, wanted, 'subnetworks', scope);
  return [
    ...need('compute.subnetworks.use', path),
    ...need('compute.addresses.useInternal', internalReservation(state, scope, path, networkIP)),
    ...(accessConfigs.length === 0 ? [] : need('compute.subnetworks.useExternalIp', path)),
    ...accessConfigs.flatMap((config) => needsOfExternal(state, config)),
  ];
}

/** A reserved address. Any other comes and goes with the instance. */
export function needsOfExternal(state: ComputeState, { natIP = '' }: AccessConfigRequest): Need[] {
  const address = parseAddress(natIP);
  const reservation =
    address === undefined ? undefined : useOf(state.vpc, 'external', address)?.reservation;
  return need('compute.addresses.use', reservation && pathOfUrl(reservation));
}

/** The reservation that `networkIP` means, by its name or by its address. */
function internalReservation(
  state: ComputeState,
  scope: Scope,
  subnetwork: string | undefined,
  text: string | undefined,
): string | undefined {
  const address = parseAddress(text ?? '');
  if (address === undefined) return pathOfText(state, text, 'addresses', scope);
  const network = state.vpc.subnetworks.get(scope, nameOf(subnetwork ?? ''))?.network;
  if (network === undefined) return undefined;
  const reservation = useOf(state.vpc, { network: nameOf(network) }, address)?.reservation;
  return reservation && pathOfUrl(reservation);
}

/**
 * What an instance needs to be made.
 *
 * @param scope of the instance; a region, where a group chooses the zone
 * @param at the path of an instance or a disk that is to be made, by collection and name
 */
export function needsOfInstance(
  state: ComputeState,
  scope: Scope,
  {
    name,
    ...wanted
  }: InstanceProperties & { name: string; deletionProtection?: boolean | undefined },
  at = (collection: string, one: string) =>
    pathOf({ project: state.projectId, scope, collection, name: one }),
): Need[] {
  const region = scope.startsWith('zones/') ? regionOf(placeName(scope)) : placeName(scope);
  const { disks = [], networkInterfaces = [], serviceAccounts = [] } = wanted;
  const set = (action: string, isGiven: boolean): Need[] =>
    isGiven ? [{ permission: `compute.instances.${action}`, path: at('instances', name) }] : [];
  const diskNeeds = disks.flatMap(({ source, mode, initializeParams = {} }, index): Need[] => {
    if (source !== undefined) return needsOfDisk(state, scope, { source, mode });
    const { diskName = index === 0 ? name : `${name}-${index}`, labels = {} } = initializeParams;
    const path = at('disks', diskName);
    return [
      { permission: 'compute.disks.create', path },
      ...(hasAny(labels) ? [{ permission: 'compute.disks.setLabels', path }] : []),
      ...needsOfSource(state, scope, initializeParams),
    ];
  });
  return [
    ...diskNeeds,
    ...networkInterfaces.flatMap((one) => needsOfInterface(state, region, one)),
    ...set('setMetadata', (wanted.metadata?.items ?? []).length > 0),
    ...set('setTags', (wanted.tags?.items ?? []).length > 0),
    ...set('setMinCpuPlatform', Boolean(wanted.minCpuPlatform)),
    ...set('setDeletionProtection', wanted.deletionProtection === true),
    ...set('setServiceAccount', serviceAccounts.length > 0),
    ...needsOfAccount(state, serviceAccounts),
  ];
}

export const hasAny = (labels: Record<string, string> = {}): boolean =>
  Object.keys(labels).length > 0;

/** To make something of a template, whatever stands in it. */
export const needsOfTemplate = (state: ComputeState, text: string | undefined): Need[] =>
  need(
    'compute.instanceTemplates.useReadOnly',
    pathOfText(state, text, 'instanceTemplates', 'global'),
  );

/** A static address: one inside a subnet is another permission than one on the internet. */
export function needsOfReservation(
  state: ComputeState,
  scope: Scope,
  body: { name: string; addressType?: string | undefined; subnetwork?: string | undefined },
): Need[] {
  const { name, addressType, subnetwork } = body;
  const path = pathOf({ project: state.projectId, scope, collection: 'addresses', name });
  if (addressType !== 'INTERNAL') {
    const kind = scope === 'global' ? 'globalAddresses' : 'addresses';
    return [{ permission: `compute.${kind}.create`, path }];
  }
  return [
    { permission: 'compute.addresses.createInternal', path },
    ...need(
      'compute.subnetworks.use',
      pathOfText(state, subnetwork || 'default', 'subnetworks', scope),
    ),
  ];
}
