import type { Policy, ProtectedResource } from '../../identity.ts';
import type { Project } from '../../project.ts';
import type { BucketRecord, ObjectRecord } from '../records.ts';
import { findBucket, findObject, type StorageState } from '../state.ts';
import { objectAcl } from './acl.ts';
import { hasUniformAccess } from './bucket-rules.ts';
import { isPublicEntity } from './entities.ts';
import { memberOfEntity } from './members.ts';
import { bindingsOf } from './policy.ts';

/*
 * What permissions are needed for, as policies, their conditions and the audit log name it.
 * Names are put together and policies are read only when somebody asks: as long as nobody has
 * to prove who he is, hardly anybody does.
 *
 * https://docs.cloud.google.com/iam/docs/conditions-resource-attributes
 */

/** A bucket, whether or not there is one of this name. */
export class BucketResource implements ProtectedResource {
  readonly type = 'storage.googleapis.com/Bucket';
  readonly #state: StorageState;
  readonly #bucket: string;
  readonly #deleted: BucketRecord | undefined;

  /** @param deleted the soft-deleted bucket that is meant, if it is not the living one */
  constructor(state: StorageState, bucket: string, deleted?: BucketRecord) {
    this.#state = state;
    this.#bucket = bucket;
    this.#deleted = deleted;
  }

  get name(): string {
    return `projects/_/buckets/${this.#bucket}`;
  }

  get isDeleted(): boolean {
    return this.#deleted !== undefined;
  }

  policies(): Policy[] {
    const bucket = this.#deleted ?? findBucket(this.#state, this.#bucket);
    return bucket === undefined ? [] : [bucketPolicy(this.#state, bucket)];
  }
}

/** An object, or a generation of it, whether or not it is there. */
export class ObjectResource implements ProtectedResource {
  readonly type = 'storage.googleapis.com/Object';
  readonly #state: StorageState;
  readonly #bucket: string;
  readonly #object: string;
  readonly #generation: number | undefined;

  constructor(state: StorageState, bucket: string, object: string, generation?: number) {
    this.#state = state;
    this.#bucket = bucket;
    this.#object = object;
    this.#generation = generation;
  }

  get name(): string {
    return `projects/_/buckets/${this.#bucket}/objects/${this.#object}`;
  }

  policies(): Policy[] {
    const bucket = findBucket(this.#state, this.#bucket);
    if (bucket === undefined) return [];
    const above = bucketPolicy(this.#state, bucket);
    if (hasUniformAccess(bucket)) return [above];
    const object = findObject(this.#state, this.#bucket, this.#object, this.#generation);
    return object === undefined ? [above] : [objectPolicy(this.#state, bucket, object), above];
  }
}

/** A bucket that is still to be made: its project alone decides. */
export const futureBucket = (name: string): ProtectedResource => ({
  name: `projects/_/buckets/${name}`,
  type: 'storage.googleapis.com/Bucket',
});

/** The project that buckets and HMAC keys belong to. */
export const projectResource = ({ projectId }: Project): ProtectedResource => ({
  name: `projects/${projectId}`,
  type: 'cloudresourcemanager.googleapis.com/Project',
});

function bucketPolicy(project: Project, bucket: BucketRecord): Policy {
  return withoutPublic(bucket, { bindings: bindingsOf(project, bucket) });
}

/** An object's ACL as the policy that it amounts to. */
function objectPolicy(project: Project, bucket: BucketRecord, object: ObjectRecord): Policy {
  const bindings = objectAcl(project, object).map((entry) => ({
    role: `roles/storage.legacyObject${entry.role === 'OWNER' ? 'Owner' : 'Reader'}`,
    members: [memberOfEntity(entry, project)],
  }));
  return withoutPublic(bucket, { bindings });
}

/** Public access prevention: what was granted to everybody before has no effect. */
function withoutPublic(bucket: BucketRecord, policy: Policy): Policy {
  if (bucket.publicAccessPrevention !== 'enforced') return policy;
  return {
    bindings: policy.bindings.map((binding) => ({
      ...binding,
      members: binding.members.filter((member) => !isPublicEntity(member)),
    })),
  };
}
