import type { Context } from '../../context.ts';
import { type ExitCode, exitCodes } from '../../errors.ts';
import { prepareHome } from '../../home.ts';
import { wrap } from '../../terminal/width.ts';
import { cleanOne } from '../cleanup.ts';
import { refuseSecond, type Unfinished, unfinishedRuns } from './unfinished.ts';

/**
 * Tears unfinished runs by hand down and forgets them.
 *
 * @param mission only this one's; all of them where it is undefined
 * @param yes agrees to deleting on GCP
 */
export async function resetMissions(
  context: Context,
  mission: string | undefined,
  yes: boolean,
): Promise<ExitCode> {
  const { home, terminal, say } = context;
  if (mission !== undefined) {
    const { readMission } = await import('../catalogue.ts');
    await readMission(context, mission);
  }
  prepareHome(home);
  refuseSecond(context);
  const runs = unfinishedRuns(context).filter(
    ({ start }) => mission === undefined || start.mission === mission,
  );
  const results = [];
  for (const run of runs) {
    results.push(await cleanOne(context, run, { run: run.start.run, force: true, yes }));
  }
  if (terminal.json) terminal.printJson({ runs: results });
  else {
    if (results.length === 0) terminal.print(say.guided.reset.nothing);
    for (const { mission: id, removed, state } of results) {
      if (state === 'clean') {
        terminal.print(wrap(say.guided.reset.done(id, removed.length), terminal.columns));
      }
    }
  }
  const left = results.some(({ state }) => state !== 'clean');
  return left ? exitCodes.leftovers : exitCodes.done;
}

/** @returns false where something of the earlier run could not be removed, and was told */
export async function startOver(context: Context, run: Unfinished): Promise<boolean> {
  const { terminal, say } = context;
  const options = { run: run.start.run, force: true, yes: true };
  const { state } = await cleanOne(context, run, options);
  if (state !== 'clean') return false;
  terminal.print(say.guided.startedOver(run.start.run));
  terminal.print();
  return true;
}
