import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { openTarget } from '../cloud/open-target.ts';
import { addressOf } from '../cloud/resource.ts';
import type { Target } from '../cloud/target.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { describeError } from '../terminal/error.ts';
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
interface CleanedRun {
  readonly run: string;
  readonly mission: string;
  readonly state: 'clean' | 'skipped' | 'leftovers' | 'unreachable';
  readonly reason?: string;
  readonly removed: readonly string[];
  readonly survivors: readonly string[];
}

/** Finishes the teardown of every run whose ledger says that something may be left. */
export async function cleanUp(context: Context, options: CleanupOptions): Promise<ExitCode> {
  const { home, terminal, say } = context;
  const ledgers = readLedgers(home);
  const unfinished = ledgers.filter((state) => !state.ended);
  // Killed between its last line and the removal of its folder: nothing is left but that.
  for (const { ended, start } of ledgers) if (ended) removeWorkspace(start.workspace);
  const wanted = unfinished.filter(
    ({ start }) => options.run === undefined || start.run === options.run,
  );
  if (options.run !== undefined && wanted.length === 0) {
    throw new UserError('unknown-run', {
      id: options.run,
      known: unfinished.map(({ start }) => start.run),
    });
  }
  const results: CleanedRun[] = [];
  for (const state of wanted) results.push(await cleanOne(context, state, options));
  if (terminal.json) {
    terminal.printJson({ runs: results });
  } else if (results.length === 0) {
    terminal.print(say.cleanup.nothing);
  } else {
    const removed = results.reduce((sum, result) => sum + result.removed.length, 0);
    const cleaned = results.filter((result) => result.state === 'clean').length;
    terminal.print(say.cleanup.summary(cleaned, removed));
  }
  if (results.some(({ state }) => state === 'leftovers')) return exitCodes.leftovers;
  if (results.some(({ state }) => state === 'unreachable')) return exitCodes.leftovers;
  return exitCodes.done;
}

async function cleanOne(
  context: Context,
  state: LedgerState,
  options: CleanupOptions,
): Promise<CleanedRun> {
  const { host, terminal, say } = context;
  const { run, mission, at } = state.start;
  const tell = (text: string) => {
    if (!terminal.json) terminal.print(wrap(`  ${text}`, terminal.columns, '    '));
  };
  if (!terminal.json) terminal.print(say.cleanup.run(run, mission, at));
  const base = { run, mission, removed: [], survivors: [] };
  const reason = reasonToSkip(context, state, options);
  if (reason !== undefined) {
    tell(reason);
    return { ...base, state: 'skipped', reason };
  }
  const ledger = Ledger.reopen(state.path, host);
  let target: Target | undefined;
  try {
    target = await reachTarget(context, state);
    const removed: string[] = [];
    const survivors: string[] = [];
    if (target !== undefined) {
      const result = await tearDown(target, ledger);
      removed.push(...result.removed.map(addressOf));
      survivors.push(...result.survivors.map(({ resource }) => addressOf(resource)));
      ledger.end(
        'cleaned',
        result.survivors.map(({ resource }) => resource),
      );
    } else {
      ledger.end('cleaned', []);
    }
    for (const address of removed) tell(say.cleanup.removed(address));
    for (const address of survivors) tell(terminal.paint.bad(say.cleanup.left(address)));
    if (survivors.length > 0) return { ...base, state: 'leftovers', removed, survivors };
    tell(terminal.paint.good(say.cleanup.clean));
    return { ...base, state: 'clean', removed };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what } = describeError(error, say);
    tell(terminal.paint.bad(say.cleanup.unreachable(what)));
    const survivors = state.open.map(addressOf);
    return { ...base, state: 'unreachable', reason: what, survivors };
  } finally {
    await target?.close();
    if (ledger.state.ended) removeWorkspace(state.start.workspace);
  }
}

function removeWorkspace(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** A run that may still be at work is not cleaned up after, nor a real project without being asked. */
function reasonToSkip(
  { host, say }: Context,
  { start, kept }: LedgerState,
  { force, yes }: CleanupOptions,
): string | undefined {
  if (!force && !kept) {
    if (start.host !== hostname()) return say.cleanup.elsewhere(start.host);
    if (host.isAlive(start.pid, new Date(start.at))) return say.cleanup.alive(start.pid);
  }
  if (start.target.kind === 'gcp' && !yes) return say.cleanup.needsYes(start.target.project);
  return undefined;
}

/** The run's target; undefined where its private sandbox is gone, and all that it held with it. */
async function reachTarget(
  { host, home }: Context,
  { start }: LedgerState,
): Promise<Target | undefined> {
  const { target } = start;
  if (target.kind === 'sandbox' && !existsSync(target.dataDir)) return undefined;
  return openTarget(host, home, target);
}
