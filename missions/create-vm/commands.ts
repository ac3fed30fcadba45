/** What a person would type, and to put a mistake right. */
import { diskSizeGb, diskType, imageFamily, machineType, type World } from './world.ts';

export const reserveCommand = ({ address, region, run }: World) =>
  `gcloud compute addresses create ${address} --region=${region} --description=cloudlab-run=${run}`;

export const createCommand = ({ vm, zone, address, run }: World) =>
  `gcloud compute instances create ${vm} --zone=${zone} --machine-type=${machineType} --image-project=debian-cloud --image-family=${imageFamily} --boot-disk-size=${diskSizeGb}GB --boot-disk-type=${diskType} --address=${address} --labels=cloudlab-run=${run}`;

export const onVm =
  (verb: string, flags = '') =>
  ({ vm, zone }: Pick<World, 'vm' | 'zone'>) =>
    `gcloud compute instances ${verb} ${vm} --zone=${zone}${flags}`;

export const releaseCommand = ({ address, region }: World) =>
  `gcloud compute addresses delete ${address} --region=${region}`;

export const listCommands = [
  'gcloud compute instances list',
  'gcloud compute disks list',
  'gcloud compute addresses list',
];

/**
 * Deletes what was found elsewhere. `--quiet`, since the next line would be taken for the answer.
 *
 * @param found names as `listed` gives them: `regions/us-central1/NAME, zones/us-central1-a/NAME`
 */
export function deleteFound(_: World, found: string): readonly string[] {
  return found.split(', ').map((one) => {
    const [scope, place, name] = one.split('/');
    return scope === 'regions'
      ? `gcloud compute addresses delete ${name} --region=${place} --quiet`
      : `gcloud compute instances delete ${name} --zone=${place} --quiet`;
  });
}

export function makeAnew(world: World): readonly string[] {
  return [onVm('delete', ' --quiet')(world), createCommand(world)];
}
