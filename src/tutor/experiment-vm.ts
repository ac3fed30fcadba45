import type { Lab } from './experiment.ts';

/** What a VM of an experiment is to have besides the usual. */
export interface VmWish {
  readonly tags?: readonly string[];
  /** A static address, or none; one that is lent while it runs where nothing is said. */
  readonly address?: string | 'none';
  readonly bootDisk?: { readonly name?: string; readonly autoDelete?: boolean };
  /** A disk of the same zone that exists already. */
  readonly dataDisk?: { readonly name: string; readonly autoDelete: boolean };
}

/** Makes a small VM in the default network, as `gcloud compute instances create` does. */
export async function createVm(
  { compute, project, zone, done }: Lab,
  name: string,
  { tags = [], address, bootDisk = {}, dataDisk }: VmWish = {},
): Promise<void> {
  const accessConfig = {
    name: 'External NAT',
    type: 'ONE_TO_ONE_NAT',
    ...(address !== undefined && { natIP: address }),
  };
  const [started] = await compute.instances.insert({
    project,
    zone,
    instanceResource: {
      name,
      machineType: `zones/${zone}/machineTypes/e2-micro`,
      tags: { items: [...tags] },
      disks: [
        {
          boot: true,
          autoDelete: bootDisk.autoDelete ?? true,
          initializeParams: {
            sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
            ...(bootDisk.name !== undefined && { diskName: bootDisk.name }),
          },
        },
        ...(dataDisk === undefined ? [] : [attached(dataDisk, project, zone)]),
      ],
      networkInterfaces: [
        {
          network: 'global/networks/default',
          accessConfigs: address === 'none' ? [] : [accessConfig],
        },
      ],
    },
  });
  await done(started);
}

function attached(
  { name, autoDelete }: { name: string; autoDelete: boolean },
  project: string,
  zone: string,
) {
  return { autoDelete, source: `projects/${project}/zones/${zone}/disks/${name}` };
}

/** Makes an empty disk of 10 GB. */
export async function createDisk(
  { compute, project, done }: Lab,
  zone: string,
  name: string,
): Promise<void> {
  const [started] = await compute.disks.insert({
    project,
    zone,
    diskResource: { name, sizeGb: 10, type: `zones/${zone}/diskTypes/pd-balanced` },
  });
  await done(started);
}
