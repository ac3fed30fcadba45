import { rmSync } from 'node:fs';
import { type Call, watchCalls } from '../../cloud/calls.ts';
import type { Target } from '../../cloud/target.ts';
import { loadContent } from '../../content/load.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../errors.ts';
import { prepareHome } from '../../home.ts';
import { wrap } from '../../terminal/width.ts';
import { openAccess } from '../access.ts';
import type { LoadedMission } from '../catalogue.ts';
import { forgetOldLedgers, Ledger } from '../ledger.ts';
import { openPrograms } from '../program/programs.ts';
import { askBeforeGcp, checkInputs, type SessionOptions } from '../session.ts';
import { unlessDiskIsFull } from '../teardown.ts';
import { MissionView } from '../view.ts';
import { finish } from './finish.ts';
import { Guide, type GuidedRun } from './guide.ts';
import { tellWhatExists } from './leaving.ts';
import { News } from './news.ts';
import {
  beginRun,
  claimNames,
  dataDirIsGone,
  intendAll,
  openAnnounced,
  prepareWorld,
  wasReset,
} from './open-run.ts';
import { Screen } from './screen.ts';
import { SessionLoop } from './session-loop.ts';
import type { Unfinished } from './unfinished.ts';

/**
 * One sitting of a run that the learner does: from its beginning, or from where it was left.
 *
 * @param before the run that is gone on with
 * @returns 0 where the learner has done everything; 1 where cloudlab did a part; 130 where it was
 *   left, or 4 where things are left behind that are billed
 */
export async function guideMission(
  context: Context,
  loaded: LoadedMission,
  options: SessionOptions,
  before?: Unfinished,
): Promise<ExitCode> {
  const { host, home, terminal, say } = context;
  prepareHome(home);
  if (before !== undefined && dataDirIsGone(before))
    return startAnew(context, loaded, options, before);
  if (before === undefined) checkInputs(loaded, options.inputs);
  const wish = { target: before?.start.target ?? options.target, yes: options.yes };
  const programs = await openPrograms(context, loaded.mission, wish);
  const ledger =
    before === undefined
      ? await beginRun(context, loaded, options)
      : Ledger.reopen(before.path, host);
  if (before !== undefined) {
    ledger.note({ event: 'resumed', pid: host.pid, host: host.hostname });
  }
  const { run } = ledger.state.start;
  try {
    const inputs = before?.guided.inputs ?? options.inputs;
    const interpreter = programs?.interpreter ?? '';
    const cwd = before?.guided.cwd;
    const world = await prepareWorld(context, loaded, ledger, inputs, interpreter, cwd);
    const { target: record } = ledger.state.start;
    if (record.kind === 'gcp' && before === undefined) {
      await askBeforeGcp(context, options, record.project, new MissionView(context, loaded, world));
    }
    const opened = await openAnnounced(context, loaded, ledger);
    const target = programs?.ledTo(opened, home.workspaceOf(run)) ?? opened;
    let reset = false;
    try {
      if (before === undefined) await claimNames(context, loaded, world, target, ledger, options);
      else {
        reset = await wasReset(target, before);
        intendAll(loaded.mission.creates(world), ledger);
      }
      if (!reset) return await sit(context, loaded, world, target, ledger);
    } finally {
      await target.close();
    }
  } finally {
    const { ended, guided } = ledger.state;
    // Given up before anything could have been made.
    if (!ended && guided === undefined) unlessDiskIsFull(() => ledger.end('refused', []));
    if (ledger.state.ended) rmSync(home.workspaceOf(run), { recursive: true, force: true });
    forgetOldLedgers(home);
  }
  terminal.print(wrap(say.guided.dataGone, terminal.columns));
  ledger.end('reset', []);
  rmSync(home.workspaceOf(run), { recursive: true, force: true });
  return guideMission(context, loaded, { ...options, inputs: before?.guided.inputs ?? {} });
}

/** The sandbox of the run is gone with all that was in it. */
async function startAnew(
  context: Context,
  loaded: LoadedMission,
  options: SessionOptions,
  before: Unfinished,
): Promise<ExitCode> {
  const { host, home, terminal, say } = context;
  terminal.print(wrap(say.guided.dataGone, terminal.columns));
  Ledger.reopen(before.path, host).end('reset', []);
  rmSync(home.workspaceOf(before.start.run), { recursive: true, force: true });
  return guideMission(context, loaded, { ...options, inputs: before.guided.inputs });
}

async function sit(
  context: Context,
  loaded: LoadedMission,
  world: unknown,
  target: Target,
  ledger: Ledger,
): Promise<ExitCode> {
  const { host } = context;
  const { clock } = host;
  const calls: Call[] = [];
  const stopWatching = watchCalls(target.origins, clock, (call) => calls.push(call));
  const access = openAccess(target, clock);
  let interrupted = false;
  const stopListening = host.interrupts.listen(() => {
    interrupted = true;
  });
  try {
    const facts = loadContent(host.packageRoot).facts();
    const { mission } = loaded;
    const run: GuidedRun = {
      mission,
      world,
      target,
      ledger,
      facts,
      access,
      clock,
      interrupted: () => interrupted,
      leave() {
        interrupted = true;
      },
    };
    return await sitWith(context, loaded, run, calls);
  } finally {
    stopListening();
    await access.close();
    stopWatching();
  }
}

async function sitWith(
  context: Context,
  loaded: LoadedMission,
  run: GuidedRun,
  calls: readonly Call[],
): Promise<ExitCode> {
  const { terminal, say } = context;
  const { ledger, target } = run;
  const news = new News();
  let loop: SessionLoop | undefined;
  const tell = (print: () => void) => (loop === undefined ? print() : loop.tell(print));
  const guide = new Guide(run, {
    passed: (task, look, deeds) => tell(() => screen.passed(task, look, deeds)),
    reopened(task, look) {
      news.reopened(task.id, look);
      tell(() => screen.reopened(task, look));
    },
  });
  const screen = new Screen(context, loaded, run.world, guide.course);
  screen.introduce(ledger.state.start.run, target);
  const isResumed = ledger.state.guided !== undefined && ledger.state.guided.tasks.size > 0;
  if (isResumed) screen.say(say.guided.goesOn);
  // What was there before anybody began is not news; nor is what was said in an earlier sitting.
  news.of(await guide.look(), false);
  screen.list();
  loop = new SessionLoop(context, loaded, guide, screen, news);
  const ending = await loop.run();
  if (loop.trouble !== undefined) throw loop.trouble;
  if (ending === 'over') return finish(context, loaded, guide, screen, calls);
  unlessDiskIsFull(() => ledger.note({ event: 'left' }));
  const existing = await tellWhatExists({ terminal, say }, run);
  const billed = target.kind === 'gcp' && existing?.length !== 0;
  return billed ? exitCodes.leftovers : exitCodes.interrupted;
}
