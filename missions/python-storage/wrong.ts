import { writeFileSync } from 'node:fs';
import type { Act, WrongSolution } from '../../src/missions/define.ts';
import type { Dialect } from './dialect.ts';
import { objectOf, type World } from './world.ts';

/** Mistakes that learners make, and answers that no program of theirs has found. */
export function wrongSolutions({
  wrong,
  solutions,
  starters,
}: Dialect): readonly WrongSolution<World>[] {
  const repair = (name: string, hint: string, source: string) => ({
    name,
    failsAt: 'repair',
    hint,
    solve: { repair: async (world: World) => writeFileSync(world.repair.path, source) },
  });
  const mean = (name: string, hint: string, source: string | ((world: World) => string)) => ({
    name,
    failsAt: 'mean',
    hint,
    solve: {
      mean: async (world: World) =>
        writeFileSync(world.mean.path, typeof source === 'string' ? source : source(world)),
    },
  });
  const answerOf = ({ data }: World) => [JSON.stringify(data.means), data.rows] as const;
  return [
    {
      name: 'the object has other bytes than the file',
      failsAt: 'upload',
      hint: 'content-differs',
      solve: {
        async upload(world, act) {
          await createBucket(world, act);
          await act.create(objectOf(world), () =>
            act.storage.bucket(world.bucket).file(world.object).save('', { resumable: false }),
          );
        },
      },
    },
    repair('nothing is repaired', 'program-untouched', `${starters.repair}\n`),
    repair('one mistake is left', 'blob-is-text', wrong.halfRepaired),
    repair('the file is written elsewhere', 'file-missing', wrong.elsewhere),
    mean('a program that Python or Node cannot read', 'program-syntax', wrong.syntax),
    mean('another package', 'program-import', wrong.wrongImport),
    mean('a program that fails', 'program-exit', wrong.exits),
    mean('a program that says nothing', 'program-silent', wrong.silent),
    mean('a program that prints without end', 'program-output', wrong.chatty),
    mean('lines are split at commas', 'labels-differ', wrong.splits),
    mean('a missing score counts as nothing', 'blank-is-no-zero', wrong.blanks),
    mean('an HTTP client instead of the library', 'not-the-library', wrong.withoutLibrary),
    mean('the answer of a file of this machine', 'no-download', wrong.fromDisk),
    mean('a typed answer', 'answer-typed', (world) => wrong.typed(...answerOf(world))),
    mean('names that stand in the program', 'names-ignored', (world) =>
      wrong.fixedNames(solutions.mean, world.bucket, world.object, world.result),
    ),
    {
      name: 'the result is uploaded by hand',
      failsAt: 'mean',
      hint: 'result-not-written',
      solve: {
        async mean(world, act) {
          writeFileSync(world.mean.path, wrong.readsOnly);
          await act.storage
            .bucket(world.bucket)
            .file(world.result)
            .save(JSON.stringify(world.data.means), { resumable: false });
        },
      },
    },
    {
      name: 'the bucket is left',
      failsAt: 'delete',
      hint: 'bucket-left',
      solve: { delete: async () => {} },
    },
  ];
}

function createBucket({ bucket, region }: World, act: Act): Promise<void> {
  const location = region.toUpperCase();
  return act.create({ kind: 'bucket', name: bucket, location }, () =>
    act.storage.createBucket(bucket, { location, labels: { ...act.labels } }),
  );
}
