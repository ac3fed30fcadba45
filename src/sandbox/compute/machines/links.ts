import type { DiskRecord } from '../disks/kind.ts';
import { DISKS } from '../disks/kind.ts';
import { INSTANCES, type InstanceRecord, type MetadataItem } from '../instances/kind.ts';
import { gatewayOf, primaryRange } from '../network/internal-addresses.ts';
import { resolveInternalName } from '../network/internal-dns.ts';
import { formatAddress } from '../network/ipv4.ts';
import { DEFAULT_MTU } from '../network/kinds.ts';
import { MY_COMPUTER, reach } from '../network/reach.ts';
import type { Endpoint, ReachAnswer, Sender } from '../network/reach-types.ts';
import { viewOf } from '../network/vpc-view.ts';
import { projectSettings } from '../project/record.ts';
import { nameOf } from '../references.ts';
import { placeOfUrl } from '../resource-routes.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { macOf } from './facts.ts';
import { itemsOf } from './metadata-tree.ts';

/** What an instance boots from. */
export interface BootDisk {
  /** Under which its files are kept. */
  content: string;
  /** What boots: a family of the guest's images. */
  imageFamily: string;
  /** URL of the image. */
  image: string | undefined;
}

export interface InterfaceSubnet {
  mac: string;
  gateway: string;
  mtu: number;
  subnetMask: string;
}

/** What machines know of the resources around them: looked up each time, for they change. */
export class MachineLinks {
  readonly #state: ComputeState;
  readonly instances;
  readonly #disks;

  constructor(state: ComputeState) {
    this.#state = state;
    this.instances = collectionOf<InstanceRecord>(state, INSTANCES);
    this.#disks = collectionOf<DiskRecord>(state, DISKS);
  }

  /** The instance as it is now. */
  now(instance: InstanceRecord): InstanceRecord {
    const found = this.instances.get(instance.scope, instance.name);
    return found?.id === instance.id ? found : instance;
  }

  at(url: string): InstanceRecord | undefined {
    const { scope, name } = placeOfUrl(url);
    return this.instances.get(scope, name);
  }

  /** Undefined where nothing can boot: no boot disk, an empty one, or an image of another kind. */
  bootDisk({ disks }: InstanceRecord): BootDisk | undefined {
    const source = disks.find(({ boot }) => boot)?.source;
    if (source === undefined) return undefined;
    const { scope, name } = placeOfUrl(source);
    const disk = this.#disks.get(scope, name);
    if (disk?.content.os === undefined) return undefined;
    return { content: disk.content.id, imageFamily: disk.content.os, image: disk.sourceImage };
  }

  /** The project's `commonInstanceMetadata`. */
  projectItems(): readonly MetadataItem[] {
    return projectSettings(this.#state).metadata.items ?? [];
  }

  /**
   * The lines of `ssh-keys` in force: the instance's, and the project's unless the instance
   * wants none of them.
   */
  sshKeys({ metadata }: InstanceRecord): string[] {
    const own = itemsOf(metadata.items);
    const block = own['block-project-ssh-keys']?.toLowerCase() === 'true';
    const project = block ? undefined : itemsOf(this.projectItems())['ssh-keys'];
    return [own['ssh-keys'], project].flatMap((text) => text?.split('\n') ?? []);
  }

  /** Of each network interface. */
  subnets({ networkInterfaces }: InstanceRecord): InterfaceSubnet[] {
    const view = viewOf(this.#state);
    return networkInterfaces.map(({ network, subnetwork, networkIP }) => {
      const record = view.subnetwork(subnetwork);
      const prefix = record === undefined ? 32 : primaryRange(record).prefix;
      return {
        mac: macOf(networkIP),
        gateway: record === undefined ? '' : gatewayOf(record),
        mtu: this.#state.vpc.networks.get('global', nameOf(network))?.mtu ?? DEFAULT_MTU,
        subnetMask: formatAddress(2 ** 32 - 2 ** (32 - prefix)),
      };
    });
  }

  /** Whether the learner's own computer gets through to a TCP port of an instance. */
  fromComputer(instance: InstanceRecord, port: number): boolean {
    const url = this.instances.url(instance);
    return this.#ask({ kind: 'internet', address: MY_COMPUTER }, { kind: 'instance', url }, port)
      .allowed;
  }

  /** How a TCP connection from an instance goes. */
  from(instance: InstanceRecord, to: Endpoint, port: number): ReachAnswer {
    return this.#ask({ kind: 'instance', url: this.instances.url(instance) }, to, port);
  }

  /** The address of another VM's name. */
  resolve(instance: InstanceRecord, host: string): string | undefined {
    return resolveInternalName(this.#state, instance, host);
  }

  #ask(from: Sender, to: Endpoint, port: number): ReachAnswer {
    return reach(viewOf(this.#state), { from, to, protocol: 'tcp', port });
  }
}
