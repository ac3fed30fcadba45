import { readFileSync, truncateSync } from 'node:fs';
import { expect, it } from 'vitest';
import { addressOf } from '../../src/cloud/resource.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { dataDirIsGone, wasReset } from '../../src/missions/guided/open-run.ts';
import { tearDown } from '../../src/missions/teardown.ts';
import { hintsOf, openGuide, reopenGuide } from '../support/guided.ts';
import { TestHost } from '../support/host.ts';
import { openStage } from '../support/stage.ts';

const bucketMission = await importMission('create-bucket');

/** What create-bucket asks for. */
interface BucketWorld {
  readonly bucket: string;
  readonly file: { readonly path: string; readonly object: string };
  readonly folder: readonly { readonly path: string; readonly object: string }[];
}

/** A learner with Google's client for Node, who puts no label on anything. */
async function openLearner(options: { keep?: boolean } = {}) {
  const stage = await openStage(bucketMission);
  const world = stage.world as BucketWorld;
  const bucket = stage.target.storage.bucket(world.bucket);
  const create = (location = 'ASIA-NORTHEAST3') =>
    stage.target.storage.createBucket(world.bucket, {
      location,
      iamConfiguration: {
        uniformBucketLevelAccess: { enabled: true },
        publicAccessPrevention: 'enforced',
      },
      softDeletePolicy: { retentionDurationSeconds: 0 },
    });
  const upload = ({ path, object }: BucketWorld['file']) =>
    bucket.upload(path, { destination: object });
  return { stage, world, bucket, create, upload, ...openGuide(stage, options) };
}

it('sees each task the moment it is done, several at once and before they were asked for', async () => {
  const learner = await openLearner();
  const { world, bucket, create, upload, passed, hints, guide } = learner;
  expect(await hints()).toEqual({ bucket: 'bucket-missing' });
  await create();
  await upload(world.file);
  for (const one of world.folder) await upload(one);
  expect(await hints()).toEqual({ 'delete-files': 'files-left' });
  expect(passed).toEqual(['bucket', 'upload-file', 'upload-folder']);
  expect(learner.deeds.get('bucket')).toEqual([
    'storage.buckets.insert',
    ...Array.from({ length: 5 }, () => 'storage.objects.insert'),
  ]);
  await bucket.deleteFiles();
  await bucket.delete();
  expect(await hints()).toEqual({});
  expect(guide.course.isAllPassed).toBe(true);
});

it('believes a deletion only where the log has it, of what this run has seen', async () => {
  const { world, bucket, create, upload, hints, ledger, stage } = await openLearner();
  await create();
  await hints();
  await upload(world.file);
  for (const one of world.folder) await upload(one);
  await hints();
  // The same run over a log that has forgotten: as if the deletions had never been made.
  await bucket.deleteFiles();
  await bucket.delete();
  const logOf = (log: Partial<typeof stage.target>) => ({
    ...stage,
    target: Object.create(stage.target, Object.getOwnPropertyDescriptors(log)),
  });
  const forgetful = reopenGuide(logOf({ audit: async () => [] }), ledger);
  expect(await forgetful.hints()).toEqual({ 'delete-files': 'files-never' });
  const withoutObjects = reopenGuide(
    logOf({
      recordsData: false,
      async audit({ methods }) {
        if (methods?.includes('storage.objects.delete')) return [];
        throw new Error('no permission');
      },
    }),
    ledger,
  );
  expect(await withoutObjects.hints()).toEqual({});
  expect(ledger.path).toSatisfy((path: string) =>
    readFileSync(path, 'utf8').includes('seen before: '),
  );
});

it('opens a task again whose thing is gone, and does not blame the one that needs it', async () => {
  const { bucket, create, hints, passed, reopened } = await openLearner();
  await create();
  expect(await hints()).toEqual({
    'upload-file': 'object-missing',
    'upload-folder': 'object-missing',
  });
  await bucket.delete();
  expect(await hints()).toEqual({});
  expect(reopened).toEqual(['bucket']);
  expect(await hints()).toEqual({ bucket: 'bucket-missing' });
  await create();
  await hints();
  expect(passed).toEqual(['bucket', 'bucket']);
});

it('goes on with a run whatever became of its process, and remembers what its checks saw', async () => {
  const { stage, world, create, upload, hints, ledger } = await openLearner();
  await create();
  await upload(world.file);
  await hints();
  // Killed in the middle of a line.
  truncateSync(ledger.path, readFileSync(ledger.path).length - 3);
  const again = reopenGuide(stage, ledger);
  for (const one of world.folder) await upload(one);
  expect(await again.hints()).toEqual({ 'delete-files': 'files-left' });
  expect(again.guide.course.stateOf(again.taskOf('bucket'))).toBe('passed');
});

it('does a task that is skipped, and does not count it', async () => {
  const { guide, taskOf, passed, hints, deeds } = await openLearner();
  expect(await guide.show(taskOf('bucket'))).toMatchObject({ state: 'passed' });
  expect(await hints()).toMatchObject({ 'upload-file': 'object-missing' });
  for (const task of ['upload-file', 'upload-folder', 'delete-files', 'delete-bucket']) {
    await guide.show(taskOf(task));
  }
  expect(guide.course.isOver).toBe(true);
  expect(guide.course.isAllPassed).toBe(false);
  expect([passed, deeds.size]).toEqual([[], 0]);
});

it('takes away what a learner made without any label, and nothing that was there before', async () => {
  const { stage, bucket, create, upload, world, hints, ledger } = await openLearner();
  await stage.target.storage.createBucket('of-somebody-else');
  await create('US');
  await upload(world.file);
  expect(await hints()).toEqual({ bucket: 'bucket-location' });
  const { removed, survivors, searched } = await tearDown(stage.target, ledger);
  expect([survivors, searched]).toEqual([[], true]);
  expect(removed.map(({ kind }) => kind)).toContain('bucket');
  expect(await bucket.exists()).toEqual([false]);
  expect(await stage.target.storage.bucket('of-somebody-else').exists()).toEqual([true]);
});

it('takes away what a learner made in another place than was asked for, and nothing of another name', async () => {
  const stage = await openStage(await importMission('create-vm'));
  const { compute, project } = stage.target;
  const { vm, address } = stage.world as { vm: string; address: string };
  const insert = (name: string, zone: string) =>
    compute.instances.insert({
      project,
      zone,
      instanceResource: {
        name,
        machineType: `zones/${zone}/machineTypes/e2-micro`,
        disks: [
          {
            boot: true,
            initializeParams: {
              sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
            },
          },
        ],
        networkInterfaces: [{ network: 'global/networks/default' }],
      },
    });
  const { ledger } = openGuide(stage);
  await insert(vm, 'us-central1-a');
  await insert('of-somebody-else', 'us-central1-a');
  await compute.addresses.insert({
    project,
    region: 'us-east1',
    addressResource: { name: address },
  });
  const { removed, survivors, searched } = await tearDown(stage.target, ledger);
  expect([survivors, searched]).toEqual([[], true]);
  expect(removed.map(addressOf)).toEqual([
    `zones/us-central1-a/instances/${vm}`,
    `zones/us-central1-a/disks/${vm}`,
    `regions/us-east1/addresses/${address}`,
  ]);
  const [left] = await compute.instances.list({ project, zone: 'us-central1-a' });
  expect(left.map(({ name }) => name)).toEqual(['of-somebody-else']);
});

it('calls a provider that fails no mistake of the learner, and names the call', async () => {
  const { stage, create, hints, guide } = await openLearner();
  await create();
  await hints();
  const { storage } = stage.target;
  Object.assign(storage.retryOptions, { autoRetry: false });
  await stage.target.close();
  const looks = await guide.look();
  expect(hintsOf(looks)).toEqual({ 'upload-file': 'error', 'upload-folder': 'error' });
  expect(looks.get('upload-file')?.failedCall).toMatchObject({
    api: 'storage.objects.list',
    status: 0,
  });
}, 60_000);

it('knows a sandbox that was reset since from one in which things were done', async () => {
  const { stage, create, hints, ledger } = await openLearner();
  const state = () => {
    const { guided, ...rest } = ledger.state;
    if (guided === undefined) throw new Error('not guided');
    return { ...rest, guided };
  };
  expect([dataDirIsGone(state()), await wasReset(stage.target, state())]).toEqual([false, false]);
  await create();
  await hints();
  expect([dataDirIsGone(state()), await wasReset(stage.target, state())]).toEqual([false, false]);
  const forgetful = Object.create(stage.target, { audit: { value: async () => [] } });
  expect(await wasReset(forgetful, state())).toBe(true);
  const elsewhere = {
    ...state().start,
    target: { kind: 'sandbox', dataDir: '/no', private: true },
  };
  expect(dataDirIsGone({ ...state(), start: elsewhere as never })).toBe(true);
});

it('leaves a run that somebody may go on with to its learner, until cleanup is told its name', async () => {
  const { stage, create, hints, ledger } = await openLearner();
  await create();
  await hints();
  ledger.note({ event: 'left' });
  await stage.target.close();
  const cleanup = (...args: string[]) =>
    new TestHost({ home: stage.home.path }).run('cleanup', '--json', ...args);
  const spared = await cleanup();
  expect([spared.code, JSON.parse(spared.stdout)]).toMatchObject([
    0,
    { runs: [{ state: 'paused' }] },
  ]);
  const removed = await cleanup(stage.run);
  expect([removed.code, JSON.parse(removed.stdout)]).toMatchObject([
    0,
    { runs: [{ state: 'clean', removed: [expect.stringContaining('gs://')] }] },
  ]);
});

it('with --keep, asks for nothing that removes', async () => {
  const { world, create, upload, hints, guide } = await openLearner({ keep: true });
  await create();
  await upload(world.file);
  for (const one of world.folder) await upload(one);
  expect(await hints()).toEqual({});
  expect(guide.course.isAllPassed).toBe(true);
});

it.each(['create-bucket', 'create-vm', 'vm-shell', 'least-privilege'])(
  '%s sees each task, and opens none again, in whichever sitting it is done',
  async (id) => {
    const stage = await openStage(await importMission(id));
    const first = openGuide(stage);
    for (const task of stage.mission.tasks) {
      const sitting = reopenGuide(stage, first.ledger);
      await sitting.hints();
      await sitting.solve(task);
      await sitting.hints();
      expect([sitting.passed, sitting.reopened]).toEqual([[task.id], []]);
    }
  },
  120_000,
);
