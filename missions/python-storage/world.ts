import type { Preparation } from '../../src/missions/define.ts';
import { Seed } from '../../src/missions/seed.ts';
import type { Dialect } from './dialect.ts';
import { makePredictions, type Predictions } from './predictions.ts';

/** Names and files of one run. */
export interface World {
  readonly run: string;
  readonly bucket: string;
  readonly region: string;
  readonly object: string;
  readonly result: string;
  /** The predictions on this machine, to be uploaded. */
  readonly dataPath: string;
  readonly data: Predictions;
  readonly interpreter: string;
  readonly repair: LearnersFile;
  readonly mean: LearnersFile;
}

export interface LearnersFile {
  readonly path: string;
  /** Where cloudlab writes its own solution: never over the learner's. */
  readonly solutionPath: string;
  /** What was put there to begin with. */
  readonly starter: string;
}

export function prepareWorld(preparation: Preparation, dialect: Dialect): World {
  const { run, region, seed, interpreter, writeFile, startFile } = preparation;
  const word = seed.pick(['amber', 'cedar', 'delta', 'ember', 'fjord']);
  const data = makePredictions(seed);
  const object = `predictions-${seed.integer(100, 999)}.csv`;
  const { files, starters } = dialect;
  const learners = (name: string, starter: string): LearnersFile => ({
    path: startFile(name, starter),
    solutionPath: writeFile(`solution/${name}`, ''),
    starter,
  });
  return {
    run,
    bucket: `cloudlab-${word}-${run}`,
    region,
    object,
    result: `result-${seed.integer(100, 999)}.json`,
    dataPath: writeFile(object, data.text),
    data,
    interpreter,
    repair: learners(files.repair, starters.repair),
    mean: learners(files.mean, starters.mean),
  };
}

/** The uploaded object, as the ledger names it. */
export function objectOf({ bucket, object, data }: World) {
  return { kind: 'object', bucket, name: object, bytes: Buffer.byteLength(data.text) } as const;
}

/** The object that the learner's program writes; how long it gets is not known before. */
export function resultOf({ bucket, result }: World) {
  return { kind: 'object', bucket, name: result, bytes: 0 } as const;
}

export function bucketOf({ bucket, region }: World) {
  return { kind: 'bucket', name: bucket, location: region.toUpperCase() } as const;
}

/** Of predictions that nobody has seen, and of what is computed from them. */
export const unseenNames = /\/objects\/check-[0-9a-f]{16}\./;

/** Another file of the same kind, which nobody has seen: a new one each time. */
export function unseenPredictions(world: World, time: number): Predictions & { name: string } {
  const seed = new Seed(`${world.run} unseen ${time}`);
  return { ...makePredictions(seed), name: `check-${seed.bytes(8).toString('hex')}` };
}
