import type { Resource } from '../resource.ts';
import type { Target } from '../target.ts';
import { bucketKind } from './bucket.ts';
import type { ResourceKind, Standing } from './kind.ts';
import { objectKind } from './object.ts';

const kinds: { [Kind in Resource['kind']]: ResourceKind<Extract<Resource, { kind: Kind }>> } = {
  bucket: bucketKind,
  object: objectKind,
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

/**
 * The command with which a person removes a resource, or the bucket that it
 * lies in. In a sandbox that is our own: the same line of gcloud, in a shell
 * that is not pointed at the sandbox, would reach for a bucket of this name on
 * the real GCP.
 */
export function removeCommand(target: Target, resource: Resource, run: string): string {
  if (target.kind === 'sandbox') return `cloudlab cleanup ${run}`;
  const bucket = resource.kind === 'bucket' ? resource.name : resource.bucket;
  return `gcloud storage rm --recursive gs://${bucket} --project=${target.project}`;
}
