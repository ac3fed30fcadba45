import { readFileSync, writeFileSync } from 'node:fs';
import { expect, type TestContext, test } from 'vitest';
import { python } from '../../missions/python-storage/python.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { openGuide } from '../support/guided.ts';
import { keptRuntime } from '../support/runtimes.ts';
import { openStage } from '../support/stage.ts';

interface World {
  readonly bucket: string;
  readonly object: string;
  readonly dataPath: string;
  readonly repair: { readonly path: string };
  readonly mean: { readonly path: string };
}

async function openLearner(context: TestContext) {
  await keptRuntime(context, 'python');
  const stage = await openStage(await importMission('python-storage'));
  const world = stage.world as World;
  const bucket = stage.target.storage.bucket(world.bucket);
  return {
    world,
    bucket,
    ...openGuide(stage),
    async upload() {
      await stage.target.storage.createBucket(world.bucket, { location: 'ASIA-NORTHEAST3' });
      await bucket.upload(world.dataPath);
    },
    /** How often programs have read the object that the learner has uploaded. */
    async reads() {
      const resourcePrefix = `projects/_/buckets/${world.bucket}/objects/${world.object}`;
      const methods = ['storage.objects.get'];
      const entries = await stage.target.audit({ since: new Date(0), methods, resourcePrefix });
      return entries.filter(({ userAgent }) => python.userAgent.test(userAgent)).length;
    },
  };
}

test('programs are judged as they are saved, and run once a content', {
  timeout: 120_000,
}, async (context) => {
  const { world, bucket, guide, hints, passed, deeds, taskOf, upload, reads } =
    await openLearner(context);
  expect(await hints()).toEqual({ upload: 'bucket-missing' });
  await upload();
  expect(await hints()).toEqual({ repair: 'program-untouched' });
  writeFileSync(world.repair.path, python.wrong.halfRepaired);
  expect(await hints()).toEqual({ repair: 'blob-is-text' });
  writeFileSync(world.repair.path, python.solutions.repair);
  expect(await hints()).toEqual({ mean: 'program-untouched' });
  writeFileSync(world.mean.path, python.wrong.silent);
  expect(await hints()).toEqual({ mean: 'program-silent' });
  // Whoever looks again does not run it again; whoever asks for it does.
  const before = await reads();
  expect(await hints()).toEqual({ mean: 'program-silent' });
  expect(await reads()).toBe(before);
  expect(await guide.runProgram(taskOf('mean'))).toMatchObject({ ending: 'exited', code: 0 });
  expect(await reads()).toBeGreaterThan(before);
  writeFileSync(world.mean.path, python.solutions.mean);
  expect(await hints()).toEqual({ delete: 'bucket-left' });
  await bucket.deleteFiles();
  await bucket.delete();
  expect(await hints()).toEqual({});
  expect(passed).toEqual(['upload', 'repair', 'mean', 'delete']);
  // What cloudlab puts there to try a program with is not told as the learner's doing.
  const written = Array.from({ length: 3 }, () => 'storage.objects.insert');
  expect([deeds.get('repair'), deeds.get('mean')]).toEqual([[], written]);
});

test('a task that cloudlab does leaves the learner’s file as it is', {
  timeout: 60_000,
}, async (context) => {
  const { world, guide, hints, taskOf, upload } = await openLearner(context);
  await upload();
  await hints();
  writeFileSync(world.repair.path, '# mine\n');
  expect(await guide.show(taskOf('repair'))).toMatchObject({ state: 'passed' });
  expect(readFileSync(world.repair.path, 'utf8')).toBe('# mine\n');
  expect(await hints()).toEqual({ mean: 'program-untouched' });
});
