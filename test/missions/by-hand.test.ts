import { expect, it } from 'vitest';
import { importMission } from '../../src/missions/catalogue.ts';
import type { Hands, Outcome } from '../../src/missions/run.ts';
import { openStage } from '../support/stage.ts';

/** Answers what a learner at a terminal would choose, and keeps what was told in between. */
function hands(choices: readonly ('check' | 'solve' | 'leave')[]) {
  const told: Outcome[] = [];
  const left = [...choices];
  const made: Hands = {
    next: async () => left.shift() ?? 'leave',
    notYet: (_task, outcome) => void told.push(outcome),
  };
  return { made, told, left };
}

it('tells what is missing, again and again, and goes on once it is there', async () => {
  const stage = await openStage(await importMission('create-bucket'));
  const { made, told } = hands(['check', 'check', 'solve', 'solve', 'solve', 'solve', 'solve']);
  const result = await stage.play({ hands: made });
  expect(told.map(({ state, hint }) => [state, hint])).toEqual([
    ['failed', 'bucket-missing'],
    ['failed', 'bucket-missing'],
  ]);
  expect(result.verdict).toBe('passed');
  expect(result.survivors).toEqual([]);
});

it('counts, and takes away, what somebody made who is no part of the run', async () => {
  const stage = await openStage(await importMission('create-bucket'));
  const world = stage.world as { bucket: string };
  const labels = { 'cloudlab-run': 'testrun2' };
  await stage.target.storage.createBucket(world.bucket, {
    location: 'ASIA-NORTHEAST3',
    labels,
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
    softDeletePolicy: { retentionDurationSeconds: 0 },
  });
  const { made } = hands(['check', 'leave']);
  const result = await stage.play({ hands: made });
  expect(result.verdict).toBe('interrupted');
  expect(result.created.map(({ kind }) => kind)).toEqual(['bucket']);
  expect(result.survivors).toEqual([]);
  await stage.expectNothingLeft(result);
});

it('asks no more once somebody has left', async () => {
  const mission = await importMission('vm-shell');
  const stage = await openStage(mission);
  // The tasks after that need the VM alone, and it is there.
  const { made, left } = hands(['solve', 'leave', 'solve']);
  const result = await stage.play({ hands: made });
  expect(left).toEqual(['solve']);
  expect(result.tasks.map(({ state }) => state)).toEqual([
    'passed',
    ...mission.tasks.slice(1).map(() => 'interrupted'),
  ]);
  await stage.expectNothingLeft(result);
});
