import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStatus } from '../src/cloud/running-sandbox.ts';
import { chooseSandbox, openSandboxTarget } from '../src/cloud/sandbox-target.ts';
import { defaultRegion, type Target } from '../src/cloud/target.ts';
import { loadContent } from '../src/content/load.ts';
import type { Clock } from '../src/context.ts';
import { locateHome, prepareHome } from '../src/home.ts';
import { importMission } from '../src/missions/catalogue.ts';
import type { Mission, Task } from '../src/missions/define.ts';
import { Ledger } from '../src/missions/ledger.ts';
import { playMission, type RunResult } from '../src/missions/run.ts';
import { Seed } from '../src/missions/seed.ts';
import { workspaceFiles } from '../src/missions/workspace.ts';
import { temporaryDirectory } from './support/directories.ts';
import { packageRoot, TestHost } from './support/host.ts';

const ids = readdirSync(join(packageRoot, 'missions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Every mission is proven to be neither passable without work nor by the wrong work. */
describe.each(ids)('mission %s', async (id) => {
  const mission = await importMission(id);

  it('fails when nothing is done', async () => {
    const stage = await openStage(mission);
    const idle = Object.fromEntries(mission.tasks.map((task) => [task.id, async () => {}]));
    const result = await stage.play(idle);
    expect(result.verdict).toBe('failed');
    expect(result.tasks.filter((task) => task.state === 'passed')).toEqual([]);
    await stage.expectNothingLeft(result);
  });

  it.each(mission.tasks.map((task) => task.id))(
    'task %s does not pass without work',
    async (name) => {
      // Everything that it needs has been done, so that nothing but its own work is missing.
      const stage = await openStage(mission);
      const result = await stage.play({ [name]: async () => {} });
      const idle = result.tasks.find((task) => task.id === name);
      expect({ ...idle, calls: [] }).toMatchObject({ state: 'failed', hint: expect.any(String) });
      await stage.expectNothingLeft(result);
    },
  );

  it.each(mission.wrong.map((wrong) => wrong.name))('sees the mistake: %s', async (name) => {
    const wrong = mission.wrong.find((one) => one.name === name);
    const stage = await openStage(mission);
    const result = await stage.play(wrong?.solve);
    const failed = result.tasks.find((task) => task.state !== 'passed');
    expect({ ...failed, calls: [] }).toMatchObject({
      id: wrong?.failsAt,
      state: 'failed',
      hint: wrong?.hint,
    });
    expect(result.verdict).toBe('failed');
    await stage.expectNothingLeft(result);
  });

  it('passes with its solution, is torn down and leaves nothing', async () => {
    const stage = await openStage(mission);
    const result = await stage.play();
    expect(result.tasks.map(({ id: task, state, reason }) => [task, state, reason])).toEqual(
      mission.tasks.map((task) => [task.id, 'passed', undefined]),
    );
    const planned = mission.creates(stage.world);
    expect(result.created).toEqual(planned);
    expect(new Set(result.removed)).toEqual(new Set(planned));
    expect(result.calls.length).toBeGreaterThan(planned.length);
    await stage.expectNothingLeft(result);
  });

  it('differs from run to run in names and in contents', async () => {
    const [one, other] = [
      await openStage(mission, 'aaaaaaaa'),
      await openStage(mission, 'bbbbbbbb'),
    ];
    expect(mission.creates(one.world)).not.toEqual(mission.creates(other.world));
    const again = await openStage(mission, 'aaaaaaaa');
    expect(mission.creates(again.world)).toEqual(mission.creates(one.world));
  });

  it.each(['en', 'ko'] as const)('has a text for every task, hint and input (%s)', (language) => {
    const texts = loadContent(packageRoot).mission(id, language);
    expect(Object.keys(texts.tasks)).toEqual(mission.tasks.map((task) => task.id));
    expect(Object.keys(texts.inputs)).toEqual(Object.keys(mission.inputs));
    for (const wrong of mission.wrong) expect(texts.hints).toHaveProperty(wrong.hint);
  });
});

/** Real time: whoever waits for a machine gives up after a while. */
const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

async function openStage(mission: Mission, run = 'testrun2') {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const host = { ...new TestHost({ home: directory }).host([]), clock };
  const workspace = home.workspaceOf(run);
  const world = await mission.prepare({
    run,
    target: 'sandbox',
    region: defaultRegion,
    seed: new Seed(run),
    inputs: {},
    ...workspaceFiles(workspace, '/', {}),
  });
  const target = await openSandboxTarget(
    host,
    home,
    await chooseSandbox(home, run, false),
    mission.services,
  );
  const { onTestFinished } = await import('vitest');
  onTestFinished(() => target.close());
  const play = (solve?: Readonly<Record<string, Task<unknown>['solve']>>): Promise<RunResult> =>
    playMission({
      mission,
      world,
      target,
      ledger: Ledger.begin(home, host, {
        id: run,
        mission: mission.id,
        target: target.record,
        services: mission.services,
      }),
      clock,
      facts: loadContent(packageRoot).facts(),
      keep: false,
      interrupted: () => false,
      watcher: {
        taskStarted: async () => {},
        taskEnded: async () => {},
        tearingDown: async () => {},
        removing: () => {},
      },
      ...(solve === undefined ? {} : { solve }),
    });
  return { target, world, play, expectNothingLeft: expectNothingLeft(target) };
}

/** The sandbox itself is asked, not the report. */
function expectNothingLeft(target: Target) {
  return async (result: RunResult) => {
    expect(result.survivors).toEqual([]);
    expect(await readStatus(target.origins[0])).toMatchObject({
      buckets: 0,
      objects: 0,
      bytes: 0,
    });
  };
}
