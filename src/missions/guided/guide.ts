import type { AuditEntry } from '../../cloud/audit.ts';
import { type Call, watchCalls } from '../../cloud/calls.ts';
import type { Clock } from '../../context.ts';
import { Interrupted } from '../../errors.ts';
import type { OpenAccess } from '../access.ts';
import { attempt, type Outcome } from '../attempt.ts';
import type { Act, Inspect, ProgramRun, Task } from '../define.ts';
import { actOn, inspectWith, type Powers } from '../powers.ts';
import { standingIn } from '../standing.ts';
import { unlessDiskIsFull } from '../teardown.ts';
import { Course } from './course.ts';
import { deedsIn } from './deeds.ts';

/** What one look at a task came to, and the request that failed where it could not be looked. */
export interface Look extends Outcome {
  readonly failedCall?: Call;
}

/** What is told of what happens, whenever it happens. */
export interface Listener {
  passed(task: Task<unknown>, look: Look, deeds: readonly AuditEntry[]): void;
  /** What the task had made is gone. */
  reopened(task: Task<unknown>, look: Look): void;
}

export interface GuidedRun extends Powers {
  readonly world: unknown;
  readonly access: OpenAccess;
  readonly clock: Clock;
  /** From now on `interrupted` is true: what is under way ends as soon as it can. */
  leave(): void;
}

/**
 * Watches over the tasks of a run that somebody does by hand: looks at all that can be done by now,
 * and writes into the ledger what is proven before it is told. It asks nobody and prints nothing.
 *
 * Looks and solutions happen one after the other, whoever asks for them.
 */
export class Guide {
  readonly course: Course;
  private readonly seen: Map<string, string>;
  private readonly act: Act;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly latest = new Map<string, string>();
  private deedsTold: number;

  constructor(
    readonly run: GuidedRun,
    private readonly listener: Listener,
  ) {
    const { guided } = run.ledger.state;
    this.course = new Course(run.mission.tasks, guided?.keep === true);
    for (const [task, { state }] of guided?.tasks ?? []) this.course.mark(task, state);
    this.seen = new Map(guided?.facts);
    this.deedsTold = guided?.deeds ?? 0;
    this.act = actOn(run, run.access);
  }

  /**
   * Looks at every task that can be done now, and at those that become so by it.
   *
   * @returns what was found of those that are still to be done
   */
  look(): Promise<ReadonlyMap<string, Look>> {
    return this.inTurn(() => this.round());
  }

  /** Lets cloudlab do a task, which then does not count. */
  show(task: Task<unknown>): Promise<Look> {
    return this.inTurn(async () => {
      const facts: Record<string, string> = {};
      const look = await this.attempt(task, facts, () => task.solve(this.run.world, this.act));
      if (look.state !== 'passed') return look;
      this.run.ledger.note({ event: 'shown', task: task.id, facts });
      this.course.mark(task.id, 'shown');
      await this.noteWhatExists();
      // What cloudlab did itself is not told as the learner's.
      this.deedsTold = (await this.deeds()).length;
      return look;
    });
  }

  /**
   * Runs the program of a task that asks for one, as it is saved now.
   *
   * @returns what came of it; undefined where nothing could be run: the look that follows says why
   */
  runProgram(task: Task<unknown>): Promise<ProgramRun | undefined> {
    return this.inTurn(async () => {
      const inspect = inspectWith(this.run, this.run.access, this.seen);
      return task.workbench?.run(this.run.world, inspect).catch(() => undefined);
    });
  }

  /** Waits until nothing is under way. */
  settled(): Promise<unknown> {
    return this.inTurn(async () => {});
  }

  /** All that changed something since the run began, cloudlab's own part included; the oldest first. */
  async deeds(): Promise<readonly AuditEntry[]> {
    const { target, ledger, mission } = this.run;
    const since = new Date(ledger.state.start.at);
    const deeds = deedsIn(await target.audit({ since }).catch(() => []));
    return deeds.filter(({ resource }) => mission.ownNames?.test(resource) !== true);
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  private async round(): Promise<ReadonlyMap<string, Look>> {
    const looks = new Map<string, Look>();
    let passed = 0;
    for (;;) {
      const task = this.course.ready.find(({ id }) => !looks.has(id));
      if (task === undefined || this.run.interrupted()) break;
      const facts: Record<string, string> = {};
      const look = await this.attempt(task, facts);
      if (look.state === 'passed') {
        await this.pass(task, look, facts);
        passed += 1;
        // A pass may have freed others that were looked at before it.
        looks.delete(task.id);
      } else looks.set(task.id, look);
    }
    if (passed > 0) await this.noteWhatExists();
    await this.lookBack(looks);
    const open = new Set(this.course.ready.map(({ id }) => id));
    return new Map([...looks].filter(([id]) => open.has(id)));
  }

  private async pass(
    task: Task<unknown>,
    look: Look,
    facts: Readonly<Record<string, string>>,
  ): Promise<void> {
    const all = await this.deeds();
    const deeds = all.slice(this.deedsTold);
    this.deedsTold = all.length;
    const found = look.found ?? '';
    this.run.ledger.note({ event: 'passed', task: task.id, found, facts, deeds: all.length });
    this.course.mark(task.id, 'passed');
    this.latest.delete(task.id);
    this.listener.passed(task, look, deeds);
  }

  /**
   * Where a task has come to look otherwise than before, perhaps something is gone that an earlier
   * one had made: then that one is to be done again.
   */
  private async lookBack(looks: ReadonlyMap<string, Look>): Promise<void> {
    const lookedAt = new Set<string>();
    for (const [id, look] of looks) {
      const task = this.course.tasks.find((one) => one.id === id);
      const isNews = this.latest.get(id) !== keyOf(look);
      this.latest.set(id, keyOf(look));
      if (task === undefined || !isNews) continue;
      await this.lookBehind(task, lookedAt);
    }
  }

  /**
   * Looks at what a task needs, and where that does not stand any more, at what it needs in turn: no
   * further, since a later task may have undone on purpose what an earlier one had made.
   */
  private async lookBehind(task: Task<unknown>, lookedAt: Set<string>): Promise<void> {
    for (const earlier of this.course.preconditionsOf(task)) {
      if (lookedAt.has(earlier.id) || this.run.interrupted()) continue;
      lookedAt.add(earlier.id);
      const stands = await this.lookAgain(earlier);
      if (!stands) await this.lookBehind(earlier, lookedAt);
    }
  }

  /** @returns whether it still stands */
  private async lookAgain(task: Task<unknown>): Promise<boolean> {
    const facts: Record<string, string> = {};
    const look = await this.attempt({ ...task, check: task.holds ?? task.check }, facts);
    if (look.state === 'passed') {
      this.noteAgain(task, look, facts);
      return true;
    }
    if (look.state === 'failed') {
      this.run.ledger.note({ event: 'reopened', task: task.id });
      this.course.reopen(task.id);
      this.latest.set(task.id, keyOf(look));
      this.listener.reopened(task, look);
    }
    return false;
  }

  /** What was seen may be another thing of the same name by now. */
  private noteAgain({ id }: Task<unknown>, look: Look, facts: Readonly<Record<string, string>>) {
    const { ledger } = this.run;
    const { guided } = ledger.state;
    const isSame = Object.entries(facts).every(
      ([fact, value]) => guided?.facts.get(fact) === value,
    );
    if (isSame) return;
    if (guided?.tasks.get(id)?.state === 'shown') ledger.note({ event: 'shown', task: id, facts });
    else ledger.note({ event: 'passed', task: id, found: look.found ?? '', facts });
  }

  private async attempt(
    task: Task<unknown>,
    facts: Record<string, string>,
    solve?: () => Promise<void>,
  ): Promise<Look> {
    const { run } = this;
    const calls: Call[] = [];
    const stopWatching = watchCalls(run.target.origins, run.clock, (call) => calls.push(call));
    try {
      const outcome = await attempt(run.world, task, this.inspectInto(facts), solve);
      const failedCall = calls.findLast(({ status }) => status === 0 || status >= 400);
      if (outcome.state !== 'error' || failedCall === undefined) return outcome;
      return { ...outcome, failedCall };
    } finally {
      stopWatching();
    }
  }

  /** Remembers for the checks that follow, and notes which task has seen it. */
  private inspectInto(facts: Record<string, string>): Inspect {
    const { run, seen } = this;
    const inspect = inspectWith(run, run.access, seen);
    return Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(inspect),
        remember: {
          value(fact: string, value: string) {
            facts[fact] = value;
            seen.set(fact, value);
          },
        },
        // A check that waits for a VM must not keep somebody who wants to leave.
        sleep: {
          async value(milliseconds: number) {
            await run.clock.sleep(milliseconds);
            if (run.interrupted()) throw new Interrupted();
          },
        },
      },
    ) as Inspect;
  }

  /** What somebody has made by hand is in the ledger as intended; by now it is known to exist. */
  private async noteWhatExists(): Promise<void> {
    const { mission, world, ledger, target } = this.run;
    for (const resource of mission.creates(world)) {
      if (ledger.knowsCreated(resource)) continue;
      const standing = await standingIn(target, ledger, resource).catch(() => 'absent' as const);
      if (standing === 'ours') unlessDiskIsFull(() => ledger.created(resource));
    }
  }
}

/** What makes one look the same as another: not every byte that was found. */
export function keyOf({ state, hint = '', failedCall }: Look): string {
  return `${state} ${hint} ${failedCall?.api ?? ''} ${failedCall?.status ?? ''}`;
}
