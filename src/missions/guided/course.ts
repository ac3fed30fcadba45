import type { Task } from '../define.ts';

/** Which tasks are done, and what that means for the others. Nothing here asks the provider. */
export class Course {
  private readonly done = new Map<string, 'passed' | 'shown'>();

  /**
   * @param tasks all of the mission
   * @param keep what would remove things is left out
   */
  constructor(
    readonly tasks: readonly Task<unknown>[],
    readonly keep: boolean,
  ) {}

  /** Those that are asked for. */
  get wanted(): readonly Task<unknown>[] {
    return this.tasks.filter((task) => !this.isLeftOut(task));
  }

  isLeftOut(task: Task<unknown>): boolean {
    return this.keep && task.removes === true;
  }

  mark(task: string, how: 'passed' | 'shown'): void {
    this.done.set(task, how);
  }

  reopen(task: string): void {
    this.done.delete(task);
  }

  stateOf({ id }: Task<unknown>): 'passed' | 'shown' | undefined {
    return this.done.get(id);
  }

  /** Not done, and all that they need is: in the order of the mission. */
  get ready(): readonly Task<unknown>[] {
    return this.wanted.filter(
      (task) => !this.done.has(task.id) && this.missingFor(task).length === 0,
    );
  }

  /** The one that a learner does next; undefined once all are done. */
  get current(): Task<unknown> | undefined {
    return this.ready[0];
  }

  /** What a task needs and does not have yet. */
  missingFor({ needs }: Task<unknown>): readonly Task<unknown>[] {
    return this.tasks.filter(({ id }) => needs.includes(id) && !this.done.has(id));
  }

  /**
   * What must still be as it was for a task to be done. A task that removes things needs them to
   * have been there, and not to be.
   */
  preconditionsOf({ needs, removes }: Task<unknown>): readonly Task<unknown>[] {
    if (removes) return [];
    return this.tasks.filter(({ id }) => needs.includes(id) && this.done.has(id));
  }

  get isOver(): boolean {
    return this.wanted.every(({ id }) => this.done.has(id));
  }

  /** Done by the learner, every one. */
  get isAllPassed(): boolean {
    return this.wanted.every(({ id }) => this.done.get(id) === 'passed');
  }

  get doneCount(): number {
    return this.wanted.filter(({ id }) => this.done.has(id)).length;
  }
}
