import { createHash } from 'node:crypto';
import {
  defineMission,
  fail,
  type Mission,
  orMissing,
  pass,
  type Task,
} from '../../src/missions/define.ts';
import type { Dialect } from './dialect.ts';
import { meanTask } from './mean.ts';
import { repairTask } from './repair.ts';
import { bucketOf, objectOf, prepareWorld, resultOf, unseenNames, type World } from './world.ts';
import { wrongSolutions } from './wrong.ts';

/** The mission in one language: an object is uploaded, and programs read it. */
export function storageMission(dialect: Dialect): Mission {
  const repair = repairTask(dialect);
  const mean = meanTask(dialect);
  return defineMission<World>({
    id: dialect.id,
    services: ['storage'],
    program: dialect.program,
    ownNames: unseenNames,
    inputs: {},
    prepare: (preparation) => prepareWorld(preparation, dialect),
    creates: (world) => [bucketOf(world), objectOf(world), resultOf(world)],
    tasks: [uploadTask, repair, mean, deleteTask],
    wrong: wrongSolutions(dialect),
  });
}

/* What a person would type. */

const createCommand = ({ bucket, region }: World) =>
  `gcloud storage buckets create gs://${bucket} --location=${region} --uniform-bucket-level-access --soft-delete-duration=0`;

const uploadCommand = ({ bucket, dataPath }: World) =>
  `gcloud storage cp ${dataPath} gs://${bucket}/`;

const removeCommand = ({ bucket }: World) => `gcloud storage rm --recursive gs://${bucket}`;

const uploadTask: Task<World> = {
  id: 'upload',
  needs: [],
  given: ({ bucket, region, dataPath, object }) => ({
    bucket: `gs://${bucket}`,
    location: region,
    file: dataPath,
    object,
  }),
  commands: (world) => [createCommand(world), uploadCommand(world)],
  fixes: {
    'bucket-location': (world) => [
      removeCommand(world),
      createCommand(world),
      uploadCommand(world),
    ],
    'object-missing': (world) => [uploadCommand(world)],
    'content-differs': (world) => [uploadCommand(world)],
  },
  async solve(world, act) {
    const { bucket, region, object, dataPath } = world;
    await act.create(bucketOf(world), () =>
      act.storage.createBucket(bucket, {
        location: region.toUpperCase(),
        labels: { ...act.labels },
        iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
        softDeletePolicy: { retentionDurationSeconds: 0 },
      }),
    );
    await act.create(objectOf(world), () =>
      act.storage.bucket(bucket).upload(dataPath, {
        destination: object,
        resumable: false,
        preconditionOpts: { ifGenerationMatch: 0 },
      }),
    );
  },
  async check({ bucket, region, object, data }, { storage }) {
    const metadata = await orMissing(storage.bucket(bucket).getMetadata());
    if (metadata === undefined) return fail('bucket-missing', `gs://${bucket}: 200`, '404');
    const location = region.toUpperCase();
    if (metadata.location !== location) {
      return fail('bucket-location', `location=${location}`, `location=${metadata.location}`);
    }
    const found = await orMissing(storage.bucket(bucket).file(object).getMetadata());
    const md5Hash = createHash('md5').update(data.text).digest('base64');
    const expected = `${object} md5Hash=${md5Hash}`;
    if (found === undefined) return fail('object-missing', expected, `${object}: 404`);
    if (found.md5Hash !== md5Hash) {
      return fail('content-differs', expected, `${object} md5Hash=${found.md5Hash}`);
    }
    return pass(`gs://${bucket}/${object} size=${found.size} md5Hash=${md5Hash}`);
  },
};

const deleteTask: Task<World> = {
  id: 'delete',
  needs: ['upload', 'mean'],
  removes: true,
  given: ({ bucket }) => ({ bucket: `gs://${bucket}` }),
  commands: (world) => [removeCommand(world)],
  fixes: { 'bucket-never': (world) => [createCommand(world), removeCommand(world)] },
  async solve(world, act) {
    const bucket = act.storage.bucket(world.bucket);
    for (const one of [objectOf(world), resultOf(world)]) {
      await act.remove(one, () => bucket.file(one.name).delete());
    }
    await act.remove(bucketOf(world), () => bucket.delete());
  },
  async check({ bucket }, { storage, audit }) {
    const [exists] = await storage.bucket(bucket).exists();
    if (exists) return fail('bucket-left', `gs://${bucket}: 404`, `gs://${bucket}: 200`);
    // That it is not there proves nothing: the log has to know of its end.
    const resource = `projects/_/buckets/${bucket}`;
    const deleted = await audit({ methods: ['storage.buckets.delete'], resourcePrefix: resource });
    if (!deleted.some((one) => one.resource === resource && one.status < 400)) {
      return fail('bucket-never', 'storage.buckets.delete', '404');
    }
    return pass(`GET gs://${bucket}: 404 notFound`);
  },
};
