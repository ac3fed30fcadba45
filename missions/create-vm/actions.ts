import { type Act, type Inspect, orMissing } from '../../src/missions/define.ts';
import {
  addressOf,
  diskOf,
  diskSizeGb,
  diskType,
  imageFamily,
  instanceOf,
  machineType,
  type World,
} from './world.ts';

/** What a learner may get wrong on purpose. */
interface Mistakes {
  readonly machineType?: string;
  readonly image?: string;
  readonly diskType?: string;
  /** The disk stays when its VM goes. */
  readonly keepDisk?: true;
  /** Whatever address there is, instead of the static one. */
  readonly ephemeral?: true;
}

export function reserveAddress(world: World, act: Act): Promise<void> {
  const { address, region } = world;
  return act.create(addressOf(world), async () => {
    const [started] = await act.compute.addresses.insert({
      project: act.project,
      region,
      addressResource: { name: address, description: act.description },
    });
    await act.done(started);
  });
}

/** The VM and, with it, its boot disk. */
export function createVm(world: World, act: Act, mistakes: Mistakes = {}): Promise<void> {
  const { project, compute, labels } = act;
  const { vm, zone, region, address } = world;
  const type = mistakes.machineType ?? machineType;
  const disk = mistakes.diskType ?? diskType;
  const machine = {
    ...instanceOf(world),
    machineType: type,
    ephemeralAddress: mistakes.ephemeral === true,
  };
  return act.create([{ ...diskOf(world), type: disk }, machine], async () => {
    const accessConfig = { name: 'External NAT', type: 'ONE_TO_ONE_NAT' };
    if (!mistakes.ephemeral) {
      const [{ address: natIP }] = await compute.addresses.get({ project, region, address });
      Object.assign(accessConfig, { natIP });
    }
    const [started] = await compute.instances.insert({
      project,
      zone,
      instanceResource: {
        name: vm,
        machineType: `zones/${zone}/machineTypes/${type}`,
        labels: { ...labels },
        disks: [
          {
            boot: true,
            autoDelete: !mistakes.keepDisk,
            initializeParams: {
              diskName: vm,
              sourceImage:
                mistakes.image ?? `projects/debian-cloud/global/images/family/${imageFamily}`,
              diskSizeGb,
              diskType: `zones/${zone}/diskTypes/${disk}`,
              labels: { ...labels },
            },
          },
        ],
        networkInterfaces: [{ network: 'global/networks/default', accessConfigs: [accessConfig] }],
      },
    });
    await act.done(started);
  });
}

export async function stopVm({ vm, zone }: World, act: Act): Promise<void> {
  const [started] = await act.compute.instances.stop({ project: act.project, zone, instance: vm });
  await act.done(started);
}

export async function suspendVm({ vm, zone }: World, act: Act): Promise<void> {
  const { project, compute } = act;
  const [started] = await compute.instances.suspend({ project, zone, instance: vm });
  await act.done(started);
}

/** Deletes the VM, and its disk where that goes along. */
export function deleteVm(world: World, act: Act, { keepDisk }: Mistakes = {}): Promise<void> {
  const { project, compute } = act;
  const { vm, zone } = world;
  const gone = keepDisk ? [instanceOf(world)] : [instanceOf(world), diskOf(world)];
  return act.remove(gone, async () => {
    const [started] = await compute.instances.delete({ project, zone, instance: vm });
    await act.done(started);
  });
}

export function releaseAddress(world: World, act: Act): Promise<void> {
  const { project, compute } = act;
  const { address, region } = world;
  return act.remove(addressOf(world), async () => {
    const [started] = await compute.addresses.delete({ project, region, address });
    await act.done(started);
  });
}

export function getVm({ compute, project }: Inspect, { vm, zone }: Pick<World, 'vm' | 'zone'>) {
  return orMissing(compute.instances.get({ project, zone, instance: vm }));
}

export function getDisk({ compute, project }: Inspect, { vm, zone }: World) {
  return orMissing(compute.disks.get({ project, zone, disk: vm }));
}

export function getAddress({ compute, project }: Inspect, { address, region }: World) {
  return orMissing(compute.addresses.get({ project, region, address }));
}
