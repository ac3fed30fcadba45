import { Leaf, type MetadataFolder } from '../../wire/metadata-server.ts';
import type { InstanceRecord, NetworkInterface } from '../instances/kind.ts';
import { DEFAULT_MTU } from '../network/kinds.ts';
import { placeName } from '../place.ts';
import { nameOf } from '../references.ts';

export interface MetadataFacts {
  projectId: string;
  projectNumber: string;
  instance: InstanceRecord;
  projectAttributes: Readonly<Record<string, string>>;
  /** Of each network interface. */
  networks: readonly { mac: string; gateway: string; mtu: number; subnetMask: string }[];
  /** URL of the image that the boot disk was made of. */
  image: string | undefined;
  preempted: boolean;
  /** Made when it is asked for: a token each time would be made for nothing. */
  token: (email: string, scopes: readonly string[]) => object;
}

/** What `/computeMetadata/v1/` holds. */
export function metadataTree(facts: MetadataFacts): MetadataFolder {
  const { instance, projectId, projectNumber } = facts;
  const zone = placeName(instance.scope);
  const named = (kind: string, url: string) =>
    new Leaf(`projects/${projectNumber}/${kind}/${nameOf(url)}`);
  return {
    instance: {
      attributes: attributes(itemsOf(instance.metadata.items)),
      'cpu-platform': new Leaf(instance.cpuPlatform),
      description: new Leaf(instance.description ?? ''),
      disks: instance.disks.map((disk) => ({
        'device-name': new Leaf(disk.deviceName),
        index: new Leaf(disk.index),
        interface: new Leaf(disk.interface),
        mode: new Leaf(disk.mode),
        type: new Leaf(disk.type === 'SCRATCH' ? 'LOCAL-SSD' : disk.type),
      })),
      hostname: new Leaf(instance.hostname ?? `${instance.name}.${zone}.c.${projectId}.internal`),
      id: new Leaf(Number(instance.id), instance.id),
      image: new Leaf(
        facts.image === undefined ? '' : facts.image.slice(facts.image.indexOf('projects/')),
      ),
      'machine-type': named('machineTypes', instance.machineType),
      'maintenance-event': new Leaf('NONE'),
      name: new Leaf(instance.name),
      'network-interfaces': instance.networkInterfaces.map((nic, index) =>
        networkInterface(facts, nic, index),
      ),
      preempted: new Leaf(facts.preempted ? 'TRUE' : 'FALSE'),
      'remaining-cpu-time': new Leaf(-1),
      scheduling: {
        'automatic-restart': new Leaf(String(instance.scheduling.automaticRestart).toUpperCase()),
        'on-host-maintenance': new Leaf(instance.scheduling.onHostMaintenance),
        preemptible: new Leaf(String(instance.scheduling.preemptible).toUpperCase()),
      },
      'service-accounts': serviceAccounts(facts),
      tags: new Leaf(instance.tags.items ?? [], JSON.stringify(instance.tags.items ?? [])),
      'virtual-clock': { 'drift-token': new Leaf(0) },
      zone: new Leaf(`projects/${projectNumber}/zones/${zone}`),
    },
    project: {
      attributes: attributes(facts.projectAttributes),
      'numeric-project-id': new Leaf(Number(projectNumber), projectNumber),
      'project-id': new Leaf(projectId),
    },
  };
}

export const itemsOf = (
  items: readonly { key: string; value: string }[] = [],
): Record<string, string> => Object.fromEntries(items.map(({ key, value }) => [key, value]));

function attributes(values: Readonly<Record<string, string>>): MetadataFolder {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, new Leaf(value)]));
}

function networkInterface(
  { networks, projectNumber }: MetadataFacts,
  nic: NetworkInterface,
  index: number,
): MetadataFolder {
  const { mac = '', gateway = '', mtu = DEFAULT_MTU, subnetMask = '' } = networks[index] ?? {};
  return {
    'access-configs': (nic.accessConfigs ?? []).map((one) => ({
      'external-ip': new Leaf(one.natIP ?? ''),
      type: new Leaf(one.type),
    })),
    'dns-servers': [new Leaf('169.254.169.254')],
    gateway: new Leaf(gateway),
    ip: new Leaf(nic.networkIP),
    mac: new Leaf(mac),
    mtu: new Leaf(mtu),
    network: new Leaf(`projects/${projectNumber}/networks/${nameOf(nic.network)}`),
    subnetmask: new Leaf(subnetMask),
  };
}

function serviceAccounts({ instance, token }: MetadataFacts): MetadataFolder {
  const folders = (instance.serviceAccounts ?? []).map(({ email, scopes }, index) => {
    const folder: MetadataFolder = {
      aliases: new Leaf(index === 0 ? ['default'] : [], index === 0 ? 'default' : ''),
      email: new Leaf(email),
      scopes: new Leaf(scopes, scopes.join('\n')),
      get token() {
        const made = token(email, scopes);
        return new Leaf(made, JSON.stringify(made));
      },
    };
    // A listing of everything shows no tokens.
    Object.defineProperty(folder, 'token', { enumerable: false });
    return [email, folder] as const;
  });
  const [first] = folders;
  return { ...(first === undefined ? {} : { default: first[1] }), ...Object.fromEntries(folders) };
}
