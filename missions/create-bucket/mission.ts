import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  type Act,
  defineMission,
  fail,
  type Inspect,
  pass,
  type SourceFile,
} from '../../src/missions/define.ts';
import type { Seed } from '../../src/missions/seed.ts';
import { bucketNameProblem } from './bucket-name.ts';

/** A file on this machine and the object that it becomes. */
interface Upload {
  readonly path: string;
  readonly object: string;
  readonly bytes: number;
}

interface World {
  readonly bucket: string;
  readonly region: string;
  readonly file: Upload;
  /** What the user sees as the folder on this machine. */
  readonly folderPath: string;
  readonly folderName: string;
  readonly folder: readonly Upload[];
}

/** What a bucket gets that does not say otherwise. */
const sevenDays = { retentionDurationSeconds: 7 * 24 * 3600 };

/** gcloud's own boundary between one request and a resumable upload. */
const resumableFrom = 8 * 1024 * 1024;

export default defineMission<World>({
  id: 'create-bucket',

  inputs: {
    bucket: { check: bucketNameProblem },
    file: {},
    folder: {},
  },

  prepare({ run, region, seed, inputs, writeFile, readSource }) {
    const file =
      inputs['file'] === undefined
        ? [writePredictions(seed, writeFile)]
        : readSource('file', 'file');
    const folder =
      inputs['folder'] === undefined
        ? writeExperiment(seed, writeFile)
        : { path: inputs['folder'], files: readSource('folder', 'folder') };
    const folderName = basename(folder.path);
    const [single] = file.map(({ path, relative }) => upload(path, relative));
    if (single === undefined) throw new Error('a file source is always one file');
    return {
      bucket:
        inputs['bucket'] ??
        `cloudlab-${seed.pick(['atlas', 'river', 'maple', 'pixel', 'orbit'])}-${run}`,
      region,
      file: single,
      folderPath: folder.path,
      folderName,
      folder: folder.files.map(({ path, relative }) => upload(path, `${folderName}/${relative}`)),
    };
  },

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
      commands: ({ bucket, region }) => [
        `gcloud storage buckets create gs://${bucket} --location=${region} --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0`,
      ],
      solve: (world, act) => createBucket(world, act, world.region.toUpperCase()),
      async check({ bucket, region }, { storage }) {
        const [metadata] = await storage.bucket(bucket).getMetadata();
        const { location, iamConfiguration, softDeletePolicy } = metadata;
        const settings = {
          location: String(location),
          uniformBucketLevelAccess: String(
            iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false,
          ),
          publicAccessPrevention: String(iamConfiguration?.publicAccessPrevention),
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
        return pass(
          Object.entries(settings)
            .map(([name, value]) => `${name}=${value}`)
            .join(' '),
        );
      },
    },
    {
      id: 'upload-file',
      needs: ['bucket'],
      commands: ({ bucket, file }) => [`gcloud storage cp ${quote(file.path)} gs://${bucket}/`],
      solve: ({ bucket, file }, act) => uploadOne(act, bucket, file),
      check: ({ bucket, file }, inspect) => checkUploaded(inspect, bucket, [file]),
    },
    {
      id: 'upload-folder',
      needs: ['bucket'],
      commands: ({ bucket, folderPath }) => [
        `gcloud storage cp --recursive ${quote(folderPath)} gs://${bucket}/`,
      ],
      async solve({ bucket, folder }, act) {
        for (const one of folder) await uploadOne(act, bucket, one);
      },
      check: ({ bucket, folder }, inspect) => checkUploaded(inspect, bucket, folder),
    },
    {
      id: 'delete-files',
      needs: ['upload-file', 'upload-folder'],
      commands: ({ bucket }) => [`gcloud storage rm --recursive "gs://${bucket}/**"`],
      async solve({ bucket, file, folder }, act) {
        for (const one of [file, ...folder]) await deleteOne(act, bucket, one);
      },
      async check({ bucket, file, folder }, { storage, recall }) {
        const uploads = [file, ...folder];
        const seen = uploads.filter((one) => recall(one.object) !== undefined).length;
        if (seen < uploads.length) {
          return fail('never-uploaded', `${uploads.length} objects seen before`, `${seen} seen`);
        }
        // Noncurrent and soft-deleted objects are listed nowhere by default, and billed all the same.
        const [left] = await storage.bucket(bucket).getFiles({ versions: true });
        const [hidden] = await storage.bucket(bucket).getFiles({ softDeleted: true });
        if (left.length > 0)
          return fail('files-left', '0 objects', list(left.map(({ name }) => name)));
        if (hidden.length > 0) {
          return fail(
            'files-soft-deleted',
            '0 soft-deleted objects',
            list(hidden.map(({ name }) => name)),
          );
        }
        return pass(`objects=0 noncurrent=0 softDeleted=0 (before: ${seen})`);
      },
    },
    {
      id: 'delete-bucket',
      needs: ['bucket', 'delete-files'],
      commands: ({ bucket }) => [`gcloud storage buckets delete gs://${bucket}`],
      solve: ({ bucket, region }, act) =>
        act.remove({ kind: 'bucket', name: bucket, location: region.toUpperCase() }, () =>
          act.storage.bucket(bucket).delete(),
        ),
      async check({ bucket }, { storage }) {
        const [exists] = await storage.bucket(bucket).exists();
        if (exists) return fail('bucket-left', `gs://${bucket}: 404`, `gs://${bucket}: 200`);
        return pass(`GET gs://${bucket}: 404 notFound`);
      },
    },
  ],

  wrong: [
    {
      name: 'the bucket is made where the defaults put it',
      failsAt: 'bucket',
      hint: 'bucket-location',
      solve: { bucket: (world, act) => createBucket(world, act, 'US') },
    },
    {
      name: 'the bucket keeps what is deleted for seven days',
      failsAt: 'bucket',
      hint: 'bucket-softDelete',
      solve: {
        bucket: (world, act) => createBucket(world, act, world.region.toUpperCase(), sevenDays),
      },
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
          await act.storage
            .bucket(bucket)
            .file(file.object)
            .copy(act.storage.bucket(bucket).file('trash/old'));
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
  ],
});

function objectOf(bucket: string, { object, bytes }: Upload) {
  return { kind: 'object', bucket, name: object, bytes } as const;
}

function upload(path: string, object: string): Upload {
  return { path, object, bytes: statSync(path).size };
}

function createBucket(
  { bucket }: World,
  act: Act,
  location: string,
  softDeletePolicy = { retentionDurationSeconds: 0 },
): Promise<void> {
  return act.create({ kind: 'bucket', name: bucket, location }, () =>
    act.storage.createBucket(bucket, {
      location,
      labels: { ...act.labels },
      iamConfiguration: {
        uniformBucketLevelAccess: { enabled: true },
        publicAccessPrevention: 'enforced',
      },
      softDeletePolicy,
    }),
  );
}

/** `ifGenerationMatch: 0` lets the client repeat a lost request safely: it can only create. */
function uploadOne(act: Act, bucket: string, one: Upload): Promise<void> {
  return act.create(objectOf(bucket, one), () =>
    act.storage.bucket(bucket).upload(one.path, {
      destination: one.object,
      resumable: one.bytes >= resumableFrom,
      preconditionOpts: { ifGenerationMatch: 0 },
    }),
  );
}

function deleteOne(act: Act, bucket: string, one: Upload): Promise<void> {
  return act.remove(objectOf(bucket, one), () =>
    act.storage.bucket(bucket).file(one.object).delete(),
  );
}

/** The provider's list of the bucket must hold each file under its name, with its size and MD5. */
async function checkUploaded(
  { storage, remember }: Inspect,
  bucket: string,
  uploads: readonly Upload[],
) {
  const [files] = await storage.bucket(bucket).getFiles();
  const byName = new Map(files.map((file) => [file.name, file.metadata]));
  for (const { path, object } of uploads) {
    const metadata = byName.get(object);
    if (metadata === undefined) {
      const flattened = object.includes('/') && byName.has(basename(object));
      return fail(
        flattened ? 'folder-flattened' : 'object-missing',
        object,
        list([...byName.keys()]),
      );
    }
    const md5 = await md5Of(path);
    if (metadata.md5Hash !== md5) {
      return fail(
        'content-differs',
        `${object} size=${statSync(path).size} md5Hash=${md5}`,
        `${object} size=${metadata.size} md5Hash=${metadata.md5Hash}`,
      );
    }
    remember(object, String(metadata.generation));
  }
  const [first] = uploads;
  const crc32c = first === undefined ? '' : byName.get(first.object)?.crc32c;
  const bytes = uploads.reduce((sum, one) => sum + one.bytes, 0);
  return pass(
    uploads.length === 1
      ? `size=${bytes} md5Hash=${first && byName.get(first.object)?.md5Hash} crc32c=${crc32c}`
      : `objects=${uploads.length} size=${bytes} md5Hash: ${uploads.length}/${uploads.length}`,
  );
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}

/** Predictions of a model, as a learner would store them. */
function writePredictions(seed: Seed, writeFile: WriteFile): SourceFile {
  const relative = `predictions-${seed.integer(100, 999)}.csv`;
  const rows = Array.from({ length: seed.integer(40, 80) }, (_, row) => {
    const label = seed.pick(['cat', 'dog', 'fox', 'owl']);
    return `${row + 1},${label},0.${seed.integer(500, 999)}`;
  });
  return { relative, path: writeFile(relative, `id,label,score\n${rows.join('\n')}\n`) };
}

/** One training experiment: parameters, a log, a binary model and a note in a folder below. */
function writeExperiment(seed: Seed, writeFile: WriteFile): { path: string; files: SourceFile[] } {
  const name = `experiment-${seed.integer(10, 99)}`;
  const epochs = Array.from(
    { length: seed.integer(5, 9) },
    (_, epoch) => `${epoch + 1},0.${seed.integer(100, 400)},0.${seed.integer(700, 990)}`,
  );
  const parameters = {
    learningRate: seed.integer(1, 9) / 1000,
    batchSize: 2 ** seed.integer(4, 7),
  };
  const contents: Record<string, string | Uint8Array> = {
    'params.json': `${JSON.stringify(parameters, null, 2)}\n`,
    'log.csv': `epoch,loss,accuracy\n${epochs.join('\n')}\n`,
    'model.bin': seed.bytes(4096 + seed.integer(0, 4096)),
    'notes/메모.txt': `run ${seed.integer(1000, 9999)}\n`,
  };
  const files = Object.entries(contents).map(([relative, content]) => ({
    relative,
    path: writeFile(`${name}/${relative}`, content),
  }));
  const [first] = files;
  if (first === undefined) throw new Error('an experiment has files');
  return { path: first.path.slice(0, -first.relative.length - 1), files };
}

type WriteFile = (relativePath: string, content: string | Uint8Array) => string;

function list(names: readonly string[]): string {
  if (names.length === 0) return '0 objects';
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown}, … (${names.length})` : shown;
}

/** Quotes a path for a shell where it needs it. */
function quote(path: string): string {
  return /^[\w./~:-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
