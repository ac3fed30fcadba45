import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { actOn } from '../../src/missions/powers.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { openGuide } from '../support/guided.ts';
import { openStage } from '../support/stage.ts';
import { requireTool, run } from './tools.ts';

/*
 * What the last hint says to somebody whose work the check has found wrong is typed with gcloud:
 * the very thing that was found is put right, and the next look finds the task done.
 */
for (const [id, hints] of [
  ['create-bucket', ['bucket-location', 'bucket-softDelete', 'files-soft-deleted']],
  ['create-vm', ['address-region', 'vm-zone', 'disk-left']],
] as const) {
  test(`${id}: its last hints put mistakes right`, { timeout: 300_000 }, async (context) => {
    await requireTool(context, 'gcloud', 'Google Cloud SDK');
    for (const hint of hints) await putRight(id, hint);
  });
}

async function putRight(id: string, hint: string): Promise<void> {
  const mission = await importMission(id);
  const stage = await openStage(mission);
  const { world, target } = stage;
  const mistake = mission.wrong.find((one) => one.hint === hint);
  const { guide, solve, hints } = openGuide(stage);
  const env = {
    ...process.env,
    ...clientVariables(target.origins[0], target.project),
    CLOUDSDK_CONFIG: join(temporaryDirectory(), 'config'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  };
  for (const task of mission.tasks) {
    const wrongly = mistake?.solve[task.id];
    if (wrongly === undefined) await solve(task);
    else await wrongly(world, actOn(guide.run, guide.run.access));
    const look = (await guide.look()).get(task.id);
    if (task.id !== mistake?.failsAt) continue;
    expect(look).toMatchObject({ hint });
    const lines = task.fixes?.[hint]?.(world, look?.found ?? '') ?? [];
    for (const line of lines) await run('bash', ['-c', line], { env });
    expect({ hint, left: (await hints())[task.id] }).toEqual({ hint, left: undefined });
    return;
  }
  throw new Error(`${id} does not foresee ${hint}`);
}
