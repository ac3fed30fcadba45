import type { Call } from '../../cloud/calls.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, Interrupted } from '../../errors.ts';
import { openReplies } from '../../tutor/keys.ts';
import type { LoadedMission } from '../catalogue.ts';
import { makeReport } from '../report.ts';
import { keepAll, type RunResult, type TaskResult, takeDown, type Verdict } from '../run.ts';
import { exitCodeOf } from '../session.ts';
import { MissionView } from '../view.ts';
import type { Guide } from './guide.ts';
import type { Screen } from './screen.ts';

/** Every task is done: offers the solution, takes everything down, and tells what came of it. */
export async function finish(
  context: Context,
  loaded: LoadedMission,
  guide: Guide,
  screen: Screen,
  calls: readonly Call[],
): Promise<ExitCode> {
  const { host, say } = context;
  const { ledger, target, world, facts } = guide.run;
  const { course } = guide;
  screen.say(course.isAllPassed ? say.guided.over : say.guided.overIncomplete);
  await offerSolution(context, guide, screen);
  const view = new MissionView(context, loaded, world);
  const verdict: Verdict = course.isAllPassed ? 'passed' : 'incomplete';
  const closing = { target, ledger, watcher: view };
  const { survivors, searched } = course.keep
    ? await keepAll(closing, verdict)
    : await takeDown(closing, verdict);
  const { created, removed, start } = ledger.state;
  const result: RunResult = {
    verdict,
    tasks: course.tasks.map(
      (task): TaskResult => ({
        id: task.id,
        state: course.stateOf(task) ?? 'skipped',
        calls: [],
        milliseconds: 0,
      }),
    ),
    created,
    removed,
    survivors,
    searched,
    kept: course.keep,
    abandoned: false,
    calls,
    // What exists is billed from sitting to sitting.
    milliseconds: Math.max(0, host.clock.now().getTime() - new Date(start.at).getTime()),
  };
  view.report(makeReport(loaded, say, start.run, target, result, facts), result);
  return exitCodeOf(result);
}

/** Whoever leaves here has finished as well. */
async function offerSolution(context: Context, guide: Guide, screen: Screen): Promise<void> {
  const { terminal, say } = context;
  const replies = openReplies(context);
  try {
    for (;;) {
      screen.say(say.guided.solutionOffer);
      const key = await replies.ask(() => (terminal.plain ? 'v, Enter > ' : '> '));
      if (key !== 'v') return;
      screen.solution(await guide.deeds());
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    replies.close();
  }
}
