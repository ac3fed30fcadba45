import type { InstanceRecord } from '../instances/kind.ts';
import { type ComputeState, collectionOf, now } from '../state.ts';
import { evaluate } from './autoscalers/recommend.ts';
import { AUTOSCALERS, type AutoscalerRecord, MANAGERS, type ManagerRecord } from './kinds.ts';
import { CREATED_BY } from './managers/members.ts';
import { dueOf, reconcile } from './managers/reconcile.ts';

/**
 * Has managed groups look after their instances: when something happened to one of them, when
 * a time has come, and when the sandbox is started again.
 */
export class GroupController {
  readonly #state: ComputeState;
  /** Groups that have to look, as `SCOPE\0NAME`. */
  readonly #noticed = new Set<string>();
  /** Those that could not look, for a reason of ours. */
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #paused = false;

  constructor(state: ComputeState) {
    this.#state = state;
    state.watchers.add((instance) => this.#watch(instance));
  }

  start(): void {
    this.#paused = false;
    for (const { scope, name } of this.#managers().everywhere()) this.notice(scope, name);
  }

  /** Something has changed about a group. */
  notice(scope: string, name: string): void {
    this.#noticed.add(`${scope}\0${name}`);
    this.#wakeIn(0);
  }

  async pause(): Promise<void> {
    this.#paused = true;
    this.#noticed.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** @returns whether any group had to look */
  async runDue(): Promise<boolean> {
    while (this.#running !== undefined) await this.#running;
    const groups = [...new Set([...this.#noticed, ...this.#due()])];
    if (groups.length > 0 && !this.#paused) {
      this.#noticed.clear();
      this.#running = this.#look(groups).finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
    this.#arm();
    return groups.length > 0;
  }

  async #look(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      const [scope = '', name = ''] = group.split('\0');
      try {
        await this.#state.store.write(() => this.#lookAfter(scope, name));
      } catch (error) {
        // Such as a full disk: again a little later.
        this.#state.log(`instance group ${name}: ${(error as Error).stack ?? error}`);
        this.#failed.add(group);
      }
    }
  }

  /** Inside a change. */
  #lookAfter(scope: string, name: string): void {
    const manager = this.#managers().get(scope, name);
    if (manager === undefined) return;
    // First what has become of its instances, then how many there have to be.
    reconcile(this.#state, manager);
    if (evaluate(this.#state, manager)) reconcile(this.#state, manager);
  }

  #watch({ metadata }: InstanceRecord): void {
    const maker = metadata.items?.find(({ key }) => key === CREATED_BY)?.value;
    const found = /^projects\/[^/]+\/(.+)\/instanceGroupManagers\/([^/]+)$/.exec(maker ?? '');
    if (found) this.notice(found[1] ?? '', found[2] ?? '');
  }

  #managers() {
    return collectionOf<ManagerRecord>(this.#state, MANAGERS);
  }

  *#times(): Iterable<{ group: string; at: number }> {
    for (const manager of this.#managers().everywhere()) {
      const at = dueOf(manager);
      if (at !== undefined) yield { group: `${manager.scope}\0${manager.name}`, at };
    }
    const autoscalers = collectionOf<AutoscalerRecord>(this.#state, AUTOSCALERS);
    for (const { due: at, target, scope } of autoscalers.everywhere()) {
      const name = target.slice(target.lastIndexOf('/') + 1);
      if (at !== undefined) yield { group: `${scope}\0${name}`, at };
    }
  }

  *#due(): Iterable<string> {
    const time = now(this.#state);
    for (const { group, at } of this.#times()) if (at <= time) yield group;
  }

  #arm(): void {
    if (this.#noticed.size > 0) {
      this.#wakeIn(0);
      return;
    }
    const wait = Math.min(...[...this.#times()].map(({ at }) => at)) - now(this.#state);
    const rest = this.#failed.size > 0 ? REST_MS : Number.POSITIVE_INFINITY;
    for (const group of this.#failed) this.#noticed.add(group);
    this.#failed.clear();
    const next = Math.min(Math.max(wait, SHORTEST_MS), rest);
    if (Number.isFinite(next)) this.#wakeIn(next);
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#paused) return;
    this.#timer = setTimeout(
      () => {
        this.runDue().catch((error) => {
          this.#state.log(`instance groups: ${(error as Error).stack ?? error}`);
        });
      },
      Math.min(milliseconds, LONGEST_MS),
    );
    this.#timer.unref();
  }
}

const SHORTEST_MS = 5;
const REST_MS = 1000;
const LONGEST_MS = 2 ** 31 - 1;
