import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkContent } from '../../src/content/compile.ts';
import type { ExperimentQuestion, Lesson } from '../../src/content/compiled.ts';
import { locateHome, prepareHome } from '../../src/home.ts';
import type { Experiment } from '../../src/tutor/experiment.ts';
import { importExperiments } from '../../src/tutor/experiments.ts';
import { runExperiment } from '../../src/tutor/run-experiment.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { packageRoot, TestHost } from '../support/host.ts';
import { realClock } from '../support/stage.ts';

/** Runs an experiment, and tells what a learner is told, and what is left of it on the disk. */
async function run(experiment: Experiment, signal = new AbortController().signal) {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const host = { ...new TestHost({ home: directory }).host([]), clock: realClock };
  const told: string[] = [];
  const onlooker = {
    step: (text: string) => told.push(text),
    saw: (field: string, value: string) => told.push(`${field}=${value}`),
  };
  const outcome = await runExperiment(host, home, 'en', experiment, onlooker, signal).catch(
    (error: Error) => error,
  );
  return { outcome, told, left: readdirSync(home.workspaces) };
}

describe('an experiment', () => {
  it('does things with a sandbox of its own, and leaves nothing', async () => {
    const { outcome, told, left } = await run({
      services: ['storage'],
      async run({ storage, name, step, saw, advance, fetch, now }) {
        const bucket = storage.bucket(name('lab'));
        await step({ en: 'make a bucket', ko: '버킷 만들기' }, () => bucket.create());
        await bucket.file('a.txt').save('a');
        const [before] = await bucket.getMetadata();
        await advance(86_400);
        await bucket.file('b.txt').save('b');
        const [after] = await bucket.file('b.txt').getMetadata();
        const passed =
          Date.parse(String(after.timeCreated)) - Date.parse(String(before.timeCreated));
        saw('days', Math.floor(passed / 86_400_000));
        saw('ahead', Math.abs(now().getTime() - Date.parse(String(after.timeCreated))) < 60_000);
        saw('status', (await fetch(bucket.file('a.txt').publicUrl())).status);
        return 'done';
      },
    });
    expect({ outcome, told, left }).toEqual({
      outcome: 'done',
      told: ['make a bucket', 'days=1', 'ahead=true', 'status=200'],
      left: [],
    });
  });

  it('uses Compute Engine and asks the network', async () => {
    const { outcome, left } = await run({
      services: ['compute'],
      async run({ compute, project, zone, name, done, reach }) {
        const [started] = await compute.instances.insert({
          project,
          zone,
          instanceResource: {
            name: name('vm'),
            machineType: `zones/${zone}/machineTypes/e2-micro`,
            disks: [
              {
                boot: true,
                autoDelete: true,
                initializeParams: {
                  sourceImage: 'projects/debian-cloud/global/images/family/debian-13',
                },
              },
            ],
            networkInterfaces: [{ accessConfigs: [{ type: 'ONE_TO_ONE_NAT' }] }],
          },
        });
        await done(started);
        const ssh = await reach('internet', name('vm'), 22);
        const web = await reach('internet', name('vm'), 80);
        return `${ssh.allowed} ${web.allowed}`;
      },
    });
    expect({ outcome, left }).toEqual({ outcome: 'true false', left: [] });
  });

  it('that is given up, or fails, leaves nothing either', async () => {
    const controller = new AbortController();
    const givenUp = await run(
      {
        services: ['storage'],
        async run({ storage, name }) {
          await storage.bucket(name('lab')).create();
          controller.abort(new Error('given up'));
          return new Promise(() => {});
        },
      },
      controller.signal,
    );
    expect(givenUp).toMatchObject({ outcome: { message: 'given up' }, left: [] });
    const failed = await run({
      services: ['storage'],
      run: ({ storage, name }) =>
        storage
          .bucket(name('none'))
          .getMetadata()
          .then(() => 'there'),
    });
    expect(failed).toMatchObject({ outcome: { code: 404 }, left: [] });
  });
});

describe('the experiments of the lessons', () => {
  const lessons = [...checkContent(packageRoot).files]
    .filter(([name]) => /^lesson-.*\.en$/.test(name))
    .map(([, lesson]) => lesson as Lesson);
  const folderOf = new Map(
    readdirSync(join(packageRoot, 'lessons')).map((folder) => [
      folder.replace(/^\d+-/, ''),
      folder,
    ]),
  );
  const questions = lessons.flatMap(({ id, questions }) =>
    questions
      .filter((question): question is ExperimentQuestion => question.type === 'experiment')
      .map((question) => [`${id}: ${question.experiment}`, id, question] as const),
  );

  it.each(questions)('%s ends as the lesson says', async (_, lesson, question) => {
    const experiments = await importExperiments(folderOf.get(lesson) ?? lesson);
    const experiment = experiments[question.experiment];
    expect(Object.keys(experiments)).toContain(question.experiment);
    const { outcome, told, left } = await run(experiment as Experiment);
    const correct = question.options.find((option) => option.correct)?.id;
    expect({ outcome, left }).toEqual({ outcome: correct, left: [] });
    expect(told.length).toBeGreaterThan(0);
  });
});
