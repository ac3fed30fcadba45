import { onTestFinished } from 'vitest';
import { addressOf } from '../../src/cloud/resource.ts';
import { loadContent } from '../../src/content/load.ts';
import { openAccess } from '../../src/missions/access.ts';
import type { Task } from '../../src/missions/define.ts';
import { Guide, type Look } from '../../src/missions/guided/guide.ts';
import { intendAll } from '../../src/missions/guided/open-run.ts';
import { Ledger } from '../../src/missions/ledger.ts';
import { actOn } from '../../src/missions/powers.ts';
import { packageRoot } from './host.ts';
import { type openStage, realClock } from './stage.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;

/**
 * A run that somebody does by hand, without a terminal: what the tasks want is done with whatever
 * client, and `guide.look()` says which of them are proven by that.
 */
export function openGuide(stage: Stage, { keep = false } = {}) {
  const { mission, home, host, target, world, run } = stage;
  const { id, services } = mission;
  const record = target.record;
  const ledger = Ledger.begin(home, host, { id: run, mission: id, target: record, services });
  const free = mission.creates(world).map(addressOf);
  ledger.note({ event: 'guided', inputs: {}, cwd: '/', keep, free });
  intendAll(mission.creates(world), ledger);
  return sitDown(stage, ledger);
}

/** The same run, after its process has ended in whatever way. */
export function reopenGuide(stage: Stage, ledger: Ledger) {
  return sitDown(stage, Ledger.reopen(ledger.path, stage.host));
}

function sitDown({ mission, target, world }: Stage, ledger: Ledger) {
  const access = openAccess(target, realClock);
  onTestFinished(() => access.close());
  const passed: string[] = [];
  const reopened: string[] = [];
  const deeds = new Map<string, readonly string[]>();
  const facts = loadContent(packageRoot).facts();
  const clock = realClock;
  const guide = new Guide(
    { mission, world, target, ledger, facts, clock, access, interrupted: () => false, leave() {} },
    {
      passed(task, _look, did) {
        passed.push(task.id);
        deeds.set(
          task.id,
          did.map(({ method }) => method),
        );
      },
      reopened: (task) => void reopened.push(task.id),
    },
  );
  /** What a look found of the tasks that are still to be done: their hints. */
  const hints = async () => hintsOf(await guide.look());
  const taskOf = (name: string): Task<unknown> => {
    const task = mission.tasks.find(({ id }) => id === name);
    if (task === undefined) throw new Error(`no task ${name}`);
    return task;
  };
  /** Does a task as its solution does, without telling the guide. */
  const solve = (task: Task<unknown>) => task.solve(world, actOn(guide.run, access));
  return { guide, ledger, passed, reopened, deeds, hints, taskOf, solve };
}

export function hintsOf(looks: ReadonlyMap<string, Look>) {
  return Object.fromEntries([...looks].map(([task, { state, hint }]) => [task, hint ?? state]));
}
