import { basename } from 'node:path';
import type { WrongSolution } from '../../src/missions/define.ts';
import { createBucket, deleteOne, objectOf, uploadOne } from './actions.ts';
import type { World } from './world.ts';

/** What a bucket gets that does not say otherwise. */
const sevenDays = { retentionDurationSeconds: 7 * 24 * 3600 };

/** Mistakes that learners make; the checks must see each, and say the right thing about it. */
export const wrong: readonly WrongSolution<World>[] = [
  {
    name: 'the bucket is made where the defaults put it',
    failsAt: 'bucket',
    hint: 'bucket-location',
    solve: { bucket: (world, act) => createBucket(world, act, { location: 'US' }) },
  },
  {
    name: 'every object may have an access list of its own',
    failsAt: 'bucket',
    hint: 'bucket-uniformBucketLevelAccess',
    solve: {
      bucket: (world, act) =>
        createBucket(world, act, { iamConfiguration: { publicAccessPrevention: 'enforced' } }),
    },
  },
  {
    name: 'nothing keeps the bucket from becoming public',
    failsAt: 'bucket',
    hint: 'bucket-publicAccessPrevention',
    solve: {
      bucket: (world, act) =>
        createBucket(world, act, {
          iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
        }),
    },
  },
  {
    name: 'the bucket keeps what is deleted for seven days',
    failsAt: 'bucket',
    hint: 'bucket-softDelete',
    solve: { bucket: (world, act) => createBucket(world, act, { softDeletePolicy: sevenDays }) },
  },
  {
    name: 'an empty object has the right name',
    failsAt: 'upload-file',
    hint: 'content-differs',
    solve: {
      'upload-file': ({ bucket, file }, act) =>
        act.create(objectOf(bucket, file), () =>
          act.storage.bucket(bucket).file(file.object).save('', { resumable: false }),
        ),
    },
  },
  {
    name: 'the file lies in a folder that nobody asked for',
    failsAt: 'upload-file',
    hint: 'object-missing',
    solve: {
      'upload-file': ({ bucket, file }, act) =>
        uploadOne(act, bucket, { ...file, object: `uploads/${file.object}` }),
    },
  },
  {
    name: 'the folder is flattened into the bucket',
    failsAt: 'upload-folder',
    hint: 'folder-flattened',
    solve: {
      async 'upload-folder'({ bucket, folder }, act) {
        for (const one of folder) {
          await uploadOne(act, bucket, { ...one, object: basename(one.object) });
        }
      },
    },
  },
  {
    name: 'the file is moved away instead of deleted',
    failsAt: 'delete-files',
    hint: 'files-left',
    solve: {
      async 'delete-files'({ bucket, file, folder }, act) {
        const from = act.storage.bucket(bucket);
        await from.file(file.object).copy(from.file('trash/old'));
        for (const one of [file, ...folder]) await deleteOne(act, bucket, one);
      },
    },
  },
  {
    name: 'the objects are deleted while soft delete keeps them',
    failsAt: 'delete-files',
    hint: 'files-soft-deleted',
    solve: {
      async 'delete-files'({ bucket, file, folder }, act) {
        await act.storage.bucket(bucket).setMetadata({ softDeletePolicy: sevenDays });
        for (const one of [file, ...folder]) await deleteOne(act, bucket, one);
      },
    },
  },
  {
    name: 'the bucket is emptied and left',
    failsAt: 'delete-bucket',
    hint: 'bucket-left',
    solve: { 'delete-bucket': async () => {} },
  },
];
