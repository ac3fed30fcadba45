import type { Project } from '../../project.ts';
import { bucketEtag, objectEtag } from '../etag.ts';
import type { BucketRecord, ObjectRecord } from '../records.ts';
import { bucketAcl, defaultObjectAcl, objectAcl } from './acl.ts';
import { hasUniformAccess } from './bucket-rules.ts';
import { type AclEntry, bucketOwner, entityDetails, objectOwner } from './entities.ts';

/** What `projection=full` adds to a bucket: nothing while it has uniform access. */
export function bucketAccess(project: Project, bucket: BucketRecord, base: string): object {
  if (hasUniformAccess(bucket)) return {};
  const acl = bucketAcl(project, bucket).map((entry) => showBucketEntry(bucket, entry, base));
  const defaults = defaultObjectAcl(project, bucket).map((entry) =>
    showDefaultEntry(bucket, entry),
  );
  return {
    ...(acl.length > 0 ? { acl } : {}),
    ...(defaults.length > 0 ? { defaultObjectAcl: defaults } : {}),
    owner: { entity: bucketOwner(project) },
  };
}

/** What `projection=full` adds to an object: nothing while its bucket has uniform access. */
export function objectAccess(
  project: Project,
  bucket: BucketRecord,
  object: ObjectRecord,
  base: string,
): object {
  if (hasUniformAccess(bucket)) return {};
  return {
    acl: objectAcl(project, object).map((entry) => showObjectEntry(object, entry, base)),
    owner: { entity: objectOwner(project, object.owner) },
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/bucketAccessControls#resource */
export function showBucketEntry(bucket: BucketRecord, entry: AclEntry, base: string): object {
  const { entity, role } = entry;
  return {
    kind: 'storage#bucketAccessControl',
    id: `${bucket.name}/${entity}`,
    selfLink: `${base}/storage/v1/b/${bucket.name}/acl/${encodeURIComponent(entity)}`,
    bucket: bucket.name,
    entity,
    role,
    ...entityDetails(entity),
    etag: bucketEtag(bucket.metageneration),
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/defaultObjectAccessControls#resource */
export function showDefaultEntry(bucket: BucketRecord, { entity, role }: AclEntry): object {
  return {
    kind: 'storage#objectAccessControl',
    entity,
    role,
    ...entityDetails(entity),
    etag: bucketEtag(bucket.metageneration),
  };
}

/** https://cloud.google.com/storage/docs/json_api/v1/objectAccessControls#resource */
export function showObjectEntry(object: ObjectRecord, entry: AclEntry, base: string): object {
  const { bucket, name, generation, metageneration } = object;
  const { entity, role } = entry;
  const path = `b/${bucket}/o/${encodeURIComponent(name)}/acl/${encodeURIComponent(entity)}`;
  return {
    kind: 'storage#objectAccessControl',
    object: name,
    generation: String(generation),
    id: `${bucket}/${name}/${generation}/${entity}`,
    selfLink: `${base}/storage/v1/${path}`,
    bucket,
    entity,
    role,
    ...entityDetails(entity),
    etag: objectEtag(generation, metageneration),
  };
}
