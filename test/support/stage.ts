import { expect, onTestFinished } from 'vitest';
import { readStatus } from '../../src/cloud/running-sandbox.ts';
import { chooseSandbox, openSandboxTarget } from '../../src/cloud/sandbox-target.ts';
import { defaultRegion, sandboxProject, type Target } from '../../src/cloud/target.ts';
import { loadContent } from '../../src/content/load.ts';
import type { Clock } from '../../src/context.ts';
import { locateHome, prepareHome } from '../../src/home.ts';
import type { Mission } from '../../src/missions/define.ts';
import { Ledger } from '../../src/missions/ledger.ts';
import { programsOf } from '../../src/missions/program/programs.ts';
import { playMission, type Run, type RunResult } from '../../src/missions/run.ts';
import { Seed } from '../../src/missions/seed.ts';
import { workspaceFiles } from '../../src/missions/workspace.ts';
import { expectNoMachines } from './compute.ts';
import { temporaryDirectory } from './directories.ts';
import { packageRoot, TestHost } from './host.ts';
import { keptRuntime } from './runtimes.ts';

/** Real time: whoever waits for a machine gives up after a while. */
export const realClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Whoever wants to skip a test has asked before for the reason. */
const noSkipping = {
  skip(reason: string): never {
    throw new Error(reason);
  },
};

/** A mission and a sandbox of its own, in which it can be played once. */
export async function openStage(mission: Mission, run = 'testrun2') {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const host = { ...new TestHost({ home: directory }).host([]), clock: realClock };
  const programs =
    mission.program && programsOf(host, await keptRuntime(noSkipping, mission.program));
  const world = await mission.prepare({
    run,
    target: 'sandbox',
    project: sandboxProject,
    region: defaultRegion,
    seed: new Seed(run),
    inputs: {},
    interpreter: programs?.interpreter ?? '',
    ...workspaceFiles(home.workspaceOf(run), '/', {}),
  });
  const { id, services } = mission;
  const record = await chooseSandbox(home, run, false);
  const { enforces = false } = mission;
  const opened = await openSandboxTarget(host, home, record, services, { enforces });
  const target = programs?.ledTo(opened, home.workspaceOf(run)) ?? opened;
  onTestFinished(() => target.close());
  const play = (how: Pick<Run, 'solve'> = {}): Promise<RunResult> =>
    playMission({
      mission,
      world,
      target,
      ledger: Ledger.begin(home, host, { id: run, mission: id, target: record, services }),
      clock: realClock,
      facts: loadContent(packageRoot).facts(),
      keep: false,
      interrupted: () => false,
      watcher: {
        taskStarted: async () => {},
        taskEnded: async () => {},
        tearingDown: async () => {},
        removing: () => {},
      },
      ...how,
    });
  const expectNothing = expectNothingLeft(target);
  return { mission, run, home, host, target, world, play, expectNothingLeft: expectNothing };
}

/** The sandbox itself is asked, not the report. */
function expectNothingLeft(target: Target) {
  return async (result: RunResult) => {
    expect(result.survivors).toEqual([]);
    const [url] = target.origins;
    expect(await readStatus(url)).toMatchObject({ buckets: 0, objects: 0, bytes: 0 });
    if (target.services.includes('compute')) await expectNoMachines(url);
  };
}
