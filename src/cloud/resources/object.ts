import type { ObjectResource } from '../resource.ts';
import { bucketKind } from './bucket.ts';
import type { ResourceKind } from './kind.ts';

/** An object has no labels of its own that a listing shows; it is ours where its bucket is. */
export const objectKind: ResourceKind<ObjectResource> = {
  async find(target, { bucket, name }, run) {
    const owner = { kind: 'bucket', name: bucket, location: '' } as const;
    const standing = await bucketKind.find(target, owner, run);
    if (standing !== 'ours') return standing;
    const [exists] = await target.storage.bucket(bucket).file(name).exists();
    return exists ? 'ours' : 'absent';
  },

  async remove(target, { bucket, name }) {
    const [generations] = await target.storage
      .bucket(bucket)
      .getFiles({ prefix: name, versions: true });
    for (const generation of generations) {
      if (generation.name === name) await generation.delete({ ignoreNotFound: true });
    }
  },
};
