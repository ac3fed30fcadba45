import { type Call, watchCalls } from '../cloud/calls.ts';
import { monthlyPrice } from '../cloud/prices.ts';
import type { Resource } from '../cloud/resource.ts';
import { describeRun } from '../cloud/resources/compute.ts';
import { findResource, removeCommand, settleResource } from '../cloud/resources/index.ts';
import {
  isNotFound,
  missionLabel,
  runLabel,
  type Standing,
  statusOf,
} from '../cloud/resources/kind.ts';
import type { Target } from '../cloud/target.ts';
import type { Facts } from '../content/compiled.ts';
import { formatMoney } from '../content/facts.ts';
import type { Clock } from '../context.ts';
import { Interrupted, reasonOf, UserError } from '../errors.ts';
import { type OpenAccess, openAccess } from './access.ts';
import type { Access, Act, CheckResult, Inspect, Mission, Task } from './define.ts';
import type { Ledger } from './ledger.ts';
import {
  findSurvivors,
  type Remains,
  type Survivor,
  tearDown,
  unlessDiskIsFull,
} from './teardown.ts';

/** `skipped`: left out on purpose, because `--keep` wants to keep what it would remove. */
export type TaskState = 'passed' | 'failed' | 'blocked' | 'error' | 'interrupted' | 'skipped';

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

export type Verdict = 'passed' | 'failed' | 'error' | 'interrupted';

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

/** Who does the tasks where the mission's own solutions do not. */
export interface Hands {
  /** What is to be done with the task next: look at it, play its solution, or stop. */
  next(task: Task<unknown>): Promise<'check' | 'solve' | 'leave'>;
  /** It was looked at and is not proven; it will be asked for again. */
  notYet(task: Task<unknown>, outcome: Outcome): void;
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
  /** Somebody who does the tasks by hand; without, they are all played. */
  readonly hands?: Hands;
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

async function keepAll({ target, ledger }: Run, verdict: Verdict): Promise<Remains> {
  unlessDiskIsFull(() => ledger.keep());
  const remains = await findSurvivors(target, ledger);
  // The mission removed everything itself: there is nothing to keep, nor to clean up.
  if (remains.searched && remains.survivors.length === 0) {
    unlessDiskIsFull(() => ledger.end(verdict, []));
  }
  return remains;
}

async function takeDown({ target, ledger, watcher }: Run, verdict: Verdict): Promise<Remains> {
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
  // Nobody knows when somebody makes by hand what the mission is about.
  if (run.hands) for (const one of run.mission.creates(run.world)) run.ledger.intend(one);
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

export type Outcome = Omit<TaskResult, 'id' | 'calls' | 'milliseconds'>;

async function playTask(
  run: Run,
  task: Task<unknown>,
  act: Act,
  inspect: Inspect,
  earlier: readonly TaskResult[],
): Promise<Outcome> {
  const passed = (id: string) => earlier.some((one) => one.id === id && one.state === 'passed');
  if (!task.needs.every(passed)) return { state: 'blocked' };
  const solve = () => (run.solve?.[task.id] ?? task.solve)(run.world, act);
  if (run.hands === undefined) return attempt(run, task, inspect, solve);
  for (;;) {
    const choice = await run.hands.next(task).catch(leaveIfInterrupted);
    if (choice === 'leave') return { state: 'interrupted' };
    const outcome = await attempt(run, task, inspect, choice === 'solve' ? solve : undefined);
    if (outcome.state === 'passed' || outcome.state === 'interrupted') {
      await noteWhatExists(run);
      return outcome;
    }
    run.hands.notYet(task, outcome);
  }
}

function leaveIfInterrupted(error: unknown): 'leave' {
  if (error instanceof Interrupted) return 'leave';
  throw error;
}

/** What somebody has made by hand is in the ledger as intended; by now it is known to exist. */
async function noteWhatExists({ mission, world, ledger, target }: Run): Promise<void> {
  for (const resource of mission.creates(world)) {
    if (ledger.knowsCreated(resource)) continue;
    const standing = await findResource(target, resource, ledger.state.start.run);
    if (standing === 'ours') ledger.created(resource);
  }
}

/** Changes what is to be changed, where it is to be, and looks. */
async function attempt(
  run: Run,
  task: Task<unknown>,
  inspect: Inspect,
  solve: (() => Promise<void>) | undefined,
): Promise<Outcome> {
  try {
    await solve?.();
    return asOutcome(await task.check(run.world, inspect));
  } catch (error) {
    if (error instanceof Interrupted) return { state: 'interrupted' };
    const reason = reasonOf(error);
    if (error instanceof UserError) return { state: 'error', reason, trouble: error };
    const status = statusOf(error);
    return { state: 'error', reason, ...(status === undefined ? {} : { hint: `http-${status}` }) };
  }
}

function asOutcome(result: CheckResult): Outcome {
  if (result.ok) return { state: 'passed', found: result.found };
  const { expected, found, hint } = result;
  return { state: 'failed', expected, found, hint };
}

function inspectWith(run: Run, { access, visit }: OpenAccess): Inspect {
  const seen = new Map<string, string>();
  return extend<Access, Omit<Inspect, keyof Access>>(access, {
    recall: (fact) => seen.get(fact),
    remember: (fact, value) => void seen.set(fact, value),
    visit,
    audit: (filter) => run.target.audit({ ...filter, since: new Date(run.ledger.state.start.at) }),
    recordsData: run.target.recordsData,
    monthly(resources) {
      const usd = monthlyPrice(resources, run.facts);
      return usd === undefined ? undefined : formatMoney(usd);
    },
  });
}

/** The second object with what the first one has, whose clients may not all be there to be read. */
function extend<Base extends object, More extends object>(base: Base, more: More): Base & More {
  return Object.defineProperties(more, Object.getOwnPropertyDescriptors(base)) as Base & More;
}

function actOn(run: Run, { access }: OpenAccess): Act {
  const { ledger, target, mission } = run;
  const id = ledger.state.start.run;
  const stopIfAsked = () => {
    if (run.interrupted()) throw new Interrupted();
  };
  const all = async (resources: readonly Resource[], wanted: Standing) => {
    for (const one of resources) {
      if ((await findResource(target, one, id)) !== wanted) return false;
    }
    return true;
  };
  return extend<Access, Omit<Act, keyof Access>>(access, {
    labels: { [runLabel]: id, [missionLabel]: mission.id },
    description: describeRun(id),
    async create(what, call) {
      const resources = [what].flat();
      stopIfAsked();
      for (const one of resources) ledger.intend(one);
      await call().catch(async (error) => {
        // The client has repeated a call that was carried out, only its answer was lost:
        // what stands in the way is the run's own.
        const inTheWay = [409, 412].includes(statusOf(error) ?? 0);
        if (!inTheWay || !(await all(resources, 'ours'))) throw error;
        for (const one of resources) await settleResource(target, one);
      });
      for (const one of resources) ledger.created(one);
    },
    async remove(what, call) {
      const resources = [what].flat();
      stopIfAsked();
      for (const one of resources) ledger.deleting(one);
      await call().catch(async (error) => {
        if (!isNotFound(error) || !(await all(resources, 'absent'))) throw error;
      });
      for (const one of resources) ledger.deleted(one);
    },
  });
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
