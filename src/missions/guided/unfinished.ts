import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { type LedgerState, readLedgers } from '../ledger.ts';
import type { GuidedState } from '../ledger-guided.ts';

/** A run by hand that has not come to its end. */
export interface Unfinished extends LedgerState {
  readonly guided: GuidedState;
}

type Here = Pick<Context, 'host' | 'home'>;

/** The latest first. */
export function unfinishedRuns({ home }: Pick<Context, 'home'>): readonly Unfinished[] {
  return readLedgers(home).readable.flatMap((state) =>
    state.guided === undefined || state.ended || state.kept
      ? []
      : [{ ...state, guided: state.guided }],
  );
}

/** True while a process is at work on it, here or, as far as anybody knows, on another machine. */
export function isAtWork({ host }: Pick<Here, 'host'>, { worker, guided }: Unfinished): boolean {
  if (guided.left) return false;
  return worker.host !== host.hostname || host.isAlive(worker.pid, new Date(worker.at));
}

/**
 * One home has one guided run at a time: its sandbox is found in one place.
 *
 * @throws UserError `guided-elsewhere` where another window has one
 */
export function refuseSecond(here: Here): void {
  const other = unfinishedRuns(here).find((run) => isAtWork(here, run));
  if (other === undefined) return;
  const { start, worker } = other;
  throw new UserError('guided-elsewhere', {
    mission: start.mission,
    pid: worker.pid,
    host: worker.host === here.host.hostname ? undefined : worker.host,
  });
}
