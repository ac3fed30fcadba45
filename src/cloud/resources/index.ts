import type { Resource } from '../resource.ts';
import type { Service, Target } from '../target.ts';
import { addressesOfRun, addressKind } from './address.ts';
import { bucketKind, bucketsOfRun } from './bucket.ts';
import { diskKind, disksOfRun } from './disk.ts';
import { firewallKind, firewallsOfRun } from './firewall.ts';
import { instanceKind, instancesOfRun } from './instance.ts';
import type { ResourceKind, Standing } from './kind.ts';
import { objectKind } from './object.ts';
import { serviceAccountKind, serviceAccountsOfRun } from './service-account.ts';

const kinds: { [Kind in Resource['kind']]: ResourceKind<Extract<Resource, { kind: Kind }>> } = {
  bucket: bucketKind,
  object: objectKind,
  instance: instanceKind,
  disk: diskKind,
  address: addressKind,
  firewall: firewallKind,
  'service-account': serviceAccountKind,
};

/** What finds everything of a run in each service, whatever the ledger says. */
const searches: Readonly<
  Record<Service, readonly ((target: Target, run: string) => Promise<readonly Resource[]>)[]>
> = {
  storage: [bucketsOfRun],
  compute: [instancesOfRun, disksOfRun, addressesOfRun, firewallsOfRun],
  iam: [serviceAccountsOfRun],
};

/** The resource's own kind; TypeScript cannot see that the two belong together. */
function kindOf(resource: Resource): ResourceKind {
  return kinds[resource.kind] as ResourceKind;
}

export function findResource(target: Target, resource: Resource, run: string): Promise<Standing> {
  return kindOf(resource).find(target, resource, run);
}

export function removeResource(target: Target, resource: Resource): Promise<void> {
  return kindOf(resource).remove(target, resource);
}

/** Waits until the provider has done all that it was asked to do to the resource. */
export async function settleResource(target: Target, resource: Resource): Promise<void> {
  await kindOf(resource).settle?.(target, resource);
}

/** Everything that carries the run's mark in the services of the target; the others are not asked. */
export async function resourcesOfRun(target: Target, run: string): Promise<Resource[]> {
  const searching = target.services.flatMap((service) =>
    searches[service].map((search) => search(target, run)),
  );
  return (await Promise.all(searching)).flat();
}

/**
 * The command with which a person removes a resource, or the bucket that it
 * lies in. In a sandbox that is our own: the same line of gcloud, in a shell
 * that is not pointed at the sandbox, would reach for something of this name on
 * the real GCP.
 */
export function removeCommand(target: Target, resource: Resource, run: string): string {
  if (target.kind === 'sandbox') return `cloudlab cleanup ${run}`;
  const project = `--project=${target.project}`;
  switch (resource.kind) {
    case 'bucket':
      return `gcloud storage rm --recursive gs://${resource.name} ${project}`;
    case 'object':
      return `gcloud storage rm --recursive gs://${resource.bucket} ${project}`;
    case 'instance':
      return `gcloud compute instances delete ${resource.name} --zone=${resource.zone} ${project}`;
    case 'disk':
      return `gcloud compute disks delete ${resource.name} --zone=${resource.zone} ${project}`;
    case 'address':
      return `gcloud compute addresses delete ${resource.name} --region=${resource.region} ${project}`;
    case 'firewall':
      return `gcloud compute firewall-rules delete ${resource.name} ${project}`;
    case 'service-account':
      return `gcloud iam service-accounts delete ${resource.email} ${project}`;
  }
}
