import { basename } from 'node:path';
import { defineMission, fail, type Inspect, pass } from '../../src/missions/define.ts';
import { bucketMetadata, createBucket, deleteOne, objectOf, uploadOne } from './actions.ts';
import { bucketNameProblem } from './bucket-name.ts';
import { checkBucketDeleted, checkFilesDeleted, list } from './check-deleted.ts';
import {
  createCommand,
  deleteCommand,
  emptyCommand,
  removeCommand,
  updateCommand,
  uploadFileCommand,
  uploadFolderCommand,
} from './commands.ts';
import { md5Of, prepareWorld, type Upload, type World } from './world.ts';
import { wrong } from './wrong.ts';

export default defineMission<World>({
  id: 'create-bucket',
  services: ['storage'],

  inputs: {
    bucket: { check: bucketNameProblem },
    file: {},
    folder: {},
  },

  prepare: prepareWorld,

  creates({ bucket, region, file, folder }) {
    return [
      { kind: 'bucket', name: bucket, location: region.toUpperCase() },
      ...[file, ...folder].map((one) => objectOf(bucket, one)),
    ];
  },

  tasks: [
    {
      id: 'bucket',
      needs: [],
      given: ({ bucket, region }) => ({ bucket: `gs://${bucket}`, location: region }),
      commands: (world) => [createCommand(world)],
      fixes: {
        'bucket-location': (world) => [removeCommand(world), createCommand(world)],
        'bucket-uniformBucketLevelAccess': updateCommand('--uniform-bucket-level-access'),
        'bucket-publicAccessPrevention': updateCommand('--public-access-prevention'),
        'bucket-softDelete': updateCommand('--clear-soft-delete'),
      },
      solve: (world, act) => createBucket(world, act),
      async check({ bucket, region }, inspect) {
        const metadata = await bucketMetadata(inspect, bucket);
        if (metadata === undefined) return fail('bucket-missing', `gs://${bucket}: 200`, '404');
        const { location, iamConfiguration: iam, softDeletePolicy } = metadata;
        const settings = {
          location: String(location),
          uniformBucketLevelAccess: String(iam?.uniformBucketLevelAccess?.enabled ?? false),
          publicAccessPrevention: String(iam?.publicAccessPrevention),
          softDelete: `${softDeletePolicy?.retentionDurationSeconds ?? 0}s`,
        };
        const wanted = {
          location: region.toUpperCase(),
          uniformBucketLevelAccess: 'true',
          publicAccessPrevention: 'enforced',
          softDelete: '0s',
        };
        for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
          if (settings[name] !== wanted[name]) {
            return fail(`bucket-${name}`, `${name}=${wanted[name]}`, `${name}=${settings[name]}`);
          }
        }
        // When it was made tells it from another of the same name.
        inspect.remember(bucket, String(metadata.timeCreated));
        const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
        return pass(pairs.join(' '));
      },
    },
    {
      id: 'upload-file',
      needs: ['bucket'],
      given: ({ bucket, file }) => ({ bucket: `gs://${bucket}`, file: file.path }),
      commands: (world) => [uploadFileCommand(world)],
      solve: ({ bucket, file }, act) => uploadOne(act, bucket, file),
      check: ({ bucket, file }, inspect) => checkUploaded(inspect, bucket, [file]),
    },
    {
      id: 'upload-folder',
      needs: ['bucket'],
      given: ({ bucket, folderPath }) => ({ bucket: `gs://${bucket}`, folder: folderPath }),
      commands: (world) => [uploadFolderCommand(world)],
      async solve({ bucket, folder }, act) {
        for (const one of folder) await uploadOne(act, bucket, one);
      },
      check: ({ bucket, folder }, inspect) => checkUploaded(inspect, bucket, folder),
    },
    {
      id: 'delete-files',
      needs: ['upload-file', 'upload-folder'],
      removes: true,
      given: ({ bucket }) => ({ bucket: `gs://${bucket}` }),
      commands: (world) => [emptyCommand(world)],
      fixes: {
        // What soft delete keeps cannot be deleted by itself, but goes with its bucket.
        'files-soft-deleted': (world) => [
          ...updateCommand('--clear-soft-delete')(world),
          deleteCommand(world),
        ],
        'files-never': (world) => [
          uploadFileCommand(world),
          uploadFolderCommand(world),
          emptyCommand(world),
        ],
      },
      async solve({ bucket, file, folder }, act) {
        for (const one of [file, ...folder]) await deleteOne(act, bucket, one);
      },
      check: checkFilesDeleted,
    },
    {
      id: 'delete-bucket',
      needs: ['bucket', 'delete-files'],
      removes: true,
      given: ({ bucket }) => ({ bucket: `gs://${bucket}` }),
      commands: (world) => [deleteCommand(world)],
      fixes: { 'bucket-never': (world) => [createCommand(world), deleteCommand(world)] },
      solve: ({ bucket, region }, act) =>
        act.remove({ kind: 'bucket', name: bucket, location: region.toUpperCase() }, () =>
          act.storage.bucket(bucket).delete(),
        ),
      check: checkBucketDeleted,
    },
  ],

  wrong,
});

/** The provider's list of the bucket must hold each file under its name, with its size and MD5. */
async function checkUploaded(
  { storage, remember }: Inspect,
  bucket: string,
  uploads: readonly Upload[],
) {
  const [files] = await storage.bucket(bucket).getFiles();
  const byName = new Map(files.map((file) => [file.name, file.metadata]));
  const proofs: string[] = [];
  for (const { path, object, bytes } of uploads) {
    const metadata = byName.get(object);
    if (metadata === undefined) {
      const flattened = object.includes('/') && byName.has(basename(object));
      return fail(flattened ? 'folder-flattened' : 'object-missing', object, list(files));
    }
    const md5 = await md5Of(path);
    if (metadata.md5Hash !== md5) {
      return fail(
        'content-differs',
        `${object} size=${bytes} md5Hash=${md5}`,
        `${object} size=${metadata.size} md5Hash=${metadata.md5Hash}`,
      );
    }
    remember(object, String(metadata.generation));
    proofs.push(`size=${metadata.size} md5Hash=${metadata.md5Hash} crc32c=${metadata.crc32c}`);
  }
  const [first = ''] = proofs;
  if (uploads.length === 1) return pass(first);
  const total = uploads.reduce((sum, one) => sum + one.bytes, 0);
  return pass(`objects=${uploads.length} size=${total} md5Hash=${proofs.length}/${uploads.length}`);
}
