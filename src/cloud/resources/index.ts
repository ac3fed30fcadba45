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

export function removeCommand(target: Target, resource: Resource): string {
  return kindOf(resource).removeCommand(target, resource);
}
