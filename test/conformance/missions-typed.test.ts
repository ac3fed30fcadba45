import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { clientVariables } from '../../src/cloud/client-env.ts';
import { connectSsh } from '../../src/cloud/ssh-client.ts';
import { importMission } from '../../src/missions/catalogue.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { openGuide } from '../support/guided.ts';
import { openStage, realClock } from '../support/stage.ts';
import { requireTool, run } from './tools.ts';

/*
 * What a mission says that one would type is typed, on this machine with gcloud and in the VM
 * over SSH, and nothing else is done: the checks must pass.
 */
for (const id of ['create-bucket', 'create-vm', 'vm-shell']) {
  test(`${id} passes when all is typed that it shows`, { timeout: 300_000 }, (context) =>
    typeWholeMission(context, id),
  );
}

async function typeWholeMission(context: TestContext, id: string): Promise<void> {
  await requireTool(context, 'gcloud', 'Google Cloud SDK');
  const mission = await importMission(id);
  const stage = await openStage(mission);
  const { target } = stage;
  const env = {
    ...process.env,
    ...clientVariables(target.origins[0], target.project),
    CLOUDSDK_CONFIG: join(temporaryDirectory(), 'config'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  };
  async function typeAll(lines: readonly string[]): Promise<void> {
    let inVm = false;
    for (const line of lines) {
      if (line.startsWith('cloudlab ssh ')) inVm = true;
      else if (inVm) await typeInVm(line);
      else if (line.startsWith('gcloud ')) await run('bash', ['-c', line], { env });
    }
  }

  async function typeInVm(line: string): Promise<void> {
    const { vm, zone, key } = stage.world as VmWorld;
    const machine = await target.machine(zone, vm);
    if (machine === undefined) throw new Error(`${vm} is not there`);
    const privateKey = readFileSync(key.privateKeyFile, 'utf8');
    const login = { ...machine.ssh, user: key.user, privateKey };
    const connection = await connectSsh(login, { clock: realClock });
    try {
      const { code, stderr } = await connection.run(line, { timeoutMs: 120_000 });
      expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
    } finally {
      await connection.close();
    }
  }

  const { guide, passed, hints } = openGuide(stage);
  for (const task of mission.tasks) {
    await typeAll(task.commands(stage.world));
    expect({ task: task.id, left: await hints() }).not.toMatchObject({
      left: { [task.id]: expect.anything() },
    });
  }
  expect(passed).toEqual(mission.tasks.map((task) => task.id));
  expect(guide.course.isAllPassed).toBe(true);
}

/** What the world of vm-shell has, as far as it is needed to log in. */
interface VmWorld {
  readonly vm: string;
  readonly zone: string;
  readonly key: { readonly user: string; readonly privateKeyFile: string };
}
