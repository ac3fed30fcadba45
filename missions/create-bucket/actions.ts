import { type Act, type Inspect, orMissing } from '../../src/missions/define.ts';
import { md5Of, type Upload, type World } from './world.ts';

/** gcloud's own boundary between one request and a resumable upload. */
const resumableFrom = 8 * 1024 * 1024;

type BucketSettings = NonNullable<Parameters<Inspect['storage']['createBucket']>[1]>;

/**
 * Creates the bucket as the mission wants it.
 *
 * @param mistakes settings to get wrong on purpose
 */
export function createBucket(
  { bucket, region }: World,
  act: Act,
  mistakes: BucketSettings = {},
): Promise<void> {
  const location = region.toUpperCase();
  return act.create({ kind: 'bucket', name: bucket, location }, () =>
    act.storage.createBucket(bucket, {
      location,
      labels: { ...act.labels },
      iamConfiguration: {
        uniformBucketLevelAccess: { enabled: true },
        publicAccessPrevention: 'enforced',
      },
      softDeletePolicy: { retentionDurationSeconds: 0 },
      ...mistakes,
    }),
  );
}

/** The bucket as the provider has it; undefined where there is none. */
export function bucketMetadata({ storage }: Inspect, bucket: string) {
  return orMissing(storage.bucket(bucket).getMetadata());
}

/**
 * `ifGenerationMatch: 0` lets the client repeat a lost request safely: it can
 * only create. The MD5 goes along, so that Cloud Storage refuses damaged bytes.
 */
export async function uploadOne(act: Act, bucket: string, one: Upload): Promise<void> {
  const md5Hash = await md5Of(one.path);
  await act.create(objectOf(bucket, one), () =>
    act.storage.bucket(bucket).upload(one.path, {
      destination: one.object,
      resumable: one.bytes >= resumableFrom,
      preconditionOpts: { ifGenerationMatch: 0 },
      // Objects have no labels; their own metadata says as well whose they are.
      metadata: { md5Hash, metadata: { ...act.labels } },
    }),
  );
}

export function deleteOne(act: Act, bucket: string, one: Upload): Promise<void> {
  return act.remove(objectOf(bucket, one), () =>
    act.storage.bucket(bucket).file(one.object).delete(),
  );
}

/** The object as the ledger names it. */
export function objectOf(bucket: string, { object, bytes }: Upload) {
  return { kind: 'object', bucket, name: object, bytes } as const;
}
