import { existsSync, rmSync } from 'node:fs';
import { openTarget } from '../cloud/open-target.ts';
import { addressOf } from '../cloud/resource.ts';
import type { Target } from '../cloud/target.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { describeError, renderError } from '../terminal/error.ts';
import { wrap } from '../terminal/width.ts';
import { Ledger, type LedgerState, readLedgers } from './ledger.ts';
import { tearDown } from './teardown.ts';

export interface CleanupOptions {
  /** Only this run. */
  readonly run: string | undefined;
  /** Also runs that seem to be alive, or to belong to another machine. */
  readonly force: boolean;
  /** Agrees to deleting on GCP. */
  readonly yes: boolean;
}

/** What became of one unfinished run. */
export interface CleanedRun {
  readonly run: string;
  readonly mission: string;
  /**
   * `alive`: its process is still at work, and cleans up itself. `paused`: somebody does it by hand, and
   * may go on with it.
   */
  readonly state: 'clean' | 'alive' | 'paused' | 'skipped' | 'leftovers' | 'unreachable';
  readonly reason?: string;
  readonly removed: readonly string[];
  readonly survivors: readonly string[];
}

/** Finishes the teardown of every run whose ledger says that something may be left. */
export async function cleanUp(context: Context, options: CleanupOptions): Promise<ExitCode> {
  const { home, terminal, say } = context;
  prepareHome(home);
  const { readable, unreadable } = readLedgers(home);
  const unfinished = readable.filter((state) => !state.ended);
  // Killed between its last line and the removal of its folder: nothing is left but that.
  for (const { ended, start } of readable) if (ended) removeWorkspace(context, start.run);
  const wanted = unfinished.filter(
    ({ start }) => options.run === undefined || start.run === options.run,
  );
  if (options.run !== undefined && wanted.length === 0 && unreadable.length === 0) {
    throw new UserError('unknown-run', {
      id: options.run,
      known: unfinished.map(({ start }) => start.run),
    });
  }
  const results: CleanedRun[] = [];
  for (const state of wanted) results.push(await cleanOne(context, state, options));
  if (terminal.json) {
    const damaged = unreadable.map((error) => describeError(error, say).what);
    terminal.printJson({ runs: results, unreadable: damaged });
  } else {
    for (const error of unreadable) terminal.note(renderError(error, terminal, say));
    const removed = results.reduce((sum, result) => sum + result.removed.length, 0);
    const cleaned = results.filter((result) => result.state === 'clean').length;
    if (results.length > 0) terminal.print(say.cleanup.summary(cleaned, removed));
    else if (unreadable.length === 0) terminal.print(say.cleanup.nothing);
  }
  const fine = ['clean', 'alive', 'paused'];
  const left = results.some(({ state }) => !fine.includes(state));
  return left || unreadable.length > 0 ? exitCodes.leftovers : exitCodes.done;
}

/** Finishes the teardown of one run, unless somebody may still be at work on it. */
export async function cleanOne(
  context: Context,
  state: LedgerState,
  options: CleanupOptions,
): Promise<CleanedRun> {
  const { host, terminal, say } = context;
  const { run, mission, at } = state.start;
  const tell = (text: string) => {
    if (!terminal.json) terminal.print(wrap(`  ${text}`, terminal.columns, '    '));
  };
  if (!terminal.json)
    terminal.print(wrap(say.cleanup.run(run, mission, at), terminal.columns, '  '));
  const base = { run, mission, removed: [], survivors: state.open.map(addressOf) };
  const skip = reasonToSkip(context, state, options);
  if (skip !== undefined) {
    for (const address of base.survivors) tell(address);
    if (skip.reason !== undefined) tell(skip.reason);
    return { ...base, ...skip };
  }
  const ledger = Ledger.reopen(state.path, host);
  let target: Target | undefined;
  try {
    target = await reachTarget(context, state);
    const result =
      target === undefined
        ? { removed: [], survivors: [], searched: true }
        : await tearDown(target, ledger);
    if (result.searched) {
      ledger.end(
        'cleaned',
        result.survivors.map(({ resource }) => resource),
      );
    }
    const removed = result.removed.map(addressOf);
    const survivors = result.survivors.map(({ resource }) => addressOf(resource));
    for (const address of removed) tell(say.cleanup.removed(address));
    for (const address of survivors) tell(terminal.paint.bad(say.cleanup.left(address)));
    if (!result.searched) tell(terminal.paint.bad(say.mission.notSearched));
    if (survivors.length > 0 || !result.searched) {
      return { ...base, state: 'leftovers', removed, survivors };
    }
    tell(terminal.paint.good(say.cleanup.clean));
    return { ...base, state: 'clean', removed, survivors };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what } = describeError(error, say);
    tell(terminal.paint.bad(say.cleanup.unreachable(what)));
    return { ...base, state: 'unreachable', reason: what };
  } finally {
    await target?.close();
    if (ledger.state.ended) removeWorkspace(context, run);
  }
}

function removeWorkspace({ home }: Context, run: string): void {
  rmSync(home.workspaceOf(run), { recursive: true, force: true });
}

/** A run that may still be at work is not cleaned up after, nor a real project without being asked. */
function reasonToSkip(
  { host, say }: Context,
  { start, kept, worker, guided }: LedgerState,
  { run, force, yes }: CleanupOptions,
): Pick<CleanedRun, 'state' | 'reason'> | undefined {
  if (!force && !kept) {
    if (worker.host !== host.hostname) {
      return { state: 'skipped', reason: say.cleanup.elsewhere(worker.host) };
    }
    // One that was left is at rest, whoever has its process's number by now.
    if (guided?.left !== true && host.isAlive(worker.pid, new Date(worker.at))) {
      return { state: 'alive', reason: say.cleanup.alive(worker.pid) };
    }
    // In a real project --yes asks for an end of the bill, whoever wants to go on.
    if (guided !== undefined && run === undefined && !(start.target.kind === 'gcp' && yes)) {
      return { state: 'paused', reason: say.guided.paused(`cloudlab mission ${start.mission}`) };
    }
  }
  if (start.target.kind === 'gcp' && !yes) {
    return { state: 'skipped', reason: say.cleanup.needsYes(start.target.project) };
  }
  return undefined;
}

/** The run's target; undefined where its private sandbox is gone, and all that it held with it. */
async function reachTarget(
  { host, home }: Context,
  { start }: LedgerState,
): Promise<Target | undefined> {
  const { target } = start;
  if (target.kind === 'sandbox' && !existsSync(target.dataDir)) return undefined;
  return openTarget(host, home, target, start.services);
}
