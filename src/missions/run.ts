import { type Call, watchCalls } from '../cloud/calls.ts';
import type { Resource } from '../cloud/resource.ts';
import { removeCommand } from '../cloud/resources/index.ts';
import type { Target } from '../cloud/target.ts';
import type { Facts } from '../content/compiled.ts';
import type { Clock } from '../context.ts';
import type { UserError } from '../errors.ts';
import { type OpenAccess, openAccess } from './access.ts';
import { attempt, type Outcome } from './attempt.ts';
import type { Act, Inspect, Mission, Task } from './define.ts';
import type { Ledger } from './ledger.ts';
import { actOn, inspectWith } from './powers.ts';
import {
  findSurvivors,
  type Remains,
  type Survivor,
  tearDown,
  unlessDiskIsFull,
} from './teardown.ts';

/**
 * `skipped`: left out on purpose, because `--keep` wants to keep what it would remove. `shown`: it was
 * the learner's to do, and cloudlab has done it.
 */
export type TaskState =
  | 'passed'
  | 'failed'
  | 'blocked'
  | 'error'
  | 'interrupted'
  | 'skipped'
  | 'shown';

/** What became of one task. */
export interface TaskResult {
  readonly id: string;
  readonly state: TaskState;
  readonly expected?: string;
  readonly found?: string;
  /** A key of the mission's `hints`. */
  readonly hint?: string;
  /** For `error`: what the provider or the network said. Never counted against the learner. */
  readonly reason?: string;
  /** For `error`: trouble of this machine, such as a full disk, that has a message of its own. */
  readonly trouble?: UserError;
  readonly calls: readonly Call[];
  readonly milliseconds: number;
}

/** `incomplete`: nothing is left to do, and not everything was done by the learner. */
export type Verdict = 'passed' | 'incomplete' | 'failed' | 'error' | 'interrupted';

/** What became of the whole run. */
export interface RunResult {
  readonly verdict: Verdict;
  readonly tasks: readonly TaskResult[];
  readonly created: readonly Resource[];
  readonly removed: readonly Resource[];
  readonly survivors: readonly Survivor[];
  /** Everything with the run's label was looked for; without it an empty list proves nothing. */
  readonly searched: boolean;
  readonly kept: boolean;
  /** Left by a second Ctrl-C: nothing more was asked of the provider, and no teardown was finished. */
  readonly abandoned: boolean;
  readonly calls: readonly Call[];
  readonly milliseconds: number;
}

/** Who watches a run: a person at a terminal, a log, a test. */
export interface RunWatcher {
  taskStarted(task: Task<unknown>): Promise<void>;
  taskEnded(task: Task<unknown>, result: TaskResult): Promise<void>;
  tearingDown(): Promise<void>;
  removing(resource: Resource): void;
}

export interface Run {
  readonly mission: Mission;
  readonly world: unknown;
  readonly target: Target;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly keep: boolean;
  /** Prices. */
  readonly facts: Facts;
  /** Asked between steps: has somebody pressed Ctrl-C? A call that is under way is always waited for. */
  readonly interrupted: () => boolean;
  readonly watcher: RunWatcher;
  /** Solutions to play instead of the mission's own, by task. */
  readonly solve?: Readonly<Record<string, Task<unknown>['solve']>>;
}

/**
 * Plays a mission: each task is solved and then checked against the
 * provider's state; whatever happens, what was created is removed again and
 * looked for once more.
 */
export async function playMission(run: Run): Promise<RunResult> {
  const begun = run.clock.elapsed();
  const calls: Call[] = [];
  const stopWatching = watchCalls(run.target.origins, run.clock, (call) => calls.push(call));
  const access = openAccess(run.target, run.clock);
  const tasks: TaskResult[] = [];
  let ourMistake: unknown;
  try {
    try {
      await playTasks(run, access, calls, tasks);
    } catch (error) {
      // Whatever went wrong, what exists must go; then it is told.
      ourMistake = error;
    }
    const verdict = verdictOf(tasks);
    const { survivors, searched } = run.keep
      ? await keepAll(run, verdict)
      : await takeDown(run, verdict);
    if (ourMistake !== undefined) throw ourMistake;
    const { created, removed } = run.ledger.state;
    return {
      verdict,
      tasks,
      created,
      removed,
      survivors,
      searched,
      kept: run.keep,
      abandoned: false,
      calls,
      milliseconds: run.clock.elapsed() - begun,
    };
  } finally {
    await access.close();
    stopWatching();
  }
}

/** What can be said of a run that was left at once: whatever may exist, by its ledger. */
export function abandonedResult(
  { ledger, target }: Pick<Run, 'ledger' | 'target'>,
  tasks: readonly TaskResult[],
  milliseconds: number,
): RunResult {
  const { start, open, created, removed } = ledger.state;
  return {
    verdict: 'interrupted',
    tasks,
    created,
    removed,
    survivors: open.map((resource) => ({
      resource,
      state: 'unknown',
      command: removeCommand(target, resource, start.run),
    })),
    searched: false,
    kept: false,
    abandoned: true,
    calls: tasks.flatMap((task) => task.calls),
    milliseconds,
  };
}

/** What the end of a run needs. */
type Closing = Pick<Run, 'target' | 'ledger'> & {
  readonly watcher: Pick<RunWatcher, 'tearingDown' | 'removing'>;
};

export async function keepAll({ target, ledger }: Closing, verdict: Verdict): Promise<Remains> {
  unlessDiskIsFull(() => ledger.keep());
  const remains = await findSurvivors(target, ledger);
  // The mission removed everything itself: there is nothing to keep, nor to clean up.
  if (remains.searched && remains.survivors.length === 0) {
    unlessDiskIsFull(() => ledger.end(verdict, []));
  }
  return remains;
}

export async function takeDown(
  { target, ledger, watcher }: Closing,
  verdict: Verdict,
): Promise<Remains> {
  await watcher.tearingDown();
  const remains = await tearDown(target, ledger, (resource) => watcher.removing(resource));
  if (remains.searched) {
    const left = remains.survivors.map(({ resource }) => resource);
    unlessDiskIsFull(() => ledger.end(verdict, left));
  }
  return remains;
}

async function playTasks(
  run: Run,
  access: OpenAccess,
  calls: readonly Call[],
  results: TaskResult[],
): Promise<void> {
  const inspect = inspectWith(run, access);
  const act = actOn(run, access);
  for (const task of run.mission.tasks) {
    // Whoever has left is not asked about the other tasks.
    const left = run.interrupted() || results.some(({ state }) => state === 'interrupted');
    const leftOut = left ? 'interrupted' : run.keep && task.removes ? 'skipped' : undefined;
    if (leftOut !== undefined) {
      results.push({ id: task.id, state: leftOut, calls: [], milliseconds: 0 });
      continue;
    }
    await run.watcher.taskStarted(task);
    const firstCall = calls.length;
    const begun = run.clock.elapsed();
    const outcome = await playTask(run, task, act, inspect, results);
    const result: TaskResult = {
      id: task.id,
      ...outcome,
      calls: calls.slice(firstCall),
      milliseconds: run.clock.elapsed() - begun,
    };
    results.push(result);
    await run.watcher.taskEnded(task, result);
  }
}

async function playTask(
  run: Run,
  task: Task<unknown>,
  act: Act,
  inspect: Inspect,
  earlier: readonly TaskResult[],
): Promise<Outcome> {
  const passed = (id: string) => earlier.some((one) => one.id === id && one.state === 'passed');
  if (!task.needs.every(passed)) return { state: 'blocked' };
  return attempt(run.world, task, inspect, () =>
    (run.solve?.[task.id] ?? task.solve)(run.world, act),
  );
}

/** The worst that happened; a task that was only blocked follows from another that was not passed. */
function verdictOf(tasks: readonly TaskResult[]): Verdict {
  const has = (state: TaskState) => tasks.some((task) => task.state === state);
  if (has('interrupted')) return 'interrupted';
  if (has('error')) return 'error';
  if (tasks.length === 0) return 'error';
  return tasks.every(({ state }) => state === 'passed' || state === 'skipped')
    ? 'passed'
    : 'failed';
}
