import type { Inspect } from '../../src/missions/define.ts';
import type { Predictions } from './predictions.ts';
import { unseenPredictions, type World } from './world.ts';

/**
 * Puts predictions that nobody has seen into the bucket for as long as they are needed. A program
 * that answers for these as well has no answer typed into it. What it writes beside them goes, too.
 */
export async function withUnseen<Result>(
  world: World,
  { storage }: Inspect,
  time: number,
  use: (unseen: Predictions, object: string, result: string) => Promise<Result>,
): Promise<Result> {
  const unseen = unseenPredictions(world, time);
  const bucket = storage.bucket(world.bucket);
  const [object, result] = [`${unseen.name}.csv`, `${unseen.name}.json`];
  await bucket.file(object).save(unseen.text, { resumable: false });
  try {
    return await use(unseen, object, result);
  } finally {
    for (const name of [object, result]) await bucket.file(name).delete({ ignoreNotFound: true });
  }
}
